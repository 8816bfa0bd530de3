//! What the library `sentry-relay` 0.10.1 answered to events that nobody wrote by hand, one for each
//! cause by which our answer once differed.

use super::{check, check_text, check_untouched, defaults, relay, with_config};
use crate::{PiiConfig, Settings};

#[test]
fn what_stands_left_of_a_deep_wildcard_is_found_whole() {
    let hit = |selector: &str, extra: &str, expected: &str| {
        let rules = format!(r#"{{"applications":{{"{selector}":["@anything:remove"]}}}}"#);
        let event = format!(r#"{{"extra":{extra}}}"#);
        check(&with_config(&rules), &event, expected);
    };
    let nested = r#"{"a":{"b":{"c":"x"}},"b":{"a":"y"}}"#;
    hit(
        "a.b.**",
        nested,
        r#"{"extra":{"a":{"b":{"c":null}},"b":{"a":"y"}},
        "_meta":{"extra":{"a":{"b":{"c":{"":{"rem":[["@anything:remove","x"]]}}}}}}}"#,
    );
    // The event itself is one item, too, which only a wildcard matches.
    for selector in ["*.extra.a.**", "*.*.a.**"] {
        hit(
            selector,
            r#"{"a":{"b":{"c":"x"}}}"#,
            r#"{"extra":{"a":{"b":{"c":null}}},
            "_meta":{"extra":{"a":{"b":{"c":{"":{"rem":[["@anything:remove","x"]]}}}}}}}"#,
        );
    }
    for selector in ["b.a.**", "*.a.**", "a.b.c.**", "a.b.**.c"] {
        hit(selector, nested, &format!(r#"{{"extra":{nested}}}"#));
    }
    check(
        &with_config(r#"{"applications":{"$frame.vars.**":["@anything:mask"]}}"#),
        r#"{"stacktrace":{"frames":[{"vars":{"a":"b"}}]}}"#,
        r#"{"stacktrace":{"frames":[{"vars":{"a":"*"}}]},"_meta":{"stacktrace":{"frames":{"0":{"vars":
            {"a":{"":{"rem":[["@anything:mask","m",0,1]],"len":1}}}}}}}}"#,
    );
}

#[test]
fn session_cookies_that_are_attributes_have_their_name_in_the_key() {
    check(
        &defaults(),
        r#"{"spans":[{"data":{"http.request.header.cookie.sessionid":"v",
            "http.response.header.set-cookie.csrf":5}}],
            "extra":{"http.request.header.cookie":{"sessionid":"v"}}}"#,
        r#"{"spans":[{"data":{"http.request.header.cookie.sessionid":"[Filtered]",
            "http.response.header.set-cookie.csrf":null}}],
            "extra":{"http.request.header.cookie":{"sessionid":"v"}},
        "_meta":{"spans":{"0":{"data":{
            "http.request.header.cookie.sessionid":{"":{"rem":[["@anything:filter","s",0,10]],"len":1}},
            "http.response.header.set-cookie.csrf":{"":{"rem":[["@anything:filter","x"]]}}}}}}}"#,
    );
}

#[test]
fn of_several_ways_to_one_rule_the_first_counts() {
    let rules = |ids: &str| {
        with_config(&format!(
            r#"{{"rules":{{"z":{{"type":"alias","rule":"@email:mask","hideInner":true,
                "redaction":{{"method":"hash"}}}}}},"applications":{{"$string":[{ids}]}}}}"#
        ))
    };
    let hash = "4161E89BBB62D2C0B4DAC2C17E1B8A048C553F61";
    check_text(
        &rules(r#""z","@email:mask""#),
        "a@b.co",
        hash,
        r#"[["z","p",0,40]]"#,
    );
    check_text(
        &rules(r#""@email:mask","z""#),
        "a@b.co",
        "******",
        r#"[["@email:mask","m",0,6]]"#,
    );
    check_text(
        &rules(r#""@email:replace","@email""#),
        "a@b.co",
        "[email]",
        r#"[["@email:replace","s",0,7]]"#,
    );
}

#[test]
fn blanks_in_the_name_of_a_folder_do_not_count() {
    let rules = with_config(r#"{"applications":{"$string":["@userpath"]}}"#);
    check_text(
        &rules,
        "C:\\DocumentsAndSettings\\jane\\x",
        "C:\\DocumentsAndSettings\\[user]\\x",
        r#"[["@userpath","s",24,30]]"#,
    );
    let event = r#"{"extra":{"v":"C:\\Documents and Settings\\jane\\x"}}"#;
    check(&rules, event, event);
}

#[test]
fn no_rule_is_of_the_type_unknown() {
    let config = r#"{"rules":{"r":{"type":"unknown"}}}"#;
    assert!(serde_json::from_str::<PiiConfig>(config).is_err());
}

#[test]
fn an_original_is_looked_for_under_its_key_twice() {
    let settings = Settings {
        scrub_ip_addresses: true,
        ..Settings::off()
    };
    check(
        &relay(settings, "{}"),
        r#"{"sdk":{"client_ip":"n/a"},"user":{"ip_address":"1.2.3"}}"#,
        r#"{"sdk":{"client_ip":null},"user":{"ip_address":null},"_meta":{
            "sdk":{"client_ip":{"":{"err":[["invalid_data",{"reason":"expected an ip address"}]],"val":"n/a"}}},
            "user":{"ip_address":{"":{"err":[["invalid_data",{"reason":"expected an ip address"}]],"val":"1.2.3"}}}}}"#,
    );
}

#[test]
fn notes_on_the_value_of_an_empty_key_stand_where_there_is_room() {
    check(
        &defaults(),
        r#"{"extra":{"":"password","a":{"":"x"}}}"#,
        r#"{"extra":{"":"[Filtered]","a":{"":"x"}},"_meta":{"extra":{"":
            {"":{"rem":[["@password:filter","s",0,10]],"len":8}}}}}"#,
    );
}

#[test]
fn an_address_to_fill_in_that_was_hashed_becomes_the_id() {
    check(
        &with_config(r#"{"applications":{"$user.ip_address":["@anything:hash"]}}"#),
        r#"{"user":{"ip_address":"{{auto}}"}}"#,
        r#"{"user":{"id":"06B2B6FE96646DE17790D53FE26A15F11D0FB91D","ip_address":null},"_meta":{"user":{
            "id":{"":{"rem":[["@anything:hash","p",0,40]],"len":8}},
            "ip_address":{"":{"rem":[["pii:ip_address","x"]]}}}}}"#,
    );
}

#[test]
fn checksums_and_sizes_are_left_alone_and_unknown_reports_are_not() {
    check_untouched(
        r#"{"checksum":"password","spans":[{"kind":"secret","sentry_tags":{"release":"auth"}}]}"#,
    );
    let all = with_config(r#"{"applications":{"!foo":["@anything:remove"]}}"#);
    let sizes = r#"{"request":{"body_size":5},"csp":{"line_number":5,"column_number":6}}"#;
    check(&all, sizes, sizes);
    check(
        &all,
        r#"{"hpkp":{"port":1},"spans":[{"sentry_tags":{"release":"x"}}]}"#,
        r#"{"hpkp":null,"spans":[{"sentry_tags":{"release":null}}],"_meta":{
            "hpkp":{"":{"rem":[["@anything:remove","x"]]}},
            "spans":{"0":{"sentry_tags":{"release":{"":{"rem":[["@anything:remove","x"]]}}}}}}}"#,
    );
}
