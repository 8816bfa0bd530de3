//! Masks what differs from event to event in a message: numbers, ids, dates, addresses.
//!
//! The patterns are scanners written by hand, because they look at their neighbours, which the
//! `regex` crate cannot. Each position is tried against each pattern in a fixed order; a pattern
//! whose search is not bounded remembers up to where it has failed, so that the whole is linear.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::LazyLock;

use cursor::Cursor;

mod address;
mod cursor;
mod date;
mod hostname;
mod identifier;
mod ip;
mod number;

/// The text with each match replaced by its pattern's name, as in `order <int> failed`
/// (reference/GROUPING.md section 7). Takes time linear in the length of the text.
pub(crate) fn parameterize(text: &str) -> Cow<'_, str> {
    let mut failed = Failed::default();
    let mut masked = String::new();
    let (mut at, mut copied) = (0, 0);
    while at < text.len() {
        match find(Cursor::new(text, at), &mut failed) {
            Some((name, end)) => {
                masked.push_str(text.get(copied..at).unwrap_or_default());
                masked.push_str(name);
                (at, copied) = (end, end);
            }
            None => at += 1,
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    masked.push_str(text.get(copied..).unwrap_or_default());
    Cow::Owned(masked)
}

/// Where the unbounded searches need not be repeated, because they have been there already.
#[derive(Default)]
struct Failed {
    email: usize,
    hostname: usize,
    label: Range<usize>,
    duration: usize,
}

/// Tries to match at a place and returns the end of the match.
type Matcher = fn(Cursor<'_>, &mut Failed) -> Option<usize>;

struct Pattern {
    /// What stands for a match.
    name: &'static str,
    matcher: Matcher,
    /// The bytes with which a match can begin.
    first: &'static [u8],
    /// Whether a letter or digit at the beginning must be the first of its word.
    is_word: bool,
}

const fn pattern(
    name: &'static str,
    matcher: Matcher,
    first: &'static [u8],
    is_word: bool,
) -> Pattern {
    Pattern {
        name,
        matcher,
        first,
        is_word,
    }
}

/// All patterns in the order in which they are tried.
const PATTERNS: [Pattern; 17] = [
    pattern("<email>", address::email, first::EMAIL, false),
    pattern("<url>", address::url, b"whf", true),
    pattern("<hostname>", hostname::hostname, first::LABEL, true),
    pattern("<ip>", ip::ip, first::IP, false),
    pattern("<traceparent>", identifier::traceparent, b"01", true),
    pattern("<uuid>", identifier::uuid, first::HEX, true),
    pattern("<sha1>", identifier::sha1, first::HEX, true),
    pattern("<md5>", identifier::md5, first::HEX, true),
    pattern("<date>", date::date, first::DATE, false),
    pattern("<duration>", number::duration, first::DIGITS, false),
    pattern("<swift_txn_id>", identifier::swift_transaction, b"t", true),
    pattern("<hex>", identifier::hex, first::SIGNED_HEX, true),
    pattern("<git_sha>", identifier::git_sha, first::HEX, true),
    pattern("<float>", number::float, first::NUMBER, true),
    pattern("<int>", number::int, first::NUMBER, true),
    pattern("<quoted_str>", address::quoted, b"'\"", false),
    pattern("<bool>", address::boolean, b"TtFf", false),
];

/// The bytes with which matches can begin.
mod first {
    pub(super) const EMAIL: &[u8] =
        b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+/=?^_`{|}~-";
    pub(super) const LABEL: &[u8] =
        b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
    pub(super) const DIGITS: &[u8] = b"0123456789";
    pub(super) const NUMBER: &[u8] = b"0123456789-";
    pub(super) const HEX: &[u8] = b"0123456789abcdefABCDEF";
    pub(super) const SIGNED_HEX: &[u8] = b"0123456789abcdefABCDEF-";
    pub(super) const IP: &[u8] = b"0123456789abcdefABCDEF:";
    pub(super) const DATE: &[u8] = b"0123456789SMTWFJAONDd";
}

/// For each byte one bit per pattern that can begin with it.
static FIRST: LazyLock<[u32; 256]> = LazyLock::new(|| {
    let mut table = [0; 256];
    for (bit, pattern) in PATTERNS.iter().enumerate() {
        for byte in pattern.first {
            if let Some(patterns) = table.get_mut(usize::from(*byte)) {
                *patterns |= 1 << bit;
            }
        }
    }
    table
});

/// The bits of the patterns that begin with a word.
static WORDS: LazyLock<u32> = LazyLock::new(|| {
    let patterns = PATTERNS.iter().enumerate();
    patterns.fold(0, |bits, (bit, pattern)| {
        bits | u32::from(pattern.is_word) << bit
    })
});

/// The first pattern that matches at this place, and the end of the match.
fn find(start: Cursor<'_>, failed: &mut Failed) -> Option<(&'static str, usize)> {
    let byte = start.byte()?;
    let mut patterns = *FIRST.get(usize::from(byte))?;
    if patterns != 0 && byte.is_ascii_alphanumeric() && !start.is_boundary() {
        patterns &= !*WORDS;
    }
    while patterns != 0 {
        let bit = patterns.trailing_zeros();
        let pattern = PATTERNS.get(usize::try_from(bit).ok()?)?;
        if let Some(end) = (pattern.matcher)(start, failed) {
            return Some((pattern.name, end));
        }
        patterns &= patterns - 1;
    }
    None
}

#[cfg(test)]
mod tests;
