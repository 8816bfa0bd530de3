use watchfire_event::{Event, Timestamp, decode};
use watchfire_filter::KeptEvent;

use super::{PathChange, changes};
use crate::{Mode, PiiConfig, Policy, Scrubber, Settings};

fn event(text: &str) -> Event<'static> {
    let text: &'static str = text.to_owned().leak();
    Event::from_draft(decode(text.as_bytes()).unwrap(), Timestamp(0))
}

/// What a configuration changes in an event.
fn of(config: &str, settings: Settings, text: &str) -> Vec<PathChange> {
    let config: PiiConfig = serde_json::from_str(config).unwrap();
    let policy = Policy::new(settings, config, Mode::Compatible);
    let before = event(text);
    let after = Scrubber::of_policy(&policy).scrub(KeptEvent::unfiltered(before.clone()));
    changes(&before, after.event())
}

fn change(path: &str, rule: &str, before: &str, after: Option<&str>) -> PathChange {
    PathChange {
        path: path.to_owned(),
        rule: rule.to_owned(),
        before: Some(before.to_owned()),
        after: after.map(str::to_owned),
        is_container_removed: false,
    }
}

#[test]
fn every_changed_value_is_named_with_its_rule() {
    let found = of(
        "{}",
        Settings::default(),
        r#"{"extra":{"my password":"x","n":5,"token":7,"secret":{"a":1}},
        "request":{"headers":[["Accept","a"],["X-Api-Key","k"]]},
        "breadcrumbs":{"values":[{"message":"m"},{"message":"pg://u:p@h and Bearer abc"}]}}"#,
    );
    let breadcrumb = |rule: &str| {
        change(
            "breadcrumbs.values.1.message",
            rule,
            "pg://u:p@h and Bearer abc",
            Some("pg://u:[Filtered]@h and [Filtered]"),
        )
    };
    let mut expected = vec![
        breadcrumb("@urlauth:legacy"),
        breadcrumb("@bearer:filter"),
        change(
            "request.headers.X-Api-Key",
            "@password:filter",
            "k",
            Some("[Filtered]"),
        ),
        change(
            "extra.'my password'",
            "@password:filter",
            "x",
            Some("[Filtered]"),
        ),
        change("extra.token", "@password:filter", "7", None),
        PathChange {
            is_container_removed: true,
            ..change("extra.secret", "@password:filter", "{\"a\":1}", None)
        },
    ];
    let sorted = |mut changes: Vec<PathChange>| {
        changes.sort_by(|left, right| (&left.path, &left.rule).cmp(&(&right.path, &right.rule)));
        changes
    };
    expected = sorted(expected);
    assert_eq!(sorted(found), expected);
}

#[test]
fn remarks_of_before_are_no_changes_and_an_equal_event_has_none() {
    let text = r#"{"extra":{"v":"[ip] bob@x.com"},"_meta":{"extra":{"v":{"":{"rem":[["@ip","s",0,4]]}}}}}"#;
    let rules = r#"{"applications":{"$string":["@email","@ip"]}}"#;
    let expected = change("extra.v", "@email", "[ip] bob@x.com", Some("[ip] [email]"));
    assert_eq!(of(rules, Settings::off(), text), [expected]);
    assert_eq!(of("{}", Settings::off(), text), []);
}

#[test]
fn what_no_remark_tells_of_is_named_too() {
    let unknown = r#"{"rules":{"r":{"type":"email","redaction":{"method":"bogus"}}},
        "applications":{"$string":["r"]}}"#;
    let found = of(unknown, Settings::off(), r#"{"extra":{"v":"bob@x.com!"}}"#);
    assert_eq!(found, [change("extra.v", "", "bob@x.com!", Some("!"))]);
    let text = r#"{"user":{"id":null},"_meta":{"user":{"id":{"":{"val":"my secret"}}}}}"#;
    let found = of("{}", Settings::default(), text);
    assert_eq!(
        found,
        [change(
            "user.id (original)",
            "",
            "my secret",
            Some("[Filtered]")
        )]
    );
}

#[test]
fn an_address_that_became_the_id_is_named_in_both_places() {
    let rules = r#"{"applications":{"$user.ip_address":["@ip:mask"]}}"#;
    let found = of(
        rules,
        Settings::off(),
        r#"{"user":{"ip_address":"1.2.3.4"}}"#,
    );
    let id = PathChange {
        before: None,
        ..change("user.id", "@ip:mask", "", Some("*******"))
    };
    assert_eq!(
        found,
        [
            change("user.ip_address", "pii:ip_address", "1.2.3.4", None),
            id
        ]
    );
}
