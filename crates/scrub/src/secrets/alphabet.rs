/// A set of bytes, made of the groups below. Each byte belongs to one group at most; those of no
/// group are in no set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Alphabet(u32);

impl Alphabet {
    const LOWER_TO_F: Self = Self(1 << 3);
    const LOWER_FROM_G: Self = Self(1 << 4);
    const UPPER_TO_F: Self = Self(1 << 5);
    const UPPER_FROM_G: Self = Self(1 << 6);
    pub(super) const UNDERSCORE: Self = Self(1 << 7);
    pub(super) const HYPHEN: Self = Self(1 << 8);
    pub(super) const DOT: Self = Self(1 << 9);
    pub(super) const PLUS: Self = Self(1 << 10);
    const SLASH: Self = Self(1 << 11);
    pub(super) const EQUALS: Self = Self(1 << 12);
    const SPACE: Self = Self(1 << 13);
    const BREAK: Self = Self(1 << 14);
    pub(super) const COLON: Self = Self(1 << 15);
    pub(super) const PERCENT: Self = Self(1 << 16);
    /// `!`, `$` and `~`.
    const MARK: Self = Self(1 << 17);

    pub(super) const DIGITS: Self = Self(1);
    pub(super) const LOWER: Self = Self::LOWER_TO_F.and(Self::LOWER_FROM_G);
    pub(super) const UPPER: Self = Self::UPPER_TO_F.and(Self::UPPER_FROM_G);
    /// Hexadecimal digits with small letters.
    pub(super) const HEX: Self = Self::DIGITS.and(Self::LOWER_TO_F);
    /// Hexadecimal digits of either case.
    pub(super) const ANY_HEX: Self = Self::HEX.and(Self::UPPER_TO_F);
    pub(super) const LOWER_ALNUM: Self = Self::LOWER.and(Self::DIGITS);
    pub(super) const UPPER_ALNUM: Self = Self::UPPER.and(Self::DIGITS);
    pub(super) const LETTERS: Self = Self::LOWER.and(Self::UPPER);
    pub(super) const ALNUM: Self = Self::LETTERS.and(Self::DIGITS);
    /// What most tokens consist of: letters, digits, `_` and `-`, the URL-safe Base64 alphabet
    /// (RFC 4648 section 5).
    pub(super) const WORD: Self = Self::ALNUM.and(Self::UNDERSCORE).and(Self::HYPHEN);
    /// Letters, digits and `_`.
    pub(super) const IDENTIFIER: Self = Self::ALNUM.and(Self::UNDERSCORE);
    /// Letters, digits and `-`.
    pub(super) const HYPHENATED: Self = Self::ALNUM.and(Self::HYPHEN);
    /// A name in front of a value.
    pub(super) const NAME: Self = Self::WORD.and(Self::DOT);
    /// Standard Base64 (RFC 4648 section 4).
    pub(super) const BASE64: Self = Self::ALNUM
        .and(Self::PLUS)
        .and(Self::SLASH)
        .and(Self::EQUALS);
    /// What credentials after an authentication scheme consist of (RFC 9110 section 11.2), without
    /// `~`.
    pub(super) const TOKEN68: Self = Self::NAME.and(Self::BASE64);
    /// What may stand in front of a long run and still belong to its token.
    pub(super) const LEAD: Self = Self::NAME.and(Self::SLASH).and(Self::COLON).and(Self::MARK);
    /// The number on a card, as people write it.
    pub(super) const CARD: Self = Self::DIGITS.and(Self::SPACE).and(Self::HYPHEN);
    /// The lines of a key block.
    pub(super) const BLOCK: Self = Self::BASE64.and(Self::SPACE).and(Self::BREAK);

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    #[expect(clippy::indexing_slicing, reason = "a byte indexes a table of 256")]
    pub(super) const fn has(self, byte: u8) -> bool {
        #[expect(clippy::as_conversions, reason = "`From` is not const")]
        let place = byte as usize;
        GROUPS[place] & self.0 != 0
    }

    /// How many bytes from the first on are of this set, `max` at most.
    pub(super) fn count(self, bytes: &[u8], max: usize) -> usize {
        let counted = bytes.iter().take(max);
        counted.take_while(|byte| self.has(**byte)).count()
    }

    /// How many bytes up to the last are of this set, `max` at most.
    pub(super) fn count_back(self, bytes: &[u8], max: usize) -> usize {
        let counted = bytes.iter().rev().take(max);
        counted.take_while(|byte| self.has(**byte)).count()
    }
}

static GROUPS: [u32; 256] = groups();

#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "evaluated at compile time over exactly 256 bytes"
)]
const fn groups() -> [u32; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = group(byte as u8).0;
        byte += 1;
    }
    table
}

const fn group(byte: u8) -> Alphabet {
    match byte {
        b'0'..=b'9' => Alphabet::DIGITS,
        b'a'..=b'f' => Alphabet::LOWER_TO_F,
        b'g'..=b'z' => Alphabet::LOWER_FROM_G,
        b'A'..=b'F' => Alphabet::UPPER_TO_F,
        b'G'..=b'Z' => Alphabet::UPPER_FROM_G,
        b'_' => Alphabet::UNDERSCORE,
        b'-' => Alphabet::HYPHEN,
        b'.' => Alphabet::DOT,
        b'+' => Alphabet::PLUS,
        b'/' => Alphabet::SLASH,
        b'=' => Alphabet::EQUALS,
        b' ' => Alphabet::SPACE,
        b'\n' | b'\r' | b'\t' => Alphabet::BREAK,
        b':' => Alphabet::COLON,
        b'%' => Alphabet::PERCENT,
        b'!' | b'$' | b'~' => Alphabet::MARK,
        _ => Alphabet(0),
    }
}
