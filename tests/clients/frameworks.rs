//! Flask, FastAPI and Celery.

use watchfire_testkit::client::agent;

use super::look::{entry, exception, exception_types, failing_frame, failing_line};
use super::site::{ACCEPTED, NOT_KEPT, Site};
use crate::apps::{App, run_python};

/// Flask under an environment's SDK.
pub(super) fn flask_app(environment: &str, dsn: &str) -> anyhow::Result<App> {
    App::start(environment, "python", dsn, |port| {
        vec!["flask_app.py".to_owned(), port.to_owned()]
    })
}

/// One error and one session. More than one integration of the SDK may see the exception; whether the program's end
/// leaves the SDK the time to report that it dropped the second look is chance.
pub(super) fn one_crashed_request(site: &Site<'_>) -> anyhow::Result<()> {
    let expected = [(ACCEPTED, "error", 1), (ACCEPTED, "session", 1)];
    site.expect_outcomes_where(&expected, |outcomes| {
        outcomes.retain(|(_, reason, _), _| reason != "event_processor");
    })
}

/// A Flask view that divides by zero; the SDK counts the request as a crashed session.
pub(super) fn flask(site: &Site<'_>) -> anyhow::Result<()> {
    let app = flask_app("current", site.dsn())?;
    assert_eq!(app.open("/posts/7?theme=dark")?, 500);
    let (issue, event) = site.arrived("ZeroDivisionError")?;
    assert_eq!(issue["isUnhandled"], true);
    let frame = failing_frame(&event);
    assert_eq!(frame["function"], "post");
    assert_eq!(frame["vars"]["number"], "7");
    assert!(failing_line(frame).contains("len(readers)"), "{frame}");
    let request = entry(&event, "request");
    assert_eq!(request["method"], "GET");
    assert_eq!(request["query"], serde_json::json!([["theme", "dark"]]));
    assert_eq!(event["release"]["version"], "blog@1.3.0");
    assert_eq!(event["environment"], "staging");
    assert_eq!(event["contexts"]["runtime"]["name"], "CPython");
    app.stop()?;
    site.expect_sessions("blog@1.3.0", &[("crashed", 1)])?;
    one_crashed_request(site)
}

/// An async FastAPI view with a JSON body that holds a secret.
pub(super) fn fastapi(site: &Site<'_>) -> anyhow::Result<()> {
    let app = App::start("current", "python", site.dsn(), |port| {
        vec!["fastapi_app.py".to_owned(), port.to_owned()]
    })?;
    let quote = serde_json::json!({"article": "tea", "quantity": 3, "api_key": "ak-5f2c"});
    let answer = agent()
        .post(format!("{}/quotes", app.url()))
        .send_json(&quote)?;
    assert_eq!(answer.status(), 500);
    let (_, event) = site.arrived("KeyError")?;
    let frame = failing_frame(&event);
    assert_eq!(frame["function"], "price");
    assert_eq!(exception(&event)["value"], "'tea'");
    let request = entry(&event, "request");
    assert_eq!(request["data"]["article"], "tea");
    assert_eq!(request["data"]["api_key"], "[Filtered]");
    assert_eq!(event["release"]["version"], "quotes@0.9.2");
    app.stop()?;
    site.expect_sessions("quotes@0.9.2", &[("crashed", 1)])?;
    one_crashed_request(site)
}

/// A Celery worker whose second task fails; both are traced.
pub(super) fn celery(site: &Site<'_>) -> anyhow::Result<()> {
    run_python("current", &["celery_app.py"], site.dsn())?;
    let (issue, event) = site.arrived("KeyError")?;
    assert_eq!(issue["isUnhandled"], true);
    assert_eq!(exception_types(&event), ["KeyError"]);
    assert_eq!(exception(&event)["mechanism"]["type"], "celery");
    assert_eq!(failing_frame(&event)["function"], "render");
    assert_eq!(event["culprit"], "invoices.render");
    let job = &event["context"]["celery-job"];
    assert_eq!(job["task_name"], "invoices.render");
    assert_eq!(job["args"], serde_json::json!([4712]));
    assert_eq!(job["kwargs"]["currency"], "CHF");
    assert_eq!(event["contexts"]["trace"]["op"], "queue.task.celery");
    site.expect_outcomes(&[
        (ACCEPTED, "error", 1),
        (NOT_KEPT, "span", 4),
        (NOT_KEPT, "transaction", 2),
    ])
}
