use proptest::prelude::*;

use super::*;
use crate::secrets::may_hold;

/// Texts made of pieces that the searches look for, so that near misses are common.
fn text() -> impl Strategy<Value = String> {
    const PIECES: [&str; 48] = [
        "password",
        "=",
        ":",
        "://",
        "//",
        "@",
        " ",
        "\n",
        "\"",
        "'",
        "`",
        "\\",
        "\\n",
        "\\u003d",
        "%3D",
        "%",
        "&",
        "?",
        ";",
        "[",
        "]",
        "[secret:password]",
        "{",
        "}",
        "-----BEGIN",
        " PRIVATE KEY-----",
        "-----END",
        "Authorization",
        "Bearer ",
        "Basic ",
        "Digest ",
        "sessionid",
        "token",
        "Private-Lines",
        "thin",
        "sig",
        "4111",
        "1111 ",
        "ghp_",
        "eyJ",
        ".eyJ",
        "sk-",
        "us12",
        "AccountKey",
        "ü",
        "\0",
        "postgres",
        "•",
    ];
    let words = || proptest::string::string_regex("[A-Za-z0-9_.-]{1,40}").unwrap();
    let piece = prop_oneof![
        3 => proptest::sample::select(&PIECES[..]).prop_map(str::to_owned),
        1 => words(),
    ];
    proptest::collection::vec(piece, 0..16).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn secrets_lie_in_order_in_texts_of_their_pieces(text in text()) {
        check_order(&text)?;
    }

    #[test]
    fn secrets_lie_in_order_in_any_text(text in "\\PC{0,200}") {
        check_order(&text)?;
    }

    #[test]
    fn a_look_rules_no_secret_out(text in text()) {
        prop_assert!(may_hold(&text) || found(&text).is_empty());
    }
}

/// Secrets lie in order, on the borders of characters, and hold no NUL.
fn check_order(text: &str) -> Result<(), TestCaseError> {
    let mut end = 0;
    for secret in found(text) {
        prop_assert!(secret.start >= end && secret.end > secret.start);
        let part = text.get(secret.start..secret.end);
        prop_assert!(part.is_some_and(|part| !part.contains('\0')));
        prop_assert!(usize::from(secret.kind) < kinds().len());
        end = secret.end;
    }
    Ok(())
}

/// How many bytes a search may look at for each byte of the text is not measured but bounded by
/// time far beyond it: quadratic searches of these texts take minutes.
#[test]
fn the_worst_texts_take_no_longer_than_others() {
    const BYTES: usize = 1 << 15;
    let templates = tokens::templates().into_iter();
    let anchors = templates.filter_map(|(_, token, _)| token.split('{').next());
    let other = [
        "password=",
        "password='",
        "password:\"",
        "a=b;",
        "://a:b/",
        "a://b:c@",
        "-----BEGIN PRIVATE KEY-----",
        "Bearer ",
        "Authorization: Basic ",
        "4111 1111 ",
        "411",
        "%2",
        "%25",
        "\\\\",
        "\\u002",
        "[secret:",
        "thin:a/",
        "sessionid=",
        "sig=abc%",
        "-eyJ",
        "eyJa.",
        "eyJabcdefghijkl.",
        "Private-Lines: 3\n",
    ];
    for piece in anchors.chain(other).filter(|piece| !piece.is_empty()) {
        let text = format!("{}.{}_", piece.repeat(BYTES / piece.len()), "x1".repeat(50));
        found(&text);
    }
}
