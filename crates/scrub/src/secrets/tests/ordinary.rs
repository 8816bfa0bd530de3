use super::*;

/// Nothing in here is a secret.
const TEXTS: &str = include_str!("ordinary.txt");

#[test]
fn ordinary_texts_stay_as_they_are() {
    for line in TEXTS.lines() {
        assert_eq!(scrubbed(line), line);
    }
    assert_eq!(scrubbed(TEXTS), TEXTS);
}

#[test]
fn what_scrubbers_left_is_not_found_again() {
    for kind in kinds() {
        let mark = format!("[secret:{}]", kind.id);
        for text in [
            format!("password={mark}"),
            format!("Authorization: Digest {mark}"),
            format!("postgres://user:{mark}@host/"),
            format!("{{'token': '{mark}', \"api_key\": {mark}}}"),
            format!("a {mark} b"),
        ] {
            assert_eq!(scrubbed(&text), text);
        }
    }
}
