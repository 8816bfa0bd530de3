//! Rules that are filled in from an event.

use watchfire_event::{Event, Timestamp, decode};
use watchfire_scrub::{Policy, Scrubber};

use crate::Origin;
use crate::ignore::{Matcher, draft_of, parse_toml, to_toml};

/// The conditions of the draft, and whether the draft matches the event and survives a file.
#[track_caller]
fn check(event: &str, expected: &[&str]) {
    let event = Event::from_draft(decode(event.as_bytes()).unwrap(), Timestamp(0));
    let draft = draft_of(&event);
    let matcher = Matcher::new(&draft).unwrap();
    assert!(matcher.matches(&event, &Origin::default()), "{draft:?}");
    let text = to_toml(std::slice::from_ref(&draft));
    assert_eq!(parse_toml(&text).unwrap(), [draft], "{text}");
    let lines: Vec<&str> = text
        .lines()
        .filter_map(|it| it.strip_prefix("  { field = "))
        .collect();
    assert_eq!(lines, expected);
}

#[test]
fn an_error_is_known_by_exception_frame_and_transaction() {
    check(
        r#"{"exception":[{"type":"Cause","value":"x"},{"type":"IOError","value":"row 17 of [users] is locked by pid-9",
            "stacktrace":{"frames":[{"function":"view","module":"shop.views","in_app":true},{"function":"lock","module":"db","in_app":false}]}}],
            "transaction":"/cart","environment":"prod"}"#,
        &[
            r#""exception.type", op = "is", value = "IOError" },"#,
            r#""exception.value", op = "wildcard", value = 'row * of \[users\] is locked by *' },"#,
            r#""frame.in_app.module", op = "is", value = "shop.views" },"#,
            r#""frame.in_app.function", op = "is", value = "view" },"#,
            r#""transaction", op = "is", value = "/cart" },"#,
            r#""environment", op = "is", value = "prod" },"#,
        ],
    );
}

#[test]
fn a_message_is_known_by_its_text_and_logger() {
    check(
        r#"{"message":"disk full","logger":"ops"}"#,
        &[
            r#""message", op = "is", value = "disk full" },"#,
            r#""logger", op = "is", value = "ops" },"#,
        ],
    );
}

#[test]
fn a_report_is_known_by_directive_and_host() {
    check(
        r#"{"type":"csp","message":"Blocked 'script' from 'evil.com'","tags":{"effective-directive":"script-src","blocked-host":"evil.com"}}"#,
        &[
            r#""message", op = "is", value = "Blocked 'script' from 'evil.com'" },"#,
            r#""tag.effective-directive", op = "is", value = "script-src" },"#,
            r#""tag.blocked-host", op = "is", value = "evil.com" },"#,
        ],
    );
}

#[test]
fn an_empty_or_endless_event_still_makes_a_rule() {
    check("{}", &[r#""level", op = "is", value = "error" },"#]);
    let long = "é".repeat(5_000);
    let start = "é".repeat(1_024);
    check(
        &format!(r#"{{"exception":[{{"type":"E\u0007","value":"{long}"}}]}}"#),
        &[
            r#""exception.type", op = "is", value = "E\u0007" },"#,
            &format!(r#""exception.value", op = "starts_with", value = "{start}" }},"#),
        ],
    );
    let digits = format!(r#"{{"message":"{} 7"}}"#, "[".repeat(1_000));
    check(
        &digits,
        &[&format!(
            r#""message", op = "is", value = "{} 7" }},"#,
            "[".repeat(1_000)
        )],
    );
}

/// The conditions of the draft that is made of the event once it is scrubbed and read back; the
/// draft must match the event as it came.
#[track_caller]
fn check_scrubbed(event: &str, expected: &[&str]) {
    let raw = || Event::from_draft(decode(event.as_bytes()).unwrap(), Timestamp(0));
    let scrubber = Scrubber::of_policy(&Policy::default());
    let stored = scrubber.scrub_again(raw()).event().to_json();
    let stored = Event::from_draft(decode(stored.as_bytes()).unwrap(), Timestamp(0));
    let draft = draft_of(&stored);
    let matcher = Matcher::new(&draft).unwrap();
    assert!(matcher.matches(&raw(), &Origin::default()), "{draft:?}");
    let text = to_toml(std::slice::from_ref(&draft));
    assert_eq!(parse_toml(&text).unwrap(), [draft], "{text}");
    let lines: Vec<&str> = text
        .lines()
        .filter_map(|it| it.strip_prefix("  { field = "))
        .collect();
    assert_eq!(lines, expected);
}

#[test]
fn what_scrubbing_replaced_may_be_anything() {
    check_scrubbed(
        r#"{"exception":[{"type":"LoginError","value":"User [jane.doe@example.com]* of 4532015112830366 failed",
            "stacktrace":{"frames":[{"function":"login","module":"shop.auth","in_app":true}]}}],
            "transaction":"/reset"}"#,
        &[
            r#""exception.type", op = "is", value = "LoginError" },"#,
            r#""exception.value", op = "wildcard", value = 'User \[*\]\* of * failed' },"#,
            r#""frame.in_app.module", op = "is", value = "shop.auth" },"#,
            r#""frame.in_app.function", op = "is", value = "login" },"#,
            r#""transaction", op = "is", value = "/reset" },"#,
        ],
    );
    let long = "[x] ".repeat(600);
    let start = r"\[x\] ".repeat(170);
    check_scrubbed(
        &format!(r#"{{"message":"jane.doe@example.com {long}"}}"#),
        &[&format!(
            r#""message", op = "wildcard", value = '* {start}*' }},"#
        )],
    );
}

#[test]
fn a_value_that_was_scrubbed_as_a_whole_is_left_out() {
    check_scrubbed(
        r#"{"message":"jane.doe@example.com","logger":"ops"}"#,
        &[r#""logger", op = "is", value = "ops" },"#],
    );
    let stored = r#"{"message":"key [secret:aws] and [Filtered] of [users]","logger":"[Filtered]","transaction":"/a1/[Filtered]"}"#;
    check(
        stored,
        &[
            r#""message", op = "wildcard", value = 'key * and * of \[users\]' },"#,
            r#""transaction", op = "wildcard", value = "/a1/*" },"#,
        ],
    );
}

#[test]
fn a_star_of_the_text_does_not_stand_for_what_follows_it() {
    check(
        r#"{"message":"2 *5 rows"}"#,
        &[r#""message", op = "wildcard", value = '* \** rows' },"#],
    );
}
