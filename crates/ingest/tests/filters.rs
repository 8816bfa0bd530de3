//! Inbound filters and ignore rules as events meet them.

use std::time::{Duration, Instant};

use actix_web::test::TestRequest;
use serde_json::{Value, json};
use watchfire_event::Timestamp;
use watchfire_filter::ignore::{Rule, parse_json};
use watchfire_store::dropped::{self, Head};
use watchfire_store::grouping_rules::Scope;
use watchfire_store::{Conn, event, ignore_rule, issue, project};

use crate::attachments::files;
use crate::harness::{Harness, event_json, on_both};

const FIRST: &str = "9ec79c33ec9942ab8353589fcb2e04dc";
const SECOND: &str = "0ec79c33ec9942ab8353589fcb2e04dc";
/// How long a head may take to be stored, for which no answer waits.
const HEAD_WAIT_MAX: Duration = Duration::from_secs(20);

/// Makes a rule for the project or its organisation, and returns its number.
pub(crate) async fn rule(it: &Harness, of_organization: bool, action: Value, when: Value) -> i64 {
    let name = format!("{action} {when}")
        .chars()
        .take(90)
        .collect::<String>();
    let text = json!({"name": name, "action": action, "when": when}).to_string();
    let rule: Rule = parse_json(&text).unwrap();
    let project = it.project;
    let add = move |conn: &mut Conn<'_>| {
        let scope = match of_organization {
            true => Scope::Organization(project::get(conn, project)?.unwrap().organization_id),
            false => Scope::Project(project),
        };
        ignore_rule::add(conn, scope, &rule, None, None, Timestamp::now())
    };
    it.database.write(add).await.unwrap()
}

fn is_key_error() -> Value {
    json!({"field": "exception.type", "op": "is", "value": "keyerror"})
}

/// The heads that are remembered, once there are so many.
async fn heads(it: &Harness, count: usize) -> Vec<Head> {
    let began = Instant::now();
    loop {
        let (project, database) = (it.project, it.database.clone());
        let read =
            move |conn: &mut Conn<'_>| dropped::heads(conn, database.dictionaries(), project, 10);
        let heads = it.database.read(read).await.unwrap();
        if heads.len() == count {
            return heads;
        }
        assert!(
            began.elapsed() < HEAD_WAIT_MAX,
            "{count} heads, not {}",
            heads.len()
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// How many hits the rule has in all, and the last title. Ends the writer.
async fn hits(it: &Harness, rule: i64) -> (u64, Option<String>) {
    it.writer.shutdown().await;
    let project = it.project;
    let read = move |conn: &mut Conn<'_>| {
        ignore_rule::hits(conn, &[rule], Some(project), 1, Timestamp::now())
    };
    let hits = it.database.read(read).await.unwrap().remove(0);
    (hits.total, hits.last_title)
}

on_both!(
    a_rule_drops_an_event_with_its_files_and_remembers_its_head,
    |it| {
        let number = rule(&it, true, json!("drop"), is_key_error()).await;
        let mut dropped = event_json(FIRST);
        dropped["user"] = json!({"email": "ana@example.com"});
        dropped["extra"] = json!({"secret": "unseen"});
        dropped["exception"]["values"][0]["value"] = json!("card 4111 1111 1111 1111");
        let body = format!(
            "{}\n{{\"type\":\"event\"}}\n{dropped}\n{}\none\n",
            json!({ "event_id": FIRST }),
            r#"{"type":"attachment","length":3,"filename":"a.log"}"#
        );
        assert_eq!(it.post_envelope(body).await.status, 200);
        assert!(!it.has_event(FIRST).await);
        assert_eq!(files(&it, FIRST).await, Vec::<String>::new());
        let head = heads(&it, 1).await.remove(0);
        assert_eq!(head.reason, format!("ignore-rule {number}"));
        let text = head.event().unwrap().to_json();
        assert!(
            text.contains("shop.views") && !text.contains("unseen"),
            "{text}"
        );
        assert!(!text.contains("4111"), "it is scrubbed: {text}");
        let (total, title) = hits(&it, number).await;
        assert_eq!(total, 1);
        let title = title.unwrap();
        assert!(
            title.starts_with("KeyError") && !title.contains("4111"),
            "{title}"
        );
        let reason = format!("ignore-rule {number}");
        assert_eq!(
            it.outcomes().await,
            [
                format!("filtered attachment {reason} 3"),
                format!("filtered attachment_item {reason} 1"),
                format!("filtered error {reason} 1"),
            ]
        );
    }
);

on_both!(
    archived_events_are_kept_quietly_and_levels_are_lowered,
    |it| {
        let archive = rule(&it, false, json!("archive"), is_key_error()).await;
        let lower = rule(&it, false, json!({"level": "info"}), is_key_error()).await;
        let answer = it.post("store", event_json(FIRST).to_string()).await;
        assert_eq!(answer.status, 200);
        assert_eq!(it.event(FIRST).await["level"], "info");
        let project = it.project;
        let found = it.database.read(move |conn| {
            let row = event::get(conn, project, FIRST.parse().unwrap())?.unwrap();
            issue::get(conn, row.issue_id)
        });
        let issue = found.await.unwrap().unwrap();
        assert_eq!(issue.status, issue::Status::Ignored);
        assert_eq!(hits(&it, archive).await.0, 1);
        assert_eq!(hits(&it, lower).await.0, 1, "hits of kept events count too");
        assert_eq!(it.outcomes().await, ["accepted error 1"]);
    }
);

on_both!(of_sampled_events_all_are_counted_and_some_are_kept, |it| {
    let number = rule(&it, false, json!({"keep_one_in": 4}), is_key_error()).await;
    let mut kept = 0;
    for index in 0..40_u32 {
        let id = format!("{:032x}", u128::from(index) << 64 | 7);
        assert_eq!(
            it.post("store", event_json(&id).to_string()).await.status,
            200
        );
        kept += u32::from(it.has_event(&id).await);
    }
    assert!((1..30).contains(&kept), "{kept} of 40");
    assert_eq!(hits(&it, number).await.0, 40);
    assert_eq!(
        it.outcomes().await,
        [
            format!("accepted error {kept}"),
            format!("accepted error sampled:ignore-rule {number} {}", 40 - kept),
        ]
    );
});

on_both!(inbound_filters_see_the_client_and_the_switches, |it| {
    it.set(
        "filter",
        json!({"ipAddresses": ["192.0.2.0/24"], "localhost": true, "releases": ["old*"]}),
    )
    .await;
    let request = || TestRequest::post().peer_addr("192.0.2.7:99".parse().unwrap());
    let path = "/api/PROJECT/store/?sentry_key=KEY";
    let body = event_json(FIRST).to_string();
    it.send(request().set_payload(body), path).await;
    for (id, key, value) in [
        (SECOND, "release", json!("OLD-1")),
        (
            "1ec79c33ec9942ab8353589fcb2e04dc",
            "request",
            json!({"url": "http://localhost:3000/"}),
        ),
    ] {
        let mut event = event_json(id);
        event[key] = value;
        assert_eq!(it.post("store", event.to_string()).await.status, 200);
        assert!(!it.has_event(id).await);
    }
    heads(&it, 3).await;
    assert_eq!(
        it.outcomes().await,
        [
            "filtered error ip-address 1",
            "filtered error localhost 1",
            "filtered error release-version 1",
        ]
    );
});

on_both!(
    feedback_and_transactions_meet_inbound_filters_but_no_rules,
    |it| {
        let always = json!({"field": "level", "op": "exists"});
        rule(&it, false, json!("drop"), always).await;
        it.set("filter", json!({"releases": ["old*"]})).await;
        let feedback = |release: &str| {
            let event = json!({"release": release, "contexts": {"feedback": {"message": "hello"}}});
            format!("{{}}\n{{\"type\":\"feedback\"}}\n{event}\n")
        };
        it.post_envelope(feedback("old-1")).await;
        it.post_envelope(feedback("new-1")).await;
        assert_eq!(it.feedback().await.len(), 1);
        let trace =
            json!({"trace_id": "9f07c335e9984e8f80194500833c5aae", "span_id": "8e2ca0d52d3568d8"});
        let seconds = Timestamp::now().seconds();
        for name in ["GET /healthz", "GET /cart"] {
            let transaction = json!({"type": "transaction", "transaction": name, "timestamp": seconds,
            "start_timestamp": seconds - 1.0, "contexts": {"trace": trace}});
            let item = format!("{{}}\n{{\"type\":\"transaction\"}}\n{transaction}\n");
            assert_eq!(it.post_envelope(item).await.status, 200);
        }
        assert_eq!(
            it.outcomes().await,
            [
                "accepted feedback 1",
                "filtered feedback release-version 1",
                "filtered span filtered-transaction 1",
                "filtered transaction filtered-transaction 1",
                "invalid span feature_disabled 1",
                "invalid transaction feature_disabled 1",
            ]
        );
    }
);

on_both!(
    one_unreadable_line_of_the_settings_costs_no_other_filter,
    |it| {
        it.set(
            "filter",
            json!({"releases": ["[broken", "old*"], "unheard": true}),
        )
        .await;
        let mut event = event_json(FIRST);
        event["release"] = json!("old-1");
        assert_eq!(it.post("store", event.to_string()).await.status, 200);
        assert_eq!(it.outcomes().await, ["filtered error release-version 1"]);
    }
);
