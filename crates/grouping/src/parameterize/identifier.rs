//! Identifiers made of hexadecimal digits (reference/GROUPING.md section 7, patterns 5–8, 11–13).
//!
//! All begin with a word, which the catalogue has seen to.

use super::Failed;
use super::cursor::Cursor;

/// Longer words of hexadecimal digits are no numbers.
const HEX_DIGITS_MAX: usize = 128;

pub(super) fn traceparent(start: Cursor<'_>, _: &mut Failed) -> Option<usize> {
    let w3c = || {
        let flags = lower(start.literal("00-")?, &[32, 16])?.literal("-0")?;
        flags.one(|byte| matches!(byte, b'0' | b'1'))
    };
    let amazon = || lower(start.literal("1-")?, &[8, 24]);
    Some(w3c().or_else(amazon)?.boundary()?.at)
}

pub(super) fn uuid(start: Cursor<'_>, _: &mut Failed) -> Option<usize> {
    let groups = joined(start, &[8, 4, 4, 4, 12], is_hex);
    Some(groups?.boundary()?.at)
}

pub(super) fn sha1(start: Cursor<'_>, _: &mut Failed) -> Option<usize> {
    Some(start.some(40, 40, is_hex)?.boundary()?.at)
}

pub(super) fn md5(start: Cursor<'_>, _: &mut Failed) -> Option<usize> {
    Some(start.some(32, 32, is_hex)?.boundary()?.at)
}

pub(super) fn swift_transaction(start: Cursor<'_>, _: &mut Failed) -> Option<usize> {
    Some(lower(start.literal("tx")?, &[21, 10])?.until_space().at)
}

/// `0x…` of any length and case.
pub(super) fn prefixed(start: Cursor<'_>, _: &mut Failed) -> Option<usize> {
    let digits = start.one_of(&["0x", "0X"])?;
    Some(digits.some(1, usize::MAX, is_hex)?.boundary()?.at)
}

/// A word of hexadecimal digits of one case: four to six of them with a digit and a letter, or
/// eight and more of any kind.
pub(super) fn bare(start: Cursor<'_>, _: &mut Failed) -> Option<usize> {
    let first = after_sign(start)?;
    let end = first.some(4, HEX_DIGITS_MAX, is_hex)?;
    let word = start.text.as_bytes().get(first.at..end.at)?;
    let has_lower = word.iter().any(u8::is_ascii_lowercase);
    let has_upper = word.iter().any(u8::is_ascii_uppercase);
    let is_number = match word.len() {
        4..=6 => (has_lower || has_upper) && word.iter().any(u8::is_ascii_digit),
        7 => false,
        _ => true,
    };
    let is_one_case = !(has_lower && has_upper);
    Some(end.boundary().filter(|_| is_number && is_one_case)?.at)
}

pub(super) fn git_sha(start: Cursor<'_>, _: &mut Failed) -> Option<usize> {
    let end = start.some(7, 7, is_lower_hex)?;
    let word = start.text.as_bytes().get(start.at..end.at)?;
    let is_mixed = word.iter().any(u8::is_ascii_digit) && word.iter().any(u8::is_ascii_alphabetic);
    Some(end.boundary().filter(|_| is_mixed)?.at)
}

/// Where a number begins: here if a word does, or behind a minus sign that is no hyphen.
pub(super) fn after_sign(start: Cursor<'_>) -> Option<Cursor<'_>> {
    match start.literal("-") {
        Some(first) => Some(first).filter(|_| !start.is_after_word()),
        None => Some(start),
    }
}

fn lower<'t>(start: Cursor<'t>, lengths: &[usize]) -> Option<Cursor<'t>> {
    joined(start, lengths, is_lower_hex)
}

/// Takes groups of these lengths with hyphens between them.
fn joined<'t>(start: Cursor<'t>, lengths: &[usize], is: impl Fn(u8) -> bool) -> Option<Cursor<'t>> {
    let mut lengths = lengths.iter();
    let first = *lengths.next()?;
    let mut end = start.some(first, first, &is)?;
    for length in lengths {
        end = end.literal("-")?.some(*length, *length, &is)?;
    }
    Some(end)
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}
