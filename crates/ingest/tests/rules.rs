use std::time::{Duration, Instant};

use serde_json::json;
use watchfire_event::{EventId, IssueId, Timestamp};
use watchfire_grouping::RuleKind;
use watchfire_store::grouping_rules::Scope;
use watchfire_store::regroup::{self, Change};
use watchfire_store::{event, project};

use crate::harness::{Harness, on_both};

/// How long a running server may take to notice a change that another process made.
const NOTICE_MAX: Duration = Duration::from_secs(20);

/// Stores a text of fingerprint rules, as another process might.
async fn set_rules(it: &Harness, text: &'static str) {
    let (id, database) = (it.project, it.database.clone());
    let written = it.database.write(move |conn| {
        let project = project::get(conn, id)?.expect("a project");
        let change = Change::SetText {
            scope: Scope::Project(id),
            kind: RuleKind::Fingerprint,
            text: text.to_owned(),
        };
        let (dictionaries, now) = (database.dictionaries(), Timestamp::now());
        regroup::apply(conn, dictionaries, &project, &change, None, now, false)
    });
    written.await.expect("writes");
}

/// The issue of a new error of this type.
async fn issue_of(it: &Harness, kind: &str) -> IssueId {
    let id = EventId::random();
    let body = json!({
        "event_id": id.to_string(),
        "exception": {"values": [{"type": kind, "value": "x"}]},
    });
    assert_eq!(it.post("store", body.to_string()).await.status, 200);
    let project = it.project;
    let row = it.database.read(move |conn| event::get(conn, project, id));
    row.await.expect("reads").expect("is stored").issue_id
}

on_both!(rules_group_events_as_they_come, |it| {
    set_rules(&it, "type:First -> one\nno rule at all\ntype:Second -> one").await;
    let first = issue_of(&it, "First").await;
    assert_eq!(issue_of(&it, "Second").await, first);
    assert_ne!(issue_of(&it, "Third").await, first);
});

on_both!(a_running_server_notices_rules_of_another_process, |it| {
    let first = issue_of(&it, "First").await;
    assert_ne!(issue_of(&it, "Second").await, first);
    set_rules(&it, "type:First -> one\ntype:Second -> one").await;
    let began = Instant::now();
    while issue_of(&it, "First").await != issue_of(&it, "Second").await {
        assert!(began.elapsed() < NOTICE_MAX, "the rules are not noticed");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
});
