//! Changes made from what somebody else changed meanwhile, and the way back to earlier versions.

use actix_web::http::Method;
use serde_json::{Value, json};

use crate::harness::{ALL, on_each};

const RULES: &str = "/projects/acme/shop/ignore-rules/";
const SCRUBBING: &str = "/projects/acme/shop/scrubbing/";

fn drops(name: &str, message: &str) -> Value {
    json!({
        "name": name,
        "action": "drop",
        "when": { "field": "message", "op": "contains", "value": message },
    })
}

fn address(rule: &Value) -> String {
    format!("{RULES}{}/", rule["id"].as_str().unwrap())
}

#[test]
fn a_change_of_an_old_version_of_a_rule_is_refused_with_who_and_when() {
    on_each(|site| {
        let ada = site.user("ada@x.org", true);
        site.token("ada", Some(ada), &["project:write"]);
        let made = site.post(RULES, &drops("rule", "a")).good();
        let one = address(&made);
        let change = json!({ "note": "by Ada", "base": made["version"] });
        let changed = site.ask(Method::PUT, &one, "ada", Some(&change.to_string()));
        let version = changed.good()["version"].clone();
        assert_ne!(version, made["version"]);
        let late = site.put(&one, &json!({ "note": "late", "base": made["version"] }));
        let told = late.refused(409);
        assert!(
            told.starts_with("this rule was changed by Ada at 20") && told.contains("nothing was"),
            "{told}"
        );
        assert_eq!(site.get(&one).good()["note"], "by Ada");
        let good = site.put(&one, &json!({ "note": "on time", "base": version }));
        assert_eq!(good.good()["note"], "on time");
        let odd = site.put(&one, &json!({ "base": "x" }));
        assert_eq!(odd.status, 400, "{}", odd.text);
    });
}

#[test]
fn a_rule_that_changed_meanwhile_is_neither_removed_nor_brought_back_unseen() {
    on_each(|site| {
        let made = site.post(RULES, &drops("rule", "a")).good();
        let one = address(&made);
        let ask = |method: Method, path: &str, base: &Value| {
            let path = format!("{one}{path}?base={}", base.to_string().replace('"', ""));
            site.ask(method, &path, ALL, None)
        };
        let changed = site.put(&one, &json!({ "note": "other" })).good();
        let refused = ask(Method::DELETE, "", &made["version"]);
        assert!(refused.refused(409).starts_with("this rule was changed by"));
        for odd in [json!("x"), json!("")] {
            assert_eq!(ask(Method::DELETE, "", &odd).status, 400);
        }
        assert!(!site.get(RULES).good().as_array().unwrap().is_empty());
        assert_eq!(ask(Method::DELETE, "", &changed["version"]).status, 204);
        let removed = site.get(&one).good();
        let refused = ask(Method::POST, "restore/", &changed["version"]);
        assert!(refused.refused(409).starts_with("this rule was removed by"));
        assert_eq!(ask(Method::POST, "restore/", &json!("x")).status, 400);
        ask(Method::POST, "restore/", &removed["version"]).good();
        assert_eq!(site.get(RULES).good().as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_rule_goes_back_to_what_its_history_names() {
    on_each(|site| {
        let made = site.post(RULES, &drops("rule", "a")).good();
        let one = address(&made);
        let changed = site.put(&one, &json!({ "name": "renamed", "action": "archive" }));
        let history = changed.good()["history"].clone();
        assert_eq!(history[0]["after"]["name"], "renamed");
        assert_eq!(history[0]["rule"], history[1]["after"]);
        let revert = format!("{one}revert/");
        let stale = json!({ "change": history[1]["id"], "base": made["version"] });
        site.post(&revert, &stale).refused(409);
        let back = site
            .post(&revert, &json!({ "change": history[1]["id"] }))
            .good();
        assert_eq!(
            (&back["name"], &back["action"]),
            (&json!("rule"), &json!("drop"))
        );
        assert_eq!(back["history"][0]["change"], "went_back");
        site.post(&revert, &json!({ "change": 99_999 }))
            .refused(404);
        assert_eq!(site.post(&revert, &json!({})).status, 400);
    });
}

#[test]
fn an_order_and_a_file_can_name_what_they_were_made_from() {
    on_each(|site| {
        let ids = ["a", "b", "c"].map(|name| {
            let made = site.post(RULES, &drops(name, name)).good();
            made["id"].clone()
        });
        let [a, b, c] = &ids;
        let order = format!("{RULES}order/");
        site.put(&order, &json!({ "order": [b, a, c], "base": ids }))
            .good();
        let late = site.put(&order, &json!({ "order": [c, b, a], "base": ids }));
        assert!(late.refused(409).contains("the rules were changed by"));

        let file = site.get(&format!("{RULES}toml/")).text;
        let send = |query: &str| {
            let path = format!("{RULES}toml/?{query}");
            site.ask(Method::PUT, &path, ALL, Some(&file))
        };
        let plan = send("dryRun=1").good();
        assert_eq!(
            (&plan["unchanged"], &plan["dryRun"]),
            (&json!(3), &json!(true))
        );
        let state = plan["state"].as_str().unwrap();
        site.post(RULES, &drops("meanwhile", "d")).good();
        send(&format!("base={state}")).refused(409);
        let plan = send("dryRun=1").good();
        assert_eq!(plan["removed"], json!(["meanwhile"]));
        let state = plan["state"].as_str().unwrap();
        send(&format!("base={state}")).good();
        let rules = site.get(RULES).good();
        let left: Vec<&Value> = rules
            .as_array()
            .unwrap()
            .iter()
            .map(|it| &it["id"])
            .collect();
        assert_eq!(left, [b, a, c], "equal rules stay who they are");
    });
}

#[test]
fn a_mistake_in_a_file_is_named_by_line_and_column() {
    on_each(|site| {
        let file = "[[rule]]\nname = \"a\"\naction = \"drop\"\nwhen = {field = \"level\", op = \
                    \"is\", value = \"loud\"}\n";
        let path = format!("{RULES}toml/?dryRun=1");
        let told = |text: &str| {
            let answer = site.ask(Method::PUT, &path, ALL, Some(text));
            assert_eq!(answer.status, 400, "{}", answer.text);
            answer.json()["rules"][0].as_str().unwrap().to_owned()
        };
        let reason = told(file);
        assert!(
            reason.starts_with("rule 1 \"a\", when.value (line 4, column 45): expected debug"),
            "{reason}"
        );
        assert!(told("[[rule]]\nname = ").starts_with("line 2, column "));
    });
}

#[test]
fn documents_of_scrubbing_are_not_written_over_unseen() {
    on_each(|site| {
        let set = |body: Value| site.put(SCRUBBING, &body);
        let first = set(json!({ "document": "{}" })).good();
        let seen = first["history"][0]["id"].clone();
        let other = json!({ "document": { "scrubIpAddresses": true }, "base": seen });
        set(other.clone()).good();
        let told = set(other).refused(409);
        assert!(
            told.starts_with("the document was changed by somebody at 20"),
            "{told}"
        );
    });
}
