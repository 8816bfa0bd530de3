use super::grams::WORD_CLASS_MAX;
use super::scan::class_of;

/// Tokens of services are at least so many letters, digits, `_` and `-` in a row.
const WORD_BYTES_MIN: usize = 20;

/// Whether a text has a word as long as a token. Only one byte in twenty is looked at until one is
/// of a word.
pub(crate) fn has_long_word(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut start = 0;
    // A long word that starts here or later covers the byte at `probe`.
    while let Some(probe) = bytes.get(start + WORD_BYTES_MIN - 1) {
        let window = bytes.get(start..start + WORD_BYTES_MIN).unwrap_or_default();
        let word = if is_of_word(*probe) {
            window
                .iter()
                .rev()
                .take_while(|byte| is_of_word(**byte))
                .count()
        } else {
            0
        };
        if word == WORD_BYTES_MIN {
            return true;
        }
        start += WORD_BYTES_MIN - word;
    }
    false
}

/// Whether a text is a number in hexadecimal digits, as ids are: no token of itself.
pub(crate) fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_of_word(byte: u8) -> bool {
    (1..=WORD_CLASS_MAX).contains(&class_of(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_found_at_every_place() {
        for before in 0..45 {
            let word = "a1_-B".repeat(4);
            assert!(
                has_long_word(&format!("{}{word}", ". ".repeat(before))),
                "{before}"
            );
            assert!(
                has_long_word(&format!("{}{word} x", " ".repeat(before))),
                "{before}"
            );
        }
        assert!(!has_long_word(
            "words of ordinary length, nineteen_characters at most"
        ));
        assert!(!has_long_word(""));
    }
}
