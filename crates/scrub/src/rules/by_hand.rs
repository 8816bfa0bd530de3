//! The searches that run most often, without the regex: on ASCII they find what it finds.

/// Where a search finds its next match from a place on.
pub(crate) type Search = fn(&[u8], usize) -> Option<(usize, usize)>;

const CARD_REST_DIGITS: usize = 12;

/// What [`super::regexes::CREDITCARD`] finds.
pub(super) fn card(text: &[u8], from: usize) -> Option<(usize, usize)> {
    (from..text.len()).find_map(|start| Some((start, card_at(text, start)?)))
}

fn card_at(text: &[u8], start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    if !matches!(rest.first(), Some(b'3'..=b'6')) || is_of_word(text, start.checked_sub(1)) {
        return None;
    }
    let digits = |digits: &[u8]| digits.iter().all(u8::is_ascii_digit);
    let head = match rest {
        [b'3', b'4' | b'7', c, ..] if digits(&[*c]) => 3,
        [b'4', a, b, c, ..] if digits(&[*a, *b, *c]) => 4,
        [b'5', b'1'..=b'5', a, b, ..] | [b'6', b'5', a, b, ..] if digits(&[*a, *b]) => 4,
        [b'6', b'0', b'1', b'1', ..] => 4,
        _ => return None,
    };
    let mut end = start + head;
    for _ in 0..CARD_REST_DIGITS {
        let next = *text.get(end)?;
        end += usize::from(next == b'-' || is_blank(next));
        text.get(end).filter(|byte| byte.is_ascii_digit())?;
        end += 1;
    }
    (!is_of_word(text, Some(end))).then_some(end)
}

/// What [`super::regexes::BEARER`] finds.
pub(super) fn bearer(text: &[u8], from: usize) -> Option<(usize, usize)> {
    const WORD: &[u8] = b"bearer";
    let ends = memchr::memchr2_iter(b'b', b'B', text.get(from..)?);
    ends.map(|place| from + place).find_map(|start| {
        let word = text.get(start..start + WORD.len())?;
        if !word.eq_ignore_ascii_case(WORD) || is_of_word(text, start.checked_sub(1)) {
            return None;
        }
        let rest = text.get(start + WORD.len()..)?;
        let blanks = rest.iter().take_while(|byte| is_blank(**byte)).count();
        let token = rest
            .iter()
            .skip(blanks)
            .take_while(|byte| !is_blank(**byte))
            .count();
        let end = start + WORD.len() + blanks + token;
        (blanks > 0 && token > 0).then_some((start, end))
    })
}

/// What [`super::regexes::EMAIL`] finds. No byte is looked at more than twice: what may stand in
/// front of an `@` and what may stand behind it both end at the next.
pub(super) fn email(text: &[u8], from: usize) -> Option<(usize, usize)> {
    let ats = memchr::memchr_iter(b'@', text.get(from..)?);
    ats.map(|place| from + place).find_map(|at| {
        let user = text.get(from..at)?;
        let user = user.iter().rev().take_while(|byte| is_of_user(**byte));
        let first = at - user.count();
        let begins = |start: &usize| {
            is_of_word(text, Some(*start)) != is_of_word(text, start.checked_sub(1))
        };
        let start = (first..at).find(begins)?;
        Some((start, domain_end(text, at + 1)?))
    })
}

/// Where the domain ends that begins at `start`: behind the last label of letters that is not the
/// first one, and a word.
fn domain_end(text: &[u8], start: usize) -> Option<usize> {
    let (mut place, mut domain_end) = (start, None);
    loop {
        let rest = text.get(place..)?;
        let is_of_label = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'-';
        let letters = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphabetic())
            .count();
        if place > start && letters >= 2 && !is_of_word(text, Some(place + letters)) {
            domain_end = Some(place + letters);
        }
        let label = rest.iter().take_while(is_of_label).count();
        if label == 0 || rest.get(label) != Some(&b'.') {
            return domain_end;
        }
        place += label + 1;
    }
}

fn is_of_user(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte)
}

/// Whether there is a byte of a word at `place`.
fn is_of_word(text: &[u8], place: Option<usize>) -> bool {
    let byte = place.and_then(|place| text.get(place));
    byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    use super::*;
    use crate::rules::regexes;

    fn same(regex: &Regex, search: Search, text: &str) {
        let expected: Vec<_> = regex
            .find_iter(text)
            .map(|hit| (hit.start(), hit.end()))
            .collect();
        let mut found = Vec::new();
        let mut place = 0;
        while let Some((start, end)) = search(text.as_bytes(), place) {
            found.push((start, end));
            place = end;
        }
        assert_eq!(found, expected, "{text:?}");
    }

    fn text() -> impl Strategy<Value = String> {
        const PIECES: [&str; 32] = [
            "4111", "1111", "1111 ", "-1111", "378", "2822", "5105", "6011", "6500", "0", "12",
            "@", "a@b", "x.co", ".", "ab", "+c", "_d", "1", "Bearer", "bearer ", "BEARER\t", " ",
            "  ", "-", "\n", "_", "x", ".", "'", "be", "\0",
        ];
        proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..14)
            .prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn they_find_what_the_regexes_find(text in text()) {
            same(&regexes::CREDITCARD, card, &text);
            same(&regexes::BEARER, bearer, &text);
            same(&regexes::EMAIL, email, &text);
        }

        #[test]
        fn addresses_are_what_the_regex_finds(text in "[ab1_.@+ -]{0,24}") {
            same(&regexes::EMAIL, email, &text);
        }
    }

    #[test]
    fn numbers_and_tokens_are_found() {
        for text in [
            "'4111 1111 1111 1111'",
            "378282246310005",
            "5105-1051-0510-5100 6011000990139424",
            "4111111111111111a",
            "a4111111111111111",
            "x Bearer a.b Bearer  c",
            "bearer ",
            "Bearer",
        ] {
            same(&regexes::CREDITCARD, card, text);
            same(&regexes::BEARER, bearer, text);
        }
    }
}
