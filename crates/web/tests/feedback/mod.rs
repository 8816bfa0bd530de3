//! What users wrote: the list and the section of an issue.

use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::site::on_both;

const PAGE: &str = "/projects/default/feedback";
const EVENT: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1";

/// A message about an event; a second one about the same event would replace the first.
fn feedback(number: u32, event: &str, message: &str) -> Value {
    json!({
        "event_id": format!("{number:032x}"), "environment": "production",
        "contexts": {"feedback": {
            "message": message, "name": "Bo", "contact_email": "bo@shop.example",
            "url": "https://shop.example/cart", "associated_event_id": event,
        }},
    })
}

#[test]
fn a_project_without_feedback_shows_how_it_is_sent() {
    on_both(|site| async move {
        site.set_up().await;
        let page = site.get(PAGE).await;
        for part in [
            "Nobody wrote yet",
            "showReportDialog",
            "captureFeedback",
            "@watchfire.test/1",
        ] {
            assert!(page.body.contains(part), "{part}");
        }
    });
}

#[test]
fn feedback_stands_in_the_list_and_on_its_issue_and_is_resolved_and_reopened() {
    on_both(|site| async move {
        site.set_up().await;
        site.say(&feedback(1, EVENT, "The <b>cart</b> broke")).await;
        let early = site.get(PAGE).await;
        assert!(
            early.body.contains("which is not here"),
            "the event has not come yet"
        );
        site.store(&json!({"event_id": EVENT, "message": "cart"}))
            .await;
        let list = site.get(PAGE).await;
        for part in [
            "The &lt;b&gt;cart&lt;/b&gt; broke",
            "Bo",
            "/projects/default/issues/1/events/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1",
            "https://shop.example/cart",
        ] {
            assert!(
                list.body.contains(part),
                "{part} is missing in {}",
                list.body
            );
        }
        let issue = site.get("/projects/default/issues/1").await;
        assert!(issue.body.contains("User feedback") && issue.body.contains("1 message<"));

        let path = format!("{PAGE}/1");
        let resolved = site
            .post(&path, &[("action", "resolve"), ("back", PAGE)])
            .await;
        assert_eq!(
            (resolved.status, resolved.location.as_str()),
            (StatusCode::SEE_OTHER, PAGE)
        );
        assert!(
            site.get(PAGE)
                .await
                .body
                .contains("Every message is resolved")
        );
        let done = site.get(&format!("{PAGE}?status=resolved")).await;
        assert!(done.body.contains("broke") && done.body.contains("Reopen"));
        site.post(&path, &[("action", "reopen")]).await;
        assert!(site.get(PAGE).await.body.contains("broke"));
        let unknown = site
            .post(&format!("{PAGE}/99"), &[("action", "resolve")])
            .await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    });
}

#[test]
fn a_long_list_has_pages() {
    on_both(|site| async move {
        site.set_up().await;
        for number in 1..=30 {
            site.say(&feedback(number, "", &format!("message {number}.")))
                .await;
        }
        let first = site.get(PAGE).await;
        assert!(first.body.contains("message 30.") && !first.body.contains("message 5."));
        assert_eq!(first.link("prev"), None);
        let second = site.get(&first.link("next").expect("a second page")).await;
        assert!(second.body.contains("message 5.") && !second.body.contains("message 6."));
        assert_eq!(second.link("next"), None);
        let back = site.get(&second.link("prev").expect("a first page")).await;
        assert!(back.body.contains("message 30.") && back.body.contains("message 6."));
        assert_eq!(back.link("prev"), None);
    });
}
