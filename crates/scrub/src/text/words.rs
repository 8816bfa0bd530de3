use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

/// Which of the words that the default rules look for occur in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words(u8);

const PASSWORD: u8 = 1;
const TOKEN: u8 = 2;
const PEM: u8 = 8;
/// Of the password rule, but only as the whole text.
const WHOLE: u8 = 16;
/// Of the password rule, and also a part of harmless words.
const PERHAPS: u8 = 32;

/// The words by what they mean. Of the first [`SEARCHED_COUNT`] no one ends as another of a
/// different meaning begins, so that a search for matches that don't overlap finds every meaning.
const WORDS: [(&str, u8); 17] = [
    ("password", PASSWORD),
    ("secret", PERHAPS),
    ("passwd", PASSWORD),
    ("api-key", PASSWORD),
    ("api_key", PASSWORD),
    ("apikey", PASSWORD),
    ("auth", PERHAPS),
    ("credentials", PASSWORD),
    ("mysql_pwd", PASSWORD),
    ("privatekey", PASSWORD),
    ("private-key", PASSWORD),
    ("private_key", PASSWORD),
    ("token", TOKEN),
    ("-----begin", PEM),
    ("otp", WHOLE),
    ("two-factor", WHOLE),
    ("two_factor", WHOLE),
];
const SEARCHED_COUNT: usize = 14;

/// Whether the text is one of the words that count only alone.
pub(crate) fn is_whole_word(text: &str) -> bool {
    if !matches!(text.len(), 3 | 10) {
        return false;
    }
    let mut whole = WORDS.iter().skip(SEARCHED_COUNT);
    whole.any(|(word, _)| text.eq_ignore_ascii_case(word))
}

static FINDER: LazyLock<AhoCorasick> = LazyLock::new(build);

#[expect(
    clippy::expect_used,
    reason = "a few short words stay far below the limits of the automaton"
)]
fn build() -> AhoCorasick {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(WORDS.iter().take(SEARCHED_COUNT).map(|(word, _)| word))
        .expect("the automaton is small")
}

impl Words {
    /// The words of a text. For a text that is not ASCII the answer may name too many groups,
    /// because two letters outside ASCII count as `s` and `k` when case is ignored.
    pub(crate) fn of(text: &str) -> Self {
        let mut found = 0;
        for hit in FINDER.find_iter(text) {
            let word = WORDS.get(hit.pattern().as_usize());
            found |= word.map_or(0, |(_, meaning)| *meaning);
        }
        if is_whole_word(text) {
            found |= PASSWORD;
        }
        if !text.is_ascii() && text.contains(['\u{17f}', '\u{212a}']) {
            found = u8::MAX;
        }
        Self(found)
    }

    /// Whether the password rule's regex can match.
    pub(crate) fn password(self) -> bool {
        self.0 & (PASSWORD | PERHAPS | TOKEN) != 0
    }

    /// Whether the password rule's regex matches, if the text is ASCII.
    pub(crate) fn password_surely(self) -> bool {
        self.0 & (PASSWORD | PERHAPS) != 0
    }

    /// The same, and not only as a part of harmless words.
    pub(crate) fn password_unspared(self) -> bool {
        self.0 & PASSWORD != 0
    }

    /// Whether there is a `token`.
    pub(crate) fn token(self) -> bool {
        self.0 & TOKEN != 0
    }

    /// Whether there is the head of a PEM block.
    pub(crate) fn pem(self) -> bool {
        self.0 & PEM != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_case_and_next_to_each_other() {
        let words = Words::of("xSECRETokenBearer-----BEGIN");
        assert!(words.password() && words.pem());
        assert!(Words::of("a Token").token());
        assert_eq!(Words::of("laptop, not secre t"), Words::default());
    }

    #[test]
    fn whole_words_count_only_alone() {
        assert!(Words::of("OTP").password());
        assert!(Words::of("two_factor").password());
        assert!(!Words::of("otp_code").password());
        assert!(Words::of("otpassword").password());
    }

    #[test]
    fn letters_that_fold_into_ascii_are_not_missed() {
        assert!(Words::of("pa\u{17f}\u{17f}word").password());
        assert!(Words::of("to\u{212a}en").token());
    }
}
