use serde_json::{Value, json};

use super::{FILTERED, both, check, check_key};
use crate::Settings;

#[test]
fn session_cookies_of_the_common_frameworks_are_filtered() {
    for name in [
        "JSESSIONID",
        "connect.sid",
        "laravel_session",
        "ASP.NET_SessionId",
        ".AspNetCore.Cookies",
        "_shop_session",
        "remember_user_token",
        "ci_session",
    ] {
        let event = json!({"request": {"cookies": {name: "abc", "theme": "dark"}}}).to_string();
        let cookies = |result: &Value| {
            let pairs = result["request"]["cookies"].as_array().unwrap().clone();
            let pair = pairs.into_iter().find(|pair| pair[0] == name).unwrap();
            pair[1].clone()
        };
        let [_, improved] = both(&Settings::default(), "{}", &event);
        assert_eq!(cookies(&improved), FILTERED, "{name}");
        assert!(improved.to_string().contains("dark"));
    }
}

#[test]
fn cookie_headers_lose_the_values_of_such_cookies() {
    let event =
        |name: &str, value: &str| json!({"request": {"headers": [[name, value]]}}).to_string();
    for (name, value, hidden) in [
        (
            "Cookie",
            "theme=dark; sessionid=abc; JSESSIONID=x",
            "theme=dark; sessionid=[Filtered]; JSESSIONID=[Filtered]",
        ),
        (
            "Set-Cookie",
            "laravel_session=eyJ; path=/; HttpOnly",
            "laravel_session=[Filtered]; path=/; HttpOnly",
        ),
    ] {
        check(&event(name, value), "/request/headers/0/1", value, hidden);
    }
    check_key(
        "HTTP_COOKIE",
        json!("sid=a; x=b"),
        "sid=a; x=b",
        "sid=[Filtered]; x=b",
    );
}

#[test]
fn imei_numbers_are_masked_when_a_rule_says_so() {
    let rules = r#"{"applications":{"$string":["@imei:mask"]}}"#;
    let event = r#"{"extra":{"v":"35-209900-176148-1"}}"#;
    let [compatible, improved] = both(&Settings::off(), rules, event);
    assert_eq!(compatible["_meta"]["extra"]["v"][""]["rem"][0][1], "p");
    assert_eq!(improved["extra"]["v"], "******************");
}

#[test]
fn an_unknown_method_leaves_a_remark() {
    let rules = r#"{"rules":{"r":{"type":"email","redaction":{"method":"encrypt"}}},
        "applications":{"$string":["r"]}}"#;
    let event = r#"{"extra":{"v":"to bob@x.com"}}"#;
    let [compatible, improved] = both(&Settings::off(), rules, event);
    assert_eq!(
        (&compatible["extra"]["v"], &improved["extra"]["v"]),
        (&json!("to "), &json!("to "))
    );
    assert!(compatible["_meta"]["extra"]["v"][""]["rem"].is_null());
    assert_eq!(
        improved["_meta"]["extra"]["v"][""]["rem"],
        json!([["r", "x", 3, 3]])
    );
}

#[test]
fn originals_that_are_no_text_are_scrubbed() {
    let event = r#"{"user":{"id":null},"_meta":{"user":{"id":{"":{"val":["my secret"]}}}}}"#;
    let [compatible, improved] = both(&Settings::default(), "{}", event);
    assert_eq!(compatible["_meta"]["user"]["id"][""]["val"][0], "my secret");
    assert_eq!(improved["_meta"]["user"]["id"][""]["val"][0], FILTERED);
}
