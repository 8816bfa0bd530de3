use super::finder::TEXT_BYTES_MIN;
use super::unescape::has_escape;
use super::{pairs, pem};
use crate::text::{has_digits, has_long_word, is_hex};

/// Digits of the shortest card number.
const CARD_DIGITS_MIN: u32 = 12;
const CARD_BYTES_MIN: usize = 12;
/// So many bytes are looked at together.
const BLOCK_BYTES: usize = 16;

/// Whether a search of a text may find a secret; where not, it finds none. Most texts have neither
/// a separator behind a name nor a long word, and this look costs a fraction of a search.
pub(crate) fn may_hold(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < TEXT_BYTES_MIN {
        return false;
    }
    let marks = Marks::of(bytes);
    marks.has(Marks::ESCAPE) && has_escape(bytes)
        || marks.has(Marks::SEPARATOR) && pairs::may_find(bytes)
        || marks.has(Marks::HYPHEN) && pem::may_find(bytes)
        || marks.has(Marks::DIGIT)
            && bytes.len() >= CARD_BYTES_MIN
            && has_digits(text, CARD_DIGITS_MIN)
        || has_long_word(text) && !is_hex(text)
}

/// Kinds of bytes that a text has, a bit for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Marks(u8);

impl Marks {
    /// `=` and `:`.
    const SEPARATOR: u8 = 1;
    /// What escapes begin with: `%` and `\`.
    const ESCAPE: u8 = 1 << 1;
    const HYPHEN: u8 = 1 << 2;
    const DIGIT: u8 = 1 << 3;

    /// Looks at whole blocks, which the compiler makes a few instructions of, and at the last bytes
    /// twice where they fill no block.
    fn of(bytes: &[u8]) -> Self {
        let mut lanes = [0; BLOCK_BYTES];
        let (blocks, rest) = bytes.as_chunks::<BLOCK_BYTES>();
        for block in blocks {
            mark(&mut lanes, block);
        }
        if let Some(last) = bytes.last_chunk().filter(|_| !rest.is_empty()) {
            mark(&mut lanes, last);
        } else {
            let mut padded = [0; BLOCK_BYTES];
            padded
                .iter_mut()
                .zip(rest)
                .for_each(|(to, byte)| *to = *byte);
            mark(&mut lanes, &padded);
        }
        Self(lanes.iter().fold(0, |all, lane| all | lane))
    }

    fn has(self, mark: u8) -> bool {
        self.0 & mark != 0
    }
}

fn mark(lanes: &mut [u8; BLOCK_BYTES], block: &[u8; BLOCK_BYTES]) {
    for (lane, byte) in lanes.iter_mut().zip(block) {
        let is = |holds: bool, mark: u8| if holds { mark } else { 0 };
        *lane |= is(*byte == b'=', Marks::SEPARATOR)
            | is(*byte == b':', Marks::SEPARATOR)
            | is(*byte == b'%', Marks::ESCAPE)
            | is(*byte == b'\\', Marks::ESCAPE)
            | is(*byte == b'-', Marks::HYPHEN)
            | is(byte.is_ascii_digit(), Marks::DIGIT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_seen_at_every_place() {
        for (byte, mark) in [
            (b'=', Marks::SEPARATOR),
            (b':', Marks::SEPARATOR),
            (b'%', Marks::ESCAPE),
            (b'\\', Marks::ESCAPE),
            (b'-', Marks::HYPHEN),
            (b'7', Marks::DIGIT),
        ] {
            for length in 1..40 {
                let mut text = vec![b'x'; length];
                assert_eq!(Marks::of(&text), Marks(0));
                for place in 0..length {
                    text[place] = byte;
                    assert_eq!(Marks::of(&text), Marks(mark), "{length} {place}");
                    text[place] = b'x';
                }
            }
        }
    }
}
