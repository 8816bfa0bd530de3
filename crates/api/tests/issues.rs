//! The list of issues and changes to many of them.

use serde_json::{Value, json};

use crate::harness::{Site, has_keys, on_each};

const LIST: &str = "/organizations/acme/issues/";

fn titles(list: &Value) -> Vec<&str> {
    let issues = list.as_array().unwrap().iter();
    issues
        .map(|issue| issue["title"].as_str().unwrap())
        .collect()
}

fn id(site: &Site<'_>, title: &str) -> String {
    let list = site.get(&format!("{LIST}?query={title}")).good();
    list[0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn an_issue_has_every_key_of_sentrys() {
    on_each(|site| {
        site.store_simple("a", 1);
        let answer = site.get(LIST);
        assert_eq!(answer.header("x-hits"), "1");
        let issue = &answer.good()[0];
        has_keys(
            issue,
            "id shareId shortId title culprit permalink logger level status statusDetails substatus \
             isPublic platform project type metadata numComments assignedTo isBookmarked \
             isSubscribed subscriptionDetails hasSeen annotations issueType issueCategory priority \
             priorityLockedAt isUnhandled count userCount firstSeen lastSeen stats",
        );
        assert_eq!(issue["shortId"], "SHOP-1");
        assert_eq!(issue["count"], "1");
        assert_eq!(issue["stats"]["24h"].as_array().unwrap().len(), 24);
    });
}

#[test]
fn pages_lead_forth_and_back() {
    on_each(|site| {
        for (ago, name) in ["a", "b", "c", "d", "e"].into_iter().enumerate() {
            site.store_simple(name, i64::try_from(ago).unwrap() + 1);
        }
        let base = format!("{LIST}?per_page=2&sort=date");
        let first = site.get(&base);
        assert_eq!(titles(&first.good()), ["a failed", "b failed"]);
        assert_eq!(first.cursor("previous"), None);
        let at = |cursor: &str| site.get(&format!("{base}&cursor={cursor}"));
        let second = at(&first.cursor("next").unwrap());
        assert_eq!(titles(&second.good()), ["c failed", "d failed"]);
        let third = at(&second.cursor("next").unwrap());
        assert_eq!(titles(&third.good()), ["e failed"]);
        assert_eq!(third.cursor("next"), None);
        let back = at(&third.cursor("previous").unwrap());
        assert_eq!(titles(&back.good()), ["c failed", "d failed"]);
        assert!(
            first
                .header("link")
                .contains("https://errors.example.com/api/0/organizations")
        );
        assert_eq!(
            site.get(&format!("{LIST}?limit=0"))
                .good()
                .as_array()
                .unwrap()
                .len(),
            1
        );
        assert_eq!(
            site.get(&format!("{LIST}?limit=1000"))
                .good()
                .as_array()
                .unwrap()
                .len(),
            5
        );
        site.get(&format!("{LIST}?limit=many")).refused(400);
        site.get(&format!("{LIST}?cursor=what")).refused(400);
        site.get(&format!("{LIST}?sort=colour")).refused(400);
    });
}

#[test]
fn a_list_shows_what_is_unresolved_unless_a_query_says_otherwise() {
    on_each(|site| {
        site.store_simple("alpha", 2);
        site.store_simple("beta", 1);
        let alpha = id(site, "alpha");
        site.put(
            &format!("{LIST}?id={alpha}"),
            &json!({"status": "resolved"}),
        )
        .good();
        assert_eq!(titles(&site.get(LIST).good()), ["beta failed"]);
        let of = |query: &str| site.get(&format!("{LIST}?query={query}"));
        assert_eq!(of("").good().as_array().unwrap().len(), 2);
        assert_eq!(titles(&of("is:resolved").good()), ["alpha failed"]);
        assert!(of("is:purple").refused(400).contains("is:purple"));
        of(&"x".repeat(20_000)).refused(400);
    });
}

#[test]
fn a_list_is_limited_to_projects_by_number_or_slug() {
    on_each(|site| {
        site.store_simple("a", 1);
        let count = |path: &str| site.get(path).good().as_array().unwrap().len();
        for which in ["-1", &site.project.to_string(), "shop"] {
            assert_eq!(count(&format!("{LIST}?project={which}")), 1, "{which}");
        }
        assert_eq!(count(&format!("{LIST}?project=999")), 0);
        assert_eq!(count("/projects/acme/shop/issues/"), 1);
        site.get("/projects/acme/nothing/issues/").refused(404);
    });
}

#[test]
fn many_issues_are_changed_by_id_by_query_or_by_status_but_never_all_by_mistake() {
    on_each(|site| {
        site.store_simple("alpha", 2);
        site.store_simple("beta", 1);
        let resolved = json!({"status": "resolved"});
        site.put(LIST, &resolved).refused(400);
        site.put(&format!("{LIST}?id=x"), &resolved).refused(400);
        site.put(&format!("{LIST}?query=alpha"), &json!({}))
            .refused(400);
        let alpha = id(site, "alpha");
        let changed = site.put(&format!("{LIST}?id={alpha}%20"), &resolved).good();
        assert_eq!(changed["status"], "resolved");
        assert_eq!(titles(&site.get(LIST).good()), ["beta failed"]);
        site.put(&format!("{LIST}?query=beta"), &resolved).good();
        assert_eq!(titles(&site.get(LIST).good()), Vec::<&str>::new());
        let none = site.put(&format!("{LIST}?query=gamma"), &resolved);
        assert_eq!(none.status, 204);
        site.put(
            &format!("{LIST}?status=resolved"),
            &json!({"status": "unresolved"}),
        )
        .good();
        assert_eq!(site.get(LIST).good().as_array().unwrap().len(), 2);
    });
}
