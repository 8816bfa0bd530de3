//! What *improved* keeps and Relay removes: this list and no more.

use serde_json::json;

use super::{FILTERED, check_key, check_text, check_with};
use crate::Settings;

#[test]
fn words_that_only_begin_like_sensitive_ones() {
    for text in [
        "author",
        "<Author object (1)>",
        "secretary",
        "is authenticated",
        "tokenizer: bpe",
    ] {
        check_text(text, FILTERED, text);
    }
    for key in [
        "author",
        "authors",
        "post_author",
        "is_authenticated",
        "isAuthenticated",
        "tokenizer",
    ] {
        check_key(key, json!("v"), FILTERED, "v");
    }
    for key in [
        "max_tokens",
        "maxTokens",
        "prompt_tokens",
        "token_count",
        "author_id",
    ] {
        check_key(key, json!(5), "null", "5");
    }
}

#[test]
fn words_beside_them_still_count() {
    for text in [
        "author password",
        "authorization",
        "secretary's secret",
        "tokenizer_password=x",
    ] {
        check_text(text, FILTERED, FILTERED);
    }
    for key in [
        "author_token",
        "authorization",
        "tokens",
        "auth",
        "authenticity_token",
    ] {
        check_key(key, json!("v"), FILTERED, FILTERED);
    }
}

#[test]
fn the_names_of_hosts_and_modules() {
    for text in [
        "https://auth.example.com/x",
        "bob@authsome.example.com",
        "django.contrib.auth",
    ] {
        check_text(text, FILTERED, text);
    }
    for text in [
        "https://example.com/oauth/x",
        "https://x.com/?auth=1",
        "auth",
    ] {
        check_text(text, FILTERED, FILTERED);
    }
}

#[test]
fn texts_that_say_no_more_than_a_boolean() {
    for text in ["True", "False", "None", "nil", "NULL"] {
        check_key("password", json!(text), FILTERED, text);
    }
    for text in ["Nope", "true story", "0"] {
        check_key("password", json!(text), FILTERED, FILTERED);
    }
}

#[test]
fn numbers_that_are_no_card() {
    let card = "4111111111111111";
    check_text(card, FILTERED, FILTERED);
    check_text("4111111111111112", FILTERED, "4111111111111112");
    check_text(
        "order 4000000000000000",
        "order [Filtered]",
        "order 4000000000000000",
    );
    check_text("5555 5555 5555 4444", FILTERED, FILTERED);
    // Mastercard's second series, JCB and Diners.
    for number in ["2223003122003222", "3530111333300000", "30569309025904"] {
        check_text(number, number, FILTERED);
    }
}

#[test]
fn thirty_two_letters_that_are_no_uuid() {
    let rules = r#"{"applications":{"$string":["@uuid:replace"]}}"#;
    for (text, compatible, improved) in [
        ("ceee0822-ed8f-4622-b2a3-789e73e75cd1", "[uuid]", "[uuid]"),
        (
            "abcdefghijklmnopqrstuvwxyzabcdef",
            "[uuid]",
            "abcdefghijklmnopqrstuvwxyzabcdef",
        ),
    ] {
        let event = json!({"extra": {"v": text}}).to_string();
        let results = super::both(&Settings::off(), rules, &event);
        assert_eq!(
            results.map(|result| result["extra"]["v"].clone()),
            [compatible, improved]
        );
    }
}

#[test]
fn longer_words_around_a_short_sensitive_field() {
    let fields = |fields: &[&str]| Settings {
        sensitive_fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        ..Settings::default()
    };
    let event = r#"{"extra":{"x":"1","pos_x":"1","posX":"1","max":"1","note":"Unexpected"}}"#;
    let settings = fields(&["x", "exp"]);
    check_with(
        &settings,
        event,
        "/extra",
        "null",
        &json!({
            "x": FILTERED, "pos_x": FILTERED, "posX": FILTERED, "max": "1", "note": "Unexpected",
        })
        .to_string(),
    );
    let event = r#"{"breadcrumbs":{"values":[{"message":"Unexpected error"}]}}"#;
    let message = "/breadcrumbs/values/0/message";
    check_with(
        &fields(&["exp"]),
        event,
        message,
        FILTERED,
        "Unexpected error",
    );
    check_with(&fields(&["expe"]), event, message, FILTERED, FILTERED);
}
