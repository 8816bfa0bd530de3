//! What people said, as Sentry's user reports.

use serde_json::{Value, json};
use watchfire_store::feedback::Feedback;

use super::time;

/// A user report. `issue` is the issue of the event that it is about, if there is one.
pub(crate) fn feedback(feedback: &Feedback, issue: Option<&Value>) -> Value {
    // Feedback that is about no event is an event of its own.
    let event_id = feedback.event_id.unwrap_or(feedback.feedback_id);
    let name = Some(&feedback.name).filter(|name| !name.is_empty());
    json!({
        "id": feedback.id.to_string(),
        "eventID": event_id,
        "name": name.unwrap_or(&feedback.email),
        "email": feedback.email,
        "comments": feedback.message,
        "dateCreated": time(feedback.created_at),
        "user": null,
        "event": {"id": event_id, "eventID": event_id},
        "issue": issue,
    })
}
