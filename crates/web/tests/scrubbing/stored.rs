use actix_web::http::StatusCode;
use serde_json::{Value, json};
use watchfire_store::job::{self, Job, JobKind};

use super::{HERE, PAGE, event};
use crate::site::{Site, on_both};

const STORED: &str = "/projects/default/settings/scrubbing/stored";
const ERASE: &str = "/projects/default/settings/scrubbing/erase";

impl Site {
    async fn scrubbing_jobs(&self) -> Vec<Job> {
        let jobs = self.database.read(|conn| job::list(conn, HERE)).await;
        jobs.unwrap()
    }
}

async fn with_rule(site: &Site) {
    site.set_up().await;
    site.store(&event()).await;
    let rules = json!({"piiConfig": {"applications": {"extra.plain": ["@anything:remove"]}}});
    site.scrub_by("project", rules).await;
}

#[test]
fn a_dry_run_reports_and_its_button_does_it() {
    on_both(|site| async move {
        with_rule(&site).await;
        site.get(STORED)
            .await
            .says(&["Start a dry run", "No job has run yet"]);
        let started = site
            .post(STORED, &[("span", "project"), ("action", "dry-run")])
            .await;
        assert_eq!(started.status, StatusCode::SEE_OTHER);
        let job = started.location;
        assert!(job.starts_with(&format!("{PAGE}/jobs/")), "{job}");
        site.get(&job)
            .await
            .says(&["Dry run over stored events", "waiting", "Pause"]);
        site.run_jobs().await;
        let report = site.get(&job).await;
        report.says(&[
            "1 of 1 event would change",
            "extra.plain",
            "@anything:remove",
            "Change 1 event now",
        ]);
        assert!(
            site.get("/issues/1").await.body.contains("nothing here"),
            "only looked"
        );
        let next = site
            .post(STORED, &[("action", "apply"), ("span", "project")])
            .await;
        site.run_jobs().await;
        site.get(&next.location)
            .await
            .says(&["Rules applied to stored events", "1 of 1 event changed"]);
        assert!(!site.get("/issues/1").await.body.contains("nothing here"));
        site.get(PAGE)
            .await
            .says(&["Apply the scrubbing rules to stored events", "report"]);
        let kinds: Vec<JobKind> = site
            .scrubbing_jobs()
            .await
            .iter()
            .map(|job| job.kind)
            .collect();
        assert_eq!(kinds.len(), 2);
    });
}

#[test]
fn an_issue_and_a_time_can_be_chosen_and_mistakes_are_said() {
    on_both(|site| async move {
        with_rule(&site).await;
        let page = site.get("/issues/1").await;
        let link = "/projects/default/settings/scrubbing/stored?issue&#x3D;1";
        assert!(page.body.contains(link) || page.body.contains(&link.replace("&#x3D;", "=")));
        let form = site.get(&format!("{STORED}?issue=1")).await;
        assert!(form.body.contains("value=\"DEFAULT-1\""), "{}", form.body);
        let cases = [
            (
                vec![("span", "issue"), ("issue", "DEFAULT-99")],
                "There is no issue",
            ),
            (
                vec![("span", "time"), ("from", "soon"), ("to", "")],
                "is no time",
            ),
            (
                vec![
                    ("span", "time"),
                    ("from", "2026-11-21T12:00"),
                    ("to", "2026-11-20T12:00"),
                ],
                "must begin before it ends",
            ),
        ];
        for (mut fields, problem) in cases {
            fields.push(("action", "dry-run"));
            let refused = site.post(STORED, &fields).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            refused.says(&[problem]);
        }
        let started = site
            .post(
                STORED,
                &[
                    ("span", "issue"),
                    ("issue", "DEFAULT-1"),
                    ("action", "dry-run"),
                ],
            )
            .await;
        assert_eq!(started.status, StatusCode::SEE_OTHER);
        site.get("/issues/1")
            .await
            .says(&["A dry run of the scrubbing rules"]);
        assert_eq!(site.scrubbing_jobs().await.len(), 1);
    });
}

#[test]
fn a_job_is_paused_and_resumed() {
    on_both(|site| async move {
        with_rule(&site).await;
        let started = site
            .post(STORED, &[("span", "project"), ("action", "apply")])
            .await;
        let id = site.scrubbing_jobs().await[0].id;
        let form = format!("/projects/default/grouping/jobs/{id}");
        let back = started.location.as_str();
        let paused = site
            .post(&form, &[("action", "pause"), ("back", back)])
            .await;
        assert_eq!(paused.location, back);
        site.run_jobs().await;
        site.get(back).await.says(&["paused", "Resume"]);
        assert!(site.get("/issues/1").await.body.contains("nothing here"));
        site.post(&form, &[("action", "resume"), ("back", back)])
            .await;
        site.run_jobs().await;
        assert!(!site.get("/issues/1").await.body.contains("nothing here"));
    });
}

#[test]
fn all_data_of_a_person_goes_after_the_name_was_typed_and_leaves_a_receipt() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&event()).await;
        let mut other = event();
        other["user"] = json!({"id": "8", "email": "bob@shop.example"});
        site.store(&other).await;
        let issue = site.get("/issues/1").await;
        issue.says(&["Delete all data of this user"]);
        let who = [("kind", "email"), ("value", "ana@shop.example")];
        let mut fields = who.to_vec();
        fields.push(("action", "find"));
        let found = site.post(ERASE, &fields).await;
        found.says(&[
            "What is found of ana@shop.example",
            "1 event",
            "Type ana@shop.example to confirm",
        ]);
        let mut wrong = who.to_vec();
        wrong.extend([("action", "erase"), ("typed", "ana")]);
        let refused = site.post(ERASE, &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says(&["This is not the same. Nothing was deleted."]);
        assert!(
            refused.body.contains("name=\"typed\" value=\"ana\""),
            "what was typed stays"
        );
        assert!(site.scrubbing_jobs().await.is_empty());
        let mut sure = who.to_vec();
        sure.extend([("action", "erase"), ("typed", "ana@shop.example")]);
        let begun = site.post(ERASE, &sure).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER);
        site.run_jobs().await;
        let receipt = site.get(&begun.location).await;
        receipt.says(&[
            "Receipt",
            "done",
            "Download the receipt",
            "Removed from event",
        ]);
        assert!(
            !receipt.body.contains("ana@shop.example"),
            "it does not say who it was"
        );
        let file = site.get(&format!("{}/receipt", begun.location)).await;
        let value: Value = serde_json::from_str(&file.body).unwrap();
        assert_eq!(value["state"], "done");
        assert!(!file.body.contains("ana@shop.example"));
        let issue = site.get("/issues/1").await;
        assert!(!issue.body.contains("ana@shop.example"));
        issue.says(&["bob@shop.example"]);
    });
}

#[test]
fn while_others_look_at_events_what_was_typed_to_delete_stays() {
    on_both(|site| async move {
        site.set_up().await;
        site.store(&event()).await;
        let mut held = Vec::new();
        while let Ok(permit) = site.database.preview_permit().await {
            held.push(permit);
        }
        let who = [("kind", "email"), ("value", "ana@shop.example")];
        let find = [who[0], who[1], ("action", "find")];
        let busy = site.post(ERASE, &find).await;
        assert_eq!(busy.status, StatusCode::OK, "{}", busy.body);
        busy.says(&["Not looked for yet: others are looking at stored events"]);
        assert!(busy.body.contains("value=\"ana@shop.example\""));
        let wrong = [who[0], who[1], ("action", "erase"), ("typed", "ana")];
        let refused = site.post(ERASE, &wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says(&["This is not the same. Nothing was deleted."]);
        held.clear();
        site.post(ERASE, &find)
            .await
            .says(&["What is found of ana@shop.example"]);
    });
}

#[test]
fn nobody_is_found_and_a_bad_address_is_said() {
    on_both(|site| async move {
        site.set_up().await;
        let fields = [
            ("kind", "email"),
            ("value", "nobody@shop.example"),
            ("action", "find"),
        ];
        site.post(ERASE, &fields)
            .await
            .says(&["Nothing. Check the spelling"]);
        let bad = site
            .post(ERASE, &[("kind", "ip"), ("value", "x"), ("action", "find")])
            .await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        site.become_person("mem", Some("member")).await;
        for (path, fields) in [(ERASE, fields.as_slice()), (STORED, &[("action", "apply")])] {
            assert_eq!(site.get(path).await.status, StatusCode::OK);
            assert_eq!(site.post(path, fields).await.status, StatusCode::FORBIDDEN);
        }
    });
}
