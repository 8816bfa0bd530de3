//! Whether a text has the outer form of a number that rules look for, with digits of ASCII.

use super::Seen;

/// Digits of the shortest card number of any rule.
const CARD_DIGITS_MIN: u32 = 14;
/// Characters of an account number after its country and check digits.
const IBAN_REST_MIN: usize = 11;

/// Digits of any script, or more.
pub(super) fn digits_max(seen: Seen, text: &str) -> u32 {
    let digits = count_digits(text.as_bytes());
    if !seen.has(Seen::FOREIGN) {
        return digits;
    }
    // A digit beyond ASCII takes two bytes at least.
    let foreign = text.bytes().filter(|byte| !byte.is_ascii()).count() / 2;
    digits.saturating_add(u32::try_from(foreign).unwrap_or(u32::MAX))
}

/// Digits of ASCII.
fn count_digits(bytes: &[u8]) -> u32 {
    // So many at once that their number fits a byte.
    const BLOCK: usize = 128;
    let count = |block: &[u8]| {
        block
            .iter()
            .map(|byte| u8::from(byte.is_ascii_digit()))
            .sum::<u8>()
    };
    bytes
        .chunks(BLOCK)
        .map(|block| u32::from(count(block)))
        .sum()
}

/// Whether there are three dots, each between two digits.
pub(super) fn has_ipv4(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_digit = |place: usize| bytes.get(place).is_some_and(u8::is_ascii_digit);
    let dots = memchr::memchr_iter(b'.', bytes);
    let mut between = dots.filter(|dot| *dot > 0 && is_digit(*dot - 1) && is_digit(*dot + 1));
    between.nth(2).is_some()
}

/// Whether a colon stands next to a hexadecimal digit or another colon, as in every address.
pub(super) fn has_ipv6(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b':', bytes).any(|colon| {
        let before = colon.checked_sub(1).and_then(|place| bytes.get(place));
        before.is_some_and(u8::is_ascii_hexdigit) || bytes.get(colon + 1) == Some(&b':')
    })
}

/// Whether enough digits for a card stand together, at most one blank or hyphen between two.
pub(super) fn has_card_number(text: &str) -> bool {
    has_digits(text, CARD_DIGITS_MIN)
}

/// Whether so many digits stand together, at most one blank or hyphen between two.
pub(crate) fn has_digits(text: &str, min: u32) -> bool {
    if count_digits(text.as_bytes()) < min {
        return false;
    }
    let (mut run, mut gap) = (0, false);
    for byte in text.bytes() {
        if byte.is_ascii_digit() {
            run += 1;
            gap = false;
            if run >= min {
                return true;
            }
        } else if run > 0 && !gap && matches!(byte, b'-' | b' ' | b'\t'..=b'\r') {
            gap = true;
        } else {
            run = 0;
        }
    }
    false
}

/// Whether three digits, two and four stand together, with hyphens; as a word unless it may have
/// its edges anywhere.
pub(super) fn has_ssn(text: &str, any: bool) -> bool {
    let bytes = text.as_bytes();
    let digits = |range: &[u8]| range.iter().all(u8::is_ascii_digit);
    let is_edge = |place: Option<usize>| {
        let byte = place.and_then(|place| bytes.get(place));
        any || !byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    memchr::memchr_iter(b'-', bytes).any(|hyphen| {
        let start = hyphen.checked_sub(3);
        let area = start.and_then(|start| bytes.get(start..hyphen));
        let rest = bytes.get(hyphen + 1..hyphen + 8);
        area.is_some_and(digits)
            && matches!(rest, Some([a, b, b'-', serial @ ..]) if digits(&[*a, *b]) && digits(serial))
            && is_edge(start.and_then(|start| start.checked_sub(1)))
            && is_edge(Some(hyphen + 8))
    })
}

/// Whether a word is long enough for an account number, and begins like one; `any` that it may
/// begin anywhere in a word, or with digits of other scripts.
pub(super) fn has_iban(text: &str, any: bool) -> bool {
    let bytes = text.as_bytes();
    let is_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    if any {
        let mut words = bytes.split(|byte| !is_of_word(byte));
        return words.any(|word| word.len() >= IBAN_REST_MIN);
    }
    let is_head = |head: &[u8]| {
        matches!(head, [a, b, c, d] if a.is_ascii_uppercase() && b.is_ascii_uppercase()
            && c.is_ascii_digit() && d.is_ascii_digit())
    };
    let mut heads = bytes
        .windows(4)
        .enumerate()
        .filter(|(_, head)| is_head(head));
    heads.any(|(start, _)| {
        let before = start.checked_sub(1).and_then(|place| bytes.get(place));
        let rest = bytes.get(start + 4..start + 4 + IBAN_REST_MIN);
        !before.is_some_and(is_of_word) && rest.is_some_and(|rest| rest.iter().all(is_of_word))
    })
}
