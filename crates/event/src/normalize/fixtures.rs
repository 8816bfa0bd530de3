//! The payloads that real SDKs sent.

use std::path::Path;

use super::*;
use crate::json::Value;
use crate::{MetaTree, decode};

/// The payloads of the event items in an envelope whose items are one line each.
fn events(envelope: &str) -> Vec<&str> {
    let lines: Vec<&str> = envelope.lines().collect();
    let is_header =
        |line: &str| line.len() < 200 && line.contains(r#""type""#) && line.contains(r#""event""#);
    lines
        .windows(2)
        .filter(|pair| is_header(pair[0]))
        .map(|pair| pair[1])
        .collect()
}

fn has_errors(tree: &MetaTree) -> bool {
    !tree.meta.errors.is_empty() || tree.children().any(|(_, child)| has_errors(child))
}

#[test]
fn events_of_real_sdks_are_read_without_any_error() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/envelopes");
    let mut count = 0;
    for sdk in std::fs::read_dir(folder).expect("fixtures are there") {
        for file in std::fs::read_dir(sdk.expect("reads").path()).expect("reads") {
            let file = file.expect("reads").path();
            let envelope = std::fs::read(&file).expect("reads");
            let envelope = String::from_utf8_lossy(&envelope);
            for text in events(&envelope) {
                let draft = decode(text.as_bytes()).expect("decodes");
                let time = draft.body.get("timestamp").and_then(Value::as_f64);
                let context = NormalizeContext {
                    received_at: time.and_then(Timestamp::from_seconds).expect("has a time"),
                    sent_at: None,
                    event_id: None,
                    client_ip: None,
                    user_agent: None,
                    sdk_client: None,
                    retention_days: 90,
                    dsc: None,
                    kind: EventKind::Event,
                    sensitive: None,
                };
                let event = normalize(draft, &context).expect("is accepted");
                assert!(
                    !has_errors(&event.meta),
                    "{}: {:?}",
                    file.display(),
                    event.meta
                );
                count += 1;
            }
        }
    }
    assert!(count >= 10, "only {count} events found");
}
