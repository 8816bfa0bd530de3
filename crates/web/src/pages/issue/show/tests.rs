use super::*;
use crate::pages::issue::choice::StackView;
use crate::templates::Templates;
use serde_json::json;
use watchfire_event::{EventId, IssueId, Level, OrganizationId, ProjectId, Timestamp};
use watchfire_store::issue::{Issue, Status, Substatus};
use watchfire_store::project::Project;

const NOW: Timestamp = Timestamp(1_790_000_000_000_000);

pub(in crate::pages::issue) fn issue(kind: &str, value: &str) -> Issue {
    Issue {
        id: IssueId(7),
        project_id: ProjectId(1),
        short_number: 42,
        title: format!("{kind}: {value}"),
        culprit: "shop.views in load_order".to_owned(),
        kind: kind.to_owned(),
        value: value.to_owned(),
        filename: String::new(),
        function: String::new(),
        logger: None,
        platform: Some("python".to_owned()),
        level: Level::Error,
        status: Status::Unresolved,
        substatus: Some(Substatus::Regressed),
        is_unhandled: true,
        first_seen: NOW.plus_micros(-3 * 24 * 3_600_000_000),
        last_seen: NOW,
        event_count: 1_204,
        sampled_count: 0,
        user_count: 214,
        first_release: Some("1.4.0".to_owned()),
        last_release: None,
        resolved_at: None,
    }
}

fn project() -> Project {
    Project {
        id: ProjectId(1),
        organization_id: OrganizationId(1),
        slug: "shop".to_owned(),
        name: "Shop".to_owned(),
        platform: None,
        first_event_at: None,
        settings: "{}".to_owned(),
        created_at: NOW,
    }
}

fn rows(body: Option<&str>, kind: &str, value: &str) -> Rows {
    let row = EventRow {
        id: 1,
        project_id: ProjectId(1),
        event_id: EventId::random(),
        issue_id: IssueId(7),
        timestamp: NOW,
        received_at: NOW,
    };
    let issue = issue(kind, value);
    let span = Span::of(issue.first_seen, issue.last_seen, NOW);
    Rows {
        found: Found {
            issue,
            project: project(),
            named: None,
        },
        event: body.map(|body| (row, Neighbours::default(), body.to_owned())),
        hours: vec![1; 73],
        span,
        tags: Vec::new(),
        activity: Vec::new(),
        names: Names::default(),
        voices: None,
        attachments: Vec::new(),
        estimate: None,
        is_seen: true,
        grouper: Grouper::default(),
        policy: Policy::default(),
        may_change: true,
        jobs: Vec::new(),
        similar: Vec::new(),
        merged: None,
    }
}

fn render(body: Option<&str>, kind: &str, value: &str, choices: Choices) -> String {
    let page = page(&rows(body, kind, value), choices, &Selection::default());
    let frame = json!({"now": NOW, "csrf": "secret", "path": "/projects/shop/issues/7"});
    Templates::new()
        .expect("compiles")
        .part("pages/issue", &frame, &page)
        .expect("renders")
}

#[test]
fn an_issue_without_events_says_why() {
    assert!(render(None, "E", "v", Choices::default()).contains("No event is kept"));
}

/// Every string of the event, every key that may be anything, and the title hold markup.
#[test]
fn markup_in_every_field_is_shown_as_text() {
    const X: &str = "<script>alert('x')</script>";
    let pairs = json!([[X, X], ["b", X]]);
    let frame = json!({"filename": X, "abs_path": X, "function": X, "module": X, "lineno": 7,
        "pre_context": [X], "context_line": X, "post_context": [X], "in_app": true,
        "vars": {X: X, "o": {X: [X, {X: X}]}}});
    let exception = json!({"type": X, "value": X, "module": X,
        "mechanism": {"type": X, "description": X, "help_link": X, "handled": false, "data": {X: X}},
        "stacktrace": {"frames": [frame, {"filename": X, "function": X, "instruction_addr": X}]}});
    let body = json!({
        "event_id": X, "platform": X, "level": X, "logger": X, "release": X, "environment": X,
        "transaction": X, "server_name": X, "dist": X, "fingerprint": [X],
        "exception": {"values": [exception, exception]},
        "logentry": {"message": format!("{X}1"), "formatted": X, "params": [X]},
        "breadcrumbs": {"values": [{"type": X, "category": X, "level": X, "message": X,
            "timestamp": 1_789_999_999, "data": {X: X}}]},
        "request": {"url": X, "method": X, "query_string": pairs, "cookies": pairs,
            "headers": pairs, "env": {X: X}, "data": {X: X}, "fragment": X, "other": X},
        "user": {"id": X, X: X}, "tags": pairs, "contexts": {X: {X: X}, "runtime": {"name": X, "version": X}},
        "extra": {X: {X: X}}, "modules": {X: X}, "sdk": {"name": X, "version": X, "packages": [{X: X}]},
        "errors": [{"type": X, "name": X, "reason": X, "value": X}],
        "csp": {"effective_directive": X, "blocked_uri": X, "document_uri": X, "source_file": X,
            "original_policy": X, "script_sample": X, "referrer": X, "disposition": X},
        "_dsc": {"trace_id": X, "sample_rate": X, "sample_rand": X, "sampled": X, "replay_id": X},
        "_meta": {"extra": {X: {"": {"rem": [[X, "s"]]}}, "gone": {"": {"err": [[X, {"reason": X}]]}}},
            "user": {"id": {"": {"rem": [[X, "x", 0, 3]]}}}},
    });
    for stack in [StackView::InApp, StackView::Full, StackView::Raw] {
        let choices = Choices {
            stack: Some(stack),
            ..Choices::default()
        };
        let html = render(Some(&body.to_string()), X, X, choices);
        assert!(html.contains("&lt;script&gt;"));
        assert!(!html.contains("<script"), "{stack:?}");
    }
    let threads = json!({"threads": {"values": [{"id": X, "name": X, "state": X,
        "stacktrace": {"frames": [frame]}}]}, "stacktrace": null});
    let html = render(Some(&threads.to_string()), "", X, Choices::default());
    assert!(html.contains("&lt;script&gt;") && !html.contains("<script"));
}

#[test]
fn an_event_of_monsters_stays_a_page() {
    let vars: serde_json::Map<_, _> = (0..50)
        .map(|n| {
            (
                format!("v{n}"),
                json!({"text": "x".repeat(400), "list": vec![n; 20]}),
            )
        })
        .collect();
    let frames: Vec<_> = (0..2_000)
        .map(|n| {
            json!({"filename": format!("f{n}.py"), "lineno": n, "function": "f",
            "in_app": n % 3 == 0, "vars": if n % 40 == 0 { json!(vars) } else { json!({}) }})
        })
        .collect();
    let tags: Vec<_> = (0..300).map(|n| json!([format!("t{n}"), "v"])).collect();
    let body = json!({"exception": {"values": [{"type": "E", "value": "y".repeat(100_000),
        "stacktrace": {"frames": frames}}]}, "tags": tags});
    let html = render(
        Some(&body.to_string()),
        "E",
        &"t".repeat(5_000),
        Choices::default(),
    );
    assert!(html.len() < 1_500_000, "{} bytes", html.len());
    assert!(html.contains("1,750 older of 2,000 frames are not shown here"));
    assert!(html.contains("200 more tags"));
}
