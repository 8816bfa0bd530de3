//! User and password of a URL, with any characters, behind its `://`.

/// The password; a URL without a user, as `redis://:p!w@host`, may have one too.
pub(super) fn password_at(text: &[u8], place: usize) -> Option<(usize, usize)> {
    let (start, end) = auth_at(text, place)?;
    let user = text
        .get(start..end)?
        .iter()
        .position(|byte| matches!(byte, b':' | b'@'))?;
    let password = start + user + 1;
    (text.get(start + user) == Some(&b':') && password < end).then_some((password, end))
}

/// User and password: what stands in front of the last `@` of the authority.
pub(super) fn auth_at(text: &[u8], place: usize) -> Option<(usize, usize)> {
    let rest = text.get(place..)?;
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b"/?#<>\"'\0".contains(byte);
    let authority = rest.get(..rest.iter().position(ends).unwrap_or(rest.len()))?;
    let length = authority.iter().rposition(|byte| *byte == b'@')?;
    (length > 0).then_some((place, place + length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{assigned, improved};

    fn found(text: &str, at: assigned::At) -> Vec<&str> {
        let found = assigned::values(&improved::URL_SCHEME, text, at);
        found
            .filter_map(|(start, end)| text.get(start..end))
            .collect()
    }

    #[test]
    fn passwords_and_users_of_urls_may_have_any_characters() {
        let urls = "redis://:p!w$@h/0 pg://u:a@b@h x://y git+ssh://git@h";
        assert_eq!(found(urls, password_at), ["p!w$", "a@b"]);
        assert_eq!(found(urls, auth_at), [":p!w$", "u:a@b", "git"]);
        for text in [
            "http://h:80/a@b",
            "http://u@h",
            "http://u:@h",
            "mailto:a@b",
            "://u:p@h",
        ] {
            assert_eq!(found(text, password_at), Vec::<&str>::new(), "{text}");
        }
    }
}
