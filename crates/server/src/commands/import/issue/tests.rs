use serde_json::json;

use super::*;

const MD5: &str = "0123456789abcdef0123456789abcdef";

/// The shape of one issue of Sentry's list.
fn sentrys() -> Value {
    json!({
        "id": "4242", "shortId": "SHOP-1A", "title": "KeyError: 'a'", "culprit": "shop.views in cart",
        "permalink": "https://sentry.example.com/organizations/acme/issues/4242/",
        "logger": null, "level": "fatal", "status": "unresolved", "statusDetails": {},
        "substatus": "escalating", "isPublic": false, "platform": "python", "type": "error",
        "metadata": {"type": "KeyError", "value": "'a'", "filename": "views.py", "function": "cart"},
        "issueCategory": "error", "isUnhandled": true, "count": "150", "userCount": 12,
        "firstSeen": "2026-01-02T03:04:05Z", "lastSeen": "2026-11-02T03:04:05.123456Z",
    })
}

fn with(key: &str, value: Value) -> Value {
    let mut issue = sentrys();
    issue[key] = value;
    issue
}

fn read_good(value: &Value) -> ImportedIssue {
    match read(value, "item 1", Timestamp::now()) {
        Ok(Item::Issue(issue, _)) => *issue,
        other => panic!("{other:?}"),
    }
}

fn reason(value: &Value) -> String {
    read(value, "item 1", Timestamp::now()).unwrap_err().reason
}

#[test]
fn an_issue_is_read_with_counts_as_text_and_times_of_both_forms() {
    let issue = read_good(&sentrys());
    assert_eq!((issue.event_count, issue.user_count), (150, 12));
    assert_eq!(
        (issue.status, issue.substatus),
        (Status::Unresolved, Some(Substatus::Escalating))
    );
    assert_eq!(issue.first_seen.to_string(), "2026-01-02T03:04:05.000000Z");
    assert_eq!(issue.last_seen.to_string(), "2026-11-02T03:04:05.123456Z");
    assert_eq!((issue.level, issue.is_unhandled), (Level::Fatal, true));
    assert_eq!(
        (issue.kind.as_str(), issue.function.as_str()),
        ("KeyError", "cart")
    );
    assert_eq!(issue.logger, None);
}

#[test]
fn the_counts_of_all_time_win_over_those_of_the_list() {
    let lifetime = json!({"count": "9000", "userCount": 70, "firstSeen": null, "lastSeen": null});
    let issue = read_good(&with("lifetime", lifetime));
    assert_eq!((issue.event_count, issue.user_count), (9_000, 70));
    assert_eq!(issue.first_seen.to_string(), "2026-01-02T03:04:05.000000Z");
}

#[test]
fn statuses_of_older_and_newer_versions_are_understood() {
    let of = |changes: Value| {
        let mut issue = sentrys();
        issue.as_object_mut().unwrap().remove("substatus");
        for (key, value) in changes.as_object().unwrap() {
            issue[key] = value.clone();
        }
        let issue = read_good(&issue);
        (issue.status, issue.substatus)
    };
    let now = Timestamp::now().to_string();
    assert_eq!(of(json!({})).1, Some(Substatus::Ongoing));
    assert_eq!(
        of(json!({"firstSeen": now, "lastSeen": now})).1,
        Some(Substatus::New)
    );
    assert_eq!(
        of(json!({"substatus": "archived_forever"})).1,
        Some(Substatus::Ongoing)
    );
    assert_eq!(of(json!({"status": "resolved"})), (Status::Resolved, None));
    assert_eq!(
        of(json!({"status": "ignored"})),
        (Status::Ignored, Some(Substatus::ArchivedForever))
    );
    let until = json!({"status": "ignored", "statusDetails": {"ignoreCount": 100}});
    assert_eq!(of(until).1, Some(Substatus::ArchivedUntilConditionMet));
    let escalating = json!({"status": "ignored", "substatus": "archived_until_escalating"});
    assert_eq!(of(escalating).1, Some(Substatus::ArchivedUntilEscalating));
}

#[test]
fn hashes_are_texts_or_what_the_api_lists() {
    let upper = MD5.to_uppercase();
    for listed in [json!([MD5, upper]), json!([{"id": MD5, "latestEvent": {}}])] {
        let issue = read_good(&with("hashes", listed));
        assert_eq!(issue.hashes.len(), 1);
        assert_eq!(issue.hashes[0].to_string(), MD5);
    }
    let Ok(Item::Issue(issue, odd)) = read(&with("hashes", json!([MD5, "abc"])), "", Timestamp(0))
    else {
        panic!("an issue");
    };
    assert_eq!((issue.hashes.len(), odd), (1, vec!["abc".to_owned()]));
    for wrong in [json!([5]), json!("abc"), json!([{"latestEvent": {}}])] {
        assert!(reason(&with("hashes", wrong)).contains("hash"));
    }
}

#[test]
fn what_cannot_be_used_is_named_by_id() {
    let wrong = |key: &str, value: Value| reason(&with(key, value));
    assert!(wrong("count", json!("many")).contains("count"));
    assert!(wrong("count", json!("-1")).contains("count"));
    assert!(wrong("lastSeen", json!("yesterday")).contains("lastSeen"));
    assert!(wrong("firstSeen", Value::Null).contains("firstSeen"));
    assert!(wrong("status", json!("pending_merge")).contains("pending_merge"));
    let problem = read(&with("count", json!({})), "item 1", Timestamp::now()).unwrap_err();
    assert_eq!(problem.id, "4242");
    for nameless in [
        json!({}),
        json!([]),
        json!(null),
        json!({"id": ""}),
        json!({"id": "../1"}),
    ] {
        let problem = read(&nameless, "item 1", Timestamp::now()).unwrap_err();
        assert_eq!(problem.id, "item 1");
    }
}

#[test]
fn issues_about_other_things_than_errors_are_left_alone() {
    let read = read(
        &with("issueCategory", json!("performance")),
        "item 1",
        Timestamp::now(),
    );
    assert!(matches!(read, Ok(Item::Other)));
}

#[test]
fn an_issue_without_title_is_called_by_its_metadata() {
    let mut issue = with("title", Value::Null);
    assert_eq!(read_good(&issue).title, "KeyError: 'a'");
    issue["metadata"] = json!({"title": "boot failed"});
    assert_eq!(read_good(&issue).title, "boot failed");
    issue["metadata"] = json!(null);
    assert_eq!(read_good(&issue).title, "<unlabeled event>");
}
