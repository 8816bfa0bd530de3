use super::{check, check_text, relay, scrubbed};
use crate::{Scrubber, Settings};

fn settings(sensitive: &[&str], safe: &[&str]) -> Scrubber {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let settings = Settings {
        sensitive_fields: owned(sensitive),
        exclude_fields: owned(safe),
        ..Settings::default()
    };
    relay(settings, "{}")
}

#[test]
fn nothing_happens_when_scrubbing_is_off() {
    let event = r#"{"extra":{"password":"x"},"user":{"ip_address":"1.2.3.4"}}"#;
    check(&relay(Settings::off(), "{}"), event, event);
}

#[test]
fn settings_read_relays_names_and_count_what_is_missing_as_off() {
    let settings: Settings =
        serde_json::from_str(r#"{"scrubData":true,"sensitiveFields":["a"]}"#).unwrap();
    let expected = Settings {
        scrub_data: true,
        sensitive_fields: vec!["a".to_owned()],
        ..Settings::off()
    };
    assert_eq!(settings, expected);
}

#[test]
fn sensitive_fields_count_in_keys_and_texts_in_any_case() {
    let rem = r#"[["strip-fields","s",0,10]]"#;
    let scrubber = settings(&["my.Stuff", " ", "a|b"], &[]);
    check_text(&scrubber, "has MY.stuff in it", "[Filtered]", rem);
    check_text(&scrubber, "a|b", "[Filtered]", rem);
    let result = scrubbed(&scrubber, r#"{"extra":{"xMY.STUFFx":4,"myqstuff":"1"}}"#);
    assert_eq!(
        result["extra"],
        serde_json::json!({"xMY.STUFFx": null, "myqstuff": "1"})
    );
}

#[test]
fn safe_fields_are_selectors_or_plain_keys() {
    let event = r#"{"extra":{"deep":{"password":"x","l":["secret"]},"a.b c":"secret"}}"#;
    let deep = scrubbed(&settings(&[], &["extra.deep.**"]), event);
    assert_eq!(
        deep["extra"]["deep"],
        serde_json::json!({"password": "x", "l": ["secret"]})
    );
    assert_eq!(deep["extra"]["a.b c"], "[Filtered]");
    let key = scrubbed(&settings(&[], &["a.b c"]), event);
    assert_eq!(key["extra"]["a.b c"], "secret");
    assert_eq!(key["extra"]["deep"]["password"], "[Filtered]");
}

#[test]
fn safe_fields_do_not_keep_cookies_and_known_addresses() {
    let keys = Settings {
        scrub_ip_addresses: true,
        exclude_fields: vec!["sessionid".to_owned(), "ip_address".to_owned()],
        ..Settings::default()
    };
    let scrubber = relay(keys, "{}");
    let event = r#"{"request":{"cookies":{"sessionid":"a"}},"user":{"ip_address":"1.2.3.4"},
        "extra":{"ip_address":"1.2.3.4"}}"#;
    let result = scrubbed(&scrubber, event);
    assert_eq!(result["request"]["cookies"][0][1], "[Filtered]");
    assert!(result["user"]["ip_address"].is_null());
    assert_eq!(result["extra"]["ip_address"], "1.2.3.4");
}
