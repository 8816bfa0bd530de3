//! What people said.

use actix_web::http::Method;
use serde_json::{Value, json};
use watchfire_event::EventId;

use crate::harness::{Site, has_keys, on_each};

const FEEDBACK: &str = "/projects/acme/shop/user-feedback/";

fn say(site: &Site<'_>, event: EventId, comments: &str) -> Value {
    let body = json!({
        "event_id": event, "name": "Ada", "email": "ada@x.org", "comments": comments,
    });
    site.post(FEEDBACK, &body).good()
}

#[test]
fn a_report_is_stored_and_shown_with_its_issue() {
    on_each(|site| {
        let event = site.store_simple("a", 1);
        let made = say(site, event, "it broke\nwhen I paid");
        has_keys(
            &made,
            "id eventID name email comments dateCreated user event issue",
        );
        assert_eq!(made["eventID"], event.to_string());
        assert_eq!(made["name"], "Ada");
        assert_eq!(made["comments"], "it broke\nwhen I paid");

        let list = site.get(FEEDBACK).good();
        assert_eq!(list[0]["id"], made["id"]);
        assert_eq!(list[0]["issue"]["shortId"], "SHOP-1");
        for path in [
            "/issues/SHOP-1/user-reports/",
            "/organizations/acme/issues/SHOP-1/user-reports/",
        ] {
            let reports = site.get(path).good();
            assert_eq!(reports[0]["comments"], made["comments"]);
            assert_eq!(reports[0]["issue"]["shortId"], "SHOP-1");
        }
        assert_eq!(site.get("/issues/SHOP-1/").good()["userReportCount"], 1);
        let shown = site.get("/issues/SHOP-1/events/latest/").good();
        assert_eq!(shown["userReport"]["name"], "Ada");
    });
}

#[test]
fn a_second_report_about_an_event_takes_the_place_of_the_first() {
    on_each(|site| {
        let event = site.store_simple("a", 1);
        say(site, event, "first");
        assert_eq!(say(site, event, "second")["comments"], "second");
        let list = site.get(FEEDBACK).good();
        assert_eq!(list.as_array().unwrap().len(), 1);
        assert_eq!(list[0]["comments"], "second");
    });
}

#[test]
fn reports_come_in_pages_and_before_their_event() {
    on_each(|site| {
        for index in 0..5 {
            say(site, EventId::random(), &format!("report {index}"));
        }
        let texts = |found: &Value| {
            let rows = found.as_array().unwrap().iter();
            rows.map(|row| row["comments"].as_str().unwrap().to_owned())
                .collect::<Vec<String>>()
        };
        let first = site.get(&format!("{FEEDBACK}?per_page=2"));
        assert_eq!(texts(&first.good()), ["report 4", "report 3"]);
        assert!(first.good()[0]["issue"].is_null());
        assert_eq!(first.cursor("previous"), None);
        let at = |cursor: &str| site.get(&format!("{FEEDBACK}?per_page=2&cursor={cursor}"));
        let second = at(&first.cursor("next").unwrap());
        assert_eq!(texts(&second.good()), ["report 2", "report 1"]);
        let third = at(&second.cursor("next").unwrap());
        assert_eq!(texts(&third.good()), ["report 0"]);
        assert_eq!(third.cursor("next"), None);
        let back = at(&third.cursor("previous").unwrap());
        assert_eq!(texts(&back.good()), ["report 2", "report 1"]);
        let start = at(&back.cursor("previous").unwrap());
        assert_eq!(start.cursor("previous"), None);
        assert_eq!(
            site.get(&format!("{FEEDBACK}?status=resolved")).good(),
            json!([])
        );
        site.get(&format!("{FEEDBACK}?status=odd")).refused(400);
    });
}

#[test]
fn a_dsn_may_report_about_events_of_its_project() {
    on_each(|site| {
        let event = site.store_simple("a", 1);
        let keys = "/projects/acme/shop/keys/";
        let key = site.get(keys).good()[0].clone();
        let dsn = format!("DSN {}", key["dsn"]["public"].as_str().unwrap());
        let send = |path: &str, dsn: &str, event: EventId| {
            let body = json!({"event_id": event, "comments": "from a form"}).to_string();
            site.ask(Method::POST, path, dsn, Some(&body))
        };
        assert_eq!(
            send(FEEDBACK, &dsn, event).good()["comments"],
            "from a form"
        );
        send(FEEDBACK, &dsn, EventId::random()).refused(404);
        send(FEEDBACK, "DSN nonsense", event).refused(401);
        send(FEEDBACK, "DSN https://abc@errors.example.com/1", event).refused(401);
        site.post("/organizations/acme/projects/", &json!({"name": "Blog"}));
        let other = "/projects/acme/blog/user-feedback/";
        send(other, &dsn, event).refused(401);
        // A DSN is for handing in alone.
        site.ask(Method::GET, FEEDBACK, &dsn, None).refused(401);
        let path = format!("{keys}{}/", key["id"].as_str().unwrap());
        site.put(&path, &json!({"isActive": false})).good();
        send(FEEDBACK, &dsn, event).refused(401);
    });
}

#[test]
fn a_bad_report_is_refused_by_field() {
    on_each(|site| {
        let event = EventId::random();
        for (field, body) in [
            ("event_id", json!({"comments": "x"})),
            ("event_id", json!({"event_id": "xyz", "comments": "x"})),
            ("comments", json!({"event_id": event})),
            ("comments", json!({"event_id": event, "comments": "  "})),
            (
                "email",
                json!({"event_id": event, "comments": "x", "email": "nowhere"}),
            ),
            (
                "name",
                json!({"event_id": event, "comments": "x", "name": "x".repeat(129)}),
            ),
        ] {
            let answer = site.post(FEEDBACK, &body);
            assert_eq!(answer.status, 400, "{body}");
            assert!(answer.json()[field][0].is_string(), "{}", answer.text);
        }
        site.token("reader", None, &["event:read"]);
        let body = json!({"event_id": event, "comments": "x"}).to_string();
        site.ask(Method::POST, FEEDBACK, "reader", Some(&body))
            .refused(403);
        assert_eq!(site.get(FEEDBACK).good(), json!([]));
    });
}
