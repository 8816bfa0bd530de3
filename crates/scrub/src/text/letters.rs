use super::words::WORDS;

/// A set of kinds of bytes: each letter of the alphabet regardless of case, and the marks that the
/// default rules need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Letters(u64);

const LETTERS_COUNT: u32 = 26;

impl Letters {
    pub(super) const DIGIT: Self = Self(1 << LETTERS_COUNT);
    pub(super) const AT: Self = Self(1 << (LETTERS_COUNT + 1));
    pub(super) const SLASH: Self = Self(1 << (LETTERS_COUNT + 2));
    pub(super) const COLON: Self = Self(1 << (LETTERS_COUNT + 3));
    pub(super) const HYPHEN: Self = Self(1 << (LETTERS_COUNT + 4));
    pub(super) const NUL: Self = Self(1 << (LETTERS_COUNT + 5));
    /// A byte of a character beyond ASCII.
    pub(super) const HIGH: Self = Self(1 << (LETTERS_COUNT + 6));
    /// Comes with the letter itself.
    pub(super) const UPPER: Self = Self(1 << (LETTERS_COUNT + 7));
    const ALPHABET: Self = Self((1 << LETTERS_COUNT) - 1);

    /// What one byte is.
    #[expect(clippy::indexing_slicing, reason = "a byte indexes a table of 256")]
    pub(super) fn of(byte: u8) -> Self {
        CLASSES[usize::from(byte)]
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn overlaps(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// 1 if `mark`, a set of one, is in this set, or else 0.
    pub(super) fn count(self, mark: Self) -> u32 {
        u32::from(self.overlaps(mark))
    }

    const fn holds(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

static CLASSES: [Letters; 256] = classes();
static WORD_LETTERS: [Letters; WORDS.len()] = word_letters();

/// Whether a text of these letters can hold one of [`WORDS`]. Most short texts cannot.
pub(super) fn may_hold_a_word(letters: Letters) -> bool {
    // Two letters beyond ASCII count as `s` and `k` when case is ignored.
    letters.overlaps(Letters::HIGH.and(Letters::NUL))
        || WORD_LETTERS.iter().any(|word| letters.holds(*word))
}

#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "evaluated at compile time over exactly 256 bytes"
)]
const fn classes() -> [Letters; 256] {
    let mut table = [Letters(0); 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = class(byte as u8);
        byte += 1;
    }
    table
}

#[expect(
    clippy::as_conversions,
    reason = "constants allow no From, and a byte fits every integer"
)]
const fn class(byte: u8) -> Letters {
    match byte {
        b'0'..=b'9' => Letters::DIGIT,
        b'@' => Letters::AT,
        b'/' => Letters::SLASH,
        b':' => Letters::COLON,
        b'-' => Letters::HYPHEN,
        0 => Letters::NUL,
        128..=255 => Letters::HIGH,
        b'a'..=b'z' => Letters(1 << (byte - b'a') as u64),
        b'A'..=b'Z' => Letters(1 << (byte - b'A') as u64).and(Letters::UPPER),
        _ => Letters(0),
    }
}

#[expect(
    clippy::indexing_slicing,
    reason = "evaluated at compile time within the bounds of the words"
)]
const fn word_letters() -> [Letters; WORDS.len()] {
    let mut table = [Letters(0); WORDS.len()];
    let mut index = 0;
    while index < WORDS.len() {
        let word = WORDS[index].0.as_bytes();
        let mut place = 0;
        while place < word.len() {
            let letter = Letters(class(word[place]).0 & Letters::ALPHABET.0);
            table[index] = table[index].and(letter);
            place += 1;
        }
        index += 1;
    }
    table
}
