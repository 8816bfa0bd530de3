//! Text of two bytes a character (UTF-16, the lower byte first) somewhere in a file.

use std::ops::Range;

use super::{cover, mark};
use crate::config::Redaction;
use crate::rules::{Groups, Match};
use crate::secrets::Finder;

/// Shorter texts are no texts but numbers.
const RUN_CHARS_MIN: usize = 5;

/// Text in a file: the bytes that it takes there, and what it says.
struct Run {
    place: Range<usize>,
    text: String,
}

/// Applies a search to every text in a part of a file. Returns how many parts it found.
pub(super) fn apply(content: &mut [u8], search: &Match, redaction: &Redaction) -> usize {
    let mut count = 0;
    each_run(content, |run, content| {
        let mut places = Places::of(run);
        for range in ranges(&run.text, search) {
            cover::wide(places.part(content, range), redaction);
            count += 1;
        }
    });
    count
}

/// Covers the secrets of the catalogue in every text in a file, and notes the kind of each.
pub(super) fn cover_secrets(content: &mut [u8], note: &mut impl FnMut(u16)) {
    each_run(content, |run, content| {
        let (mut places, mut found) = (Places::of(run), Vec::new());
        Finder::shared().find(&run.text, &mut found);
        for secret in found {
            let part = places.part(content, secret.start..secret.end);
            cover::wide_with(part, &mark(secret.kind));
            note(secret.kind);
        }
    });
}

fn ranges(text: &str, search: &Match) -> Vec<Range<usize>> {
    let regex = search.regex();
    if search.groups == Groups::WholeText {
        return regex
            .is_match(text)
            .then_some(0..text.len())
            .into_iter()
            .collect();
    }
    let counts = |found: &regex::Match<'_>| {
        !found.is_empty() && search.check.is_none_or(|check| check(found.as_str()))
    };
    let found = regex.captures_iter(text).flat_map(|captures| {
        let groups = captures
            .iter()
            .enumerate()
            .filter(|(group, _)| search.groups.have(*group));
        groups.filter_map(|(_, found)| found).collect::<Vec<_>>()
    });
    found.filter(counts).map(|found| found.range()).collect()
}

/// Where the parts of a text are in the file. They are asked for from left to right, so that the
/// text is measured once.
struct Places<'r> {
    run: &'r Run,
    /// A place in the text, and the byte of the file where it is.
    reached: (usize, usize),
}

impl<'r> Places<'r> {
    fn of(run: &'r Run) -> Self {
        Self {
            run,
            reached: (0, run.place.start),
        }
    }

    /// The bytes of a part that begins behind the last one; none for any other.
    fn part<'c>(&mut self, content: &'c mut [u8], range: Range<usize>) -> &'c mut [u8] {
        let start = self.reach(range.start);
        let end = self.reach(range.end);
        content.get_mut(start..end).unwrap_or_default()
    }

    fn reach(&mut self, place: usize) -> usize {
        let (from, byte) = self.reached;
        if let Some(text) = self.run.text.get(from..place) {
            self.reached = (place, byte + text.encode_utf16().count() * 2);
        }
        self.reached.1
    }
}

/// Calls `act` for each text, from the first to the last.
fn each_run(content: &mut [u8], mut act: impl FnMut(&Run, &mut [u8])) {
    let mut start = 0;
    while start + 1 < content.len() {
        let run = run_at(content, start);
        if run.text.chars().take(RUN_CHARS_MIN).count() == RUN_CHARS_MIN {
            act(&run, content);
        }
        // Behind the text stands half a character.
        start = run.place.end + 2;
    }
}

/// The text that begins at a place.
fn run_at(content: &[u8], start: usize) -> Run {
    let rest = content.get(start..).unwrap_or_default();
    let units = rest.chunks_exact(2).map(|unit| match unit {
        [low, high] => u16::from_le_bytes([*low, *high]),
        _ => 0,
    });
    let characters = char::decode_utf16(units).map_while(Result::ok);
    let text: String = characters.collect();
    let length = text.encode_utf16().count() * 2;
    Run {
        place: start..start + length,
        text,
    }
}
