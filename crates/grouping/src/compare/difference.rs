//! The component that separates or joins two events, in one sentence.

use super::rows::{Part, text};
use super::words;
use crate::Component;

/// What joins two events that have a variant in common, and the number of the part that the
/// sentence names.
pub(super) fn joined(variant: &Component<'_>, parts: &[Part<'_, '_>]) -> (String, Option<usize>) {
    let subject = words::subject(variant);
    let same = subject.split_once(' ').map_or(subject, |(_, rest)| rest);
    let counting = || {
        let parts = parts.iter().enumerate();
        parts.filter(|(_, part)| part.counts_left)
    };
    if let Some((place, part)) = counting().rfind(|(_, part)| part.frame.is_some()) {
        let frame = part.frames.0.map(words::frame).unwrap_or_default();
        let sentence = format!("The same {same}, nearest to the crash: {frame}");
        return (sentence, Some(place));
    }
    let Some((first, _)) = counting().next() else {
        return ("Neither event has anything to group by".to_owned(), None);
    };
    let texts = counting().filter_map(|(_, part)| part.left.map(text));
    let texts: Vec<&str> = texts.collect();
    let texts = words::short(&texts.join(", "));
    (format!("The same {same}: {texts}"), Some(first))
}

/// What separates two events, and the number of the part that the sentence names.
pub(super) fn separated(
    left: &Component<'_>,
    right: &Component<'_>,
    parts: &[Part<'_, '_>],
) -> (String, Option<usize>) {
    let (by_left, by_right) = (words::subject(left), words::subject(right));
    let is_by_frames = |by: &str| by.ends_with("frames") || by.starts_with("the frames");
    if by_left != by_right && !(is_by_frames(by_left) && is_by_frames(by_right)) {
        return (
            format!("Grouped by different things: {by_left} / {by_right}"),
            None,
        );
    }
    let ranks = Ranks::new(parts);
    let differing = parts.iter().enumerate().filter(|part| !part.1.is_same());
    match differing.min_by_key(|(place, part)| (ranks.of(part), *place)) {
        Some((place, part)) => (sentence(part, &ranks), Some(place)),
        None => ("The same texts in a different order".to_owned(), None),
    }
}

fn sentence(part: &Part<'_, '_>, ranks: &Ranks) -> String {
    if let (Some(alone), None) | (None, Some(alone)) = part.exceptions {
        let side = words::side(part.exceptions.0.is_some());
        let name = words::exception(alone);
        return format!("An exception that only the {side} event has: {name}");
    }
    let place = ranks.distance(part).map(words::place_of_frame);
    if let Some(sentence) = place.as_ref().and_then(|place| of_frame(part, place)) {
        return sentence;
    }
    let name = words::name(&part.path);
    let of = match place {
        Some(place) => format!(" in {place}"),
        None => ranks.of_cause(part),
    };
    let shown = |side: Option<&Component<'_>>| words::short(side.map(text).unwrap_or_default());
    match (part.counts_left, part.counts_right) {
        (true, true) => {
            let (left, right) = (shown(part.left), shown(part.right));
            format!("Different {name}{of}: {left} / {right}")
        }
        (is_left, _) => {
            let counting = shown(if is_left { part.left } else { part.right });
            let side = words::side(is_left);
            format!("Only in the {side} event the {name}{of} counts: {counting}")
        }
    }
}

/// The sentence for a frame that counts in one event only.
fn of_frame(part: &Part<'_, '_>, place: &str) -> Option<String> {
    let (left, right) = part.frames;
    if let (Some(alone), None) | (None, Some(alone)) = (left, right) {
        let side = words::side(left.is_some());
        let name = words::frame(alone);
        return Some(format!(
            "A frame that only the {side} event has, {place}: {name}"
        ));
    }
    let (left, right) = (left?, right?);
    if left.contributes == right.contributes {
        return None;
    }
    let (counting, other) = if left.contributes {
        (left, right)
    } else {
        (right, left)
    };
    let why = other.hint.as_deref();
    let why = why.map(|hint| format!(" ({hint})")).unwrap_or_default();
    Some(format!(
        "{} counts only in the {} event: {}{why}",
        words::capitalised(place),
        words::side(left.contributes),
        words::frame(counting),
    ))
}

/// How near to the crash each part is.
struct Ranks {
    /// For each pair of frames, how many that count on either side stand nearer to the crash, in
    /// the stack trace of the same exception.
    distances: Vec<usize>,
    exceptions: usize,
}

impl Ranks {
    fn new(parts: &[Part<'_, '_>]) -> Self {
        let count = |number: &dyn Fn(&Part<'_, '_>) -> Option<usize>| {
            parts
                .iter()
                .filter_map(number)
                .max()
                .map_or(0, |last| last + 1)
        };
        let frames = count(&|part| part.frame);
        let mut counts = vec![(false, None); frames];
        for part in parts {
            if let Some(cell) = part.frame.and_then(|frame| counts.get_mut(frame)) {
                cell.0 |= part.counts_left || part.counts_right;
                cell.1 = part.exception;
            }
        }
        let mut distances = vec![0; frames];
        let (mut nearer, mut exception) = (0, None);
        for (cell, distance) in counts.iter().zip(&mut distances).rev() {
            if exception != Some(cell.1) {
                (nearer, exception) = (0, Some(cell.1));
            }
            *distance = nearer;
            nearer += usize::from(cell.0);
        }
        Self {
            distances,
            exceptions: count(&|part| part.exception),
        }
    }

    fn distance(&self, part: &Part<'_, '_>) -> Option<usize> {
        self.distances.get(part.frame?).copied()
    }

    /// What is looked at first: the last exception before its causes, its type before its value,
    /// and both before its frames, of which those nearest to the crash come first.
    fn of(&self, part: &Part<'_, '_>) -> (usize, usize) {
        let cause = part.exception.map_or(0, |number| self.exceptions - number);
        let within = match (part.path.last().copied(), self.distance(part)) {
            (Some("type"), _) => 0,
            (_, None) => 1,
            (_, Some(distance)) => distance + 2,
        };
        (cause, within)
    }

    fn of_cause(&self, part: &Part<'_, '_>) -> String {
        let is_cause = part
            .exception
            .is_some_and(|number| number + 1 < self.exceptions);
        let names = [part.exceptions.0, part.exceptions.1];
        match names.into_iter().flatten().next().filter(|_| is_cause) {
            Some(exception) if part.path.last() != Some(&"type") => {
                format!(" of the cause {}", words::exception(exception))
            }
            Some(_) => " of a cause".to_owned(),
            None => String::new(),
        }
    }
}
