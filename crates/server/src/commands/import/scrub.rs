//! Removes secrets from what an issue says, by the project's own rules, before it is stored: the
//! source may have been laxer.

use serde_json::json;
use watchfire_event::{Event, Timestamp, decode};
use watchfire_filter::KeptEvent;
use watchfire_scrub::Scrubber;
use watchfire_store::import::ImportedIssue;

/// Scrubs the texts of an issue that come from its events, as messages of events: of all texts
/// those are scrubbed most. A text that the scrubber takes away as a whole becomes empty.
pub(super) fn scrub(scrubber: &Scrubber, issue: &mut ImportedIssue) {
    for text in [&mut issue.title, &mut issue.value, &mut issue.culprit] {
        if !text.is_empty() {
            *text = scrubbed(scrubber, text);
        }
    }
}

fn scrubbed(scrubber: &Scrubber, text: &str) -> String {
    let event = json!({"logentry": {"formatted": text}}).to_string();
    // What was just written as JSON can be read.
    let draft = decode(event.as_bytes()).unwrap_or_default();
    let event = Event::from_draft(draft, Timestamp(0));
    let scrubbed = scrubber.scrub(KeptEvent::unfiltered(event));
    let message = scrubbed.event().body.get_object("logentry");
    let text = message.and_then(|message| message.get_str("formatted"));
    text.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::import::issue::{self, Item};

    fn scrubbed(title: &str, value: &str) -> (String, String, String) {
        let issue = json!({
            "id": "1", "title": title, "culprit": "shop.views in cart",
            "metadata": {"type": "ValueError", "value": value},
            "firstSeen": "2026-01-01T00:00:00Z", "lastSeen": "2026-01-01T00:00:00Z",
        });
        let Ok(Item::Issue(mut issue, _)) = issue::read(&issue, "item", Timestamp(0)) else {
            panic!("an issue");
        };
        scrub(&Scrubber::default(), &mut issue);
        (issue.title, issue.value, issue.culprit)
    }

    #[test]
    fn secrets_in_titles_and_values_are_removed_and_other_text_stays() {
        let (title, value, culprit) = scrubbed("ValueError: no stock", "no stock");
        assert_eq!(
            (title.as_str(), value.as_str()),
            ("ValueError: no stock", "no stock")
        );
        assert_eq!(culprit, "shop.views in cart");
        let (title, value, _) = scrubbed(
            "ValueError: card 4111 1111 1111 1111 refused",
            "card 4111 1111 1111 1111 refused",
        );
        assert!(
            !title.contains("1111") && !value.contains("1111"),
            "{title} {value}"
        );
        assert!(title.starts_with("ValueError"));
    }
}
