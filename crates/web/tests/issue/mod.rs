//! The page of an issue: evidence, facts, events, and what can be done.

use actix_web::http::StatusCode;
use actix_web::http::header;
use serde_json::{Value, json};
use watchfire_event::Timestamp;

use crate::site::{EMAIL, PASSWORD, Site, on_both};

const PAGE: &str = "/issues/1";
const IDS: [&str; 3] = [
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa2",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa3",
];

fn frame(file: &str, line: u32, in_app: bool) -> Value {
    json!({
        "filename": file, "abs_path": format!("/srv/{file}"), "function": "load", "module": "shop",
        "lineno": line, "in_app": in_app, "pre_context": ["def load():"],
        "context_line": "    return pool.get()", "post_context": ["# end"],
        "vars": {"order_id": 12, "password": "hunter2", "user": {"name": "Ana"}},
    })
}

fn event(id: &str, minutes_ago: i64) -> Value {
    let at = Timestamp::now().plus_micros(-minutes_ago * 60_000_000);
    json!({
        "event_id": id, "timestamp": at.seconds(), "platform": "python", "level": "error",
        "environment": "production", "release": "1.4.2",
        "exception": {"values": [
            {"type": "ConnectionRefusedError", "value": "refused",
             "mechanism": {"type": "chained", "source": "__cause__", "handled": true}},
            {"type": "OperationalError", "module": "psycopg2", "value": "no server",
             "mechanism": {"type": "django", "handled": false},
             "stacktrace": {"frames": [frame("django/base.py", 7, false), frame("orders/views.py", 88, true)]}},
        ]},
        "breadcrumbs": {"values": [{"timestamp": at.seconds() - 2.0, "category": "query", "message": "SELECT 1"}]},
        "request": {"url": "https://shop.example/a", "method": "POST",
            "headers": [["X-Note", "it's"]], "data": {"id": 1}},
        "user": {"id": "7", "email": "ana@shop.example"}, "tags": {"browser": "Firefox"},
        "contexts": {"runtime": {"name": "CPython", "version": "3.13"}},
        "extra": {"cart": {"lines": [1, 2]}}, "modules": {"django": "5.2"},
        "sdk": {"name": "sentry.python", "version": "2.40.0"},
    })
}

/// A logged-in browser and an issue with three events.
async fn with_issue(site: &Site) {
    site.set_up().await;
    for (place, id) in IDS.iter().enumerate() {
        let minutes_ago = 30 - 10 * i64::try_from(place).unwrap();
        site.store(&event(id, minutes_ago)).await;
    }
}

#[track_caller]
fn contains(body: &str, parts: &[&str]) {
    for part in parts {
        assert!(body.contains(part), "{part} is missing in {body}");
    }
}

#[test]
fn the_page_shows_every_section_of_the_latest_event() {
    on_both(|site| async move {
        with_issue(&site).await;
        let page = site.get(PAGE).await;
        assert_eq!(page.status, StatusCode::OK);
        contains(
            &page.body,
            &[
                "OperationalError",
                "no server",
                "caused by",
                "ConnectionRefusedError",
                "orders/views.py",
                "1 library frame",
                "order_id",
                "failing line:",
                "SELECT 1",
                "--data-raw",
                "ana@shop.example",
                "Firefox",
                "CPython",
                "cart",
                "1 package",
                "sentry.python 2.40.0",
                "Event 3 of 3",
                IDS[2],
                "removed by rule @password:filter, from the default scrubbers",
                "Every event that arrived is kept: 3 of 3.",
                "the application&#x27;s own frames",
            ],
        );
        assert!(!page.body.contains("hunter2"));
    });
}

#[test]
fn events_lead_to_their_neighbours() {
    on_both(|site| async move {
        with_issue(&site).await;
        let latest = site.get(PAGE).await;
        let older = latest.link("prev").expect("there is an older event");
        assert!(older.ends_with(IDS[1]), "{older}");
        let middle = site.get(&older).await;
        contains(&middle.body, &["Event 2 of 3", IDS[1]]);
        assert!(middle.link("next").expect("newer").ends_with(IDS[2]));
        let oldest = site.get(&format!("{PAGE}/events/oldest")).await;
        contains(&oldest.body, &["Event 1 of 3", IDS[0]]);
        assert_eq!(oldest.link("prev"), None);
        for unknown in ["ffffffffffffffffffffffffffffffff", "nonsense"] {
            let answer = site.get(&format!("{PAGE}/events/{unknown}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
        }
    });
}

#[test]
fn an_issue_is_found_by_number_short_id_project_and_sentry_s_address() {
    on_both(|site| async move {
        with_issue(&site).await;
        for path in [
            "/issues/1/",
            "/issues/DEFAULT-1",
            "/projects/default/issues/1",
        ] {
            assert_eq!(site.get(path).await.status, StatusCode::OK, "{path}");
        }
        let answer = site
            .get("/organizations/default/issues/1/events/latest/")
            .await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.location, "/issues/1/events/latest");
        for path in ["/issues/2", "/issues/DEFAULT-9", "/issues/x"] {
            assert_eq!(site.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    });
}

#[test]
fn the_view_of_the_stack_trace_sticks_without_script() {
    on_both(|site| async move {
        with_issue(&site).await;
        let raw = site.get(&format!("{PAGE}?stack=raw")).await;
        let trace =
            "Traceback (most recent call last):\n  File &quot;/srv/django/base.py&quot;, line 7";
        let again = site.get(PAGE).await;
        for page in [raw, again] {
            let body = page.body.replace("&#x2F;", "/");
            contains(
                &body,
                &[
                    trace,
                    "psycopg2.OperationalError: no server",
                    "The above exception was the direct cause",
                ],
            );
        }
        let full = site.get(&format!("{PAGE}?stack=full")).await;
        assert!(!full.body.contains("1 library frame"));
        let nonsense = site.get(&format!("{PAGE}?stack=%3Cb%3E")).await;
        assert_eq!(nonsense.status, StatusCode::OK);
    });
}

#[test]
fn the_stored_json_can_be_read_and_saved() {
    on_both(|site| async move {
        with_issue(&site).await;
        let path = format!("{PAGE}/events/{}/json", IDS[0]);
        let shown = site.get(&path).await;
        let body: Value = serde_json::from_str(&shown.body).expect("is JSON");
        assert_eq!(body["event_id"], IDS[0]);
        assert!(body["_meta"]["exception"].is_object());
        assert!(!shown.headers.contains_key(header::CONTENT_DISPOSITION));
        let saved = site.get(&format!("{path}?download=1")).await;
        let disposition = saved.headers.get(header::CONTENT_DISPOSITION);
        let disposition = disposition.expect("is set").to_str().expect("is text");
        assert_eq!(
            disposition,
            format!("attachment; filename=\"event-{}.json\"", IDS[0])
        );
    });
}

#[test]
fn the_events_of_an_issue_are_listed_newest_first() {
    on_both(|site| async move {
        with_issue(&site).await;
        let list = site.get(&format!("{PAGE}/events")).await;
        let places: Vec<_> = IDS
            .iter()
            .map(|id| list.body.find(id).expect("listed"))
            .collect();
        assert!(places[2] < places[1] && places[1] < places[0]);
        contains(&list.body, &["production", "1.4.2", "ana@shop.example"]);
        let broken = site.get(&format!("{PAGE}/events?cursor=x")).await;
        assert_eq!(broken.status, StatusCode::BAD_REQUEST);
    });
}

#[test]
fn an_issue_is_resolved_undone_archived_and_reopened() {
    on_both(|site| async move {
        with_issue(&site).await;
        let status = format!("{PAGE}/status");
        site.get(PAGE).await;
        let answer = site
            .post(&status, &[("action", "resolve"), ("back", PAGE)])
            .await;
        assert_eq!(
            (answer.status, answer.location.as_str()),
            (StatusCode::SEE_OTHER, PAGE)
        );
        let page = site.get(PAGE).await;
        contains(
            &page.body,
            &[
                "badge-good\">resolved",
                "Resolved DEFAULT-1",
                "Unresolve",
                "Ana resolved it",
            ],
        );
        site.post("/projects/default/undo", &[]).await;
        contains(&site.get(PAGE).await.body, &["badge-attention\">new"]);
        site.post(&status, &[("action", "archive")]).await;
        contains(
            &site.get(PAGE).await.body,
            &["archived until it escalates", "Unarchive"],
        );
        site.post(&status, &[("action", "unresolve")]).await;
        contains(&site.get(PAGE).await.body, &["badge-attention\">new"]);
        let answer = site.post(&status, &[("action", "explode")]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    });
}

#[test]
fn a_new_event_on_a_resolved_issue_shows_as_regressed() {
    on_both(|site| async move {
        with_issue(&site).await;
        site.get(PAGE).await;
        site.post(&format!("{PAGE}/status"), &[("action", "resolve")])
            .await;
        site.store(&event("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", 0))
            .await;
        contains(
            &site.get(PAGE).await.body,
            &["badge-bad\">regressed", "came back", "Event 4 of 4"],
        );
    });
}

#[test]
fn an_open_page_learns_of_newer_events() {
    on_both(|site| async move {
        with_issue(&site).await;
        let answer = site.get(&format!("{PAGE}/watch")).await;
        let pulse: Value = serde_json::from_str(&answer.body).expect("is JSON");
        assert_eq!(pulse, json!({"latest": IDS[2], "events": 3}));
    });
}

#[test]
fn strangers_are_asked_to_log_in_and_forms_need_their_secret() {
    on_both(|site| async move {
        with_issue(&site).await;
        let fields = [("action", "resolve"), ("csrf", "guess")];
        let answer = site
            .post_from(&format!("{PAGE}/status"), &fields, None)
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        site.forget();
        for path in [
            "/issues/1",
            "/issues/1/events",
            "/issues/1/events/latest/json",
            "/issues/1/watch",
        ] {
            let answer = site.get(path).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
            assert!(answer.location.starts_with("/login"), "{path}");
            assert!(!answer.body.contains("OperationalError"), "{path}");
        }
        site.get("/login").await;
        site.post("/login", &[("email", EMAIL), ("password", PASSWORD)])
            .await;
        assert_eq!(site.get(PAGE).await.status, StatusCode::OK);
    });
}

#[test]
fn the_way_back_leads_to_the_list_as_it_was() {
    on_both(|site| async move {
        with_issue(&site).await;
        let filters = "?query=level:error&amp;sort=freq";
        let list = site
            .get("/projects/default/issues?query=level:error&sort=freq")
            .await;
        let issue = format!("/projects/default/issues/1{filters}");
        contains(&plain(&list.body), &[&format!("href=\"{issue}\"")]);
        let page = site.get(&issue.replace("&amp;", "&")).await;
        let body = plain(&page.body);
        contains(
            &body,
            &[
                &format!("href=\"/projects/default/issues{filters}\""),
                "?stack=raw&amp;query=level:error&amp;sort=freq#",
                &format!("/events/{}{filters}", IDS[1]),
                &format!("/events{filters}"),
            ],
        );
        let events = site
            .get("/issues/1/events?query=level:error&sort=freq")
            .await;
        contains(
            &plain(&events.body),
            &[
                &format!("href=\"/projects/default/issues{filters}\""),
                &format!("/events/{}{filters}", IDS[1]),
            ],
        );
    });
}

/// Templates escape more than they must.
fn plain(body: &str) -> String {
    body.replace("&#x3D;", "=")
}

#[test]
fn the_help_lists_the_keys_of_the_page() {
    on_both(|site| async move {
        with_issue(&site).await;
        let list = site.get("/projects/default/issues").await.body;
        contains(&list, &["next, previous row", "archive what is selected"]);
        let issue = site.get(PAGE).await.body;
        contains(&issue, &["older, newer event", "<dd>resolve</dd>"]);
        assert!(!issue.contains("next, previous row"));
        let account = site.get("/account").await.body;
        assert!(!account.contains("older, newer event") && !account.contains("<dd>search</dd>"));
    });
}
