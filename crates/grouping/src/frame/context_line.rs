use std::borrow::Cow;

use super::{Frame, filename};
use crate::platform::Family;
use crate::{Component, Version};

/// Longer lines are generated or minified and change with every build.
const LINE_CHARACTERS_MAX: usize = 120;

/// The source line of the call, for the platforms whose SDKs send it
/// (reference/GROUPING.md section 3 "context line").
pub(super) fn component<'e>(frame: &Frame<'e>, version: Version) -> Option<Component<'e>> {
    let platforms = ["javascript", "node", "python", "php", "ruby"];
    let raw = frame.context_line?;
    if !platforms.contains(&frame.platform.name) {
        return None;
    }
    let line = single_spaces(raw);
    if line.is_empty() {
        return None;
    }
    let is_long = raw.len() > LINE_CHARACTERS_MAX && raw.chars().nth(LINE_CHARACTERS_MAX).is_some();
    let has_function = frame
        .function
        .as_deref()
        .is_some_and(|name| !name.is_empty());
    let line = if version >= Version::Newstyle2026 {
        without_process_ids(frame, line)
    } else {
        line
    };
    let component = Component::leaf("context-line", line);
    Some(if is_long {
        component.without("discarded because line too long")
    } else if frame.platform.family == Family::JavaScript
        && !has_function
        && filename::has_url_origin(frame.abs_path, true)
    {
        component.without("discarded because from URL origin and no function")
    } else {
        component
    })
}

/// Runs of white space as one space, none at the ends.
fn single_spaces(text: &str) -> Cow<'_, str> {
    let text = text.trim_matches(is_space);
    let mut former = b'x';
    let is_clean = text.bytes().all(|byte| {
        let is_clean = byte.is_ascii() && (byte > b' ' || (byte == b' ' && former != b' '));
        former = byte;
        is_clean
    });
    if is_clean {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    for word in text.split(is_space).filter(|word| !word.is_empty()) {
        if !clean.is_empty() {
            clean.push(' ');
        }
        clean.push_str(word);
    }
    Cow::Owned(clean)
}

/// White space as Python splits at it.
fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&character)
}

/// The command line of a process that Python's `multiprocessing` started holds two numbers that
/// differ each time (reference/GROUPING.md section 3 "whole frame", 2026 python).
fn without_process_ids<'e>(frame: &Frame<'_>, line: Cow<'e, str>) -> Cow<'e, str> {
    let is_main = frame.module == Some("__main__")
        && frame.filename == Some("<string>")
        && frame.function.as_deref() == Some("<module>");
    if !is_main || !frame.platform.is("python") {
        return line;
    }
    mask_numbers(&line).map_or(line, Cow::Owned)
}

fn mask_numbers(line: &str) -> Option<String> {
    const IMPORT: &str = "from multiprocessing.spawn import spawn_main; spawn_main(";
    let start = line.find(IMPORT)?;
    let arguments = line.get(start + IMPORT.len()..)?;
    let name = ["tracker_fd", "parent_pid"]
        .into_iter()
        .find(|name| arguments.starts_with(name))?;
    let rest = after_number(arguments.strip_prefix(name)?)?;
    let rest = after_number(rest.strip_prefix(", pipe_handle")?)?;
    let before = line.get(..start + IMPORT.len())?;
    rest.starts_with(')')
        .then(|| format!("{before}{name}=<int>, pipe_handle=<int>{rest}"))
}

fn after_number(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('=')?;
    let rest = digits.trim_start_matches(|character: char| character.is_ascii_digit());
    (rest.len() < digits.len()).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_runs_become_one_space() {
        assert_eq!(single_spaces("\t a \t b  c "), "a b c");
        assert!(matches!(single_spaces("  a b "), Cow::Borrowed("a b")));
    }

    #[test]
    fn process_ids_of_spawned_workers_are_masked() {
        let line = "from multiprocessing.spawn import spawn_main; \
                    spawn_main(tracker_fd=5, pipe_handle=77)";
        let masked = mask_numbers(line).unwrap();
        assert!(masked.ends_with("spawn_main(tracker_fd=<int>, pipe_handle=<int>)"));
        assert_eq!(mask_numbers("spawn_main(tracker_fd=5)"), None);
    }
}
