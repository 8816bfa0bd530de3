//! Ignore rules: one by one, tried, in order, and as files.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::harness::{ALL, Site, has_keys, on_each};

const RULES: &str = "/projects/acme/shop/ignore-rules/";
const WIDE: &str = "/organizations/acme/ignore-rules/";

fn drops(name: &str, message: &str) -> Value {
    json!({
        "name": name,
        "action": "drop",
        "when": { "field": "message", "op": "contains", "value": message },
    })
}

fn names(site: &Site<'_>, path: &str) -> Vec<String> {
    let rules = site.get(path).good();
    let rules = rules.as_array().unwrap().iter();
    rules
        .map(|rule| rule["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_rule_is_made_changed_removed_and_restored() {
    on_each(|site| {
        let user = site.user("ada@x.org", true);
        site.token("ada", Some(user), &["project:write"]);
        let made = site.ask(
            Method::POST,
            RULES,
            "ada",
            Some(&drops("Noise", "a").to_string()),
        );
        assert_eq!(made.status, 201, "{}", made.text);
        let made = made.json();
        has_keys(
            &made,
            "id scope position name enabled action when sentence problem issueId createdBy \
             dateCreated dateChanged hits history isRemoved",
        );
        assert_eq!(
            (&made["scope"], &made["position"]),
            (&json!("project"), &json!(1))
        );
        assert_eq!(made["sentence"], "Drop events where message contains “a”.");
        assert_eq!(made["createdBy"]["email"], "ada@x.org");
        let one = format!("{RULES}{}/", made["id"].as_str().unwrap());

        let change = json!({ "enabled": false, "action": { "keep_one_in": 10 } });
        let changed = site.put(&one, &change).good();
        assert_eq!(changed["enabled"], false);
        assert_eq!(changed["action"], json!({ "keep_one_in": 10 }));
        assert_eq!(changed["when"], made["when"], "what is not named stays");
        assert_eq!(changed["history"][0]["change"], "edited");
        assert_eq!(changed["history"][0]["rule"]["action"], "drop");

        let gone = site.ask(Method::DELETE, &one, ALL, None);
        assert_eq!(gone.status, 204, "{}", gone.text);
        assert!(names(site, RULES).is_empty());
        assert_eq!(site.get(&one).good()["isRemoved"], true);
        let back = site.post(&format!("{one}restore/"), &json!({})).good();
        assert_eq!(
            (&back["isRemoved"], &back["enabled"]),
            (&json!(false), &json!(false))
        );
        assert_eq!(names(site, RULES), ["Noise"]);
    });
}

#[test]
fn a_wrong_rule_is_refused_with_its_place() {
    on_each(|site| {
        let mut wrong = drops("n", "a");
        wrong["when"] = json!({ "all": [
            { "field": "message", "op": "contains", "value": "a" },
            { "field": "user.ip", "op": "is", "value": "10.0.0.0/99" },
        ] });
        let answer = site.post(RULES, &wrong);
        assert_eq!(answer.status, 400, "{}", answer.text);
        let reason = answer.json()["rule"][0].as_str().unwrap().to_owned();
        assert!(reason.starts_with("when.all[1].value: "), "{reason}");
        site.post(RULES, &drops("n", "a")).good();
        let taken = site.post(RULES, &drops("N", "b"));
        assert!(taken.refused(400).contains("named “N” already"));
        assert_eq!(names(site, RULES), ["n"]);
        let missing = site.get(&format!("{RULES}99/"));
        assert_eq!(missing.status, 404);
    });
}

#[test]
fn rules_of_the_organisation_have_their_own_addresses_and_scopes() {
    on_each(|site| {
        site.token("project", None, &["project:write", "org:read"]);
        let body = drops("for all", "a").to_string();
        let refused = site.ask(Method::POST, WIDE, "project", Some(&body));
        assert!(refused.refused(403).contains("org:write"));
        let made = site.post(WIDE, &drops("for all", "a")).good();
        assert_eq!(made["scope"], "organization");
        assert_eq!((names(site, WIDE).len(), names(site, RULES).len()), (1, 0));
        let number = made["id"].as_str().unwrap();
        let elsewhere = site.get(&format!("{RULES}{number}/"));
        assert_eq!(elsewhere.status, 404, "it is no rule of the project alone");
        site.token("reader", None, &["event:read"]);
        assert_eq!(site.ask(Method::GET, RULES, "reader", None).status, 403);
        let try_it = format!("{WIDE}try/");
        site.store_simple("a", 1);
        let tried = site.post(&try_it, &drops("n", "a")).good();
        assert_eq!(tried["events"]["matched"], 1);
    });
}

#[test]
fn a_rule_is_tried_and_an_edit_against_what_it_replaces() {
    on_each(|site| {
        for (name, count) in [("alpha", 2), ("beta", 1)] {
            for at in 0..count {
                site.store_simple(name, at);
            }
        }
        let try_it = format!("{RULES}try/");
        let when = json!({ "when": { "field": "message", "op": "starts_with", "value": "alpha" } });
        let tried = site.post(&try_it, &when).good();
        has_keys(
            &tried,
            "events dropped oldest issuesLookedAt issuesMatched issues droppedTitles scrubbed isCut",
        );
        assert_eq!(tried["events"]["lookedAt"], 3);
        assert_eq!(tried["events"]["matched"], 2);
        let issue = &tried["issues"][0];
        has_keys(issue, "id shortId project title events examples");
        assert_eq!(
            (&issue["events"]["matched"], &issue["project"]),
            (&json!(2), &json!("shop"))
        );
        assert_eq!(issue["examples"].as_array().unwrap().len(), 2);
        let saved = site.post(RULES, &drops("n", "beta")).good();
        let mut edit = when;
        edit["rule"] = saved["id"].clone();
        let tried = site.post(&try_it, &edit).good();
        assert_eq!(
            (&tried["events"]["newly"], &tried["events"]["noLonger"]),
            (&json!(2), &json!(1))
        );
        assert_eq!(names(site, RULES), ["n"], "nothing is written");
    });
}

#[test]
fn the_order_is_set_as_a_whole() {
    on_each(|site| {
        let ids: Vec<Value> = ["a", "b", "c"]
            .map(|name| site.post(RULES, &drops(name, name)).good()["id"].clone())
            .into();
        let order = format!("{RULES}order/");
        let wanted = json!({ "order": [ids[2], ids[0], ids[1]] });
        assert_eq!(site.put(&order, &wanted).good(), wanted);
        assert_eq!(names(site, RULES), ["c", "a", "b"]);
        let part = site.put(&order, &json!({ "order": [ids[0]] }));
        assert!(part.refused(400).contains("each rule once"));
        assert_eq!(site.put(&order, &json!({})).status, 400);
    });
}

#[test]
fn rules_are_kept_in_a_file() {
    on_each(|site| {
        let file = format!("{RULES}toml/");
        site.post(RULES, &drops("old", "a")).good();
        let text = "[[rule]]\nname = \"Bots\"\naction = \"drop\"\nwhen = {field = \"user_agent\", \
             op = \"contains\", value = \"bot\"}\n";
        let send = |method, path: &str, text: &str| site.ask(method, path, ALL, Some(text));
        let dry = send(Method::PUT, &format!("{file}?dryRun=1"), text).good();
        assert_eq!(
            (&dry["added"], &dry["removed"]),
            (&json!(["Bots"]), &json!(["old"]))
        );
        assert_eq!(names(site, RULES), ["old"]);
        send(Method::POST, &file, text).good();
        assert_eq!(names(site, RULES), ["old", "Bots"]);
        let replaced = send(Method::PUT, &file, text).good();
        assert_eq!(
            (&replaced["removed"], &replaced["unchanged"]),
            (&json!(["old"]), &json!(1))
        );
        let read = site.get(&file);
        assert!(read.header("content-type").starts_with("application/toml"));
        let again = send(Method::PUT, &file, &read.text).good();
        assert_eq!(again["unchanged"], 1, "a file comes back as it went");
        let two = format!("{text}[[rule]]\nname = \"x\"\naction = \"y\"\nwhen = {{}}\n");
        let wrong = send(Method::PUT, &file, &two);
        assert_eq!(wrong.status, 400, "{}", wrong.text);
        let reason = wrong.json()["rules"][0].as_str().unwrap().to_owned();
        assert!(reason.starts_with("rule 2 \"x\", "), "{reason}");
        assert_eq!(names(site, RULES), ["Bots"]);
    });
}
