//! Merging issues and taking them apart again.

use actix_web::http::Method;
use serde_json::{Value, json};
use watchfire_store::job;

use crate::harness::{ALL, Site, has_keys, on_each};

const LIST: &str = "/organizations/acme/issues/";

/// The number of the issue of a short id.
fn id(site: &Site<'_>, short_id: &str) -> String {
    let issue = site.get(&format!("/issues/{short_id}/")).good();
    issue["id"].as_str().unwrap().to_owned()
}

/// Two issues, the second one with more events, as one; with their numbers.
fn merged(site: &Site<'_>) -> (String, String) {
    site.store_simple("alpha", 30);
    for ago in [20, 10] {
        site.store_simple("beta", ago);
    }
    let (alpha, beta) = (id(site, "SHOP-1"), id(site, "SHOP-2"));
    let merge = json!({"merge": 1});
    let answer = site.put(&format!("{LIST}?id={alpha}&id={beta}"), &merge);
    assert_eq!(
        answer.good(),
        json!({"merge": {"parent": beta, "children": [alpha]}})
    );
    job::run_waiting(site.database()).unwrap();
    (alpha, beta)
}

#[test]
fn merged_issues_are_one_and_every_name_leads_to_it() {
    on_each(|site| {
        let (alpha, beta) = merged(site);
        let list = site.get(LIST).good();
        assert_eq!(list.as_array().unwrap().len(), 1);
        assert_eq!(
            (&list[0]["id"], &list[0]["count"]),
            (&json!(beta), &json!("3"))
        );
        for name in [alpha.as_str(), "SHOP-1", "shop-2"] {
            for base in ["/issues", "/organizations/acme/issues"] {
                let found = site.get(&format!("{base}/{name}/")).good();
                assert_eq!(found["id"], json!(beta), "{name}");
            }
        }
        let named = site.get("/organizations/acme/shortids/SHOP-1/").good();
        assert_eq!(
            (&named["groupId"], &named["shortId"]),
            (&json!(beta), &json!("SHOP-2"))
        );
        let events = site.get(&format!("/issues/{alpha}/events/")).good();
        assert_eq!(events.as_array().unwrap().len(), 3);
        let activity = site.get(&format!("/issues/{beta}/")).good()["activity"].clone();
        assert_eq!(activity[0]["type"], "merge");
        // A later event of either follows.
        site.store_simple("alpha", 1);
        assert_eq!(site.get("/issues/SHOP-2/").good()["count"], "4");
    });
}

#[test]
fn only_several_issues_of_one_project_are_merged() {
    on_each(|site| {
        site.store_simple("alpha", 1);
        let alpha = id(site, "SHOP-1");
        let merge = json!({"merge": 1});
        let one = site.put(&format!("{LIST}?id={alpha}&id={alpha}"), &merge);
        assert!(one.refused(400).contains("at least two"));
        let none = site.put(&format!("{LIST}?id=99998&id=99999"), &merge);
        assert_eq!(none.status, 204);
        let wrong = site.put(&format!("{LIST}?id={alpha}"), &json!({"merge": "perhaps"}));
        assert_eq!(wrong.status, 400);
        let alone = site.put("/issues/SHOP-1/", &merge);
        assert_eq!(alone.status, 400);
        assert!(alone.text.contains("id="), "{}", alone.text);
        let many = "id=1&".repeat(1_001);
        site.put(&format!("{LIST}?{many}"), &merge).refused(400);
    });
}

#[test]
fn hashes_are_listed_with_their_latest_events_and_taken_out() {
    on_each(|site| {
        let (alpha, beta) = merged(site);
        let listed = site.get(&format!("/issues/{beta}/hashes/"));
        assert_eq!(listed.header("x-hits"), "2");
        let hashes = listed.good();
        has_keys(
            &hashes[0],
            "id latestEvent mergedBySeer seerMatchDistance count firstSeen lastSeen mergedFrom",
        );
        assert_eq!(
            (&hashes[0]["count"], &hashes[1]["count"]),
            (&json!(2), &json!(1))
        );
        assert_eq!(
            (&hashes[0]["mergedFrom"], &hashes[1]["mergedFrom"]),
            (&Value::Null, &json!(alpha))
        );
        assert_eq!(hashes[0]["latestEvent"]["title"], "beta failed");
        has_keys(&hashes[0]["latestEvent"], "eventID entries tags");
        let short = site.get(&format!("{LIST}SHOP-2/hashes/?full=0&limit=1"));
        assert_eq!(short.good()[0]["latestEvent"].get("entries"), None);
        let next = short.cursor("next").expect("another page");
        let rest = site.get(&format!(
            "{LIST}SHOP-2/hashes/?full=0&limit=1&cursor={next}"
        ));
        assert_eq!(rest.good()[0]["id"], hashes[1]["id"]);

        let path = format!("/issues/{beta}/hashes/");
        let of_alpha = hashes[1]["id"].as_str().unwrap();
        let take = |token: &str, query: &str| {
            site.ask(Method::DELETE, &format!("{path}{query}"), token, None)
        };
        take(ALL, "").refused(400);
        take(ALL, "?id=00ff").refused(409);
        site.token("reader", None, &["event:read"]);
        take("reader", &format!("?id={of_alpha}")).refused(403);
        let taken = take(ALL, &format!("?id={of_alpha}"));
        assert_eq!(taken.status, 202);
        assert_eq!(
            taken.good()["id"],
            json!(alpha),
            "it goes back to where it came from"
        );
        job::run_waiting(site.database()).unwrap();
        assert_eq!(site.get("/issues/SHOP-1/").good()["count"], "1");
        assert_eq!(site.get("/issues/SHOP-2/").good()["count"], "2");
        take(ALL, &format!("?id={of_alpha}")).refused(409);
    });
}
