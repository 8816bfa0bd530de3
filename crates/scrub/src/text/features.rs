use super::scan::Seen;
use super::words::{Words, is_whole_word};
use super::{Hint, Hints};

const CARD_DIGITS_MIN: u32 = 15;
/// Characters of an account number after its country and check digits.
const IBAN_REST_MIN: usize = 11;

/// What is known about a text after one look at each byte. The features of a text also hold, as
/// an upper bound, for what redactions leave of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Features {
    hints: Hints,
    seen: Seen,
    /// The words, once somebody asked.
    words: Option<Words>,
    /// Whether parts of the text stem from redactions.
    redacted: bool,
}

impl Features {
    /// Looks at every byte once. `redacted` says that parts of the text stem from redactions.
    pub(crate) fn of(text: &str, redacted: bool) -> Self {
        let seen = Seen::of(text.as_bytes());
        Self {
            hints: hints(seen, text),
            seen,
            words: None,
            redacted,
        }
    }

    /// The hints that may hold; [`Features::allow`] looks closer.
    pub(crate) fn hints(&self) -> Hints {
        self.hints
    }

    /// Notes that a redaction took place.
    pub(crate) fn set_redacted(&mut self) {
        self.redacted = true;
    }

    /// Whether a regex with this hint may match `text`: the text that these features are of, or
    /// what redactions left of it.
    pub(crate) fn allow(&mut self, hint: Hint, text: &str) -> bool {
        // NUL is dropped before a search, which may join what it parted.
        if self.seen.has(Seen::NUL) {
            return true;
        }
        if !self.hints.overlap(Hints::of(hint)) {
            return false;
        }
        match hint {
            Hint::Always | Hint::At | Hint::UrlAuth | Hint::Mac | Hint::UserPath => true,
            Hint::Length(bytes) => text.len() >= bytes,
            Hint::Digits(count) => digits_max(self.seen, text) >= count,
            Hint::Ipv6 => has_ipv6(text),
            Hint::CardNumber => self.seen.has(Seen::HIGH) || has_card_number(text),
            Hint::Iban => self.has_iban(text),
            Hint::Ssn => has_ssn(text),
            Hint::Bearer => self.words(text).bearer(),
            Hint::Pem => self.words(text).pem(),
            Hint::Token => self.words(text).token(),
            Hint::Password => self.words(text).password(),
        }
    }

    /// Whether the regex with this hint matches without doubt, once the hint allows it.
    pub(crate) fn assure(&mut self, hint: Hint, text: &str) -> bool {
        let is_plain = !self.redacted && !self.seen.has(Seen::HIGH) && !self.seen.has(Seen::NUL);
        is_plain
            && match hint {
                Hint::Token => self.words(text).token(),
                Hint::Password => self.words(text).password_surely(),
                _ => false,
            }
    }

    fn words(&mut self, text: &str) -> Words {
        *self.words.get_or_insert_with(|| Words::of(text))
    }

    fn has_iban(&self, text: &str) -> bool {
        let mut words = text
            .as_bytes()
            .split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
        // The edges of redactions are edges of words too, and check digits may be of any script.
        if self.redacted || self.seen.has(Seen::HIGH) {
            return words.any(|word| word.len() >= IBAN_REST_MIN);
        }
        words.any(|word| {
            matches!(word, [a, b, c, d, rest @ ..] if rest.len() >= IBAN_REST_MIN
                && a.is_ascii_uppercase() && b.is_ascii_uppercase()
                && c.is_ascii_digit() && d.is_ascii_digit())
        })
    }
}

/// The hints that may hold for a text in which `seen` was seen.
fn hints(seen: Seen, text: &str) -> Hints {
    if seen.has(Seen::NUL) {
        return Hints::ALL;
    }
    // Two letters beyond ASCII count as `s` and `k` when case is ignored.
    let folds = seen.has(Seen::HIGH);
    let word = |beginning| folds || seen.has(beginning);
    let hyphen = seen.has(Seen::HYPHEN);
    let hints = Hints::of(Hint::Always)
        .add(Hint::At, seen.has(Seen::AT))
        .add(Hint::UrlAuth, seen.has(Seen::AT) && seen.has(Seen::SLASH))
        .add(Hint::Ipv6, seen.has(Seen::COLON))
        .add(Hint::Mac, hyphen || seen.has(Seen::COLON))
        .add(Hint::UserPath, seen.has(Seen::SLASH) && word(Seen::HOME))
        .add(Hint::Iban, seen.has(Seen::IBAN))
        .add(Hint::Bearer, word(Seen::BEARER))
        .add(Hint::Pem, hyphen && word(Seen::PEM))
        .add(Hint::Token, word(Seen::TOKEN))
        .add(Hint::Password, word(Seen::PASSWORD) || is_whole_word(text));
    if !folds && !seen.has(Seen::DIGIT) {
        return hints;
    }
    let digits = digits_max(seen, text);
    hints
        .add(Hint::Digits(0), true)
        .add(Hint::CardNumber, digits >= CARD_DIGITS_MIN)
        .add(Hint::Iban, folds && digits >= 2 && seen.has(Seen::UPPER))
        .add(Hint::Ssn, digits >= 9 && hyphen)
}

/// Digits of any script, or more.
fn digits_max(seen: Seen, text: &str) -> u32 {
    let count = |is: fn(&u8) -> bool| text.as_bytes().iter().filter(|byte| is(byte)).count();
    let mut digits = count(u8::is_ascii_digit);
    if seen.has(Seen::HIGH) {
        // A digit beyond ASCII takes two bytes at least.
        digits += count(|byte| !byte.is_ascii()) / 2;
    }
    u32::try_from(digits).unwrap_or(u32::MAX)
}

/// Whether a colon stands next to a hexadecimal digit or another colon, as in every address.
fn has_ipv6(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b':', bytes).any(|colon| {
        let before = colon.checked_sub(1).and_then(|place| bytes.get(place));
        before.is_some_and(u8::is_ascii_hexdigit) || bytes.get(colon + 1) == Some(&b':')
    })
}

fn has_card_number(text: &str) -> bool {
    let (mut run, mut gap) = (0, false);
    for byte in text.bytes() {
        if byte.is_ascii_digit() {
            run += 1;
            gap = false;
            if run >= CARD_DIGITS_MIN {
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

fn has_ssn(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |range: &[u8]| range.iter().all(u8::is_ascii_digit);
    memchr::memchr_iter(b'-', bytes).any(|hyphen| {
        let area = hyphen
            .checked_sub(3)
            .and_then(|start| bytes.get(start..hyphen));
        let rest = bytes.get(hyphen + 1..hyphen + 8);
        area.is_some_and(digits)
            && matches!(rest, Some([a, b, b'-', serial @ ..]) if digits(&[*a, *b]) && digits(serial))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(hint: Hint, text: &str) -> bool {
        Features::of(text, false).allow(hint, text)
    }

    #[test]
    fn card_numbers_may_be_grouped_but_not_scattered() {
        assert!(allows(Hint::CardNumber, "x 4111 1111-1111 1111 y"));
        assert!(!allows(Hint::CardNumber, "4111  1111  1111  1111"));
        assert!(!allows(
            Hint::CardNumber,
            "at 0x7f0156e4c110, 2026-11-20T10:00:00"
        ));
    }

    #[test]
    fn ibans_and_social_security_numbers_are_told_from_other_digits() {
        assert!(allows(Hint::Iban, "to DE89370400440532013000."));
        assert!(!allows(Hint::Iban, "HTTP/1.1 DEADBEEF 12345678901234567"));
        assert!(allows(Hint::Ssn, "ssn 078-05-1120"));
        assert!(!allows(Hint::Ssn, "2026-11-20T10:00:00"));
    }

    #[test]
    fn text_beyond_ascii_and_redacted_text_are_not_ruled_out_too_early() {
        assert!(allows(Hint::CardNumber, "٤١١١ ١١١١ ١١١١ ١١١١"));
        assert!(!allows(Hint::CardNumber, "Hauptstraße 5 in Köln"));
        let glued = "xDE89370400440532013000";
        assert!(Features::of(glued, true).allow(Hint::Iban, glued));
        assert!(allows(Hint::Password, "pass\0word"));
    }

    #[test]
    fn hints_of_addresses_and_folders_rule_plain_text_out() {
        assert!(allows(Hint::Ipv6, "at ::1") && allows(Hint::Ipv6, "fe80::1"));
        assert!(!allows(Hint::Ipv6, "http://host/, To: x"));
        assert!(allows(Hint::UserPath, "C:\\Users\\x") && allows(Hint::UserPath, "/home/x"));
        assert!(!allows(Hint::UserPath, "/srv/app/views.py"));
    }
}
