//! The team's own grouping rules, their preview and the jobs that apply them.

use actix_web::http::Method;
use serde_json::{Value, json};
use watchfire_store::job;

use crate::harness::{ALL, Site, has_keys, on_each};

const RULES: &str = "/projects/acme/shop/grouping-rules/";

/// Events of three issues by message.
fn store_three(site: &Site<'_>) {
    for name in ["alpha", "beta", "gamma"] {
        let body = json!({"message": format!("{name} is out of stock"), "platform": "python"});
        site.store(&body);
    }
}

fn rule() -> Value {
    json!({"kind": "fingerprint", "text": "message:\"*out of stock\" -> stock", "note": "one bug"})
}

fn count(site: &Site<'_>) -> usize {
    site.get("/projects/acme/shop/issues/")
        .good()
        .as_array()
        .unwrap()
        .len()
}

#[test]
fn a_rule_is_tried_then_made_edited_switched_and_removed() {
    on_each(|site| {
        store_three(site);
        let mut change = rule();
        change["change"] = json!("add_rule");
        let preview = site.post(&format!("{RULES}preview/"), &change).good();
        has_keys(
            &preview,
            "events issues oldest changedEvents moves problems",
        );
        assert_eq!(
            (&preview["events"], &preview["changedEvents"]),
            (&json!(3), &json!(3))
        );
        assert_eq!(preview["moves"].as_array().unwrap().len(), 2, "{preview}");
        has_keys(&preview["moves"][0]["from"], "id shortId title count");
        assert_eq!(site.get(RULES).good(), json!([]), "nothing is written");

        let user = site.user("ada@x.org", true);
        site.token("ada", Some(user), &["project:write"]);
        let made = site.ask(Method::POST, RULES, "ada", Some(&rule().to_string()));
        assert_eq!(made.status, 201, "{}", made.text);
        let made = made.json();
        has_keys(
            &made,
            "id scope kind action text note issueId isActive createdBy history job",
        );
        assert_eq!(
            (&made["action"], &made["scope"]),
            (&json!("written"), &json!("project"))
        );
        assert_eq!(made["createdBy"]["email"], "ada@x.org");
        assert_eq!(made["job"], Value::Null);
        let one = format!("{RULES}{}/", made["id"].as_str().unwrap());
        let off = site.put(&one, &json!({"isActive": false})).good();
        assert_eq!(off["isActive"], false);
        let text = "message:\"*stock\" -> stock";
        let edited = site.put(&one, &json!({"text": text})).good();
        assert_eq!(edited["text"], text);
        let changes: Vec<&str> = edited["history"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| step["change"].as_str().unwrap())
            .collect();
        assert_eq!(changes, ["edited", "switched_off", "added"]);
        assert_eq!(site.get(RULES).good().as_array().unwrap().len(), 1);
        let gone = site.ask(Method::DELETE, &one, ALL, None);
        assert_eq!(gone.status, 204, "{}", gone.text);
        site.get(&one).refused(404);
        assert_eq!(site.get(RULES).good(), json!([]));
    });
}

#[test]
fn a_rule_for_the_past_runs_as_a_job_that_can_be_paused_and_undone() {
    on_each(|site| {
        store_three(site);
        let mut body = rule();
        body["applyToPast"] = json!(true);
        let made = site.post(RULES, &body).good();
        let job = &made["job"];
        has_keys(
            job,
            "id kind state done total moved problem ruleId issueId dateCreated dateChanged",
        );
        assert_eq!(
            (&job["kind"], &job["state"]),
            (&json!("regroup"), &json!("waiting"))
        );
        let path = format!("/projects/acme/shop/jobs/{}/", job["id"].as_str().unwrap());
        let step = |verb: &str| site.post(&format!("{path}{verb}/"), &json!({}));
        assert_eq!(step("pause").good()["state"], "paused");
        job::run_waiting(site.database()).unwrap();
        assert_eq!(count(site), 3, "it is paused");
        assert_eq!(step("resume").good()["state"], "waiting");
        job::run_waiting(site.database()).unwrap();
        let done = site.get(&path).good();
        assert_eq!(
            (&done["state"], &done["moved"]),
            (&json!("done"), &json!(2)),
            "{done}"
        );
        assert_eq!(count(site), 1);
        let listed = site.get("/projects/acme/shop/jobs/").good();
        assert_eq!(listed[0]["id"], job["id"]);
        step("pause").refused(400);
        step("undo").good();
        job::run_waiting(site.database()).unwrap();
        assert_eq!(count(site), 3);
        let rule = site
            .get(&format!("{RULES}{}/", made["id"].as_str().unwrap()))
            .good();
        assert_eq!(rule["isActive"], false);
        site.token("reader", None, &["project:read"]);
        site.ask(Method::POST, &format!("{path}undo/"), "reader", None)
            .refused(403);
        site.get("/projects/acme/shop/jobs/999/").refused(404);
    });
}

#[test]
fn to_take_back_a_rule_of_the_organisation_takes_its_rights() {
    on_each(|site| {
        store_three(site);
        let mut body = rule();
        body["applyToPast"] = json!(true);
        body["scope"] = json!("organization");
        let made = site.post(RULES, &body).good();
        job::run_waiting(site.database()).unwrap();
        assert_eq!(count(site), 1);
        let id = made["job"]["id"].as_str().unwrap();
        let undo = format!("/projects/acme/shop/jobs/{id}/undo/");
        site.token("project", None, &["project:write"]);
        let refused = site.ask(Method::POST, &undo, "project", None);
        assert!(refused.refused(403).contains("org:write"));
        site.token("both", None, &["project:write", "org:write"]);
        assert_eq!(
            site.ask(Method::POST, &undo, "both", None).good()["state"],
            "undoing"
        );
        job::run_waiting(site.database()).unwrap();
        assert_eq!(count(site), 3);
    });
}

#[test]
fn bad_changes_say_what_to_send() {
    on_each(|site| {
        let preview = |body: Value| site.post(&format!("{RULES}preview/"), &body);
        let wrong = |body: Value, field: &str| {
            let answer = preview(body);
            assert_eq!(answer.status, 400, "{}", answer.text);
            answer.json()[field][0]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        let add = |changes: Value| {
            let mut body = rule();
            body["change"] = json!("add_rule");
            for (key, value) in changes.as_object().unwrap() {
                body[key] = value.clone();
            }
            body
        };
        let line = wrong(add(json!({"text": "message:a -> a\nno arrow"})), "text");
        assert!(line.starts_with("line 2: "), "{line}");
        assert!(wrong(add(json!({"text": " "})), "text").contains("blank"));
        assert!(wrong(add(json!({"kind": "magic"})), "kind").contains("stack_trace"));
        assert!(wrong(add(json!({"action": "magic"})), "action").contains("split"));
        assert!(
            wrong(json!({"change": "set_version", "version": "x"}), "version").contains("newstyle")
        );
        preview(json!({"change": "dance"})).refused(400);
        preview(json!({})).refused(400);
        preview(json!({"change": "remove_rule", "id": 99})).refused(404);
        site.put(&format!("{RULES}99/"), &json!({"isActive": true}))
            .refused(404);
        site.put(&format!("{RULES}99/"), &json!({})).refused(400);
        site.get(&format!("{RULES}x/")).refused(404);
        site.token("project", None, &["project:write"]);
        let everywhere =
            json!({"kind": "variable", "text": "order: /A-\\d+/", "scope": "organization"});
        let refused = site.ask(
            Method::POST,
            RULES,
            "project",
            Some(&everywhere.to_string()),
        );
        assert!(refused.refused(403).contains("org:write"));
        let made = site.post(RULES, &everywhere).good();
        assert_eq!(made["scope"], "organization");
        site.token("looker", None, &["project:read"]);
        let tried = json!({"change": "add_rule", "kind": "variable", "text": "n: /A-\\d+/"});
        let path = format!("{RULES}preview/");
        let refused = site.ask(Method::POST, &path, "looker", Some(&tried.to_string()));
        assert!(refused.refused(403).contains("project:write"));
        let refused = site.ask(Method::POST, &path, "project", Some(&tried.to_string()));
        assert!(refused.refused(403).contains("event:read"));
        let one = format!("{RULES}{}/", made["id"].as_str().unwrap());
        for (method, body) in [
            (Method::PUT, Some("{\"isActive\": false}")),
            (Method::DELETE, None),
        ] {
            let refused = site.ask(method, &one, "project", body);
            assert!(refused.refused(403).contains("org:write"));
        }
    });
}

#[test]
fn whole_texts_are_kept_with_their_history() {
    on_each(|site| {
        for base in ["/projects/acme/shop", "/organizations/acme"] {
            let path = format!("{base}/grouping-rules/texts/variable/");
            assert_eq!(site.get(&path).good()["text"], "");
            let first = "order: /A-\\d+/";
            let stored = site.put(&path, &json!({"text": first})).good();
            assert_eq!(
                (&stored["kind"], &stored["text"]),
                (&json!("variable"), &json!(first))
            );
            site.put(&path, &json!({"text": ""})).good();
            let history = site.get(&path).good()["history"].clone();
            assert_eq!(
                (&history[0]["text"], &history[1]["text"]),
                (&json!(""), &json!(first))
            );
            let bad = site.put(&path, &json!({"text": "ok: \"x\"\nno"}));
            assert!(
                bad.json()["text"][0]
                    .as_str()
                    .unwrap()
                    .starts_with("line 2: ")
            );
            let magic = format!("{base}/grouping-rules/texts/magic/");
            assert_eq!(site.put(&magic, &json!({"text": ""})).status, 400);
        }
        let past = json!({"text": "", "applyToPast": true});
        let refused = site.put("/organizations/acme/grouping-rules/texts/variable/", &past);
        assert_eq!(refused.status, 400);
    });
}
