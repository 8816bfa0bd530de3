use actix_web::http::StatusCode;
use serde_json::json;

use super::{PAGE, event};
use crate::site::{Site, on_both};

const ISSUE: &str = "/issues/1";

async fn with_event(site: &Site) {
    site.set_up().await;
    site.store(&event()).await;
}

/// The address of the first link whose text is this, as the browser would follow it.
fn link(body: &str, label: &str) -> Option<String> {
    let (before, _) = body.split_once(label)?;
    let (_, address) = before.rsplit_once("href=\"")?;
    let address = address.split('"').next()?;
    Some(super::unescaped(address))
}

#[test]
fn a_mark_names_rule_setting_and_the_way_to_both() {
    on_both(|site| async move {
        with_event(&site).await;
        let page = site.get(ISSUE).await;
        assert!(!page.body.contains("hunter2") && !page.body.contains("0123456789"));
        page.says(&[
            "@password:filter",
            "from the default scrubbers",
            "Make this field safe…",
            "@email:replace",
            "filtered by the SDK, before it was sent",
        ]);
        // Exactly this rule, and exactly this setting.
        let rule = "/projects/default/settings/scrubbing#rule-password-filter";
        assert!(page.body.contains(rule), "{}", page.body);
        assert!(page.body.contains("/settings/scrubbing#defaults"));
        let settings = site.get(PAGE).await;
        assert!(settings.body.contains("id=\"rule-password-filter\""));
        assert!(settings.body.contains("id=\"defaults\""));
    });
}

#[test]
fn parts_of_a_text_are_marked_one_by_one() {
    on_both(|site| async move {
        with_event(&site).await;
        let page = site.get(ISSUE).await;
        let parts = page.body.matches(">[email]<button").count();
        assert!(parts >= 2, "{}", page.body);
        page.says(&["mail to"]);
        assert!(
            page.text().contains("failed"),
            "what stands between is kept"
        );
    });
}

#[test]
fn what_was_removed_as_a_whole_leaves_its_mark() {
    on_both(|site| async move {
        site.set_up().await;
        let rules = json!({"piiConfig": {"applications": {
            "$http.headers": ["@anything:remove"],
            "$frame.vars": ["@anything:remove"],
            "$user": ["@anything:remove"],
        }}});
        site.scrub_by("project", rules).await;
        site.store(&event()).await;
        let page = site.get(ISSUE).await;
        assert!(!page.body.contains("X-Api-Key"));
        let removed = page.body.matches(">removed<button").count();
        assert!(removed >= 3, "{removed} marks in {}", page.body);
        page.says(&["Headers", "from the project's advanced rules"]);
        // Safe fields do not hold advanced rules back.
        page.says(&["Safe fields do not hold this rule back"]);
    });
}

#[test]
fn a_field_is_made_safe_from_its_mark_and_that_can_be_undone() {
    on_both(|site| async move {
        with_event(&site).await;
        let page = site.get(ISSUE).await;
        let links = page
            .body
            .split("href=\"")
            .filter_map(|rest| rest.split('"').next());
        let links: Vec<String> = links.map(super::unescaped).collect();
        let ask = links
            .iter()
            .find(|link| link.contains("?field=%24frame.vars.password&"));
        let ask = ask.unwrap();
        let asked = site.get(ask).await;
        assert_eq!(asked.status, StatusCode::OK);
        asked.says(&[
            "Make this field safe?",
            "$frame.vars.password",
            "every event of the project",
        ]);
        // The first form of the page is that of the theme.
        let (_, form) = asked.body.split_once("Make this field safe?").unwrap();
        let (_, back) = form.split_once("name=\"back\" value=\"").unwrap();
        let back = super::unescaped(back.split('"').next().unwrap());
        assert!(
            back.starts_with("/projects/default/issues/1/events/"),
            "{back}"
        );
        let address = format!("{PAGE}/safe");
        let done = site
            .post(
                &address,
                &[("field", "$frame.vars.password"), ("back", &back)],
            )
            .await;
        assert_eq!(
            (done.status, done.location.as_str()),
            (StatusCode::SEE_OTHER, back.as_str())
        );
        assert_eq!(
            site.document().await["excludeFields"],
            json!(["$frame.vars.password"])
        );
        let told = site.get(&back).await;
        told.says(&["$frame.vars.password is safe from now on", "Undo"]);
        // The next event keeps the value.
        site.store(&event()).await;
        let page = site.get(ISSUE).await;
        assert!(page.body.contains("hunter2"));
        site.post("/projects/default/undo", &[("back", &back)])
            .await;
        assert_eq!(site.document().await.get("excludeFields"), None);
    });
}

#[test]
fn members_see_why_and_are_offered_no_change() {
    on_both(|site| async move {
        with_event(&site).await;
        site.become_person("mem", Some("member")).await;
        let page = site.get(ISSUE).await;
        page.says(&["@password:filter", "from the default scrubbers"]);
        assert_eq!(link(&page.body, "Make this field safe"), None);
        assert_eq!(link(&page.body, "Delete all data of this user"), None);
        let address = format!("{PAGE}/safe");
        let refused = site
            .post(&address, &[("field", "$frame.vars.password")])
            .await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert_eq!(site.document().await, json!({}));
    });
}

#[test]
fn a_rule_that_is_not_in_force_any_more_is_said_to_be_so() {
    on_both(|site| async move {
        with_event(&site).await;
        site.scrub_by("project", json!({"scrubData": false})).await;
        let page = site.get(ISSUE).await;
        page.says(&["@password:filter", "(not in force here any more)"]);
    });
}

#[test]
fn events_are_found_by_their_id_alone() {
    on_both(|site| async move {
        site.set_up().await;
        let id = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1";
        let mut event = event();
        event["event_id"] = json!(id);
        site.store(&event).await;
        let found = site.get(&format!("/projects/default/events/{id}")).await;
        assert_eq!(
            found.location,
            format!("/projects/default/issues/1/events/{id}")
        );
        let missing = site
            .get(&format!("/projects/default/events/{}", "f".repeat(32)))
            .await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
    });
}
