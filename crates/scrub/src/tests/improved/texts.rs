use super::check;

/// An event whose only text is that of an error.
fn error(text: &str) -> String {
    serde_json::json!({"exception": {"values": [{"type": "E", "value": text}]}}).to_string()
}

fn message(text: &str) -> String {
    serde_json::json!({"logentry": {"formatted": text}}).to_string()
}

const ERROR: &str = "/exception/values/0/value";

#[test]
fn values_behind_sensitive_names_are_replaced_in_errors_and_messages() {
    for (text, hidden) in [
        (
            "login failed: password=hunter2 for bob",
            "login failed: password=[Filtered] for bob",
        ),
        (
            r#"bad body {"token": "abc", "n": 1}"#,
            r#"bad body {"token": "[Filtered]", "n": 1}"#,
        ),
        (
            "<QueryDict: {'password': ['hunter2']}>",
            "<QueryDict: {'password': ['[Filtered]']}>",
        ),
        (
            "Authorization: Basic YWJj",
            "Authorization: Basic [Filtered]",
        ),
    ] {
        check(&error(text), ERROR, text, hidden);
        check(&message(text), "/logentry/formatted", text, hidden);
    }
}

#[test]
fn texts_without_a_value_stay_readable() {
    for text in [
        "password: must not be empty",
        "Unexpected token < in JSON at position 0",
        "{'password': ['This field is required.']}",
        "the author=bob wrote",
        "password=%s, token=None",
    ] {
        check(&error(text), ERROR, text, text);
    }
}

#[test]
fn errors_have_replaced_what_messages_have() {
    check(
        &error("bob@x.com paid with 4111 1111 1111 1111, DE89370400440532013000, 078-05-1120"),
        ERROR,
        "bob@x.com paid with 4111 1111 1111 1111, DE89370400440532013000, 078-05-1120",
        "[email] paid with [creditcard], [iban], [us-ssn]",
    );
    check(
        &error("connect redis://:p!w$@h:6379/0"),
        ERROR,
        "connect redis://:p!w$@h:6379/0",
        "connect redis://:[Filtered]@h:6379/0",
    );
    check(
        &message("GET pg://u:p!w@h/d"),
        "/logentry/formatted",
        "GET pg://u:p!w@h/d",
        "GET pg://u:[Filtered]@h/d",
    );
}

#[test]
fn request_urls_lose_passwords_and_tokens() {
    check(
        r#"{"request":{"url":"https://u:p@h/x?a=1&token=abc&password=d#f"}}"#,
        "/request/url",
        "https://u:p@h/x?a=1&token=abc&password=d#f",
        "https://u:[Filtered]@h/x?a=1&token=[Filtered]&password=[Filtered]",
    );
    check(
        r#"{"spans":[{"description":"GET /x?api_key=abc"}]}"#,
        "/spans/0/description",
        "GET /x?api_key=abc",
        "GET /x?api_key=[Filtered]",
    );
}

#[test]
fn passwords_of_urls_may_have_any_characters() {
    use super::check_text;
    check_text(
        "redis://:pw@h/0",
        "redis://:pw@h/0",
        "redis://:[Filtered]@h/0",
    );
    check_text(
        "pg://u:p!w$d@h/d",
        "pg://u:p!w$d@h/d",
        "pg://u:[Filtered]@h/d",
    );
    check_text(
        "pg://u:p@h/d",
        "pg://u:[Filtered]@h/d",
        "pg://u:[Filtered]@h/d",
    );
}

#[test]
fn user_names_in_home_folders_are_filtered() {
    use super::check_text;
    check_text(
        "in /home/jane/x",
        "in /home/jane/x",
        "in /home/[Filtered]/x",
    );
    check_text(
        "C:\\Users\\Jane Doe\\x",
        "C:\\Users\\Jane Doe\\x",
        "C:\\Users\\[Filtered]\\x",
    );
    check_text(
        "GET https://h/users/42",
        "GET https://h/users/42",
        "GET https://h/users/42",
    );
}
