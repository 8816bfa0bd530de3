//! The name by which a monitor is known.

use unicode_normalization::UnicodeNormalization;

/// How many characters a slug may have; longer ones are cut.
const SLUG_CHARS_MAX: usize = 50;

/// Makes a slug as Sentry does: letters without accents and in lower case, words joined by `-`, and
/// of all else only digits and `_` (reference/PROTOCOL.md section 9.5). A text without any of them
/// has an empty slug.
pub(super) fn slugify(text: &str) -> String {
    let mut slug = String::new();
    for letter in text.chars().take(SLUG_CHARS_MAX).nfkd() {
        match letter {
            'a'..='z' | '0'..='9' | '_' => slug.push(letter),
            'A'..='Z' => slug.push(letter.to_ascii_lowercase()),
            '-' => push_dash(&mut slug),
            _ if letter.is_whitespace() => push_dash(&mut slug),
            _ => {}
        }
    }
    slug.trim_matches(['-', '_']).to_owned()
}

fn push_dash(slug: &mut String) {
    if !slug.ends_with('-') {
        slug.push('-');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_lower_case_words_with_dashes() {
        assert_eq!(slugify("Nightly Job"), "nightly-job");
        assert_eq!(slugify("--a  --  b_c--"), "a-b_c");
        assert_eq!(slugify("shop.tasks.mail"), "shoptasksmail");
        assert_eq!(slugify("Übersicht ﬁnal"), "ubersicht-final");
        assert_eq!(slugify(" _-_ "), "");
        assert_eq!(slugify("ночь"), "");
        assert_eq!(slugify(&"x".repeat(60)).len(), SLUG_CHARS_MAX);
    }
}
