/// What one look at each byte of a text finds: marks for kinds of bytes, and beginnings of the
/// words that the default rules look for. Most texts have none of those words, and then no search
/// for them is needed.
///
/// The beginnings are found by a bit-parallel automaton: each takes four neighbouring bits, one
/// for each of its letters, and a byte keeps the bits of the letters that it may stand for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen(u64);

const CAPITALS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &[u8] = b"0123456789";
/// Four letters each, a set of them where words are to share one beginning. Small letters also
/// stand for capitals.
const BEGINNINGS: [[&[u8]; 4]; BEGINNINGS_COUNT] = [
    [b"p", b"a", b"s", b"s"],
    [b"s", b"e", b"c", b"r"],
    [b"a", b"p", b"i", b"-_k"],
    [b"a", b"u", b"t", b"h"],
    [b"c", b"r", b"e", b"d"],
    [b"m", b"y", b"s", b"q"],
    [b"p", b"r", b"i", b"v"],
    [b"t", b"o", b"k", b"e"],
    [b"b", b"e", b"a", b"r"],
    [b"-", b"-", b"-", b"-"],
    [b"u", b"s", b"e", b"r"],
    // `home` and `documents`.
    [b"hd", b"o", b"mc", b"eu"],
    [b"p", b"r", b"o", b"f"],
    [CAPITALS, CAPITALS, DIGITS, DIGITS],
];
const BEGINNINGS_COUNT: usize = 14;
const LETTERS: usize = 4;
const MARKS_START: usize = BEGINNINGS_COUNT * LETTERS;

impl Seen {
    pub(super) const DIGIT: Self = Self::mark(0);
    pub(super) const AT: Self = Self::mark(1);
    /// A slash or a backslash.
    pub(super) const SLASH: Self = Self::mark(2);
    pub(super) const COLON: Self = Self::mark(3);
    pub(super) const HYPHEN: Self = Self::mark(4);
    pub(super) const NUL: Self = Self::mark(5);
    /// A byte of a character beyond ASCII.
    pub(super) const HIGH: Self = Self::mark(6);
    pub(super) const UPPER: Self = Self::mark(7);
    const MARKS: Self = Self(u64::MAX << MARKS_START);

    /// Words of the password rule.
    pub(super) const PASSWORD: Self = Self::beginnings(0, 8);
    pub(super) const TOKEN: Self = Self::beginnings(7, 8);
    pub(super) const BEARER: Self = Self::beginnings(8, 9);
    pub(super) const PEM: Self = Self::beginnings(9, 10);
    /// Names of the folders above users' own.
    pub(super) const HOME: Self = Self::beginnings(10, 13);
    /// Country and check digits of an account number, if they are ASCII.
    pub(super) const IBAN: Self = Self::beginnings(13, 14);
    const STARTS: Self = Self::starts();

    /// Looks at every byte of a text.
    #[expect(clippy::indexing_slicing, reason = "a byte indexes a table of 256")]
    pub(super) fn of(text: &[u8]) -> Self {
        let (mut seen, mut state) = (0, 0);
        for byte in text {
            // A finished beginning shifts into the first letter of the next, which is on anyway.
            state = ((state << 1) | Self::STARTS.0 | Self::MARKS.0) & CLASSES[usize::from(*byte)];
            seen |= state;
        }
        Self(seen)
    }

    /// Whether something of `other` was seen.
    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    const fn mark(number: usize) -> Self {
        Self(1 << (MARKS_START + number))
    }

    /// The last letters of the beginnings from `first` to before `end`.
    const fn beginnings(first: usize, end: usize) -> Self {
        let (mut bits, mut number) = (0, first);
        while number < end {
            bits |= 1 << (number * LETTERS + LETTERS - 1);
            number += 1;
        }
        Self(bits)
    }

    const fn starts() -> Self {
        let (mut bits, mut number) = (0, 0);
        while number < BEGINNINGS_COUNT {
            bits |= 1 << (number * LETTERS);
            number += 1;
        }
        Self(bits)
    }
}

static CLASSES: [u64; 256] = classes();

#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "evaluated at compile time over exactly 256 bytes"
)]
const fn classes() -> [u64; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = marks(byte as u8) | letters(byte as u8);
        byte += 1;
    }
    table
}

const fn marks(byte: u8) -> u64 {
    match byte {
        b'0'..=b'9' => Seen::DIGIT.0,
        b'@' => Seen::AT.0,
        b'/' | b'\\' => Seen::SLASH.0,
        b':' => Seen::COLON.0,
        b'-' => Seen::HYPHEN.0,
        0 => Seen::NUL.0,
        128..=255 => Seen::HIGH.0,
        b'A'..=b'Z' => Seen::UPPER.0,
        _ => 0,
    }
}

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated at compile time within the bounds of the beginnings"
)]
const fn letters(byte: u8) -> u64 {
    let lower = byte.to_ascii_lowercase();
    let (mut bits, mut bit) = (0, 0);
    while bit < MARKS_START {
        let set = BEGINNINGS[bit / LETTERS][bit % LETTERS];
        let mut place = 0;
        while place < set.len() {
            if set[place] == lower || set[place] == byte {
                bits |= 1 << bit;
            }
            place += 1;
        }
        bit += 1;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sees(what: Seen, text: &str) -> bool {
        Seen::of(text.as_bytes()).has(what)
    }

    #[test]
    fn beginnings_are_found_in_any_case_and_place() {
        assert!(sees(Seen::PASSWORD, "my-API_key"));
        assert!(sees(Seen::PASSWORD, "cocacolaAuth"));
        assert!(sees(Seen::TOKEN, "totokens"));
        assert!(sees(Seen::BEARER, "BEBEAR"));
        assert!(sees(Seen::PEM, "-----BEGIN"));
        assert!(sees(Seen::IBAN, "xDE89") && !sees(Seen::IBAN, "De89, DE8, D89"));
        assert!(sees(Seen::HOME, "/home/x") && sees(Seen::HOME, "C:\\Documents and Settings"));
    }

    #[test]
    fn parts_of_beginnings_are_not_enough() {
        for text in ["passport", "token", "bearing"] {
            assert!(
                !Seen::of(text.as_bytes().get(..3).expect("long"))
                    .has(Seen(Seen::PASSWORD.0 | Seen::BEARER.0 | Seen::TOKEN.0))
            );
        }
        assert!(!sees(Seen::PASSWORD, "p a s s, au.th, secu, too_long"));
        assert!(!sees(Seen::PEM, "---"));
    }

    #[test]
    fn marks_are_those_of_the_bytes() {
        assert!(sees(Seen::DIGIT, "a1") && sees(Seen::UPPER, "aB") && sees(Seen::HIGH, "ß"));
        assert!(!sees(Seen::DIGIT, "aB/") && sees(Seen::SLASH, "aB\\"));
        assert_eq!(Seen::of(b""), Seen::default());
    }
}
