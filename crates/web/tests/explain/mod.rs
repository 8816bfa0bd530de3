//! Why the events of an issue are one issue: the explanation, the comparison, similar issues.

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use watchfire_event::{IssueId, ProjectId, Timestamp};
use watchfire_grouping::RuleKind;
use watchfire_store::grouping_rules::{Action, NewRule, Scope};
use watchfire_store::project;
use watchfire_store::regroup::{self, Change};

use crate::site::{Answer, Site, on_both};

mod compare;
mod page;

/// The addresses of the first issue's pages.
const ISSUE: &str = "/projects/default/issues/1";
const GROUPING: &str = "/projects/default/issues/1/grouping";

/// A frame of the application in `shop/MODULE.py`.
fn frame(module: &str, function: &str, code: &str) -> Value {
    json!({"filename": format!("shop/{module}.py"), "module": format!("shop.{module}"),
        "abs_path": format!("/srv/shop/{module}.py"), "function": function, "lineno": 7,
        "context_line": code, "in_app": true})
}

/// A frame of a library that the SDK took for the application's.
fn library_frame(function: &str) -> Value {
    json!({"filename": "django/base.py", "module": "django.base", "function": function,
        "abs_path": "/srv/venv/lib/python3.12/site-packages/django/base.py", "lineno": 9,
        "context_line": "    response = view(request)", "in_app": true})
}

/// An error in `function`, called by a library, raised in a helper that all of them go through.
fn error(function: &str, value: &str) -> Value {
    json!({"platform": "python", "level": "error", "transaction": "/orders/",
    "exception": {"values": [{"type": "TimeoutError", "value": value,
        "stacktrace": {"frames": [
            library_frame("handle"),
            library_frame("respond"),
            frame("orders", function, "    pool.get(timeout=1)"),
            frame("pool", "get", "    raise TimeoutError(why)"),
        ]}}]}})
}

/// The event with an id of the same digit throughout.
fn with_id(mut event: Value, digit: char) -> Value {
    event["event_id"] = json!(id(digit));
    event
}

fn id(digit: char) -> String {
    std::iter::repeat_n(digit, 32).collect()
}

impl Site {
    /// Applies a change of the project's rules and, with `past`, queues the job for it.
    async fn change_rules(&self, change: Change, past: bool) {
        let dictionaries = self.database.dictionaries().clone();
        let applied = self.database.write(move |conn| {
            let project = project::get(conn, ProjectId(1))?.expect("is there");
            let now = Timestamp::now();
            regroup::apply(conn, &dictionaries, &project, &change, None, now, past)
        });
        applied.await.unwrap();
    }

    /// Adds a stack-trace rule to the project; with `past`, on the first issue and with a job.
    async fn add_rule(&self, text: &str, past: bool) {
        let rule = NewRule {
            scope: Scope::Project(ProjectId(1)),
            kind: RuleKind::StackTrace,
            action: Action::Written,
            text: text.to_owned(),
            note: String::new(),
            issue_id: past.then_some(IssueId(1)),
        };
        self.change_rules(Change::AddRule(rule), past).await;
    }
}

/// A body without the escapes that templates use more than they must.
fn plain(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer
        .body
        .replace("&#x3D;", "=")
        .replace("&#x27;", "'")
        .replace("&#x2F;", "/")
        .replace("&amp;", "&")
}

#[track_caller]
fn contains(body: &str, parts: &[&str]) {
    for part in parts {
        assert!(body.contains(part), "{part} is missing in {body}");
    }
}

/// The places of texts in a body, which has to hold them in this order.
#[track_caller]
fn in_order(body: &str, parts: &[&str]) {
    let places: Vec<usize> = parts
        .iter()
        .map(|part| {
            body.find(part)
                .unwrap_or_else(|| panic!("{part} is missing in {body}"))
        })
        .collect();
    assert!(places.is_sorted(), "{parts:?} at {places:?}");
}
