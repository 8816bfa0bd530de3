//! What is scrubbed: marks on the issue page, the settings, the editor, and jobs over what is
//! stored.

use diesel::RunQueryDsl;
use serde_json::{Value, json};
use watchfire_event::{ProjectId, Timestamp};
use watchfire_store::grouping_rules::Scope;
use watchfire_store::{Conn, project, scrubbing};

use crate::site::{Answer, Site};

mod editor;
mod marks;
mod overview;
mod stored;

const PAGE: &str = "/projects/default/settings/scrubbing";
const EDITOR: &str = "/projects/default/settings/scrubbing/edit/project";
const HERE: ProjectId = ProjectId(1);

impl Site {
    /// Puts a document of scrubbing in force, as an upgrade or the API would.
    async fn scrub_by(&self, owner: &str, document: Value) {
        let is_organization = owner == "organization";
        let stored = self.database.write(move |conn| {
            let project = project::get(conn, HERE)?.unwrap();
            let scope = if is_organization {
                Scope::Organization(project.organization_id)
            } else {
                Scope::Project(HERE)
            };
            scrubbing::set(conn, scope, &document.to_string(), None, Timestamp::now())
        });
        stored.await.unwrap().unwrap();
    }

    /// Puts a rule that nobody can read beside one that works into what is stored, as another
    /// version of Watchfire may have written it.
    async fn break_document(&self) {
        self.scrub_by("project", json!({})).await;
        let text = r#"{"piiConfig": {"applications": {
            "$nonsense": ["@email"], "extra.plain": ["@anything:remove"]}}}"#;
        let update = diesel::sql_query(format!("UPDATE scrubbing SET document = '{text}'"));
        let updated = self.database.write(|conn| {
            let rows = match conn {
                Conn::Sqlite(conn) => update.execute(*conn),
                Conn::Pg(conn) => update.execute(*conn),
            };
            Ok(rows.unwrap())
        });
        assert_eq!(updated.await.unwrap(), 1);
    }

    /// The project's document in force.
    async fn document(&self) -> Value {
        let stored = self
            .database
            .read(|conn| scrubbing::document(conn, Scope::Project(HERE)));
        let text = stored.await.unwrap().map(|version| version.document);
        serde_json::from_str(&text.unwrap_or_else(|| "{}".to_owned())).unwrap()
    }

    /// The number that the form of a page was made of.
    async fn base(&self, path: &str) -> String {
        self.get(path).await.value_of("base")
    }

    /// Saves the settings of the project with these fields, and the switches of a new project.
    async fn save_settings(&self, fields: &[(&str, &str)]) -> Answer {
        let base = self.base(PAGE).await;
        let mut all = vec![("base", base.as_str()), ("action", "save")];
        all.extend([("switch", "scrubData"), ("switch", "scrubDefaults")]);
        all.extend([("switch", "secrets"), ("mode", "improved")]);
        all.extend_from_slice(fields);
        self.post(PAGE, &all).await
    }
}

impl Answer {
    /// The value of the hidden field of this name; empty where there is none.
    fn value_of(&self, name: &str) -> String {
        let mark = format!("name=\"{name}\" value=\"");
        let value = self.body.split_once(&mark).map(|(_, rest)| rest);
        value.map_or_else(String::new, |rest| {
            rest.split('"').next().unwrap_or_default().to_owned()
        })
    }

    /// The page as a person reads it: without markup, on one line.
    fn text(&self) -> String {
        let mut text = String::new();
        for part in self.body.split('<') {
            text.push(' ');
            text.push_str(part.split_once('>').map_or(part, |(_, rest)| rest));
        }
        unescaped(&text)
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[track_caller]
    fn says(&self, parts: &[&str]) {
        let text = self.text();
        for part in parts {
            assert!(text.contains(part), "“{part}” is missing in: {text}");
        }
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&#x27;", "'")
        .replace("&#x3D;", "=")
        .replace("&#x2F;", "/")
        .replace("&#x60;", "`")
        .replace("&amp;", "&")
}

/// An error of a shop with something to scrub in every part.
fn event() -> Value {
    json!({
        "platform": "python",
        "level": "error",
        "exception": {"values": [{
            "type": "PaymentError",
            "value": "card refused",
            "stacktrace": {"frames": [{
                "function": "pay", "module": "shop.views", "filename": "shop/views.py",
                "lineno": 88, "context_line": "    pay(order)", "in_app": true,
                "vars": {"password": "hunter2", "order": {"id": 7}, "sdk": "[Filtered]"},
            }]},
        }]},
        "logentry": {"formatted": "mail to ana@shop.example and bob@shop.example failed"},
        "breadcrumbs": {"values": [{"category": "auth", "message": "x", "data": {"token": "abc"}}]},
        "request": {
            "url": "https://shop.example/pay",
            "headers": [["X-Api-Key", "abcdef"]],
            "cookies": [["sessionid", "0123456789"]],
            "data": {"card": "4111 1111 1111 1111"},
        },
        "user": {"id": "7", "email": "ana@shop.example", "ip_address": "203.0.113.9"},
        "extra": {"secret": {"a": 1, "b": 2}, "plain": "nothing here"},
    })
}
