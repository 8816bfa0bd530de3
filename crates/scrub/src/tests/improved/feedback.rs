use super::both;
use crate::Settings;

/// What each mode makes of a message of feedback.
fn messages(settings: &Settings, text: &str) -> [String; 2] {
    let event = serde_json::json!({"contexts": {"feedback": {"message": text,
        "name": "Bob 4111 1111 1111 1111", "contact_email": "bob@x.com", "type": "feedback"}}});
    both(settings, "{}", &event.to_string()).map(|result| {
        let feedback = &result["contexts"]["feedback"];
        assert_eq!(feedback["contact_email"], "bob@x.com");
        feedback["message"].as_str().unwrap().to_owned()
    })
}

#[test]
fn a_message_of_feedback_loses_card_numbers_and_tokens_and_nothing_else() {
    for (typed, hidden) in [
        (
            "my password, ada@x.com at 10.0.0.1: card 4111 1111 1111 1111 failed",
            "my password, ada@x.com at 10.0.0.1: card [creditcard] failed",
        ),
        ("DE89370400440532013000 it is", "[iban] it is"),
        ("sent Bearer abcdefabcdefabcdef", "sent Bearer [token]"),
        (
            "see https://bob:hunter2@x.com/",
            "see https://[auth]@x.com/",
        ),
    ] {
        assert_eq!(messages(&Settings::default(), typed), [typed, hidden]);
        assert_eq!(messages(&Settings::off(), typed), [typed, typed]);
    }
}

#[test]
fn only_rules_that_name_a_path_touch_the_rest_of_it() {
    let event = r#"{"contexts":{"feedback":{"message":"forgot my password","contact_email":"bob@x.com","type":"feedback"}}}"#;
    let email = |rules: &str| {
        let [compatible, improved] = both(&Settings::default(), rules, event);
        assert_eq!(
            improved["contexts"]["feedback"]["message"],
            "forgot my password"
        );
        [compatible, improved].map(|result| result["contexts"]["feedback"]["contact_email"].clone())
    };
    assert_eq!(email("{}"), ["bob@x.com", "bob@x.com"]);
    let rules = r#"{"applications":{"contexts.feedback.contact_email":["@email:replace"]}}"#;
    assert_eq!(email(rules), ["bob@x.com", "[email]"]);
    let broad = r#"{"applications":{"$string":["@email:replace"]}}"#;
    assert_eq!(email(broad), ["bob@x.com", "bob@x.com"]);
}
