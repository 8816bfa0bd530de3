//! What became of everything that came in.

use serde_json::json;
use watchfire_event::ProjectId;
use watchfire_store::outcome::Outcome;

use crate::site::{Site, on_both};

const PAGE: &str = "/projects/default/stats";
const HERE: Option<ProjectId> = Some(ProjectId(1));

#[track_caller]
fn contains(body: &str, parts: &[&str]) {
    for part in parts {
        assert!(body.contains(part), "{part} is missing in {body}");
    }
}

/// Three stored events, and one or more of everything else.
async fn with_outcomes(site: &Site) {
    site.set_up().await;
    let too_large = (Outcome::Invalid, "too_large:event");
    let words = Some("the event has 2,097,152 bytes, the limit is 1,048,576");
    site.count(HERE, "error", too_large, 2, words);
    site.count(HERE, "error", (Outcome::Filtered, "web-crawlers"), 4, None);
    site.count(HERE, "error", (Outcome::RateLimited, "key_quota"), 1, None);
    site.count(
        HERE,
        "error",
        (Outcome::ClientDiscard, "before_send"),
        50,
        None,
    );
    site.count(
        HERE,
        "span",
        (Outcome::Invalid, "feature_disabled"),
        1_234,
        None,
    );
    let stray = (Outcome::Invalid, "project_id");
    site.count(None, "error", stray, 7, Some("no project has this key"));
    for id in 1..=3 {
        site.store(&json!({"event_id": format!("{id:032x}"), "message": "hello"}))
            .await;
    }
}

#[test]
fn an_empty_page_says_what_will_be_here() {
    on_both(|site| async move {
        site.set_up().await;
        let page = site.get(PAGE).await;
        contains(
            &page.body,
            &[
                "Nothing came in",
                "/projects/default/start",
                "aria-current=\"page\">Stats",
            ],
        );
        assert!(
            !page.body.contains("<svg viewBox=\"0 0 288"),
            "no bars without anything"
        );
    });
}

#[test]
fn every_outcome_has_its_reason_in_words_its_number_and_its_last_error() {
    on_both(|site| async move {
        with_outcomes(&site).await;
        let page = site.get(PAGE).await;
        contains(
            &page.body,
            &[
                "Accepted",
                "Larger than the limit: event",
                "<code class=\"muted\">too_large:event</code>",
                "the event has 2,097,152 bytes, the limit is 1,048,576",
                "Came from a web crawler",
                "Over the limit of the client key",
                "Left out by the application&#x27;s own before_send",
                "Arrives, not kept yet",
                "1.2k",
                "fill-accepted",
                "The same as a table",
                "10 from ",
            ],
        );
        let spans = site.get(&format!("{PAGE}?category=span&period=30d")).await;
        contains(&spans.body, &["fill-not-kept", "Spans over time", "1,234"]);
        assert!(!spans.body.contains("too_large:event"));
        let quiet = site
            .get(&format!("{PAGE}?category=nonsense&period=nonsense"))
            .await;
        contains(&quiet.body, &["Errors over time"]);
    });
}

#[test]
fn all_projects_are_told_apart_and_strays_are_shown_to_superusers() {
    on_both(|site| async move {
        with_outcomes(&site).await;
        let page = site.get(&format!("{PAGE}?projects=all")).await;
        contains(
            &page.body,
            &[
                "Stats of all projects",
                "<td>default</td>",
                "Without a project",
                "no project has this key",
            ],
        );
        let own = site.get(PAGE).await;
        assert!(!own.body.contains("<td>default</td>"));

        site.become_person("mia", Some("member")).await;
        let page = site.get(PAGE).await;
        contains(&page.body, &["Larger than the limit: event"]);
        assert!(!page.body.contains("Without a project"));
    });
}

#[test]
fn what_becomes_an_issue_is_counted_as_errors_as_limits_and_the_api_count_it() {
    on_both(|site| async move {
        with_outcomes(&site).await;
        let filtered = (Outcome::Filtered, "invalid-csp");
        site.count(HERE, "security", filtered, 5, None);
        site.count(
            HERE,
            "default",
            (Outcome::Invalid, "invalid_envelope"),
            2,
            None,
        );
        site.store(&json!({"message": "again"})).await;
        let page = site.get(PAGE).await;
        contains(
            &page.body,
            &[
                "Errors <span class=\"num\" title=\"18\">18</span>",
                "<code class=\"muted\">invalid_envelope</code>",
                "are counted as errors: 5 of these.",
            ],
        );
        assert!(!page.body.contains("Unidentified"));
        let old = site.get(&format!("{PAGE}?category=security")).await;
        contains(&old.body, &["Errors over time"]);
    });
}

#[test]
fn period_and_environment_follow_from_tab_to_tab() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&json!({"message": "hello"})).await;
        for page in ["issues", "feedback", "releases", "stats", "settings"] {
            let here = format!("/projects/default/{page}?environment=live&period=7d");
            let body = site.get(&here).await.body.replace("&#x3D;", "=");
            for tab in ["issues", "feedback", "releases", "stats", "settings"] {
                let link =
                    format!("href=\"/projects/default/{tab}?environment=live&amp;period=7d\"");
                assert!(body.contains(&link), "{link} is missing on {page}");
            }
        }
    });
}
