//! A running server, and issues and events that fit each other.

use std::process::Output;

use anyhow::Context;
use serde_json::{Value, json};
use watchfire_testkit::client::{Client, event_id};
use watchfire_testkit::project::Project;
use watchfire_testkit::server::Server;

use super::sentry::{FakeSentry, Reply, Request};
use crate::commands::explain;

/// The token that every import gets; it must never be printed.
pub(super) const TOKEN: &str = "sntryu_not-a-real-token";
/// Where Sentry lists the issues of the project.
pub(super) const PROJECT: &str = "/api/0/projects/acme/shop/issues/";

/// A running server with an empty project.
pub(super) struct Site {
    pub(super) server: Server,
    pub(super) project: Project,
}

impl Site {
    pub(super) fn start(database_url: Option<&str>) -> anyhow::Result<Self> {
        let server = Server::start(database_url)?;
        let project = server.create_project("shop")?;
        Ok(Self { server, project })
    }

    pub(super) fn import(&self, fake: &FakeSentry) -> anyhow::Result<Output> {
        let url = fake.url();
        self.server.run(&[
            "import",
            "sentry",
            "--url",
            &url,
            "--token",
            TOKEN,
            "--org",
            "acme",
            "--project",
            "shop",
            "--json",
        ])
    }

    /// Imports, and returns the summary.
    pub(super) fn imported(&self, fake: &FakeSentry) -> anyhow::Result<Value> {
        let output = self.import(fake)?;
        let complaint = String::from_utf8_lossy(&output.stderr);
        anyhow::ensure!(output.status.success(), "{complaint}");
        assert!(!complaint.contains(TOKEN), "{complaint}");
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    pub(super) fn issues(&self) -> anyhow::Result<Vec<Value>> {
        self.server.api()?.issues_in("shop")
    }

    pub(super) fn issue(&self, title: &str) -> anyhow::Result<Value> {
        let found = self
            .issues()?
            .into_iter()
            .find(|issue| issue["title"] == title);
        found.with_context(|| format!("no issue {title:?}"))
    }

    pub(super) fn send(&self, event: &Value) -> anyhow::Result<()> {
        let answer = Client::new(&self.project.dsn)?.event(event)?;
        anyhow::ensure!(answer.status == 200, "{answer:?}");
        Ok(())
    }
}

/// An event that Sentry would group by its frames.
pub(super) fn event(function: &str) -> Value {
    json!({
        "event_id": event_id(),
        "platform": "python",
        "exception": {"values": [{"type": "KeyError", "value": "'sku'", "stacktrace": {"frames": [
            {"module": "shop.views", "function": function, "filename": "views.py", "in_app": true,
             "lineno": 7, "context_line": "price = prices[sku]"},
        ]}}]},
    })
}

/// The hash that Sentry gives to such an event.
pub(super) fn hash(function: &str) -> String {
    let explained = explain("grouping", &[json!({"event": event(function)})]);
    let hash = explained[0]["sentry_hashes"][0].as_str();
    hash.expect("a hash of Sentry's").to_owned()
}

/// An issue as Sentry lists it.
pub(super) fn issue(id: &str, short_id: &str, title: &str) -> Value {
    json!({
        "id": id, "shareId": null, "shortId": short_id, "title": title, "culprit": "shop.views in cart",
        "permalink": format!("https://sentry.example.com/organizations/acme/issues/{id}/"),
        "logger": null, "level": "error", "status": "unresolved", "statusDetails": {},
        "substatus": "ongoing", "isPublic": false, "platform": "python",
        "project": {"id": "2", "name": "Shop", "slug": "shop", "platform": "python"},
        "type": "error", "metadata": {"type": "KeyError", "value": "'sku'", "filename": "views.py",
            "function": "cart", "in_app_frame_mix": "in-app-only"},
        "numComments": 0, "assignedTo": null, "isBookmarked": false, "isSubscribed": false,
        "subscriptionDetails": null, "hasSeen": false, "annotations": [], "issueType": "error",
        "issueCategory": "error", "priority": "high", "priorityLockedAt": null, "isUnhandled": true,
        "count": "1500", "userCount": 40, "firstSeen": "2026-01-02T03:04:05Z",
        "lastSeen": "2026-11-01T08:00:00.250000Z", "stats": {"24h": [[1_762_000_000, 3]]},
    })
}

/// What the address `…/hashes/` lists.
pub(super) fn hashes(of: &[&str]) -> Reply {
    let listed = of
        .iter()
        .map(|hash| json!({"id": hash, "latestEvent": {}, "mergedBySeer": false}));
    Reply::list(listed.collect())
}

/// A Sentry with these issues, each with one hash, on one page.
pub(super) fn holding(issues: Vec<(Value, String)>) -> impl Fn(&Request) -> Reply + Send + 'static {
    move |request| {
        if request.path == PROJECT {
            let listed = issues.iter().map(|(issue, _)| issue.clone());
            return Reply::list(listed.collect());
        }
        let owner = issues.iter().find(|(issue, _)| {
            let id = issue["id"].as_str().unwrap_or_default();
            request.path == format!("/api/0/organizations/acme/issues/{id}/hashes/")
        });
        owner.map_or(Reply::status(404), |(_, hash)| hashes(&[hash]))
    }
}
