//! How a project is sampled.

use serde_json::json;
use watchfire_event::Timestamp;
use watchfire_store::sampling::client::{Client, NewDiscard, NewRate};

use crate::harness::on_each;

const SAMPLING: &str = "/projects/acme/shop/sampling/";

#[test]
fn settings_are_read_and_changed_one_by_one() {
    on_each(|site| {
        let settings = &site.get(SAMPLING).good()["settings"];
        assert_eq!(
            settings,
            &json!({"issueBudget": 25_000, "spikeFactor": 10, "spikeFloor": 10_000, "spikeBudget": 200})
        );
        let changed = site.put(SAMPLING, &json!({"issueBudget": 5})).good();
        assert_eq!(changed["settings"]["issueBudget"], 5);
        assert_eq!(changed["settings"]["spikeFactor"], 10);
        // A client may send back what it got.
        let same = site.put(SAMPLING, &changed).good();
        assert_eq!(same, changed);
        for bad in [
            json!({"issueBudget": -1}),
            json!({"issueBudget": "x"}),
            json!({"budget": 1}),
        ] {
            let reason = site.put(SAMPLING, &bad).refused(400);
            assert!(reason.contains("udget"), "{reason}");
        }
        assert_eq!(site.get(SAMPLING).good()["settings"]["issueBudget"], 5);
    });
}

#[test]
fn an_issue_tells_what_is_kept_and_how_many_there_were() {
    on_each(|site| {
        site.put(SAMPLING, &json!({"issueBudget": 2})).good();
        let client = Client::new(Some("sentry.python/2.75.0"), None, None);
        site.writer.note_discard(NewDiscard {
            project: site.project,
            at: Timestamp::now(),
            client: client.clone(),
            category: "error".into(),
            reason: "sample_rate".into(),
            quantity: 90,
        });
        site.writer.note_rate(NewRate {
            project: site.project,
            at: Timestamp::now(),
            client,
            rate: 0.25,
            transactions: 2,
        });
        for _ in 0..10 {
            site.store_simple("a", 0);
        }
        let issue = site.get("/issues/SHOP-1/").good();
        assert_eq!(issue["count"], "10");
        assert!(issue["sampling"]["kept"].as_i64().unwrap() <= 3);
        assert_eq!(issue["sampling"]["estimate"]["count"], 100);
        let list = site.get("/projects/acme/shop/issues/").good();
        assert_eq!(list[0]["sampling"], issue["sampling"]);
        let shown = site.get(SAMPLING).good();
        assert_eq!(shown["rates"][0]["rate"], 0.25);
        assert_eq!(shown["discarded"][0]["quantity"], 90);
    });
}
