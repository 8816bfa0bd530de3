//! Rate limits as SDKs meet them (reference/PROTOCOL.md section 6).

use std::time::Duration;

use actix_web::test::TestRequest;
use futures_util::future::join_all;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use watchfire_event::Timestamp;
use watchfire_ingest::{InstanceQuotas, Limits};
use watchfire_store::quota::{MONTH_SECONDS, Scope};
use watchfire_testkit::database::TestDatabase;

use crate::attachments::files;
use crate::harness::{Answer, Harness, envelope, event_json, on_both, run, run_with};
use crate::wire::{answer, serve_with};

const DETAIL: &str = "Sentry dropped data due to a quota or internal rate limit being reached. This will not affect your application. See https://docs.sentry.io/product/accounts/quotas/ for more information.";

fn id(number: u32) -> String {
    format!("{number:032}")
}

async fn post(it: &Harness, number: u32) -> Answer {
    it.post_envelope(envelope(&id(number))).await
}

/// The header without the seconds, which depend on the time of day, and the seconds.
fn limits(answer: &Answer) -> (String, u64) {
    let header = answer.header("x-sentry-rate-limits").expect("the header");
    let (seconds, rest) = header.split_once(':').expect("a limit");
    (rest.to_owned(), seconds.parse().expect("seconds"))
}

#[track_caller]
fn check_limited(answer: &Answer, expected: &str, window: u64) {
    answer.check_error(429, DETAIL);
    let (limit, seconds) = limits(answer);
    assert_eq!(limit, expected);
    assert!((1..=window).contains(&seconds), "{seconds}");
    assert_eq!(
        answer.header("retry-after"),
        Some(seconds.to_string().as_str())
    );
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let exposed = answer.header("access-control-expose-headers");
    assert_eq!(
        exposed,
        Some("x-sentry-error,x-sentry-rate-limits,retry-after")
    );
}

on_both!(a_key_over_its_limit_is_told_how_long_to_wait, |it| {
    it.limit(Scope::Key, "error", 3600, 2).await;
    for number in 1..=2 {
        assert_eq!(post(&it, number).await.status, 200);
    }
    for number in 3..=4 {
        let answer = post(&it, number).await;
        check_limited(&answer, "default;error;security:key:key_quota", 3600);
    }
    let answer = it.post("store", event_json(&id(5)).to_string()).await;
    check_limited(&answer, "default;error;security:key:key_quota", 3600);
    assert!(it.has_event(&id(2)).await);
    assert!(!it.has_event(&id(3)).await);
    assert_eq!(
        it.outcomes().await,
        ["accepted error 2", "rate_limited error key_quota 3"]
    );
});

on_both!(what_is_not_limited_is_kept_beside, |it| {
    it.limit(Scope::Project, "error", MONTH_SECONDS, 0).await;
    let now = Timestamp::now();
    let session = json!({
        "sid": "4c79f60c-1121-4eb3-8604-f4ae0781bfb2", "init": true, "status": "ok",
        "started": now.to_string(), "attrs": {"release": "shop@1.0"}
    });
    let report = json!({"discarded_events": [{"reason": "before_send", "category": "error", "quantity": 2}]});
    let body = format!(
        "{{\"event_id\":\"{}\"}}\n{{\"type\":\"attachment\"}}\n12345\n{{\"type\":\"event\"}}\n{}\n{{\"type\":\"session\"}}\n{session}\n{{\"type\":\"client_report\"}}\n{report}\n{{\"type\":\"check_in\"}}\n{{\"check_in_id\":\"4c79f60c11214eb38604f4ae0781bfb2\",\"monitor_slug\":\"a\",\"status\":\"ok\"}}\n",
        id(1),
        event_json(&id(1))
    );
    let answer = it.post_envelope(body).await;
    check_limited(
        &answer,
        "default;error;security:project:project_quota",
        31 * 24 * 3600,
    );
    assert_eq!(files(&it, &id(1)).await, Vec::<String>::new());
    assert_eq!(
        it.outcomes().await,
        [
            "accepted session 1",
            "client_discard error before_send 2",
            "invalid monitor feature_disabled 1",
            "rate_limited attachment project_quota 5",
            "rate_limited attachment_item project_quota 1",
            "rate_limited error project_quota 1",
        ]
    );
});

on_both!(a_limit_of_attachments_keeps_the_event, |it| {
    it.limit(Scope::Project, "attachment", 3600, 4).await;
    let body = format!(
        "{{\"event_id\":\"{}\"}}\n{{\"type\":\"event\"}}\n{}\n{{\"type\":\"attachment\"}}\n12345\n{{\"type\":\"attachment\"}}\n123\n",
        id(1),
        event_json(&id(1))
    );
    let answer = it.post_envelope(body).await;
    check_limited(&answer, "attachment:project:project_quota", 3600);
    assert!(it.has_event(&id(1)).await);
    assert_eq!(
        files(&it, &id(1)).await,
        ["attachment event.attachment 123"]
    );
});

on_both!(a_limit_of_spans_keeps_their_transaction, |it| {
    it.limit(Scope::Project, "span", 60, 0).await;
    let now = Timestamp::now().seconds();
    let transaction = format!(
        r#"{{"start_timestamp":{now},"timestamp":{now},"contexts":{{"trace":{{"trace_id":"4c79f60c11214eb38604f4ae0781bfb2","span_id":"b0e6f15b45c36b12"}}}}}}"#
    );
    let body = format!("{{}}\n{{\"type\":\"transaction\"}}\n{transaction}\n");
    assert_eq!(it.post_envelope(body).await.status, 429);
    assert_eq!(
        it.outcomes().await,
        [
            "invalid transaction feature_disabled 1",
            "rate_limited span project_quota 1"
        ]
    );
});

on_both!(one_limit_per_category_is_told, |it| {
    it.limit(Scope::Key, "session", 3600, 0).await;
    it.limit(Scope::Project, "", 3600, 1).await;
    let now = Timestamp::now();
    let session = json!({
        "sid": "4c79f60c-1121-4eb3-8604-f4ae0781bfb2", "init": true, "status": "ok",
        "started": now.to_string(), "attrs": {"release": "shop@1.0"}
    });
    let body = format!(
        "{{}}\n{{\"type\":\"session\"}}\n{session}\n{{\"type\":\"event\"}}\n{}\n{{\"type\":\"event\"}}\n{}\n",
        event_json(&id(1)),
        event_json(&id(2))
    );
    let answer = it.post_envelope(body).await;
    answer.check_error(429, DETAIL);
    let header = answer.header("x-sentry-rate-limits").expect("the header");
    let told: Vec<_> = header
        .split(", ")
        .map(|limit| limit.split_once(':').expect("a limit").1)
        .collect();
    assert_eq!(told, ["session:key:key_quota", ":project:project_quota"]);
});

on_both!(everything_flows_again_when_the_window_ends, |it| {
    it.limit(Scope::Key, "error", 1, 1).await;
    let mut answers = Vec::new();
    for number in 1..=6 {
        answers.push(post(&it, number).await.status);
        tokio::time::sleep(Duration::from_millis(350)).await;
    }
    assert!(answers.contains(&429), "{answers:?}");
    assert!(
        answers.iter().filter(|it| **it == 200).count() >= 2,
        "{answers:?}"
    );
});

on_both!(what_a_filter_refuses_takes_nothing_of_the_limit, |it| {
    it.limit(Scope::Key, "error", 3600, 1).await;
    it.set("filter", json!({"errorMessages": ["Boring*"]}))
        .await;
    let boring = json!({"message": "Boring"}).to_string();
    for _ in 0..3 {
        assert_eq!(it.post("store", boring.clone()).await.status, 200);
    }
    assert_eq!(post(&it, 1).await.status, 200);
    assert_eq!(post(&it, 2).await.status, 429);
    assert_eq!(
        it.outcomes().await,
        [
            "accepted error 1",
            "filtered error error-message 3",
            "rate_limited error key_quota 1"
        ]
    );
});

on_both!(
    an_event_that_is_sent_again_takes_nothing_of_the_limit,
    |it| {
        it.limit(Scope::Key, "error", 3600, 2).await;
        for number in [1, 1, 1, 2] {
            assert_eq!(post(&it, number).await.status, 200);
        }
        assert_eq!(post(&it, 3).await.status, 429);
    }
);

on_both!(what_cannot_be_stored_takes_nothing_of_the_limit, |it| {
    it.limit(Scope::Key, "", 3600, 2).await;
    let file = "{\"type\":\"attachment\"}\n12345\n";
    it.writer.shutdown().await;
    for _ in 0..3 {
        let body = format!("{}{file}", envelope(&id(1)));
        assert_eq!(it.post_envelope(body).await.status, 503);
    }
});

on_both!(what_is_not_kept_only_counts_under_its_own_name, |it| {
    let check_in = "{}\n{\"type\":\"check_in\"}\n{\"check_in_id\":\"4c79f60c11214eb38604f4ae0781bfb2\",\"monitor_slug\":\"a\",\"status\":\"ok\"}\n";
    it.limit(Scope::Key, "monitor", 3600, 2).await;
    it.limit(Scope::Project, "", 3600, 1).await;
    for status in [200, 200, 429] {
        assert_eq!(it.post_envelope(check_in).await.status, status);
    }
    assert_eq!(post(&it, 1).await.status, 200);
    assert_eq!(post(&it, 2).await.status, 429);
});

on_both!(after_a_restart_long_windows_go_on, |it| {
    it.limit(Scope::Key, "error", MONTH_SECONDS, 2).await;
    assert_eq!(post(&it, 1).await.status, 200);
    let restarted = it.restarted().await;
    assert_eq!(post(&restarted, 2).await.status, 200);
    assert_eq!(post(&restarted, 3).await.status, 429);
    restarted.writer.shutdown().await;
});

on_both!(a_changed_limit_holds_within_seconds, |it| {
    it.limit(Scope::Key, "error", 3600, 1).await;
    assert_eq!(post(&it, 1).await.status, 200);
    assert_eq!(post(&it, 2).await.status, 429);
    it.limit(Scope::Key, "error", 3600, 100).await;
    tokio::time::sleep(Duration::from_millis(5100)).await;
    assert_eq!(post(&it, 3).await.status, 200);
});

#[test]
fn the_whole_server_has_limits_too() {
    let quotas = InstanceQuotas {
        per_minute: None,
        per_hour: Some(1),
        per_month: Some(1000),
    };
    run_with(
        &TestDatabase::sqlite(),
        Limits::default(),
        quotas,
        |it| async move {
            assert_eq!(post(&it, 1).await.status, 200);
            let answer = post(&it, 2).await;
            check_limited(
                &answer,
                "default;error;security:organization:org_quota",
                3600,
            );
        },
    );
}

on_both!(endpoints_that_never_say_429_count_all_the_same, |it| {
    it.limit(Scope::Key, "", 3600, 0).await;
    let request = TestRequest::get();
    let path = "/api/PROJECT/cron/nightly/KEY?status=ok";
    assert_eq!(it.send(request, path).await.status, 202);
    assert_eq!(it.outcomes().await, ["rate_limited monitor key_quota 1"]);
});

#[test]
fn many_workers_let_in_no_more_than_one_would() {
    run(&TestDatabase::sqlite(), |it| async move {
        it.limit(Scope::Key, "error", MONTH_SECONDS, 25).await;
        let address = serve_with(&it, 4);
        let post = |number: u32| {
            let body = envelope(&id(number));
            let request = format!(
                "POST /api/{}/envelope/?sentry_key={} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
                it.project,
                it.key,
                body.len()
            );
            async move {
                let mut stream = TcpStream::connect(address).await.expect("connects");
                stream.write_all(request.as_bytes()).await.expect("writes");
                answer(&mut stream).await
            }
        };
        let answers = join_all((1..=100).map(post)).await;
        let with = |status: &str| answers.iter().filter(|it| it.starts_with(status)).count();
        assert_eq!((with("HTTP/1.1 200"), with("HTTP/1.1 429")), (25, 75));
        assert_eq!(
            it.outcomes().await,
            ["accepted error 25", "rate_limited error key_quota 75"]
        );
    });
}
