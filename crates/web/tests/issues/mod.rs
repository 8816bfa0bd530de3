//! The issue list: what it shows, how it is narrowed, and what can be done to its rows.

use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::site::{Site, on_both};

const LIST: &str = "/projects/default/issues";

fn message(text: &str, level: &str, environment: &str) -> Value {
    json!({"message": text, "level": level, "environment": environment, "release": "shop@1.4.2"})
}

async fn titles(site: &Site, query: &str) -> Vec<String> {
    let answer = site.get(&format!("{LIST}?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK);
    let mut titles = answer.texts("issue-title");
    titles.sort();
    titles
}

#[test]
fn searches_narrow_the_list() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&message("red alarm", "error", "production"))
            .await;
        site.store(&message("amber alarm", "warning", "production"))
            .await;
        site.store(&message("red bulb", "error", "staging")).await;
        let cases = [
            ("", &["amber alarm", "red alarm", "red bulb"][..]),
            ("query=level:error", &["red alarm", "red bulb"]),
            ("query=level:error%20alarm", &["red alarm"]),
            ("query=!level:error", &["amber alarm"]),
            ("query=%22red%20b%22", &["red bulb"]),
            ("query=environment:%5Bstaging,qa%5D", &["red bulb"]),
            ("environment=staging", &["red bulb"]),
            (
                "query=release:shop@1.*%20is:new",
                &["amber alarm", "red alarm", "red bulb"],
            ),
            ("query=is:resolved", &[]),
            ("query=age:%2B1h", &[]),
            ("query=lastSeen:-1h%20bulb", &["red bulb"]),
            ("status=archived", &[]),
            ("status=all", &["amber alarm", "red alarm", "red bulb"]),
        ];
        for (query, expected) in cases {
            assert_eq!(titles(&site, query).await, expected, "{query}");
        }
    });
}

#[test]
fn a_word_that_cannot_be_used_is_explained_and_the_others_count() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&message("red alarm", "error", "production"))
            .await;
        let answer = site
            .get(&format!("{LIST}?query=is:open%20level:error"))
            .await;
        assert!(answer.body.contains("“is:open” is unknown. Use unresolved"));
        assert!(answer.body.contains("value=\"is:open\""));
        assert_eq!(answer.texts("issue-title"), ["red alarm"]);
        let answer = site
            .get(&format!("{LIST}?query=is:resolved%20is:new"))
            .await;
        assert!(answer.body.contains("exclude each other"));
        assert_eq!(answer.status, StatusCode::OK);
    });
}

#[test]
fn what_is_typed_joins_the_search_and_a_short_id_leads_to_its_issue() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&message("red alarm", "error", "production"))
            .await;
        let joined = site
            .get(&format!(
                "{LIST}?query=level:error&add=red+alarm&period=24h"
            ))
            .await;
        assert_eq!(
            joined.location,
            format!("{LIST}?query=level:error%20red%20alarm&period=24h")
        );
        let direct = site.get(&format!("{LIST}?add=default-1")).await;
        let id = site.get(LIST).await.issue_ids().remove(0);
        assert_eq!(direct.location, format!("{LIST}/{id}"));
    });
}

#[test]
fn pages_of_25_lead_forth_and_back() {
    on_both(|site| async move {
        site.set_up().await;
        for number in 0..30 {
            // Letters, because grouping ignores numbers in messages.
            let name: String = (0..=number).map(|_| 'x').collect();
            site.store(&message(
                &format!("job {name} failed"),
                "error",
                "production",
            ))
            .await;
        }
        let first = site.get(LIST).await;
        assert_eq!(first.texts("issue-title").len(), 25);
        assert_eq!(first.link("prev"), None);
        let second = site.get(&first.link("next").unwrap()).await;
        assert_eq!(second.texts("issue-title").len(), 5);
        assert_eq!(second.link("next"), None);
        let back = site.get(&second.link("prev").unwrap()).await;
        assert_eq!(back.texts("issue-title"), first.texts("issue-title"));
    });
}

#[test]
fn ticked_issues_are_resolved_together_and_undone_together() {
    on_both(|site| async move {
        site.set_up().await;
        for name in ["one", "two", "three"] {
            site.store(&message(name, "error", "production")).await;
        }
        let list = site.get(LIST).await;
        let ids = list.issue_ids();
        let fields = [
            ("action", "resolve"),
            ("issue", &ids[0]),
            ("issue", &ids[1]),
            ("back", LIST),
        ];
        let done = site.post("/projects/default/change", &fields).await;
        assert_eq!(done.location, LIST);
        let after = site.get(LIST).await;
        assert!(
            after.body.contains("Resolved 2 issues")
                && after.body.contains("/projects/default/undo")
        );
        assert_eq!(titles(&site, "status=resolved").await.len(), 2);

        // The offer survives going to another page.
        assert!(site.get("/account").await.body.contains("data-undo"));
        let undone = site
            .post("/projects/default/undo", &[("back", "/account")])
            .await;
        assert_eq!(undone.location, "/account");
        assert!(site.get(LIST).await.body.contains("Undone for 2 issues"));
        assert_eq!(titles(&site, "").await.len(), 3);
        assert_eq!(titles(&site, "query=is:new").await.len(), 3);
    });
}

#[test]
fn archiving_hides_and_one_issue_is_named() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&message("noise", "info", "production")).await;
        let id = site.get(LIST).await.issue_ids().remove(0);
        site.post(
            "/projects/default/change",
            &[("action", "archive"), ("issue", &id)],
        )
        .await;
        let after = site.get(LIST).await;
        assert!(
            after.body.contains("Archived DEFAULT-1") && after.body.contains("Nothing is burning")
        );
        assert_eq!(titles(&site, "status=archived").await, ["noise"]);
        let nothing = site
            .post("/projects/default/change", &[("action", "resolve")])
            .await;
        assert!(
            site.get(&nothing.location)
                .await
                .body
                .contains("no issue was selected")
        );
        let wrong = site
            .post("/projects/default/change", &[("action", "explode")])
            .await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    });
}

#[test]
fn the_marker_changes_with_the_issues_and_the_list_can_be_asked_for_alone() {
    on_both(|site| async move {
        site.set_up().await;
        let before = site.get("/projects/default/marker").await.body;
        site.store(&message("one", "error", "production")).await;
        let after = site.get("/projects/default/marker").await.body;
        assert_ne!(before, after);
        let part = site.get(&format!("{LIST}?part=1&query=level:error")).await;
        assert!(!part.body.contains("<html") && part.body.contains("issue-title"));
        assert!(
            !part.body.contains("part"),
            "forms lead back to the page, not to its part"
        );
    });
}
