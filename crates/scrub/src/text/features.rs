use super::Words;
use super::letters::{Letters, may_hold_a_word};

/// What a text must have before a regex is worth a try. A hint may let a text through in vain,
/// but never holds one back that the regex matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    Always,
    /// At least so many digits.
    Digits(u32),
    /// At least so many bytes.
    Length(usize),
    /// An `@`.
    At,
    /// An `@` and a `/`.
    UrlAuth,
    /// A `:`.
    Colon,
    /// Fifteen digits, at most one blank or hyphen between two of them.
    CardNumber,
    /// A word that begins with two capitals and two digits.
    Iban,
    /// Three digits, two and four, with hyphens.
    Ssn,
    Bearer,
    Pem,
    Token,
    Password,
}

const CARD_DIGITS_MIN: u32 = 15;
/// Characters of an account number after its country and check digits.
const IBAN_REST_MIN: usize = 11;

/// What is known about a text after one look at each byte. The features of a text also hold, as
/// an upper bound, for what redactions leave of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Features {
    letters: Letters,
    /// Digits of any script, or more.
    digits_max: u32,
    /// The words, once somebody asked.
    words: Option<Words>,
    /// Whether parts of the text stem from redactions.
    redacted: bool,
}

impl Features {
    /// Looks at every byte once. `redacted` says that parts of the text stem from redactions.
    pub(crate) fn of(text: &str, redacted: bool) -> Self {
        let (mut letters, mut digits, mut high) = (Letters::default(), 0, 0);
        for byte in text.bytes() {
            let class = Letters::of(byte);
            letters = letters.and(class);
            digits += class.count(Letters::DIGIT);
            high += class.count(Letters::HIGH);
        }
        Self {
            letters,
            // A digit beyond ASCII takes two bytes at least.
            digits_max: digits + high / 2,
            words: None,
            redacted,
        }
    }

    /// Notes that a redaction took place.
    pub(crate) fn set_redacted(&mut self) {
        self.redacted = true;
    }

    /// Whether a regex with this hint may match `text`: the text that these features are of, or
    /// what redactions left of it.
    pub(crate) fn allow(&mut self, hint: Hint, text: &str) -> bool {
        // NUL is dropped before a search, which may join what it parted.
        if self.has(Letters::NUL) {
            return true;
        }
        match hint {
            Hint::Always => true,
            Hint::Length(bytes) => text.len() >= bytes,
            Hint::At => self.has(Letters::AT),
            Hint::UrlAuth => self.has(Letters::AT) && self.has(Letters::SLASH),
            Hint::Colon => self.has(Letters::COLON),
            Hint::Digits(count) => self.digits_max >= count,
            Hint::CardNumber => {
                self.digits_max >= CARD_DIGITS_MIN
                    && (self.has(Letters::HIGH) || has_card_number(text))
            }
            Hint::Iban => self.digits_max >= 2 && self.has(Letters::UPPER) && self.has_iban(text),
            Hint::Ssn => self.digits_max >= 9 && self.has(Letters::HYPHEN) && has_ssn(text),
            Hint::Bearer => self.words(text).bearer(),
            Hint::Pem => self.has(Letters::HYPHEN) && self.words(text).pem(),
            Hint::Token => self.words(text).token(),
            Hint::Password => self.words(text).password(),
        }
    }

    fn has(&self, class: Letters) -> bool {
        self.letters.overlaps(class)
    }

    fn words(&mut self, text: &str) -> Words {
        if let Some(words) = self.words {
            return words;
        }
        let words = if may_hold_a_word(self.letters) {
            Words::of(text)
        } else {
            Words::default()
        };
        self.words = Some(words);
        words
    }

    fn has_iban(&self, text: &str) -> bool {
        let mut words = text
            .as_bytes()
            .split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
        // The edges of redactions are edges of words too, and check digits may be of any script.
        if self.redacted || self.has(Letters::HIGH) {
            return words.any(|word| word.len() >= IBAN_REST_MIN);
        }
        words.any(|word| {
            matches!(word, [a, b, c, d, rest @ ..] if rest.len() >= IBAN_REST_MIN
                && a.is_ascii_uppercase() && b.is_ascii_uppercase()
                && c.is_ascii_digit() && d.is_ascii_digit())
        })
    }
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
}
