//! What a person wrote about an event, in the older form (reference/PROTOCOL.md section 7).

use serde_json::json;
use watchfire_event::{EventId, Timestamp};

use super::Bad;
use super::flaw::Flaw;
use super::raw::Raw;
use crate::outcome::DataCategory;

/// A report about one event. Its texts are as long as the payload lets them: normalisation cuts
/// them, which knows what scrubbing has to see whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UserReport {
    /// The event that the person saw happen.
    pub(crate) event_id: EventId,
    /// Empty when the person did not say.
    pub(crate) name: String,
    /// The same.
    pub(crate) email: String,
    /// The same.
    pub(crate) comments: String,
}

/// Reads a report. Texts that are missing or null are empty; white space may follow the JSON.
///
/// # Errors
/// [`Bad`] when it is not JSON, lacks `event_id`, or has a text that is none.
pub(crate) fn read(payload: &[u8]) -> Result<UserReport, Bad> {
    read_fields(payload).map_err(|flaw| Bad {
        category: DataCategory::Feedback,
        quantity: 1,
        reason: flaw.reason,
        message: format!("the user report {}", flaw.words).into(),
    })
}

fn read_fields(payload: &[u8]) -> Result<UserReport, Flaw> {
    let invalid = |words| Flaw::new("invalid_json", words);
    let report = Raw::whole(payload)?;
    report.check()?;
    if !report.is_object() {
        return Err(invalid("is not an object"));
    }
    let [event_id, name, email, comments] =
        report.pick(["event_id", "name", "email", "comments"])?;
    let event_id = event_id.ok_or(invalid("lacks event_id"))?.text();
    let event_id = event_id.and_then(|text| text.parse().ok());
    Ok(UserReport {
        event_id: event_id.ok_or(invalid("has an event_id that is none"))?,
        name: text(name).ok_or(invalid("has a name that is not a string"))?,
        email: text(email).ok_or(invalid("has an email that is not a string"))?,
        comments: text(comments).ok_or(invalid("has comments that are not a string"))?,
    })
}

/// A text; `None` when it is something else.
fn text(value: Option<Raw<'_>>) -> Option<String> {
    let Some(value) = value else {
        return Some(String::new());
    };
    Some(value.text()?.trim().to_owned())
}

impl UserReport {
    /// The report as the event that newer SDKs send as feedback, so that it walks the way of
    /// events; `feedback_id` is its own id, `now` its time.
    pub(crate) fn to_event_json(&self, feedback_id: EventId, now: Timestamp) -> Vec<u8> {
        let event = json!({
            "event_id": feedback_id.to_string(),
            "type": "feedback",
            "timestamp": now.to_string(),
            "level": "info",
            "contexts": {
                "feedback": {
                    "message": self.comments,
                    "contact_email": self.email,
                    "name": self.name,
                    "associated_event_id": self.event_id.to_string(),
                },
            },
        });
        event.to_string().into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::items::raw::tests::check_hostile;

    const ID: &str = "9ec79c33ec9942ab8353589fcb2e04dc";

    fn fields(report: &str) -> [String; 3] {
        let report = read(report.as_bytes()).expect("a report");
        assert_eq!(report.event_id.to_string(), ID);
        [report.name, report.email, report.comments]
    }

    #[track_caller]
    fn check_bad(report: &str, message: &str) {
        let bad = read(report.as_bytes()).expect_err("bad");
        assert_eq!((bad.reason, &*bad.message), ("invalid_json", message));
        assert_eq!((bad.category, bad.quantity), (DataCategory::Feedback, 1));
    }

    #[test]
    fn a_report_may_end_in_white_space() {
        let report = format!(
            "{{\"event_id\":\"{ID}\",\"name\":\"Ada\",\"email\":\"ada@example.com\",\"comments\":\"It broke.\"}} \r\n\n"
        );
        assert_eq!(fields(&report), ["Ada", "ada@example.com", "It broke."]);
    }

    #[test]
    fn what_is_null_or_missing_is_empty() {
        let report = format!(r#"{{"event_id":"{ID}","name":null,"comments":" x "}}"#);
        assert_eq!(fields(&report), ["", "", "x"]);
        let dashed = r#"{"event_id":"9ec79c33-ec99-42ab-8353-589fcb2e04dc"}"#;
        assert_eq!(fields(dashed), ["", "", ""]);
    }

    #[test]
    fn long_texts_are_left_to_normalisation() {
        let long = "ü".repeat(5000);
        let report = format!(
            r#"{{"event_id":"{ID}","name":"{long}","email":"{long}","comments":"{long}"}}"#
        );
        let lengths = fields(&report).map(|text| text.chars().count());
        assert_eq!(lengths, [5000; 3]);
    }

    #[test]
    fn a_report_about_no_event_is_bad() {
        check_bad("", "the user report is not valid JSON");
        check_bad("7", "the user report is not an object");
        check_bad("{}", "the user report lacks event_id");
        check_bad(
            r#"{"event_id":5}"#,
            "the user report has an event_id that is none",
        );
        check_bad(
            r#"{"event_id":"x"}"#,
            "the user report has an event_id that is none",
        );
        let report = format!(r#"{{"event_id":"{ID}","comments":[]}}"#);
        check_bad(
            &report,
            "the user report has comments that are not a string",
        );
    }

    #[test]
    fn a_report_becomes_an_event_about_another() {
        let report = format!(r#"{{"event_id":"{ID}","name":"A \"da\"","comments":"It broke."}}"#);
        let report = read(report.as_bytes()).expect("a report");
        let own_id = "00000000000000000000000000000001".parse().expect("an id");
        let json = report.to_event_json(own_id, Timestamp(1_789_900_000_000_000));
        let event: serde_json::Value = serde_json::from_slice(&json).expect("JSON");
        let feedback = json!({
            "message": "It broke.", "contact_email": "", "name": "A \"da\"", "associated_event_id": ID,
        });
        assert_eq!(event["contexts"]["feedback"], feedback);
        assert_eq!(event["event_id"], "00000000000000000000000000000001");
    }

    #[test]
    fn hostile_payloads_never_panic() {
        let real = format!(r#"{{"event_id":"{ID}","name":"Ada","comments":"It broke."}}"#);
        check_hostile(&real, |payload| drop(read(payload)));
    }
}
