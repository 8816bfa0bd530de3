use actix_web::http::StatusCode;
use serde_json::json;

use super::{EDITOR, PAGE, event};
use crate::site::on_both;

const ORGANIZATION: &str = "/projects/default/settings/scrubbing/organization";

#[test]
fn a_new_project_says_what_it_scrubs_and_what_to_do() {
    on_both(|site| async move {
        site.set_up().await;
        let page = site.get(PAGE).await;
        assert_eq!(page.status, StatusCode::OK);
        page.says(&[
            "Scrub data",
            "Use the default scrubbers",
            "Find secrets",
            "Store no IP addresses",
            "What the modes do differently",
            "No rule yet. In the editor",
            "Rules in force",
            "@password:filter",
            "Secrets catalogue",
            "No job has run",
            "Nothing was saved yet",
        ]);
        assert!(page.body.matches("checked").count() >= 4, "{}", page.body);
        let settings = site.get("/projects/default/settings").await;
        settings.says(&[
            "Default scrubbers on, secrets catalogue on",
            "Open the scrubbing",
        ]);
    });
}

#[test]
fn switches_and_fields_are_saved_listed_in_the_history_and_undone() {
    on_both(|site| async move {
        site.set_up().await;
        let saved = site
            .save_settings(&[
                ("switch", "scrubIpAddresses"),
                ("sensitive", "iban_number\r\n"),
                ("safe", "author\n\n$frame.vars.sku"),
            ])
            .await;
        assert_eq!(
            (saved.status, saved.location.as_str()),
            (StatusCode::SEE_OTHER, PAGE)
        );
        assert_eq!(
            site.document().await,
            json!({
                "scrubIpAddresses": true,
                "sensitiveFields": ["iban_number"],
                "excludeFields": ["author", "$frame.vars.sku"],
            })
        );
        let page = site.get(PAGE).await;
        page.says(&[
            "Saved what is scrubbed",
            "Undo",
            "by Ana",
            "“Store no IP addresses” on; 1 sensitive field added; 2 safe fields added",
            "in force",
        ]);
        site.post("/projects/default/undo", &[("back", PAGE)]).await;
        assert_eq!(site.document().await, json!({}));
    });
}

#[test]
fn going_back_to_an_older_version_puts_it_in_force_again() {
    on_both(|site| async move {
        site.set_up().await;
        site.save_settings(&[("safe", "first")]).await;
        site.save_settings(&[("safe", "second")]).await;
        let page = site.get(PAGE).await;
        page.says(&["Go back to this"]);
        let version = page.value_of("version");
        let back = site
            .post(PAGE, &[("action", "restore"), ("version", &version)])
            .await;
        assert_eq!(back.status, StatusCode::SEE_OTHER);
        assert_eq!(site.document().await["excludeFields"], json!(["first"]));
    });
}

#[test]
fn a_form_that_is_older_than_what_is_in_force_overwrites_nothing() {
    on_both(|site| async move {
        site.set_up().await;
        let base = site.base(PAGE).await;
        site.save_settings(&[("safe", "theirs")]).await;
        let fields = [
            ("base", base.as_str()),
            ("action", "save"),
            ("safe", "mine"),
        ];
        let refused = site.post(PAGE, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        refused.says(&["These settings were changed by", "mine"]);
        assert_eq!(site.document().await["excludeFields"], json!(["theirs"]));
        // Who looked at that may save once more.
        let base = refused.value_of("base");
        let fields = [
            ("base", base.as_str()),
            ("action", "save"),
            ("safe", "mine"),
        ];
        assert_eq!(site.post(PAGE, &fields).await.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn the_organisation_is_shown_and_changed_by_its_managers_alone() {
    on_both(|site| async move {
        site.set_up().await;
        let base = site.base(ORGANIZATION).await;
        let fields = [
            ("base", base.as_str()),
            ("action", "save"),
            ("switch", "scrubIpAddresses"),
            ("mode", ""),
            ("sensitive", "passport"),
        ];
        let saved = site.post(ORGANIZATION, &fields).await;
        assert_eq!(
            (saved.status, saved.location.as_str()),
            (StatusCode::SEE_OTHER, ORGANIZATION)
        );
        let project = site.get(PAGE).await;
        project.says(&[
            "required by the organisation",
            "From the organisation: passport",
        ]);
        // What it requires is not the project's to switch off, and is not written into it.
        site.save_settings(&[("safe", "a")]).await;
        assert_eq!(site.document().await.get("scrubIpAddresses"), None);
        site.get(PAGE).await.says(&["required by the organisation"]);
        site.become_person("adm", Some("admin")).await;
        let page = site.get(ORGANIZATION).await;
        page.says(&["Owners and managers of the organisation change what is scrubbed"]);
        assert_eq!(
            site.post(ORGANIZATION, &fields).await.status,
            StatusCode::FORBIDDEN
        );
        let own = site.save_settings(&[("safe", "b")]).await;
        assert_eq!(own.status, StatusCode::SEE_OTHER);
    });
}

#[test]
fn members_read_everything_and_change_nothing() {
    on_both(|site| async move {
        site.set_up().await;
        site.become_person("mem", Some("member")).await;
        for path in [PAGE, EDITOR] {
            let page = site.get(path).await;
            assert_eq!(page.status, StatusCode::OK);
            page.says(&["You can read this. Owners, managers and admins"]);
            assert!(page.body.contains("<fieldset class=\"bare"), "{path}");
            assert!(page.body.contains(" disabled>"), "{path}");
            let fields = [("base", "0"), ("action", "save"), ("safe", "x")];
            assert_eq!(site.post(path, &fields).await.status, StatusCode::FORBIDDEN);
        }
        assert_eq!(site.document().await, json!({}));
    });
}

#[test]
fn broken_parts_of_what_is_stored_are_shown_and_the_rest_works() {
    on_both(|site| async move {
        site.set_up().await;
        site.break_document().await;
        site.store(&event()).await;
        let page = site.get(PAGE).await;
        page.says(&[
            "Parts of the stored settings cannot be read",
            "project: piiConfig.applications.\"$nonsense\"",
            "They are skipped",
        ]);
        let issue = site.get("/issues/1").await;
        assert!(!issue.body.contains("nothing here"), "the rest of it works");
    });
}

#[test]
fn without_any_rule_the_page_warns() {
    on_both(|site| async move {
        site.set_up().await;
        site.scrub_by("project", json!({"scrubData": false})).await;
        let page = site.get(PAGE).await;
        page.says(&["Nothing is scrubbed: everything that SDKs send is kept as it is"]);
    });
}
