//! Merging issues, taking them apart, deleting and discarding them: what is asked, what is told,
//! and the way back.

use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::site::{Answer, Site, on_both};

mod remove;
mod unmerge;

const LIST: &str = "/projects/default/issues";
const MERGE: &str = "/projects/default/merge";

fn message(text: &str) -> Value {
    json!({"message": text, "level": "error"})
}

/// A logged-in browser and an issue for each of these messages, of which each comes again.
async fn with_issues(site: &Site, texts: &[&str]) {
    site.set_up().await;
    for text in texts {
        site.store(&message(text)).await;
    }
}

impl Site {
    /// The titles that the list shows, in the order of the alphabet.
    async fn titles(&self) -> Vec<String> {
        let mut titles = self.get(LIST).await.texts("issue-title");
        titles.sort();
        titles
    }
}

#[track_caller]
fn contains(answer: &Answer, parts: &[&str]) {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let body = answer.body.replace("&#x3D;", "=").replace("&amp;", "&");
    for part in parts {
        assert!(body.contains(part), "{part} is missing in {body}");
    }
}

#[test]
fn ticked_issues_are_merged_after_a_page_that_names_them() {
    on_both(|site| async move {
        with_issues(&site, &["red", "red", "green", "blue"]).await;
        let list = site.get(LIST).await;
        assert!(
            list.body.contains("data-key=\"m\"") && list.body.contains("/projects/default/merge")
        );
        // The button of the list leads to the page that asks, without script too.
        let fields = [("issue", "1"), ("issue", "2"), ("back", LIST)];
        let asked = site.post(MERGE, &fields).await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER);
        assert_eq!(
            asked.location,
            format!("{MERGE}?issues=1%2C2&back=/projects/default/issues")
        );
        let page = site.get(&asked.location).await;
        contains(
            &page,
            &[
                "Merge 2 issues with 3 events?",
                "red",
                "green",
                "Merge 2 issues</button>",
                "value=\"1\" id=\"target-1\" checked",
            ],
        );
        assert!(!page.body.contains("blue"), "only those that were ticked");
        assert_eq!(site.titles().await.len(), 3, "nothing happened yet");

        let fields = [
            ("issue", "1"),
            ("issue", "2"),
            ("target", "1"),
            ("why", "one bug <b>"),
            ("sure", "yes"),
            ("back", LIST),
        ];
        let done = site.post(MERGE, &fields).await;
        assert_eq!(done.location, LIST);
        let after = site.get(LIST).await;
        contains(
            &after,
            &[
                "Merged DEFAULT-2 into DEFAULT-1",
                "/projects/default/undo",
                "/issues/1/grouping/change/?kind=merge&with=2",
            ],
        );
        assert_eq!(after.texts("issue-title").len(), 2);
        let issue = site.get("/issues/1").await;
        contains(
            &issue,
            &[
                "Ana merged DEFAULT-2 into this issue",
                "one bug &lt;b&gt; · green (1 event)",
            ],
        );
    });
}

#[test]
fn a_merge_is_undone_with_everything_where_it_was() {
    on_both(|site| async move {
        with_issues(&site, &["red", "green", "blue"]).await;
        let ids = [("issue", "1"), ("issue", "2"), ("issue", "3")];
        let mut fields = ids.to_vec();
        fields.extend([("target", "3"), ("sure", "yes")]);
        site.get(LIST).await;
        site.post(MERGE, &fields).await;
        contains(&site.get(LIST).await, &["Merged 2 issues into DEFAULT-3"]);
        assert_eq!(site.get(LIST).await.issue_ids(), ["3"]);
        site.post("/projects/default/undo", &[("back", LIST)]).await;
        contains(&site.get(LIST).await, &["Undone for 2 issues"]);
        assert_eq!(site.titles().await, ["blue", "green", "red"]);
        // Later events go where they went before.
        site.store(&message("green")).await;
        contains(&site.get("/issues/2").await, &["Event 2 of 2"]);
    });
}

#[test]
fn a_merged_issue_s_addresses_lead_to_the_one_that_has_its_events() {
    on_both(|site| async move {
        with_issues(&site, &["red", "green"]).await;
        site.get(LIST).await;
        let merged = site.post("/issues/1/merge", &[("with", "DEFAULT-2")]).await;
        assert_eq!(merged.location, format!("{LIST}/1"));
        for (path, target) in [
            ("/issues/2", "/projects/default/issues/1?merged=2"),
            ("/issues/DEFAULT-2/", "/projects/default/issues/1?merged=2"),
            (
                "/issues/2/events/latest",
                "/projects/default/issues/1/events/latest?merged=2",
            ),
            (
                "/issues/2/grouping",
                "/projects/default/issues/1/grouping?merged=2",
            ),
        ] {
            let answer = site.get(path).await;
            assert_eq!(
                (answer.status, answer.location.as_str()),
                (StatusCode::SEE_OTHER, target)
            );
        }
        let page = site.get("/issues/1?merged=2").await;
        contains(&page, &["DEFAULT-2 was merged into this issue"]);
        // What was not merged into it is not said to be.
        for other in ["1", "7", "x"] {
            let page = site.get(&format!("/issues/1?merged={other}")).await;
            assert!(
                !page
                    .body
                    .contains("was merged into this issue; its address")
            );
        }
        assert_eq!(site.get("/issues/2/events").await.status, StatusCode::OK);
    });
}

#[test]
fn one_issue_alone_unknown_ones_and_itself_are_not_merged() {
    on_both(|site| async move {
        with_issues(&site, &["red", "green"]).await;
        contains(
            &site.get(&format!("{MERGE}?issues=1,99")).await,
            &["Nothing to merge", "Tick two or more issues"],
        );
        site.post(MERGE, &[("issue", "1"), ("sure", "yes")]).await;
        contains(&site.get(LIST).await, &["Nothing changed"]);
        for (word, told) in [
            ("DEFAULT-1", "is DEFAULT-1 itself"),
            ("SHOP-9", "has no issue"),
        ] {
            site.post("/issues/1/merge", &[("with", word)]).await;
            contains(&site.get(LIST).await, &[told]);
        }
        let nothing = site.post(MERGE, &[("sure", "yes")]).await;
        assert_eq!(nothing.status, StatusCode::NOT_FOUND);
        assert_eq!(site.titles().await, ["green", "red"]);
    });
}

#[test]
fn merging_needs_a_form_of_ours_and_a_project_of_the_person() {
    on_both(|site| async move {
        with_issues(&site, &["red", "green"]).await;
        let fields = [
            ("issue", "1"),
            ("issue", "2"),
            ("sure", "yes"),
            ("csrf", "guess"),
        ];
        let answer = site.post_from(MERGE, &fields, None).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        site.become_person("ben", None).await;
        for path in [
            MERGE,
            "/projects/default/delete",
            "/projects/default/discard",
        ] {
            let fields = [("issue", "1"), ("issue", "2"), ("sure", "yes")];
            assert_eq!(site.post(path, &fields).await.status, StatusCode::NOT_FOUND);
            let asked = site.get(&format!("{path}?issues=1,2")).await;
            assert_eq!(asked.status, StatusCode::NOT_FOUND);
        }
    });
}
