//! Where a text that is over its limit may be cut, so that no first part of a secret stays behind.
//!
//! Limits apply before scrubbing, as in Relay. A cut through a secret would leave a part of it that
//! nobody knows for one, so that the cut goes back to in front of it. Texts within their limits
//! cost nothing.

use std::cell::Cell;
use std::fmt::Debug;

/// How much of a text behind a cut is looked at: more than any token, key or session has.
const LOOK_AHEAD_BYTES_MAX: usize = 16 * 1024;
/// What scrubbing sees in place of the dots behind a cut: nothing that belongs to any word.
const MARK: char = '\0';
/// How often a cut goes back before it goes in front of everything sensitive.
const STEPS_MAX: usize = 4;
/// How far in front of a cut a part must end for the rest of the text not to matter to it.
const REACH_BYTES: usize = 1024;
/// More bytes than this of one event are not searched once more, after the one search that every
/// text over its limit gets: the cuts then go in front of everything sensitive at once.
const REPEATED_BYTES_MAX: usize = 1024 * 1024;

/// How many more bytes of an event may be searched once more.
#[derive(Debug)]
pub(crate) struct Repeats(Cell<usize>);

impl Default for Repeats {
    fn default() -> Self {
        Self(Cell::new(REPEATED_BYTES_MAX))
    }
}

impl Repeats {
    /// Takes `bytes` from what is left; `None` when that is not enough.
    fn take(&self, bytes: usize) -> Option<()> {
        self.0.set(self.0.get().checked_sub(bytes)?);
        Some(())
    }
}

/// A part of a text that scrubbing takes out: bytes from `start` to before `end`, both on the
/// borders of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SensitivePart {
    /// What finds it. Of two parts with one rule, one is found wherever the other would be hidden.
    pub rule: usize,
    /// Its first byte.
    pub start: usize,
    /// The byte behind its last.
    pub end: usize,
}

/// Knows what scrubbing takes out of a text. Normalisation asks it before it cuts one.
pub trait Sensitive: Debug + Sync {
    /// The parts of a text that scrubbing may take out, in any order; in time linear in its length.
    /// A NUL stands for something that is not there any more.
    fn parts(&self, text: &str) -> Vec<SensitivePart>;
}

/// Where to cut a text that is to be cut at `end`, a border of characters: there, or as far in
/// front of it as it takes for everything sensitive in what is kept to be found without the rest.
/// Mostly nothing sensitive is near `end`, and one search says so.
pub(crate) fn safe_end(
    sensitive: &dyn Sensitive,
    text: &str,
    end: usize,
    repeats: &Repeats,
) -> usize {
    let parts = sensitive.parts(head(text, end.saturating_add(LOOK_AHEAD_BYTES_MAX)));
    let mut safe = end;
    for _ in 0..STEPS_MAX {
        let is_near =
            |it: &SensitivePart| it.start < safe && it.end.saturating_add(REACH_BYTES) > safe;
        if !parts.iter().any(is_near) {
            return safe;
        }
        if repeats.take(safe).is_none() {
            break;
        }
        let kept = format!("{}{MARK}", text.get(..safe).unwrap_or_default());
        match first_lost(&parts, sensitive.parts(&kept), safe) {
            Some(start) => safe = start,
            None => return safe,
        }
    }
    let starts = parts.iter().map(|part| part.start);
    starts.fold(safe, usize::min)
}

/// Whether something sensitive stands in a text at `start` or later, or reaches that far.
pub(crate) fn is_behind(sensitive: &dyn Sensitive, text: &str, start: usize) -> bool {
    sensitive.parts(text).iter().any(|part| part.end > start)
}

/// Where the first of the parts begins that is not found any more when the text ends at `end`.
fn first_lost(parts: &[SensitivePart], mut found: Vec<SensitivePart>, end: usize) -> Option<usize> {
    found.sort_unstable();
    let is_lost = |part: &&SensitivePart| {
        let before = found.partition_point(|it| (it.rule, it.start) <= (part.rule, part.start));
        let cover = before.checked_sub(1).and_then(|place| found.get(place));
        let is_covered = |it: &SensitivePart| it.rule == part.rule && it.end >= part.end.min(end);
        part.start < end && !cover.is_some_and(is_covered)
    };
    let lost = parts.iter().filter(is_lost);
    lost.map(|part| part.start).min()
}

/// The first bytes of a text, at most `bytes_max`, that end at the border of a character.
fn head(text: &str, bytes_max: usize) -> &str {
    let mut ends = (0..=bytes_max.min(text.len())).rev();
    ends.find_map(|end| text.get(..end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of digits are sensitive from four on; those in brackets however short, if the bracket
    /// is closed.
    #[derive(Debug)]
    struct Digits;

    impl Sensitive for Digits {
        fn parts(&self, text: &str) -> Vec<SensitivePart> {
            let mut parts = Vec::new();
            let mut start = 0;
            for word in text.split(|c: char| !c.is_ascii_digit()) {
                let end = start + word.len();
                let is_in_brackets = text.get(..start).unwrap_or_default().ends_with('(')
                    && text.get(end..).unwrap_or_default().starts_with(')');
                if word.len() >= 4 || is_in_brackets && !word.is_empty() {
                    let rule = usize::from(is_in_brackets);
                    parts.push(SensitivePart { rule, start, end });
                }
                start = end + 1;
            }
            parts
        }
    }

    #[track_caller]
    fn check(text: &str, end: usize, expected: &str) {
        let safe = safe_end(&Digits, text, end, &Repeats::default());
        assert_eq!(text.get(..safe), Some(expected));
    }

    #[test]
    fn a_cut_goes_back_to_in_front_of_what_would_not_be_found_any_more() {
        check("card 12345678 and more", 8, "card ");
        check("card (12) and more", 8, "card (");
        check("card (12345) and more", 11, "card (");
        check("(1) (2) (3) (4)", 14, "(1) (2) (3) (");
    }

    #[test]
    fn a_cut_stays_where_it_harms_nothing() {
        check("card 12345678 and more", 5, "card ");
        check("card 12345678 and more", 11, "card 123456");
        check("card 12345678 and more", 15, "card 12345678 a");
        check("no digits at all", 5, "no di");
        assert_eq!(safe_end(&Digits, "", 0, &Repeats::default()), 0);
    }

    /// Digits, and how often they were asked for.
    #[derive(Debug, Default)]
    struct Counted(std::sync::atomic::AtomicUsize);

    impl Sensitive for Counted {
        fn parts(&self, text: &str) -> Vec<SensitivePart> {
            self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            Digits.parts(text)
        }
    }

    #[test]
    fn a_text_is_searched_once_where_nothing_sensitive_is_near_its_cut() {
        let searches = |text: &str, end| {
            let counted = Counted::default();
            let safe = safe_end(&counted, text, end, &Repeats::default());
            (safe, counted.0.into_inner())
        };
        let far = format!("card 12345678 {}", "x".repeat(2 * REACH_BYTES));
        let end = far.len() - 1;
        assert_eq!(searches(&far, end), (end, 1));
        assert_eq!(searches("a text, then 12345678", 6), (6, 1));
        assert_eq!(searches("card 12345678 and more", 15), (15, 2));
        assert_eq!(searches("card 12345678 and more", 8), (5, 2));
    }

    #[test]
    fn when_an_event_was_searched_enough_cuts_go_in_front_of_everything_sensitive() {
        let repeats = Repeats(Cell::new(20));
        let cut = |text: &str, end| safe_end(&Digits, text, end, &repeats);
        assert_eq!(cut("is 1234 x and more", 13), 13);
        assert_eq!(cut("is 1234 x and more", 13), 3);
        assert_eq!(cut("no digits at all", 13), 13);
    }

    #[test]
    fn what_follows_far_behind_is_not_looked_at() {
        let text = format!("é{}é1234", "x".repeat(2 * LOOK_AHEAD_BYTES_MAX));
        assert_eq!(safe_end(&Digits, &text, 2, &Repeats::default()), 2);
        assert!(is_behind(&Digits, "a 1234 b", 3) && !is_behind(&Digits, "a 1234 b", 6));
    }
}
