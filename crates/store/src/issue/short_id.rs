/// The digits of short ids: without I, L, O and U, which are easily misread.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BASE: i64 = 32;

/// The short id of an issue as people say it, for example `SHOP-1A`: the project's slug and the
/// issue's number within the project to base 32.
#[must_use]
pub fn format_short_id(project_slug: &str, short_number: i64) -> String {
    let mut digits = Vec::new();
    let mut rest = short_number.max(0);
    while rest > 0 || digits.is_empty() {
        let digit = usize::try_from(rest % BASE)
            .ok()
            .and_then(|place| DIGITS.get(place));
        digits.extend(digit.copied().map(char::from));
        rest /= BASE;
    }
    let number: String = digits.into_iter().rev().collect();
    format!("{}-{number}", project_slug.to_uppercase())
}

/// The project slug (in lower case) and the number of a short id; nothing when it is none.
#[must_use]
pub fn parse_short_id(text: &str) -> Option<(String, i64)> {
    let (slug, digits) = text.rsplit_once('-')?;
    if slug.is_empty() || digits.is_empty() {
        return None;
    }
    let number = digits.bytes().try_fold(0_i64, |number, byte| {
        let place = DIGITS
            .iter()
            .position(|digit| *digit == byte.to_ascii_uppercase())?;
        number
            .checked_mul(BASE)?
            .checked_add(i64::try_from(place).ok()?)
    })?;
    Some((slug.to_lowercase(), number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_id_reads_back_as_the_number_it_was_made_of() {
        for number in [1, 31, 32, 33, 1_234_567] {
            let text = format_short_id("my-shop", number);
            assert_eq!(parse_short_id(&text), Some(("my-shop".to_owned(), number)));
            assert_eq!(
                parse_short_id(&text.to_lowercase()),
                Some(("my-shop".to_owned(), number))
            );
        }
        assert_eq!(format_short_id("shop", 42), "SHOP-1A");
    }

    #[test]
    fn other_texts_are_no_short_ids() {
        for text in ["", "shop", "-1", "shop-", "shop-U", "shop-ZZZZZZZZZZZZZZZZ"] {
            assert_eq!(parse_short_id(text), None, "{text}");
        }
    }
}
