use super::Words;

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

const DIGIT: u8 = 1;
const AT: u8 = 2;
const SLASH: u8 = 4;
const COLON: u8 = 8;
const HYPHEN: u8 = 16;
const NUL: u8 = 32;
const HIGH: u8 = 64;
const UPPER: u8 = 128;

const CLASSES: [u8; 256] = classes();

#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "evaluated at compile time over exactly 256 bytes"
)]
const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'@' => AT,
            b'/' => SLASH,
            b':' => COLON,
            b'-' => HYPHEN,
            0 => NUL,
            128..=255 => HIGH,
            b'A'..=b'Z' => UPPER,
            _ => 0,
        };
        byte += 1;
    }
    table
}

/// What is known about a text after one look at each byte. The features of a text also hold, as
/// an upper bound, for what redactions leave of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Features {
    classes: u8,
    digits: u32,
    /// The words, once somebody asked.
    words: Option<Words>,
    /// Whether parts of the text stem from redactions.
    redacted: bool,
}

impl Features {
    /// Looks at every byte once. `redacted` says that parts of the text stem from redactions.
    #[expect(clippy::indexing_slicing, reason = "a byte indexes a table of 256")]
    pub(crate) fn of(text: &str, redacted: bool) -> Self {
        let (mut classes, mut digits) = (0, 0);
        for byte in text.bytes() {
            let class = CLASSES[usize::from(byte)];
            classes |= class;
            digits += u32::from(class & DIGIT);
        }
        Self {
            classes,
            digits,
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
        if self.has(NUL) {
            return true;
        }
        match hint {
            Hint::Always => true,
            Hint::Length(bytes) => text.len() >= bytes,
            Hint::At => self.has(AT),
            Hint::UrlAuth => self.has(AT) && self.has(SLASH),
            Hint::Colon => self.has(COLON),
            // Regexes know digits and blanks beyond ASCII too.
            Hint::Digits(count) => self.has(HIGH) || self.digits >= count,
            Hint::CardNumber => self.has(HIGH) || self.digits >= 15 && has_card_number(text),
            // The edges of redactions are edges of words, which the search for the head ignores.
            Hint::Iban => {
                self.has(HIGH)
                    || self.digits >= 2 && self.has(UPPER) && (self.redacted || has_iban_head(text))
            }
            Hint::Ssn => self.digits >= 9 && self.has(HYPHEN) && has_ssn(text),
            Hint::Bearer => self.words(text).bearer(),
            Hint::Pem => self.has(HYPHEN) && self.words(text).pem(),
            Hint::Token => self.words(text).token(),
            Hint::Password => self.words(text).password(),
        }
    }

    fn has(&self, class: u8) -> bool {
        self.classes & class != 0
    }

    fn words(&mut self, text: &str) -> Words {
        *self.words.get_or_insert_with(|| Words::of(text))
    }
}

fn has_card_number(text: &str) -> bool {
    const DIGITS_MIN: u32 = 15;
    let (mut run, mut gap) = (0, false);
    for byte in text.bytes() {
        if byte.is_ascii_digit() {
            run += 1;
            gap = false;
            if run >= DIGITS_MIN {
                return true;
            }
        } else if run > 0 && !gap && (byte == b'-' || matches!(byte, b' ' | b'\t'..=b'\r')) {
            gap = true;
        } else {
            run = 0;
        }
    }
    false
}

fn has_iban_head(text: &str) -> bool {
    const LENGTH_MIN: usize = 15;
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    text.as_bytes().split(|byte| !is_word(byte)).any(|word| {
        word.len() >= LENGTH_MIN
            && matches!(word, [a, b, c, d, ..] if a.is_ascii_uppercase()
                && b.is_ascii_uppercase() && c.is_ascii_digit() && d.is_ascii_digit())
    })
}

fn has_ssn(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |range: &[u8]| range.iter().all(u8::is_ascii_digit);
    memchr::memchr_iter(b'-', bytes).any(|hyphen| {
        let area = hyphen.checked_sub(3).and_then(|start| bytes.get(start..hyphen));
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
        assert!(Features::of("[x]DE89370400440532013000", true).allow(Hint::Iban, "xDE89"));
        assert!(allows(Hint::Password, "pass\0word"));
    }
}
