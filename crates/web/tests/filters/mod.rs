//! The page of the inbound filters.

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use watchfire_event::ProjectId;
use watchfire_store::outcome::Outcome;
use watchfire_store::{Conn, project};

use crate::site::{Site, on_both};

const PAGE: &str = "/projects/default/settings/filters";
const HERE: ProjectId = ProjectId(1);

#[track_caller]
fn contains(body: &str, parts: &[&str]) {
    for part in parts {
        assert!(body.contains(part), "{part} is missing in {body}");
    }
}

/// What the project's settings say of filters.
async fn stored(site: &Site) -> Value {
    let read = |conn: &mut Conn<'_>| project::get(conn, HERE);
    let project = site.database.read(read).await.unwrap().unwrap();
    let settings: Value = serde_json::from_str(&project.settings).unwrap();
    settings["filter"].clone()
}

async fn set(site: &Site, filter: Value) {
    let set = move |conn: &mut Conn<'_>| project::set_setting(conn, HERE, "filter", filter);
    site.database.write(set).await.unwrap();
}

#[test]
fn a_new_project_has_the_defaults_and_the_numbers_of_what_was_dropped() {
    on_both(|site| async move {
        site.set_up().await;
        for (reason, category) in [("web-crawlers", "error"), ("web-crawlers", "attachment")] {
            site.count(
                Some(HERE),
                category,
                (Outcome::Filtered, reason),
                1_234,
                None,
            );
        }
        // The counts are written with the next event.
        site.store(&json!({"message": "hello"})).await;
        let page = site.get(PAGE).await.body;
        for name in ["chunkLoadErrors", "reactHydrationErrors", "healthChecks"] {
            contains(&page, &[&format!("{name}-note\" checked")]);
        }
        for name in ["localhost", "webCrawlers", "browserExtensions"] {
            contains(&page, &[&format!("{name}-note\">")]);
        }
        assert_eq!(
            page.matches(">dropped<").count(),
            1,
            "files are not counted: {page}"
        );
        contains(&page, &["value=\"opera_mini\"", "IP addresses"]);
        assert!(
            !page.contains("value=\"ie9\""),
            "deprecated options are not offered"
        );
        contains(&site.get("/projects/default/settings").await.body, &[PAGE]);
    });
}

#[test]
fn filters_are_saved_shown_and_taken_back() {
    on_both(|site| async move {
        site.set_up().await;
        set(
            &site,
            json!({"webCrawlers": true, "generic": [{"id": "mine", "isEnabled": true}]}),
        )
        .await;
        let form = [
            ("localhost", "on"),
            ("legacyBrowsers", "ie"),
            ("legacyBrowsers", "safari"),
            ("ipAddresses", "10.0.0.0/8\r\n\r\n2001:db8::1"),
            ("errorMessages", " TimeoutError* "),
        ];
        let answer = site.post(PAGE, &form).await;
        assert_eq!(answer.location, PAGE);
        let saved = stored(&site).await;
        assert_eq!(saved["localhost"], true);
        assert_eq!(saved["webCrawlers"], false);
        assert_eq!(saved["chunkLoadErrors"], false, "what is not ticked is off");
        assert_eq!(saved["legacyBrowsers"], json!(["ie", "safari"]));
        assert_eq!(saved["ipAddresses"], json!(["10.0.0.0/8", "2001:db8::1"]));
        assert_eq!(saved["errorMessages"], json!(["TimeoutError*"]));
        assert_eq!(
            saved["generic"][0]["id"], "mine",
            "what the page does not show stays"
        );
        let page = site.get(PAGE).await.body;
        contains(
            &page,
            &[
                "Saved the filters",
                "10.0.0.0/8\n2001:db8::1</textarea>",
                "in Relay’s language: 1",
            ],
        );
        site.post("/projects/default/undo", &[("back", PAGE)]).await;
        assert_eq!(stored(&site).await["webCrawlers"], true);
    });
}

#[test]
fn a_line_that_cannot_be_read_is_marked_and_nothing_is_saved() {
    on_both(|site| async move {
        site.set_up().await;
        let form = [
            ("localhost", "on"),
            ("ipAddresses", "10.0.0.1\n10.0.0.0/99"),
            ("releases", "<b>[a"),
        ];
        let answer = site.post(PAGE, &form).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        contains(
            &answer.body,
            &[
                "Line 2: &#x27;10.0.0.0/99&#x27; is not an address",
                "Line 1: the pattern ends too early",
                "&lt;b&gt;[a</textarea>",
                "Nothing is saved yet",
            ],
        );
        assert_eq!(stored(&site).await, Value::Null);
    });
}

#[test]
fn what_cannot_be_read_of_stored_filters_is_shown() {
    on_both(|site| async move {
        site.set_up().await;
        set(&site, json!({"localhost": true, "releases": ["[a", "1.*"]})).await;
        let page = site.get(PAGE).await.body;
        contains(
            &page,
            &[
                "cannot be read",
                "<code>releases[0]</code>",
                "1.*</textarea>",
            ],
        );
        contains(&page, &["localhost-note\" checked"]);
    });
}

#[test]
fn what_cannot_be_read_stays_until_somebody_removes_it() {
    on_both(|site| async move {
        site.set_up().await;
        set(
            &site,
            json!({"releases": ["[a", "1.*"], "fromTheFuture": 1}),
        )
        .await;
        site.get(PAGE).await;
        let form = [("localhost", "on"), ("releases", "1.*\n2.*")];
        let saved = site.post(PAGE, &form).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER);
        let now = stored(&site).await;
        assert_eq!(now["releases"], json!(["1.*", "2.*", "[a"]));
        assert_eq!(
            (&now["localhost"], &now["fromTheFuture"]),
            (&json!(true), &json!(1))
        );
        contains(&site.get(PAGE).await.body, &["name=\"clean\""]);
        let [localhost, releases] = form;
        site.post(PAGE, &[localhost, releases, ("clean", "on")])
            .await;
        let now = stored(&site).await;
        assert_eq!(now["releases"], json!(["1.*", "2.*"]));
        assert_eq!(now["fromTheFuture"], Value::Null);

        let relay = json!({"clientIps": {"blacklistedIps": ["10.0.0.0/99"]}});
        set(&site, relay.clone()).await;
        let refused = site.post(PAGE, &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        contains(&refused.body, &["would lose what cannot be read"]);
        assert_eq!(stored(&site).await, relay);
    });
}

#[test]
fn members_read_filters_and_do_not_change_them() {
    on_both(|site| async move {
        site.set_up().await;
        site.become_person("mia", Some("member")).await;
        let page = site.get(PAGE).await.body;
        contains(
            &page,
            &["You can read this", "<fieldset class=\"bare\" disabled>"],
        );
        let refused = site.post(PAGE, &[("localhost", "on")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert_eq!(stored(&site).await, Value::Null);
    });
}

#[test]
fn who_saves_filters_that_another_changed_meanwhile_is_told() {
    on_both(|site| async move {
        site.set_up().await;
        let base = |page: &str| {
            let (_, rest) = page.split_once("name=\"base\" value=\"").unwrap();
            rest.split('"').next().unwrap().to_owned()
        };
        let seen = base(&site.get(PAGE).await.body);
        let theirs = [("localhost", "on"), ("base", seen.as_str())];
        assert_eq!(site.post(PAGE, &theirs).await.location, PAGE);
        let mine = [("webCrawlers", "on"), ("base", seen.as_str())];
        let refused = site.post(PAGE, &mine).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        contains(
            &refused.body,
            &[
                "Not saved: these settings were changed by Ana at 20",
                "webCrawlers-note\" checked",
                "localhost-note\">",
            ],
        );
        assert_eq!(stored(&site).await["localhost"], true);
        let seen = base(&refused.body);
        let mine = [("webCrawlers", "on"), ("base", seen.as_str())];
        assert_eq!(site.post(PAGE, &mine).await.location, PAGE);
        assert_eq!(stored(&site).await["webCrawlers"], true);
        // What came after is not undone with it.
        let clear = json!({"browserExtensions": true});
        set(&site, clear.clone()).await;
        site.post("/projects/default/undo", &[("back", PAGE)]).await;
        assert_eq!(stored(&site).await, clear);
    });
}
