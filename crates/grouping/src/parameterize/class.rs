//! The classes of characters that the patterns speak of, as Python's regular expressions have them:
//! `\d`, `\w` and `\s` know all of Unicode.

use std::sync::LazyLock;

use unicode_normalization::char::is_combining_mark;

/// The zeros of the scripts that have digits of their own; the other nine follow each.
const ZEROS: [u32; 65] = [
    0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6,
    0xe50, 0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50,
    0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
    0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650,
    0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60, 0x16ac0, 0x16b50,
    0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// Which of the first 65,536 characters are in a class: the tables of Unicode are
/// searched once for a character and not at each of its neighbours.
struct Members(Box<[bool]>);

/// How many characters [`Members`] knows.
const MEMBERS: u32 = 0x1_0000;

impl Members {
    fn of(is_member: fn(char) -> bool) -> Self {
        let is_member = |code| char::from_u32(code).is_some_and(is_member);
        Self((0..MEMBERS).map(is_member).collect())
    }

    /// `None` for a character beyond those that are known.
    fn has(&self, character: char) -> Option<bool> {
        let code = usize::try_from(u32::from(character)).ok()?;
        self.0.get(code).copied()
    }
}

/// `\d`
pub(super) fn is_digit(character: char) -> bool {
    static DIGITS: LazyLock<Members> = LazyLock::new(|| Members::of(find_digit));
    if character.is_ascii() {
        return character.is_ascii_digit();
    }
    DIGITS
        .has(character)
        .unwrap_or_else(|| find_digit(character))
}

fn find_digit(character: char) -> bool {
    let code = u32::from(character);
    let after = ZEROS.partition_point(|zero| *zero <= code);
    let zero = after.checked_sub(1).and_then(|place| ZEROS.get(place));
    zero.is_some_and(|zero| code - zero < 10)
}

/// `\w`
pub(super) fn is_word(character: char) -> bool {
    static WORDS: LazyLock<Members> = LazyLock::new(|| Members::of(find_word));
    if character.is_ascii() {
        return character.is_ascii_alphanumeric() || character == '_';
    }
    WORDS.has(character).unwrap_or_else(|| find_word(character))
}

fn find_word(character: char) -> bool {
    // Letters and numbers. To letters Rust adds marks above vowels and letters in circles.
    let is_in_circle = || {
        matches!(
            u32::from(character),
            0x24b6..=0x24e9 | 0x1f130..=0x1f149 | 0x1f150..=0x1f169 | 0x1f170..=0x1f189
        )
    };
    character.is_numeric()
        || (character.is_alphabetic() && !is_in_circle() && !is_combining_mark(character))
}

/// `\s`
pub(super) fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\x1c'..='\x1f')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_is_found() {
        let beyond_ascii = (0x80..0x1_1000).filter_map(char::from_u32);
        for character in beyond_ascii {
            assert_eq!(is_digit(character), find_digit(character), "{character:?}");
            assert_eq!(is_word(character), find_word(character), "{character:?}");
        }
    }

    #[test]
    fn digits_of_other_scripts_are_digits() {
        assert!(ZEROS.is_sorted());
        for digit in ['0', '9', '٣', '२', '２', '𝟙', '\u{1fbf9}'] {
            assert!(is_digit(digit) && is_word(digit), "{digit}");
        }
        for other in ['a', '²', 'Ⅷ', '½', '\u{65f}', '\u{66a}', '\u{1fbfa}'] {
            assert!(!is_digit(other), "{other}");
        }
    }

    #[test]
    fn letters_and_numbers_make_words_and_marks_do_not() {
        for word in ['a', '_', 'é', '日', 'ª', '²', 'Ⅷ', '½', '①'] {
            assert!(is_word(word), "{word}");
        }
        for other in ['-', '\u{301}', '\u{93f}', 'Ⓐ', '🙂', '\u{200b}', ' '] {
            assert!(!is_word(other), "{other:?}");
        }
    }

    #[test]
    fn separators_of_old_files_are_spaces() {
        assert!(['\x1c', '\x1f', '\n', '\u{85}', '\u{a0}', '\u{3000}'].map(is_space) == [true; 6]);
        assert!(!is_space('\u{200b}'));
    }
}
