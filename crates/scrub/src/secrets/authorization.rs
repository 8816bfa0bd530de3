use std::ops::Range;

use super::alphabet::Alphabet;
use super::placeholder::is_placeholder;
use super::stops::Stops;
use super::value::{Place, quoted_length};

/// Schemes with one word of credentials, then those with parameters (the registry of HTTP
/// authentication schemes, and those that services made up).
const WORD_SCHEMES: [&str; 14] = [
    "basic",
    "bearer",
    "token",
    "negotiate",
    "ntlm",
    "apikey",
    "api-key",
    "key",
    "jwt",
    "ssws",
    "splunk",
    "bot",
    "dpop",
    "ghost",
];
const PARAMETER_SCHEMES: [&str; 8] = [
    "digest",
    "aws4-hmac-sha256",
    "hawk",
    "oauth",
    "mac",
    "signature",
    "sharedaccesssignature",
    "scram-sha-256",
];
/// Bytes of the longest scheme.
const SCHEME_BYTES_MAX: usize = 21;
/// The least of credentials whose scheme nobody knows.
const BARE_BYTES_MIN: usize = 8;
/// A longer word needs its digit so soon.
const HEAD_BYTES: usize = 64;
/// Blanks behind the scheme.
const GAP_BYTES_MAX: usize = 4;
/// What ends a word of credentials.
const STOPS: Stops = Stops::new(b" ,;\n\r\t\"'`");
/// Schemes that are credentials wherever they stand in front of a long word.
const LOOSE_SCHEMES: [&str; 2] = ["basic", "bearer"];

/// The credentials in the value of an `Authorization` header. The scheme stays.
pub(super) fn credentials(bytes: &[u8], place: Place) -> Option<Range<usize>> {
    let value = bytes.get(place.start..)?;
    let name = value.get(..Alphabet::HYPHENATED.count(value, SCHEME_BYTES_MAX))?;
    let rest = value.get(name.len()..)?;
    let gap = rest.iter().take(GAP_BYTES_MAX);
    let gap = gap.take_while(|byte| matches!(byte, b' ' | b'+')).count();
    let rest = rest.get(gap..)?;
    let start = place.start + name.len() + gap;
    if gap > 0 && is_one_of(&PARAMETER_SCHEMES, name) {
        let length = parameters_length(rest);
        let is_secret = !is_placeholder(rest.get(..length)?);
        return is_secret.then_some(start..start + length);
    }
    if gap > 0 && is_one_of(&WORD_SCHEMES, name) {
        let length = STOPS.length(rest);
        let is_secret = !is_placeholder(rest.get(..length)?);
        return is_secret.then_some(start..start + length);
    }
    let head = value.get(..HEAD_BYTES).unwrap_or(value);
    let head = head.get(..STOPS.length(head))?;
    if head.len() < BARE_BYTES_MIN || !head.iter().any(u8::is_ascii_digit) {
        return None;
    }
    let length = STOPS.length(value);
    let is_secret = !is_placeholder(value.get(..length)?);
    is_secret.then(|| place.start..place.start + length)
}

/// The length of `name=value, name="value"`.
fn parameters_length(rest: &[u8]) -> usize {
    let mut length = 0;
    loop {
        let part = rest.get(length..).unwrap_or_default();
        let value = STOPS.length(part);
        let after = part.get(value..).unwrap_or_default();
        let ends_name = part.get(..value).is_some_and(|part| part.ends_with(b"="));
        length += value;
        let after = match after {
            [b'"', quoted @ ..] if ends_name => {
                let quoted = quoted_length(quoted, b'"') + 2;
                length += quoted;
                after.get(quoted..).unwrap_or_default()
            }
            _ => after,
        };
        let blanks = match after {
            [b',', blanks @ ..] => 1 + length_of_blanks(blanks),
            _ => return length.min(rest.len()),
        };
        length += blanks;
    }
}

fn length_of_blanks(rest: &[u8]) -> usize {
    rest.iter()
        .take_while(|byte| matches!(byte, b' ' | b'+'))
        .count()
}

/// The credentials around a long run in any text, when `Bearer` or `Basic` stands in front.
/// Nothing is looked at before `from`.
pub(super) fn loose(bytes: &[u8], from: usize, run: &Range<usize>) -> Option<Range<usize>> {
    let before = bytes.get(from..run.start)?;
    let start = run.start - Alphabet::TOKEN68.count_back(before, before.len());
    let before = bytes.get(from..start)?.strip_suffix(b" ")?;
    let word =
        before.get(before.len() - Alphabet::LETTERS.count_back(before, SCHEME_BYTES_MAX)..)?;
    if !is_one_of(&LOOSE_SCHEMES, word) {
        return None;
    }
    let rest = bytes.get(start..)?;
    let value = rest.get(..Alphabet::TOKEN68.count(rest, rest.len()))?;
    let is_secret = value.iter().any(u8::is_ascii_digit);
    is_secret.then(|| start..start + value.len())
}

fn is_one_of(schemes: &[&str], name: &[u8]) -> bool {
    schemes
        .iter()
        .any(|scheme| name.eq_ignore_ascii_case(scheme.as_bytes()))
}
