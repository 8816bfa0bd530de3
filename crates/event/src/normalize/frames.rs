//! Stack traces wherever they stand: reference/PROTOCOL.md section 8.2.

use std::borrow::Cow;

use crate::json::{Object, Value};
use crate::place::Place;

/// Of longer stack traces only this many frames at the start …
const FRAMES_FIRST: usize = 50;
/// … and this many at the end are kept.
const FRAMES_LAST: usize = 200;
/// In longer stack traces frames in the middle lose variables and source lines.
const FULL_FRAMES_MAX: usize = 50;
const DETAILS: [&str; 3] = ["vars", "pre_context", "post_context"];
/// Paths with these schemes are addresses of the web, whose path is the file name.
const URL_SCHEMES: [&str; 4] = ["file:", "http:", "https:", "applewebdata:"];

/// Completes frames and cuts long stack traces.
pub(super) fn normalize(body: &mut Object<'_>, root: &mut Place<'_>) {
    for key in ["exception", "threads"] {
        let Some(Value::Object(list)) = body.get_mut(key) else {
            continue;
        };
        let Some(Value::Array(values)) = list.get_mut("values") else {
            continue;
        };
        for (index, value) in values.iter_mut().enumerate() {
            let mut list = root.key(key);
            let mut list = list.key("values");
            let mut place = list.index(index);
            if let Value::Object(holder) = value {
                stacktraces(holder, &mut place);
            }
        }
    }
    stacktraces(body, root);
}

fn stacktraces(holder: &mut Object<'_>, place: &mut Place<'_>) {
    for (key, is_raw) in [("stacktrace", false), ("raw_stacktrace", true)] {
        let frames = holder
            .get_mut(key)
            .and_then(Value::as_object_mut)
            .and_then(|trace| trace.get_mut("frames"))
            .and_then(Value::as_array_mut);
        let Some(frames) = frames else {
            continue;
        };
        cut(frames, &mut place.key(key).key("frames"));
        if !is_raw {
            frames
                .iter_mut()
                .filter_map(Value::as_object_mut)
                .for_each(complete);
        }
        slim(frames);
    }
}

/// Keeps the first and the last frames of a stack trace that is too long, the original number of
/// frames in the notes.
fn cut(frames: &mut Vec<Value<'_>>, place: &mut Place<'_>) {
    let length = frames.len();
    let Some(end) = length
        .checked_sub(FRAMES_LAST)
        .filter(|end| *end > FRAMES_FIRST)
    else {
        return;
    };
    place.keep_indices(length, |index| index < FRAMES_FIRST || index >= end);
    place.note().original_length = u64::try_from(length).ok();
    frames.drain(FRAMES_FIRST..end);
}

/// Takes the details of frames in the middle: system frames first, then the app's own. The frame
/// on top, where it crashed, keeps them.
fn slim(frames: &mut [Value<'_>]) {
    if frames.len() <= FULL_FRAMES_MAX {
        return;
    }
    let is_app = |frame: &Value<'_>| frame.get("in_app").and_then(Value::as_bool) == Some(true);
    let top = frames.len() - 1;
    let (app, system): (Vec<usize>, Vec<usize>) =
        (0..top).partition(|index| frames.get(*index).is_some_and(is_app));
    let allowance = FULL_FRAMES_MAX - 1;
    let half = allowance.saturating_sub(app.len()) / 2;
    let of_system = middle(&system, half);
    let remaining = top
        .saturating_sub(allowance)
        .saturating_sub(of_system.len());
    let half = app.len().saturating_sub(remaining) / 2;
    let of_app = match remaining {
        0 => &[],
        _ => middle(&app, half),
    };
    for index in of_system.iter().chain(of_app) {
        if let Some(Value::Object(frame)) = frames.get_mut(*index) {
            frame.retain(|key, _| !DETAILS.contains(&key));
        }
    }
}

fn middle(indices: &[usize], half: usize) -> &[usize] {
    let end = indices.len().saturating_sub(half);
    indices.get(half..end).unwrap_or_default()
}

fn complete(frame: &mut Object<'_>) {
    let mut state = Seen::default();
    for (key, value) in frame.iter_mut() {
        match (key, &mut *value) {
            ("abs_path", Value::String(text)) => state.abs_path = !text.is_empty(),
            ("filename", Value::String(text)) => state.filename = !text.is_empty(),
            ("context_line", Value::String(_)) => state.context_line = true,
            ("pre_context" | "post_context", Value::Array(lines)) => {
                state.context |= !lines.is_empty();
                lines
                    .iter_mut()
                    .filter(|line| line.is_null())
                    .for_each(|line| *line = Value::from(""));
            }
            ("function" | "symbol", Value::String(text)) if text == "?" => *value = Value::Null,
            _ => {}
        }
    }
    paths(frame, &state);
    if state.context && !state.context_line {
        frame.insert("context_line", "");
    }
}

#[derive(Default)]
struct Seen {
    abs_path: bool,
    filename: bool,
    context_line: bool,
    context: bool,
}

fn paths(frame: &mut Object<'_>, seen: &Seen) {
    if !seen.abs_path && seen.filename {
        if let Some(name) = frame.get("filename").cloned() {
            frame.insert("abs_path", name);
        }
    } else if seen.abs_path && !seen.filename {
        let name = match frame.get("abs_path") {
            Some(Value::String(path)) => url_path(path),
            _ => return,
        };
        frame.insert("filename", Value::String(name));
    }
}

/// The path of an address of the web, or the whole text where it is none or has no path.
fn url_path<'a>(text: &Cow<'a, str>) -> Cow<'a, str> {
    let path = |text: &str| -> Option<(usize, usize)> {
        let scheme = URL_SCHEMES
            .iter()
            .find(|scheme| text.starts_with(**scheme))?;
        let rest = text.get(scheme.len()..)?;
        let start = match rest.strip_prefix("//") {
            Some(authority) => text.len() - authority.len() + authority.find('/')?,
            None => scheme.len(),
        };
        let path = text.get(start..)?;
        let length = path.find(['?', '#']).unwrap_or(path.len());
        (length > 1).then_some((start, start + length))
    };
    let Some((start, end)) = path(text) else {
        return text.clone();
    };
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(start..end).unwrap_or(text)),
        Cow::Owned(text) => Cow::Owned(text.get(start..end).unwrap_or(text).to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_are_the_paths_of_addresses() {
        for (text, expected) in [
            ("https://host/js/app.js?v=1#x", "/js/app.js"),
            ("file:///srv/app.js", "/srv/app.js"),
            ("https://host/", "https://host/"),
            ("https://host", "https://host"),
            ("/srv/app.py", "/srv/app.py"),
            ("webpack:///./a.js", "webpack:///./a.js"),
        ] {
            assert_eq!(url_path(&Cow::Borrowed(text)), expected);
        }
    }

    #[test]
    fn long_stack_traces_lose_the_details_of_system_frames_first() {
        let frame = |in_app: bool| {
            let mut frame = Object::new();
            frame.insert("in_app", in_app);
            frame.insert("vars", Object::new());
            Value::Object(frame)
        };
        let mut frames: Vec<_> = (0..100).map(|index| frame(index % 10 == 0)).collect();
        slim(&mut frames);
        let full = |frame: &&Value<'_>| frame.get("vars").is_some();
        assert!(frames.iter().step_by(10).all(|frame| full(&frame)));
        assert!(full(&&frames[1]) && full(&&frames[98]) && full(&&frames[99]));
        assert!(!full(&&frames[55]));
        assert!(frames.iter().filter(full).count() <= FULL_FRAMES_MAX);
    }
}
