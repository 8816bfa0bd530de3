//! Deleting and discarding issues.

use actix_web::http::Method;
use serde_json::{Value, json};
use watchfire_store::job;

use crate::harness::{ALL, Answer, Site, has_keys, on_each};

const LIST: &str = "/projects/acme/shop/issues/";

fn delete(site: &Site<'_>, path: &str) -> Answer {
    site.ask(Method::DELETE, path, ALL, None)
}

fn titles(site: &Site<'_>) -> Vec<String> {
    let list = site.get(&format!("{LIST}?query=")).good();
    let issues = list.as_array().unwrap().iter();
    issues
        .map(|issue| issue["title"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_deleted_issue_is_gone_and_its_next_event_makes_a_new_one() {
    on_each(|site| {
        site.store_simple("alpha", 20);
        site.store_simple("beta", 10);
        let old = site.get("/issues/SHOP-1/").good()["id"].clone();
        site.token("writer", None, &["event:write"]);
        site.ask(Method::DELETE, "/issues/SHOP-1/", "writer", None)
            .refused(403);
        assert_eq!(delete(site, "/issues/SHOP-1/").status, 202);
        assert_eq!(titles(site), ["beta failed"]);
        site.get("/issues/SHOP-1/").refused(404);
        delete(site, "/organizations/acme/issues/SHOP-1/").refused(404);
        job::run_waiting(site.database()).unwrap();
        site.store_simple("alpha", 1);
        let new = site.get(&format!("{LIST}?query=alpha")).good();
        assert_ne!(new[0]["id"], old);
        assert_eq!(new[0]["count"], "1");
    });
}

#[test]
fn many_issues_are_deleted_by_id_or_query_but_never_all_by_mistake() {
    on_each(|site| {
        for name in ["alpha", "beta", "gamma"] {
            site.store_simple(name, 1);
        }
        delete(site, LIST).refused(400);
        site.token("writer", None, &["event:write"]);
        let query = format!("{LIST}?query=alpha");
        site.ask(Method::DELETE, &query, "writer", None)
            .refused(403);
        assert_eq!(delete(site, &query).status, 204);
        let beta = site.get("/issues/SHOP-2/").good()["id"].clone();
        let beta = beta.as_str().unwrap();
        assert_eq!(
            delete(site, &format!("{LIST}?id={beta}&id=99999")).status,
            204
        );
        assert_eq!(titles(site), ["gamma failed"]);
        assert_eq!(delete(site, &format!("{LIST}?query=nothing")).status, 204);
        assert_eq!(titles(site), ["gamma failed"]);
    });
}

#[test]
fn a_discarded_issue_drops_its_events_until_it_is_taken_back() {
    on_each(|site| {
        site.store_simple("alpha", 20);
        site.store_simple("beta", 10);
        let user = site.user("ada@x.org", true);
        site.token("ada", Some(user), &["event:admin", "project:admin"]);
        let discard = json!({"discard": true}).to_string();
        site.token("writer", None, &["event:write"]);
        site.ask(Method::PUT, "/issues/SHOP-1/", "writer", Some(&discard))
            .refused(403);
        let answer = site.ask(Method::PUT, "/issues/SHOP-1/", "ada", Some(&discard));
        assert_eq!(answer.status, 204, "{}", answer.text);
        let by_query = site.put(&format!("{LIST}?query=beta"), &json!({"discard": true}));
        assert_eq!(by_query.status, 204, "{}", by_query.text);
        job::run_waiting(site.database()).unwrap();
        site.store_simple("alpha", 1);
        assert_eq!(titles(site), Vec::<String>::new());

        let path = "/projects/acme/shop/tombstones/";
        let listed = site.get(path);
        assert_eq!(listed.header("x-hits"), "2");
        let all = listed.good();
        let alpha = &all[1];
        has_keys(
            alpha,
            "id level message culprit type metadata actor dateAdded",
        );
        assert_eq!(
            (&alpha["message"], &alpha["level"]),
            (&json!("alpha failed"), &json!("error"))
        );
        assert_eq!(alpha["actor"]["email"], "ada@x.org");
        assert_eq!(all[0]["actor"], Value::Null);
        assert_eq!(alpha["timesSeen"], 1);
        let one = format!("{path}{}/", alpha["id"].as_str().unwrap());
        assert_eq!(site.get(&one).good(), *alpha);

        site.token("changer", None, &["project:write"]);
        site.ask(Method::DELETE, &one, "changer", None).refused(403);
        assert_eq!(delete(site, &one).status, 204);
        delete(site, &one).refused(404);
        site.get(&one).refused(404);
        site.get(&format!("{path}x/")).refused(404);
        site.store_simple("alpha", 1);
        assert_eq!(titles(site), ["alpha failed"]);
    });
}
