//! How a project is sampled, on its page, in the issue list and on the page of an issue.

use actix_web::http::StatusCode;
use serde_json::json;
use watchfire_event::{ProjectId, Timestamp};
use watchfire_store::outcome::Outcome;
use watchfire_store::sampling::client::{Client, NewDiscard, NewRate};
use watchfire_store::sampling::{self, Settings};

use crate::site::{Site, on_both};

const PAGE: &str = "/projects/default/sampling";
const ISSUES: &str = "/projects/default/issues";
const HERE: ProjectId = ProjectId(1);

#[track_caller]
fn contains(body: &str, parts: &[&str]) {
    for part in parts {
        assert!(body.contains(part), "{part} is missing in {body}");
    }
}

async fn set(site: &Site, settings: Settings) {
    let saving = site
        .database
        .write(move |conn| sampling::set(conn, HERE, &settings));
    saving.await.unwrap();
}

fn client() -> Client {
    Client::new(Some("sentry.python/2.75.0"), Some("shop@1"), Some("prod"))
}

fn discard(site: &Site, reason: &'static str, quantity: u64) {
    site.count(
        Some(HERE),
        "error",
        (Outcome::ClientDiscard, reason),
        quantity,
        None,
    );
    site.writer.note_discard(NewDiscard {
        project: HERE,
        at: Timestamp::now(),
        client: client(),
        category: "error".into(),
        reason: reason.into(),
        quantity,
    });
}

async fn store(site: &Site, count: usize) {
    for _ in 0..count {
        let event = json!({"message": "hello", "release": "shop@1", "environment": "prod"});
        site.store(&event).await;
    }
}

#[test]
fn nothing_is_said_where_nothing_was_sampled() {
    on_both(|site| async move {
        site.set_up().await;
        store(&site, 3).await;
        let list = site.get(ISSUES).await.body;
        assert!(
            !list.contains("class=\"sampled\"")
                && !list.contains("class=\"notice notice-bad spike\"")
        );
        let page = site.get(PAGE).await.body;
        contains(
            &page,
            &[
                "There was none yet",
                "No client told a rate",
                "name=\"issueBudget\" value=\"25000\"",
            ],
        );
        contains(&site.get("/projects/default/settings").await.body, &[PAGE]);
    });
}

#[test]
fn bodies_that_are_not_kept_are_told_beside_the_count() {
    on_both(|site| async move {
        site.set_up().await;
        set(
            &site,
            Settings {
                issue_budget: 4,
                ..Settings::default()
            },
        )
        .await;
        store(&site, 40).await;
        let list = site.get(ISSUES).await.body;
        contains(
            &list,
            &[
                "class=\"sampled\"",
                " of 40<",
                "40 events came and are all counted",
            ],
        );
        let id = list.split("name=\"issue\" value=\"").nth(1).unwrap();
        let id = id.split('"').next().unwrap();
        let issue = site.get(&format!("{ISSUES}/{id}")).await.body;
        contains(
            &issue,
            &["class=\"sampled\"", "events are kept with their bodies"],
        );
        let events = site.get(&format!("{ISSUES}/{id}/events")).await.body;
        contains(&events, &[" events, newest first", "class=\"sampled\""]);
        let stats = site.get("/projects/default/stats").await.body;
        contains(
            &stats,
            &["Counted without its body: its issue is over the issue budget"],
        );
    });
}

#[test]
fn losses_of_clients_are_estimated_with_their_interval() {
    on_both(|site| async move {
        site.set_up().await;
        discard(&site, "sample_rate", 900);
        discard(&site, "before_send", 77);
        site.writer.note_rate(NewRate {
            project: HERE,
            at: Timestamp::now(),
            client: client(),
            rate: 0.1,
            transactions: 12,
        });
        store(&site, 60).await;
        site.store(&json!({"message": "another"})).await;
        let list = site.get(ISSUES).await.body;
        contains(
            &list,
            &[
                "kept 60 of ~945 (client 6 %)",
                "with 95 % certainty between",
            ],
        );
        let page = site.get(PAGE).await.body;
        contains(
            &page,
            &[
                "sentry.python/2.75.0",
                "10 %",
                "12 transactions came; by the rates of their clients they stand for about 120",
                "Left out by the SDK&#x27;s sampling",
                "before_send",
                "61 errors came of 961",
            ],
        );
    });
}

#[test]
fn a_spike_is_on_the_list_while_it_lasts() {
    on_both(|site| async move {
        site.set_up().await;
        let settings = Settings {
            spike_floor: 8,
            spike_budget: 1,
            ..Settings::default()
        };
        set(&site, settings).await;
        let two_days_ago = Timestamp::now().plus_micros(-2 * 86_400 * 1_000_000);
        let first = json!({"message": "first of all"});
        site.store_at(&first, two_days_ago).await;
        store(&site, 30).await;
        let list = site.get(ISSUES).await.body;
        contains(
            &list,
            &[
                "<strong>Spike.</strong>",
                "More than 8 events an hour",
                "/sampling#spikes",
            ],
        );
        contains(&site.get(PAGE).await.body, &["goes on"]);
        set(
            &site,
            Settings {
                spike_factor: 0,
                ..settings
            },
        )
        .await;
        store(&site, 1).await;
        assert!(!site.get(ISSUES).await.body.contains("Spike."));
    });
}

#[test]
fn settings_are_checked_before_they_are_saved() {
    on_both(|site| async move {
        site.set_up().await;
        let fields = |budget| {
            [
                ("issueBudget", budget),
                ("spikeFactor", "0"),
                ("spikeFloor", "500"),
                ("spikeBudget", "5"),
            ]
        };
        for bad in ["", "-1", "many", "1.5", "99999999999"] {
            let refused = site.post(PAGE, &fields(bad)).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            contains(
                &refused.body,
                &[
                    "Write a whole number from 0 to 100,000.",
                    "name=\"spikeFloor\" value=\"500\"",
                ],
            );
        }
        contains(
            &site.get(PAGE).await.body,
            &["name=\"spikeFloor\" value=\"10000\""],
        );
        // As the page itself writes numbers.
        site.post(PAGE, &fields("1,250")).await;
        let page = site.get(PAGE).await.body;
        contains(&page, &["name=\"issueBudget\" value=\"1250\""]);
        let saved = site.post(PAGE, &fields("50")).await;
        assert_eq!(saved.location, format!("{PAGE}#settings"));
        let page = site.get(PAGE).await.body;
        contains(
            &page,
            &[
                "name=\"issueBudget\" value=\"50\"",
                "name=\"spikeFactor\" value=\"0\"",
            ],
        );

        site.become_person("eve", Some("member")).await;
        contains(
            &site.get(PAGE).await.body,
            &["You can read this", "disabled"],
        );
        let refused = site.post(PAGE, &fields("7")).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    });
}
