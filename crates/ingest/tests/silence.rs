//! Nothing of a payload appears in logs, however bad it is.

use std::fmt::Write;
use std::sync::{Arc, Mutex};

use actix_web::test::TestRequest;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use watchfire_testkit::database::TestDatabase;

use crate::harness::{gzip, run};

const MARKER: &str = "aqwsedrf";

/// Keeps every word that is logged, at every level.
#[derive(Clone, Default)]
struct Listener(Arc<Mutex<String>>);

struct Words<'a>(&'a mut String);

impl Visit for Words<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        writeln!(self.0, "{field}={value:?}").expect("writes");
    }
}

impl Subscriber for Listener {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut Words(&mut self.0.lock().expect("a lock")));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Words(&mut self.0.lock().expect("a lock")));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Words(&mut self.0.lock().expect("a lock")));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Bodies of envelopes that are wrong in every place where something can be wrong.
fn bodies() -> Vec<String> {
    let kinds = [
        "event",
        "transaction",
        "security",
        "raw_security",
        "attachment",
        "user_report",
        "feedback",
        "client_report",
        "session",
        "sessions",
        "check_in",
        "span",
        "log",
        "trace_metric",
        "profile",
        "profile_chunk",
        "replay_event",
        "replay_recording",
        "replay_video",
        MARKER,
    ];
    let payloads = [
        format!("{MARKER}{{"),
        format!("{{\"{MARKER}\":\"{MARKER}"),
        format!("\"{MARKER}\""),
        format!(
            "{{\"{MARKER}\":\"{MARKER}\",\"timestamp\":\"{MARKER}\",\"level\":\"{MARKER}\",\"event_id\":\"{MARKER}\",\"status\":\"{MARKER}\"}}"
        ),
        format!("{{\"message\":\"{MARKER}\",\"timestamp\":-1}}"),
        format!(
            "{{\"items\":[{{\"{MARKER}\":\"{MARKER}\"}}],\"contexts\":{{\"feedback\":\"{MARKER}\"}}}}"
        ),
    ];
    let mut bodies = vec![
        MARKER.to_owned(),
        format!("{{\"event_id\":\"{MARKER}\"}}\n"),
        format!("{{\"dsn\":\"{MARKER}\"}}\n"),
        format!(
            "{{\"trace\":{{\"trace_id\":\"{MARKER}\"}},\"origin\":\"{MARKER}\",\"sent_at\":\"{MARKER}\"}}\n"
        ),
        format!("{{}}\n{{\"type\":\"event\",\"length\":\"{MARKER}\"}}\n"),
        format!("{{}}\n{{\"type\":\"event\",\"length\":1}}\n{MARKER}\n"),
    ];
    for kind in kinds {
        for payload in &payloads {
            bodies.push(format!(
                "{{}}\n{{\"type\":\"{kind}\",\"filename\":\"{MARKER}\",\"content_type\":\"{MARKER}\",\"attachment_type\":\"event.minidump\"}}\n{payload}\n"
            ));
        }
    }
    bodies
}

#[test]
fn no_word_of_a_payload_is_logged_or_kept_as_a_message() {
    let listener = Listener::default();
    let heard = Arc::clone(&listener.0);
    tracing::subscriber::with_default(listener, || {
        run(&TestDatabase::sqlite(), |it| async move {
            for body in bodies() {
                drop(it.post_envelope(body.clone()).await);
                drop(it.post("store", body.clone()).await);
                let request = TestRequest::post()
                    .insert_header(("content-encoding", "gzip"))
                    .set_payload(gzip(&body));
                drop(
                    it.send(request, "/api/PROJECT/envelope/?sentry_key=KEY")
                        .await,
                );
                let request = TestRequest::post()
                    .insert_header(("content-type", "application/json"))
                    .set_payload(body);
                drop(
                    it.send(request, "/api/PROJECT/security/?sentry_key=KEY")
                        .await,
                );
            }
            let messages = it.messages().await;
            assert!(messages.len() > 10, "{messages:?}");
            assert!(
                messages.iter().all(|it| !it.contains(MARKER)),
                "{messages:?}"
            );
            let outcomes = it.outcomes().await;
            assert!(
                outcomes.iter().all(|it| !it.contains(MARKER)),
                "{outcomes:?}"
            );
        });
    });
    let heard = heard.lock().expect("a lock");
    assert!(heard.contains("request refused"), "something is logged");
    let line = heard.lines().find(|line| line.contains(MARKER));
    assert_eq!(line, None);
}
