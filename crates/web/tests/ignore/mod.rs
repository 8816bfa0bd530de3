//! Ignore rules: the list, the form with its trial, files of rules, and the way from an issue.

use actix_web::http::StatusCode;
use diesel::RunQueryDsl;
use serde_json::{Value, json};
use watchfire_event::ProjectId;
use watchfire_filter::ignore::{Rule, parse_json};
use watchfire_store::grouping_rules::Scope;
use watchfire_store::ignore_rule::{self, Hit, StoredRule};
use watchfire_store::{Conn, project};

use crate::site::{Answer, Site, on_both};

mod files;
mod form;
mod list;
mod meanwhile;

const PAGE: &str = "/projects/default/settings/ignore-rules";
const NEW: &str = "/projects/default/settings/ignore-rules/new";
const HERE: ProjectId = ProjectId(1);

impl Site {
    async fn everywhere(&self) -> Scope {
        let found = self.database.read(|conn| project::get(conn, HERE)).await;
        Scope::Organization(found.unwrap().unwrap().organization_id)
    }

    async fn ignore_rules(&self, scope: Scope) -> Vec<StoredRule> {
        let rules = move |conn: &mut Conn<'_>| ignore_rule::rules(conn, scope);
        self.database.read(rules).await.unwrap()
    }

    async fn names(&self) -> Vec<String> {
        let rules = self.ignore_rules(Scope::Project(HERE)).await;
        rules.into_iter().map(|rule| rule.name).collect()
    }

    async fn add_ignore_rule(&self, scope: Scope, rule: Rule) -> i64 {
        let now = watchfire_event::Timestamp::now();
        let add = move |conn: &mut Conn<'_>| ignore_rule::add(conn, scope, &rule, None, None, now);
        self.database.write(add).await.unwrap()
    }

    /// Stores what only another version of Watchfire would.
    async fn break_rules(&self, text: &str) {
        let sql = format!("UPDATE ignore_rule SET rule = '{text}'");
        let broken = self.database.write(move |conn| {
            let count = match conn {
                Conn::Sqlite(c) => diesel::sql_query(&sql).execute(*c),
                Conn::Pg(c) => diesel::sql_query(&sql).execute(*c),
            };
            assert_eq!(count, Ok(1));
            Ok(())
        });
        broken.await.unwrap();
    }

    /// Tries a form, then saves it.
    async fn try_and_make(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let tried = self.press(path, "try", fields).await;
        assert_eq!(tried.status, StatusCode::OK, "{}", tried.body);
        let token = tried.hidden_value("tried");
        let mut all = fields.to_vec();
        all.push(("tried", &token));
        self.press(path, "save", &all).await
    }

    /// Presses a button of a form.
    async fn press(&self, path: &str, button: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = fields.to_vec();
        all.push(("do", button));
        self.post(path, &all).await
    }
}

impl Answer {
    /// The value of the hidden field of this name; empty where there is none.
    fn hidden_value(&self, name: &str) -> String {
        let mark = format!("type=\"hidden\" name=\"{name}\" value=\"");
        let value = self.body.split_once(&mark).map(|(_, rest)| rest);
        let value = value.and_then(|rest| rest.split('"').next());
        value.unwrap_or_default().to_owned()
    }

    /// The sentence above what a rule would match.
    fn would_match(&self) -> String {
        self.body
            .split_once("class=\"preview-sentence\" role=\"status\">")
            .and_then(|(_, rest)| rest.split('<').next())
            .unwrap_or_default()
            .to_owned()
    }
}

/// The fields of a form for a rule that does something with events of a type.
fn fields<'a>(name: &'a str, kind: &'a str, action: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("name", name),
        ("scope", "project"),
        ("enabled", "1"),
        ("action", action),
        ("one_in", "20"),
        ("level", "info"),
        ("join", "all"),
        ("g0.mode", "all"),
        ("g0.r0.field", "exception.type"),
        ("g0.r0.op", "is"),
        ("g0.r0.value", kind),
    ]
}

fn drops(name: &str, kind: &str) -> Rule {
    let text = json!({
        "name": name,
        "action": "drop",
        "when": { "field": "exception.type", "op": "is", "value": kind },
    });
    parse_json(&text.to_string()).unwrap()
}

fn error(kind: &str, value: &str) -> Value {
    json!({
        "platform": "python",
        "transaction": "shop.checkout",
        "tags": { "region": "eu" },
        "exception": { "values": [{
            "type": kind,
            "value": value,
            "stacktrace": { "frames": [
                { "function": "checkout", "module": "shop.views", "filename": "shop/views.py",
                  "lineno": 88, "in_app": true },
            ] },
        }] },
    })
}
