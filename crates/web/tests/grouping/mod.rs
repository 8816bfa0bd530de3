//! Rules made from issues, texts of rules, versions, discarded issues and jobs.

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use watchfire_event::{IssueId, ProjectId, Timestamp};
use watchfire_grouping::RuleKind;
use watchfire_store::grouping_rules::{self, Rule, Scope};
use watchfire_store::job::{self, Job, JobState};
use watchfire_store::project::{self, Project};
use watchfire_store::{issue, tombstone};

use crate::site::{Answer, Site, on_both};

mod from_issue;
mod overview;
mod texts;

const PAGE: &str = "/projects/default/grouping/";
const HERE: ProjectId = ProjectId(1);

impl Site {
    async fn project(&self) -> Project {
        let found = self.database.read(|conn| project::get(conn, HERE)).await;
        found.unwrap().unwrap()
    }

    async fn rules(&self) -> Vec<Rule> {
        let project = self.project().await;
        let rules =
            move |conn: &mut watchfire_store::Conn<'_>| grouping_rules::rules(conn, &project);
        self.database.read(rules).await.unwrap()
    }

    async fn jobs(&self) -> Vec<Job> {
        let jobs = self.database.read(|conn| job::list(conn, HERE)).await;
        jobs.unwrap()
    }

    /// The numbers of the issues that the list shows.
    async fn issues(&self) -> Vec<String> {
        let list = self.get("/projects/default/issues").await;
        let mut ids = list.issue_ids();
        ids.sort();
        ids
    }

    /// Posts a form as its page was shown, once to try and once to save.
    async fn try_and_save(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let tried = self.try_out(path, fields).await;
        assert_eq!(tried.status, StatusCode::OK, "{}", tried.body);
        let previewed = tried.hidden("previewed");
        let chosen = tried.hidden("chosen");
        let mut all = fields.to_vec();
        all.extend([("action", "save"), ("previewed", &previewed)]);
        if !fields.iter().any(|(name, _)| *name == "text") {
            all.push(("chosen", &chosen));
        }
        let text = tried.rule_text();
        if !fields.iter().any(|(name, _)| *name == "text") {
            all.push(("text", &text));
        }
        self.post(path, &all).await
    }

    /// Asks a form for its preview.
    async fn try_out(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = fields.to_vec();
        all.push(("action", "preview"));
        self.post(path, &all).await
    }
}

impl Answer {
    /// The value of the hidden field of this name; empty where there is none.
    fn hidden(&self, name: &str) -> String {
        let mark = format!("type=\"hidden\" name=\"{name}\" value=\"");
        let value = self.body.split_once(&mark).map(|(_, rest)| rest);
        value.map_or_else(String::new, |rest| {
            rest.split('"').next().unwrap_or_default().to_owned()
        })
    }

    /// What stands in the field of the rule, as the browser would send it.
    fn rule_text(&self) -> String {
        let field = self
            .body
            .split_once("id=\"rule-text\"")
            .map(|(_, rest)| rest);
        let text = field.and_then(|rest| rest.split_once('>'));
        let text = text.and_then(|(_, rest)| rest.split_once("</textarea>"));
        text.map_or_else(String::new, |(text, _)| unescaped(text))
    }

    /// The sentence of the preview.
    fn sentence(&self) -> String {
        let mark = "id=\"preview-sentence\" role=\"status\">";
        let sentence = self.body.split_once(mark).map(|(_, rest)| rest);
        sentence.map_or_else(String::new, |rest| {
            unescaped(rest.split('<').next().unwrap_or_default())
        })
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

/// An error of a type with a message, raised in a helper that all of them go through.
fn error(kind: &str, value: &str, region: &str) -> Value {
    json!({
        "platform": "python",
        "level": "error",
        "transaction": "shop.checkout",
        "tags": {"region": region},
        "exception": {"values": [{
            "type": kind,
            "value": value,
            "stacktrace": {"frames": [
                {"function": "checkout", "module": "shop.views", "filename": "shop/views.py",
                 "lineno": 88, "context_line": "    call(order)", "in_app": true},
                {"function": "call", "module": "shop.http", "filename": "shop/http.py",
                 "lineno": 12, "context_line": "    raise error", "in_app": true},
            ]},
        }]},
    })
}
