use super::grams::{GRAMS, Gram, KNOWN, class};

/// What one look at each byte of a text finds: marks for kinds of bytes, and pieces of the words
/// that rules look for. Most texts have none of those pieces, and then no search for the words is
/// needed.
///
/// A piece is three bytes, and every second place is looked at: of the two pieces that stand next
/// to each other in a word, one is met wherever the word begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen(u32);

/// A text and what one look at it found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look<'t> {
    pub(crate) text: &'t str,
    pub(crate) seen: Seen,
}

impl<'t> Look<'t> {
    /// Looks at every byte of a text.
    pub(crate) fn at(text: &'t str) -> Self {
        Self {
            text,
            seen: Seen::of(text.as_bytes()),
        }
    }
}

const MARKS_START: u32 = 16;

impl Seen {
    pub(crate) const DIGIT: Self = Self::mark(0);
    pub(crate) const AT: Self = Self::mark(1);
    /// A slash or a backslash.
    pub(crate) const SLASH: Self = Self::mark(2);
    pub(crate) const COLON: Self = Self::mark(3);
    pub(crate) const HYPHEN: Self = Self::mark(4);
    pub(crate) const NUL: Self = Self::mark(5);
    /// A byte of a character that may stand for a letter of ASCII when case is ignored, or be a
    /// digit or a blank; those of most European letters are none.
    pub(crate) const FOREIGN: Self = Self::mark(6);
    pub(crate) const UPPER: Self = Self::mark(7);
    pub(crate) const EQUALS: Self = Self::mark(8);
    /// What escapes of URLs and of programs begin with.
    pub(crate) const ESCAPE: Self = Self::mark(9);
    pub(crate) const DOT: Self = Self::mark(10);

    /// Words of the password rule.
    pub(crate) const PASSWORD: Self = Self::gram(Gram::PASSWORD);
    pub(crate) const TOKEN: Self = Self::gram(Gram::TOKEN);
    pub(crate) const BEARER: Self = Self::gram(Gram::BEARER);
    pub(crate) const PEM: Self = Self::gram(Gram::PEM);
    /// Names of the folders above users' own.
    pub(crate) const HOME: Self = Self::gram(Gram::HOME);
    /// Country and check digits of an account number, if they are ASCII.
    pub(crate) const IBAN: Self = Self::gram(Gram::IBAN);
    /// Digits in a row, three or, with one blank or hyphen, two.
    pub(crate) const DIGITS: Self = Self::gram(Gram::DIGITS);
    /// Names of secrets that stand in front of them.
    pub(crate) const NAME: Self = Self::gram(Gram::NAME);

    /// Looks at every byte of a text.
    #[expect(clippy::indexing_slicing, reason = "a byte indexes a table of 256")]
    pub(crate) fn of(text: &[u8]) -> Self {
        let (mut marks, mut grams, mut before) = (0, 0, 0);
        let mut pairs = text.chunks_exact(2);
        for pair in &mut pairs {
            let (first, second) = (BYTES[usize::from(pair[0])], BYTES[usize::from(pair[1])]);
            grams |= groups(before | first & THIRD);
            before = first & FIRST | second & SECOND;
            marks |= first | second;
        }
        for byte in pairs.remainder() {
            let last = BYTES[usize::from(*byte)];
            grams |= groups(before | last & THIRD);
            marks |= last;
        }
        Self(marks >> MARKS_START << MARKS_START | u32::from(grams))
    }

    /// What was seen in either of two texts.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What was seen, less what `other` names.
    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether something of `other` was seen.
    pub(crate) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// So many parts can be seen, or more.
    pub(super) const NUMBERS: usize = 32;

    /// The part of a number.
    pub(super) const fn number(number: usize) -> Self {
        Self(1 << number)
    }

    /// The numbers of the parts that were seen.
    pub(super) fn numbers(self) -> impl Iterator<Item = usize> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let number = rest.trailing_zeros();
            rest &= rest.checked_sub(1)?;
            usize::try_from(number).ok()
        })
    }

    const fn mark(number: u32) -> Self {
        Self(1 << (MARKS_START + number))
    }

    #[expect(clippy::as_conversions, reason = "`From` is not const")]
    const fn gram(gram: u8) -> Self {
        Self(gram as u32)
    }
}

// The class of a byte stands in its entry three times, where it is needed for a byte that is the
// first, second and third of a piece.
const THIRD: u32 = 0x1f;
const SECOND: u32 = 0x1f << 5;
const FIRST: u32 = 0x1f << 10;
const GRAM: u32 = 0x7fff;

/// The groups of words that have a piece.
#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "fifteen bits index a table of 32,768, nine of them one of 512"
)]
fn groups(piece: u32) -> u8 {
    let piece = (piece & GRAM) as usize;
    if KNOWN[piece / 64] >> (piece % 64) & 1 == 0 {
        return 0;
    }
    GRAMS[piece]
}

/// The class of a byte.
#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a byte indexes a table of 256, and the mask leaves five bits"
)]
pub(super) fn class_of(byte: u8) -> u8 {
    (BYTES[usize::from(byte)] & THIRD) as u8
}

/// For each byte, its class and its marks.
static BYTES: [u32; 256] = bytes();

#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "evaluated at compile time over exactly 256 bytes"
)]
const fn bytes() -> [u32; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let class = class(byte as u8) as u32;
        table[byte] = marks(byte as u8) | class << 10 | class << 5 | class;
        byte += 1;
    }
    table
}

const fn marks(byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => Seen::DIGIT.0,
        b'@' => Seen::AT.0,
        b'\\' => Seen::SLASH.and(Seen::ESCAPE).0,
        b'/' => Seen::SLASH.0,
        b':' => Seen::COLON.0,
        b'-' => Seen::HYPHEN.0,
        b'=' => Seen::EQUALS.0,
        b'%' => Seen::ESCAPE.0,
        b'.' => Seen::DOT.0,
        0 => Seen::NUL.0,
        // The first bytes of `\u{a0}`, of `\u{17f}`, and of all scripts with digits of their own.
        0xc2 | 0xc5 | 0xd8..=0xff => Seen::FOREIGN.0,
        b'A'..=b'Z' => Seen::UPPER.0,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sees(what: Seen, text: &str) -> bool {
        Seen::of(text.as_bytes()).has(what)
    }

    /// The text at an even and at an odd place, alone and between others.
    #[track_caller]
    fn check(what: Seen, text: &str) {
        for before in ["", "x", "xy", "(", ".-"] {
            for after in ["", "=", ": ", "y"] {
                assert!(
                    sees(what, &format!("{before}{text}{after}")),
                    "{before}{text}{after}"
                );
            }
        }
    }

    #[test]
    fn words_are_seen_in_any_case_and_place() {
        for word in [
            "password",
            "secret",
            "passwd",
            "api-KEY",
            "api_key",
            "apikey",
            "Auth",
            "credentials",
            "mysql_pwd",
            "privateKey",
            "private-key",
            "PRIVATE_KEY",
            "token",
        ] {
            check(Seen::PASSWORD, word);
        }
        check(Seen::TOKEN, "Token");
        check(Seen::BEARER, "bEARer");
        check(Seen::PEM, "-----BEGIN");
        check(Seen::IBAN, "DE89");
        for folder in [
            "/home/",
            "C:\\Users\\",
            "documents and settings/",
            "profiles/",
        ] {
            check(Seen::HOME, folder);
        }
    }

    #[test]
    fn digits_are_seen_in_the_groups_of_cards_and_numbers() {
        for number in [
            "4111 1111 1111 1111",
            "378-2",
            "3782",
            "078-05-1120",
            "1234",
        ] {
            check(Seen::DIGITS, number);
        }
        assert!(!sees(Seen::DIGITS, "11/29, 2.50, 7"));
    }

    #[test]
    fn ordinary_words_are_not_enough() {
        for text in [
            "p a s s, au.th, sec",
            "shop.example.com",
            "order_number",
            "---",
        ] {
            assert!(
                !sees(Seen::PASSWORD.and(Seen::BEARER).and(Seen::TOKEN), text),
                "{text}"
            );
        }
        assert!(!sees(Seen::PEM, "--"));
    }

    #[test]
    fn marks_are_those_of_the_bytes() {
        assert!(
            sees(Seen::DIGIT, "a1") && sees(Seen::UPPER, "aB") && sees(Seen::FOREIGN, "\u{17f}")
        );
        assert!(!sees(Seen::DIGIT, "aB/") && sees(Seen::SLASH, "aB\\"));
        assert!(sees(Seen::FOREIGN, "\u{212a}") && sees(Seen::FOREIGN, "\u{661}"));
        assert!(!sees(Seen::FOREIGN, "Straße, Åre, Ελλάδα, Москва"));
        assert_eq!(Seen::of(b""), Seen::default());
    }
}
