use serde_json::{Value, json};

use super::{both, check_with};
use crate::Settings;

fn no_addresses() -> Settings {
    Settings {
        scrub_ip_addresses: true,
        ..Settings::default()
    }
}

#[track_caller]
fn check_address(text: &str, compatible: &str, improved: &str) {
    let event = json!({"extra": {"v": text}}).to_string();
    check_with(&no_addresses(), &event, "/extra/v", compatible, improved);
}

#[test]
fn addresses_of_version_6_are_replaced_as_a_whole() {
    check_address("2001:db8::1", "2001:[ip]", "[ip]");
    check_address("fe80::1%eth0", "[ip]%eth0", "[ip]");
    check_address("::ffff:1.2.3.4", "[ip]:[ip]", "[ip]");
    check_address("[2001:db8::1]:80", "[2001:[ip]]:80", "[[ip]]:80");
    check_address(
        "2001:db8::1 ::2 1.2.3.4",
        "2001:[ip] ::2 [ip]",
        "[ip] [ip] [ip]",
    );
}

#[test]
fn names_with_colons_are_no_addresses() {
    check_address("a::b", "[ip]", "a::b");
    check_address(
        "std::vector at 10:11:12",
        "std::vector at 10:11:12",
        "std::vector at 10:11:12",
    );
    check_address("::", "[ip]", "::");
}

#[test]
fn without_addresses_their_places_go_and_more_texts_lose_them() {
    let event = r#"{"user":{"id":"7","ip_address":"1.2.3.4","geo":{"city":"Wien","country_code":"AT"}},
        "exception":{"values":[{"value":"peer 1.2.3.4 gone"}]},"tags":[["ip","1.2.3.4"]],
        "request":{"url":"http://1.2.3.4/"},"logentry":{"formatted":"from 1.2.3.4"}}"#;
    let [compatible, improved] = both(&no_addresses(), "{}", event);
    assert_eq!(compatible["user"]["geo"]["city"], "Wien");
    assert_eq!(
        compatible["exception"]["values"][0]["value"],
        "peer 1.2.3.4 gone"
    );
    assert_eq!(
        improved["user"]["geo"],
        json!({"city": null, "country_code": null})
    );
    assert_eq!(
        improved["exception"]["values"][0]["value"],
        "peer [ip] gone"
    );
    assert_eq!(improved["tags"][0][1], "[ip]");
    assert_eq!(improved["request"]["url"], "http://[ip]/");
    assert_eq!(improved["logentry"]["formatted"], "from [ip]");
    assert!(!improved.to_string().contains("1.2.3.4"));
    assert_eq!(
        both(&Settings::default(), "{}", event)[1]["tags"][0][1],
        Value::from("1.2.3.4")
    );
}
