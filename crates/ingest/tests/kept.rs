//! What is kept besides errors: attachments, feedback, sessions, and what belongs to a crash.

use serde_json::json;
use watchfire_event::Timestamp;
use watchfire_store::release_health;

use crate::attachments::files;
use crate::harness::{event_json, on_both};

const ID: &str = "00000000000000000000000000000001";
const OTHER: &str = "00000000000000000000000000000002";

fn attachment(headers: &str, content: &str) -> String {
    let length = content.len();
    format!("{{\"type\":\"attachment\",\"length\":{length}{headers}}}\n{content}\n")
}

on_both!(attachments_are_kept_with_their_event, |it| {
    let body = format!(
        "{{\"event_id\":\"{ID}\"}}\n{}{{\"type\":\"event\"}}\n{}\n{}",
        attachment(
            ",\"filename\":\"a.txt\",\"content_type\":\"text/plain\"",
            "hello\n{}\n"
        ),
        event_json(ID),
        attachment(
            ",\"filename\":\"view.json\",\"attachment_type\":\"event.view_hierarchy\"",
            "{}"
        ),
    );
    it.post_envelope(body)
        .await
        .check(200, &format!(r#"{{"id":"{ID}"}}"#));
    assert!(it.has_event(ID).await);
    assert_eq!(
        files(&it, ID).await,
        [
            "a.txt event.attachment hello\n{}\n",
            "view.json event.view_hierarchy {}"
        ]
    );
    assert_eq!(
        it.outcomes().await,
        [
            "accepted attachment 11",
            "accepted attachment_item 2",
            "accepted error 1"
        ]
    );
});

on_both!(
    attachments_of_an_event_that_is_sent_again_are_kept_once,
    |it| {
        let with_file = |content: &str| {
            let file = attachment(",\"filename\":\"a.txt\"", content);
            let event = event_json(ID);
            format!("{{\"event_id\":\"{ID}\"}}\n{{\"type\":\"event\"}}\n{event}\n{file}")
        };
        for content in ["hello", "hello", "other"] {
            it.post_envelope(with_file(content))
                .await
                .check(200, &format!(r#"{{"id":"{ID}"}}"#));
        }
        // Only the same bytes under the same name are the same file.
        let kept = [
            "a.txt event.attachment hello",
            "a.txt event.attachment other",
        ];
        assert_eq!(files(&it, ID).await, kept);
        assert_eq!(
            it.outcomes().await,
            [
                "accepted attachment 10",
                "accepted attachment_item 2",
                "accepted error 1",
                "invalid attachment duplicate 5",
                "invalid attachment_item duplicate 1",
                "invalid error duplicate 2",
            ]
        );
    }
);

on_both!(attachments_without_their_event_are_kept, |it| {
    let body = format!("{{\"event_id\":\"{ID}\"}}\n{}", attachment("", ""));
    it.post_envelope(body)
        .await
        .check(200, &format!(r#"{{"id":"{ID}"}}"#));
    assert_eq!(files(&it, ID).await, ["attachment event.attachment "]);
    let answer = it
        .post_envelope(format!("{{}}\n{}", attachment("", "x")))
        .await;
    let body: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
    let id = body["id"].as_str().expect("an id is made for it");
    assert_eq!(files(&it, id).await, ["attachment event.attachment x"]);
    assert_eq!(
        it.outcomes().await,
        ["accepted attachment 2", "accepted attachment_item 2"]
    );
});

on_both!(attachments_go_with_an_event_that_is_not_kept, |it| {
    it.set("filter", json!({"errorMessages": ["KeyError*"]}))
        .await;
    let with_file = |event: &str| {
        let file = attachment("", "12345");
        format!("{{\"event_id\":\"{ID}\"}}\n{file}{{\"type\":\"event\"}}\n{event}\n")
    };
    for event in [event_json(ID).to_string().as_str(), "rubbish"] {
        it.post_envelope(with_file(event))
            .await
            .check(200, &format!(r#"{{"id":"{ID}"}}"#));
    }
    assert_eq!(files(&it, ID).await, Vec::<String>::new());
    assert_eq!(
        it.outcomes().await,
        [
            "filtered attachment error-message 5",
            "filtered attachment_item error-message 1",
            "filtered error error-message 1",
            "invalid attachment invalid_json 5",
            "invalid attachment_item invalid_json 1",
            "invalid error invalid_json 1",
        ]
    );
});

on_both!(placeholders_and_parts_of_traces_are_counted, |it| {
    let body = format!(
        "{{\"event_id\":\"{ID}\"}}\n{}{}",
        attachment(
            ",\"content_type\":\"application/vnd.sentry.trace-attachment\",\"meta_length\":2",
            "{}x"
        ),
        attachment(
            ",\"content_type\":\"application/vnd.sentry.attachment-ref+json\"",
            "{}"
        ),
    );
    it.post_envelope(body)
        .await
        .check(200, &format!(r#"{{"id":"{ID}"}}"#));
    assert_eq!(
        it.outcomes().await,
        [
            "invalid attachment feature_disabled 5",
            "invalid attachment_item feature_disabled 2"
        ]
    );
});

on_both!(feedback_walks_the_way_of_events_and_is_kept, |it| {
    let feedback = json!({
        "event_id": OTHER,
        "environment": "production",
        "contexts": {"feedback": {
            "message": "my card was refused",
            "contact_email": "ada@example.com",
            "name": "Ada",
            "url": "https://shop.example/cart",
            "associated_event_id": OTHER,
        }}
    });
    let body = format!(
        "{{\"event_id\":\"{ID}\"}}\n{{\"type\":\"feedback\"}}\n{feedback}\n{}",
        attachment(",\"filename\":\"screenshot.png\"", "PNG")
    );
    it.post_envelope(body)
        .await
        .check(200, &format!(r#"{{"id":"{ID}"}}"#));
    let found = it.feedback().await;
    let [feedback] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(feedback.feedback_id.to_string(), ID);
    assert_eq!(feedback.event_id.expect("an event").to_string(), OTHER);
    assert_eq!(feedback.message, "my card was refused");
    assert_eq!(feedback.name, "Ada");
    assert_eq!(feedback.environment.as_deref(), Some("production"));
    assert!(!it.has_event(ID).await, "it is no issue");
    assert_eq!(
        files(&it, ID).await,
        ["screenshot.png event.attachment PNG"]
    );
    assert_eq!(
        it.outcomes().await,
        [
            "accepted attachment 3",
            "accepted attachment_item 1",
            "accepted feedback 1"
        ]
    );
});

on_both!(a_user_report_is_kept_and_the_next_one_replaces_it, |it| {
    for comments in ["It broke", "It broke again"] {
        let report = json!({"event_id": ID, "name": null, "email": "", "comments": comments});
        let body = format!("{{\"event_id\":\"{ID}\"}}\n{{\"type\":\"user_report\"}}\n{report}  \n");
        it.post_envelope(body)
            .await
            .check(200, &format!(r#"{{"id":"{ID}"}}"#));
    }
    let found = it.feedback().await;
    let [feedback] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(feedback.message, "It broke again");
    assert_eq!(feedback.event_id.expect("an event").to_string(), ID);
    assert_ne!(feedback.feedback_id.to_string(), ID);
});

on_both!(sessions_are_counted_per_release, |it| {
    let now = Timestamp::now();
    let aggregates = json!({
        "aggregates": [
            {"started": now.to_string(), "exited": 5, "errored": 2, "crashed": 1},
            {"started": "2001-01-01T00:00:00Z", "exited": 1}
        ],
        "attrs": {"release": "shop@1.0", "environment": "production"}
    });
    let update = json!({
        "sid": "4c79f60c-1121-4eb3-8604-f4ae0781bfb2", "did": "ada", "init": true,
        "started": now.to_string(), "timestamp": now.to_string(), "status": "crashed",
        "errors": 1, "attrs": {"release": "shop@1.0", "environment": "production"}
    });
    let body = format!(
        "{{}}\n{{\"type\":\"sessions\"}}\n{aggregates}\n{{\"type\":\"session\"}}\n{update}\n"
    );
    it.post_envelope(body).await.check(200, "{}");
    assert_eq!(
        it.outcomes().await,
        ["accepted session 2", "invalid session timestamp 1"]
    );
    let project = it.project;
    let (from, to) = (
        now.plus_micros(-7_200_000_000),
        now.plus_micros(7_200_000_000),
    );
    let series = it
        .database
        .read(move |conn| release_health::series(conn, &[project], from, to, 1))
        .await
        .expect("reads");
    let totals: Vec<_> = series
        .iter()
        .map(|it| {
            (
                it.release.as_str(),
                it.environment.as_str(),
                it.total,
                it.crashed,
            )
        })
        .collect();
    assert_eq!(totals, [("shop@1.0", "production", 9, 2)]);
});

on_both!(a_dump_in_an_envelope_makes_an_event, |it| {
    let dump = attachment(
        ",\"filename\":\"crash.dmp\",\"attachment_type\":\"event.minidump\"",
        "MDMP is how it begins, and no more",
    );
    let body = format!("{{\"event_id\":\"{ID}\"}}\n{dump}");
    it.post_envelope(body)
        .await
        .check(200, &format!(r#"{{"id":"{ID}"}}"#));
    assert!(it.has_event(ID).await);
    assert_eq!(files(&it, ID).await.len(), 1);
    let body = format!(
        "{{\"event_id\":\"{OTHER}\"}}\n{{\"type\":\"event\"}}\n{}\n{dump}",
        event_json(OTHER)
    );
    it.post_envelope(body)
        .await
        .check(200, &format!(r#"{{"id":"{OTHER}"}}"#));
    assert!(it.has_event(OTHER).await);
    assert_eq!(
        it.outcomes().await,
        [
            "accepted attachment 68",
            "accepted attachment_item 2",
            "accepted error 2"
        ]
    );
});

on_both!(reports_in_an_envelope_are_events_of_their_own, |it| {
    let report = json!({"csp-report": {
        "document-uri": "https://shop.example/", "violated-directive": "img-src 'self'",
        "blocked-uri": "https://evil.example/x.png"
    }});
    let body = format!("{{\"event_id\":\"{ID}\"}}\n{{\"type\":\"raw_security\"}}\n{report}\n");
    it.post_envelope(body)
        .await
        .check(200, &format!(r#"{{"id":"{ID}"}}"#));
    assert!(it.has_event(ID).await);
    let body = format!(
        "{{\"event_id\":\"{OTHER}\"}}\n{{\"type\":\"raw_security\"}}\n[{report},{report},{{}}]\n"
    );
    it.post_envelope(body)
        .await
        .check(200, &format!(r#"{{"id":"{OTHER}"}}"#));
    assert_eq!(
        it.outcomes().await,
        ["accepted security 3", "invalid security security_report 1"]
    );
});

on_both!(how_the_trace_was_sampled_is_kept_with_the_event, |it| {
    let key = &it.key;
    let body = format!(
        "{{\"event_id\":\"{ID}\",\"trace\":{{\"trace_id\":\"4c79f60c11214eb38604f4ae0781bfb2\",\"public_key\":\"{key}\",\"sample_rate\":\"0.25\",\"transaction\":\"/cart\"}}}}\n{{\"type\":\"event\"}}\n{}\n",
        event_json(ID)
    );
    it.post_envelope(body)
        .await
        .check(200, &format!(r#"{{"id":"{ID}"}}"#));
    let event = it.event(ID).await;
    assert_eq!(event["_dsc"]["sample_rate"], 0.25);
    assert_eq!(event["_dsc"].get("transaction"), None);
    let body = format!(
        "{{\"event_id\":\"{OTHER}\",\"trace\":5}}\n{{\"type\":\"event\"}}\n{}\n",
        event_json(OTHER)
    );
    it.post_envelope(body)
        .await
        .check(200, &format!(r#"{{"id":"{OTHER}"}}"#));
});
