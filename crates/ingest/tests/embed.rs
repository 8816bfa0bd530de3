use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::{Value, json};
use watchfire_store::feedback::{self, Feedback, Source};
use watchfire_store::quota::Scope;

use crate::harness::{Answer, Harness, UNKNOWN_KEY, event_json, on_both};

const ID: &str = "9ec79c33ec9942ab8353589fcb2e04dc";
const PAGE: &str = "https://shop.example";
const PATH: &str = "/api/embed/error-page/?dsn=http%3A%2F%2FKEY%40localhost%2FPROJECT\
    &eventId=9ec79c33ec9942ab8353589fcb2e04dc";

fn of_page(request: TestRequest) -> TestRequest {
    request.insert_header(("origin", PAGE))
}

async fn post(it: &Harness, form: &str) -> Answer {
    let request = of_page(TestRequest::post())
        .insert_header(("content-type", "application/x-www-form-urlencoded"))
        .set_payload(form.to_owned());
    it.send(request, PATH).await
}

async fn reports(it: &Harness) -> Vec<Feedback> {
    let (project, id) = (it.project, ID.parse().expect("an id"));
    let found = it
        .database
        .read(move |conn| feedback::of_event(conn, project, id));
    found.await.expect("reads")
}

#[track_caller]
fn check_readable(answer: &Answer) {
    assert_eq!(answer.header("access-control-allow-origin"), Some(PAGE));
    let methods = answer.header("access-control-allow-methods");
    assert_eq!(methods, Some("GET, POST, OPTIONS"));
    let headers = answer.header("access-control-allow-headers");
    let expected = "Content-Type, Authorization, X-Requested-With, baggage, sentry-trace";
    assert_eq!(headers, Some(expected));
    assert_eq!(answer.header("vary"), Some("Accept, Origin"));
}

#[track_caller]
fn check_refused(answer: &Answer, status: u16, body: &Value) {
    answer.check(status, &body.to_string());
    check_readable(answer);
}

on_both!(the_dialog_is_a_script_with_the_texts_of_the_page, |it| {
    let path = format!("{PATH}&title=%3C%2Fscript%3E%22&labelSubmit=Go");
    let answer = it.send(of_page(TestRequest::get()), &path).await;
    assert_eq!(answer.status, 200);
    check_readable(&answer);
    let content_type = answer.header("content-type");
    assert_eq!(content_type, Some("text/javascript; charset=utf-8"));
    assert!(answer.body.contains(r#""labelSubmit":"Go""#));
    assert!(answer.body.contains(r#""title":"\u003c/script\u003e\"""#));
    let answer = it.send(TestRequest::get(), PATH).await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    let request = of_page(TestRequest::default().method(Method::OPTIONS));
    let answer = it.send(request, PATH).await;
    answer.check(200, "");
    check_readable(&answer);
});

on_both!(
    a_form_is_kept_with_its_event_and_a_second_replaces_it,
    |it| {
        it.post("store", event_json(ID).to_string()).await;
        for words in ["It broke", "It+really+broke"] {
            let form = format!("name=Ada&email=ada%40shop.example&comments={words}");
            let answer = post(&it, &form).await;
            check_refused(&answer, 200, &json!({}));
        }
        let reports = reports(&it).await;
        assert_eq!(reports.len(), 1);
        assert_eq!(reports[0].source, Source::Dialog);
        assert_eq!(reports[0].name, "Ada");
        assert_eq!(reports[0].message, "It really broke");
        assert!(reports[0].issue_id.is_some());
        assert_eq!(
            it.outcomes().await,
            ["accepted error 1", "accepted feedback 2"]
        );
    }
);

on_both!(a_form_that_is_not_filled_in_tells_each_field, |it| {
    let answer = post(&it, "name=Ada&email=nobody").await;
    let errors = json!({"errors": {
        "comments": ["This field is required."],
        "email": ["Enter a valid email address."],
    }});
    check_refused(&answer, 400, &errors);
    assert_eq!(reports(&it).await, []);
    assert_eq!(it.outcomes().await, ["invalid feedback invalid_body 1"]);
});

on_both!(without_an_event_or_a_known_key_there_is_no_dialog, |it| {
    let event = json!({"eventId": "Missing or invalid parameter."});
    let dsn = json!({"dsn": "Missing or invalid parameter."});
    let get = async |path: &str| it.send(of_page(TestRequest::get()), path).await;
    let no_event = PATH.split_once("&eventId").expect("an id").0;
    check_refused(&get(no_event).await, 400, &event);
    check_refused(&get(&format!("{no_event}&eventId=7")).await, 400, &event);
    let other = format!("/api/embed/error-page?eventId={ID}&dsn=http://{UNKNOWN_KEY}@host/1");
    check_refused(&get(&other).await, 404, &dsn);
    let none = format!("/api/embed/error-page?eventId={ID}");
    check_refused(&get(&none).await, 404, &dsn);
});

on_both!(a_page_that_may_not_report_gets_no_dialog, |it| {
    it.set("allowedDomains", json!(["other.example"])).await;
    let answer = it.send(of_page(TestRequest::get()), PATH).await;
    answer.check_error(403, "event submission rejected with_reason: Cors");
    check_readable(&answer);
    assert_eq!(it.outcomes().await, ["invalid feedback cors 1"]);
});

on_both!(a_limit_is_told_to_the_page, |it| {
    it.limit(Scope::Key, "feedback", 3600, 0).await;
    let answer = post(&it, "name=Ada&email=ada%40shop.example&comments=x").await;
    assert_eq!(answer.status, 429);
    check_readable(&answer);
});
