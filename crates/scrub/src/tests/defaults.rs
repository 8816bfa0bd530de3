use super::{check, check_text, check_untouched, defaults};

const FILTERED: &str = "[Filtered]";
const BY_PASSWORD: &str = r#"[["@password:filter","s",0,10]]"#;

#[test]
fn a_sensitive_key_filters_its_text() {
    for key in [
        "password",
        "the_secret",
        "PASSWD",
        "api_key",
        "api-key",
        "APIKEY",
        "author",
        "credentials",
        "mysql_pwd",
        "privatekey",
        "private_key",
        "PRIVATE-KEY",
        "max_tokens",
        "tokenizer",
        "otp",
        "two_factor",
        "is_authenticated",
    ] {
        let event = format!(r#"{{"extra":{{"{key}":"v"}}}}"#);
        let expected = format!(
            r#"{{"extra":{{"{key}":"[Filtered]"}},
            "_meta":{{"extra":{{"{key}":{{"":{{"rem":{BY_PASSWORD},"len":1}}}}}}}}}}"#
        );
        check(&defaults(), &event, &expected);
    }
}

#[test]
fn keys_that_only_look_sensitive_stay() {
    for key in [
        "pass",
        "pwd",
        "passphrase",
        "session",
        "cookie",
        "credential",
        "otp_code",
        "bearer",
        "ssn",
    ] {
        check_untouched(&format!(r#"{{"extra":{{"{key}":"v"}}}}"#));
    }
}

#[test]
fn a_sensitive_key_removes_what_is_no_text_but_never_a_boolean() {
    check(
        &defaults(),
        r#"{"extra":{"password":5,"secret":{"a":"b"},"token":["x"],"auth":true,"otp":"true"}}"#,
        r#"{"extra":{"password":null,"secret":null,"token":null,"auth":true,"otp":"true"},
        "_meta":{"extra":{
            "password":{"":{"rem":[["@password:filter","x"]]}},
            "secret":{"":{"rem":[["@password:filter","x"]]}},
            "token":{"":{"rem":[["@password:filter","x"]]}}}}}"#,
    );
}

#[test]
fn a_sensitive_word_filters_the_whole_text() {
    for text in [
        "my password is x",
        "secretary",
        "line1\nhas Password\nline3",
        "<Author object>",
        "token: abc",
        "tokenizer=",
        "otp",
        "two-factor",
        "https://x/oauth/",
        "pa\u{17f}sword",
    ] {
        check_text(&defaults(), text, FILTERED, BY_PASSWORD);
    }
}

#[test]
fn texts_without_a_sensitive_word_stay() {
    for text in [
        "tokens",
        "the token abc",
        "tokens = 5",
        "api key",
        "a credential",
        "bearer",
        "otps",
    ] {
        check_untouched(&serde_json::json!({"extra": {"v": text}}).to_string());
    }
}

#[test]
fn bearer_tokens_are_filtered_with_their_scheme() {
    let rem = r#"[["@bearer:filter","s",4,14]]"#;
    check_text(
        &defaults(),
        "got Bearer abc.def now",
        "got [Filtered] now",
        rem,
    );
}

#[test]
fn card_numbers_are_filtered_in_every_grouping() {
    let rem = r#"[["@creditcard:filter","s",4,14]]"#;
    for number in [
        "4571234567890111",
        "4571 2345 6789 0111",
        "4571-2345-6789-0111",
    ] {
        check_text(
            &defaults(),
            &format!("foo {number} bar"),
            "foo [Filtered] bar",
            rem,
        );
    }
    check_untouched(r#"{"extra":{"v":"id4111111111111111 or 41111111111111111"}}"#);
}

#[test]
fn account_and_social_security_numbers_are_filtered() {
    let rem = r#"[["@iban:filter","s",3,13]]"#;
    check_text(
        &defaults(),
        "to DE89370400440532013000!",
        "to [Filtered]!",
        rem,
    );
    let rem = r#"[["@usssn:filter","s",0,10]]"#;
    check_text(&defaults(), "078-05-1120", FILTERED, rem);
    check_untouched(r#"{"extra":{"v":"1078-05-1120, 2024-05-1120, de89370400440532013000"}}"#);
}

#[test]
fn only_the_password_of_a_url_is_filtered() {
    let rem = r#"[["@urlauth:legacy","s",13,23]]"#;
    check_text(
        &defaults(),
        "postgres://u:pw@h/d",
        "postgres://u:[Filtered]@h/d",
        rem,
    );
    check_untouched(r#"{"extra":{"v":"https://user@h/ and postgres:///path and a@b.co"}}"#);
}

#[test]
fn the_body_of_a_key_is_filtered_and_its_frame_stays() {
    check_text(
        &defaults(),
        "-----BEGIN EC PRIVATE KEY-----\nMIHb\nx\n-----END EC PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\n[Filtered]\n-----END EC PRIVATE KEY-----",
        r#"[["@pemkey:filter","s",31,41]]"#,
    );
}

#[test]
fn several_rules_note_their_changes_in_the_order_of_the_text() {
    check_text(
        &defaults(),
        "ü 078-05-1120 https://u:p@h Bearer x 4111111111111111",
        "ü [Filtered] https://u:[Filtered]@h [Filtered] [Filtered]",
        r#"[["@usssn:filter","s",3,13],["@urlauth:legacy","s",24,34],["@bearer:filter","s",37,47],["@creditcard:filter","s",48,58]]"#,
    );
}

#[test]
fn digits_and_blanks_beyond_ascii_count_as_such() {
    let rem = r#"[["@creditcard:filter","s",0,10]]"#;
    check_text(
        &defaults(),
        "4111\u{a0}1111\u{a0}1111\u{a0}1111",
        FILTERED,
        rem,
    );
}
