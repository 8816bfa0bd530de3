//! What rules do to a text that somebody types: an event's JSON, or anything.

use serde::Serialize;
use watchfire_event::{EventKind, NormalizeContext, Timestamp, decode, normalize};
use watchfire_filter::{Filter, Origin};
use watchfire_scrub::{Policy, Scrubber, changes};

use super::preview_view::ChangeView;

/// Bytes of such a text that are tried.
const SAMPLE_BYTES_MAX: usize = 200_000;
/// How old an event may be that is tried, in days: any age.
const RETENTION_DAYS: u32 = 36_500;

/// The result.
#[derive(Debug, Default, Serialize)]
pub(super) struct SampleView {
    text: String,
    /// What happened, in a sentence; nothing where nothing was typed.
    sentence: Option<String>,
    changes: Vec<ChangeView>,
}

impl SampleView {
    /// Tries a policy on a text. A JSON object is taken for an event; anything else stands in an
    /// event as `extra.text`.
    pub(super) fn of(text: &str, policy: &Policy, now: Timestamp) -> Self {
        if text.trim().is_empty() {
            return Self::default();
        }
        let mut view = Self {
            text: text.to_owned(),
            ..Self::default()
        };
        if text.len() > SAMPLE_BYTES_MAX {
            let limit = SAMPLE_BYTES_MAX / 1_000;
            view.sentence = Some(format!("Too long to be tried: at most {limit} kB."));
            return view;
        }
        match tried(text, policy, now) {
            Some(changes) if changes.is_empty() => {
                view.sentence = Some("Nothing would be removed from this text.".to_owned());
            }
            Some(changes) => {
                let values = crate::pages::issue::view::budget::counted(changes.len(), "value");
                view.sentence = Some(format!("{values} would change."));
                view.changes = changes;
            }
            None => view.sentence = Some("This event would not be accepted.".to_owned()),
        }
        view
    }
}

fn tried(text: &str, policy: &Policy, now: Timestamp) -> Option<Vec<ChangeView>> {
    let is_event = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text).is_ok();
    let json = if is_event {
        text.to_owned()
    } else {
        serde_json::json!({"extra": {"text": text}}).to_string()
    };
    let draft = decode(json.as_bytes()).ok()?;
    let scrubber = Scrubber::of_policy(policy);
    let context = NormalizeContext {
        received_at: now,
        sent_at: None,
        event_id: None,
        client_ip: None,
        user_agent: None,
        sdk_client: None,
        retention_days: RETENTION_DAYS,
        dsc: None,
        kind: EventKind::Event,
        sensitive: Some(&scrubber),
    };
    let before = normalize(draft, &context).ok()?;
    let origin = Origin {
        client_ip: None,
        now,
    };
    let kept = Filter::default().decide(before.clone(), &origin).ok()?;
    let after = scrubber.scrub(kept);
    let changes = changes(&before, after.event());
    Some(changes.iter().map(ChangeView::of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, path: &str) {
        let policy = Policy::default();
        let changes = tried(text, &policy, Timestamp::now()).unwrap();
        let shown = serde_json::to_value(&changes).unwrap();
        assert_eq!(shown.pointer("/0/path").unwrap(), path, "{shown}");
    }

    #[test]
    fn an_event_and_any_other_text_can_be_tried() {
        check(r#"{"extra":{"password":"hunter2"}}"#, "extra.password");
        check("card 4111 1111 1111 1111", "extra.text");
        let nothing = SampleView::of("hello", &Policy::default(), Timestamp::now());
        assert!(nothing.sentence.unwrap().starts_with("Nothing"));
    }
}
