//! What the tests of rules, regrouping and jobs share: a shop whose events are grouped by the
//! rules in force.

use serde_json::{Value, json};
use watchfire_event::IssueId;
use watchfire_filter::Verdict;
use watchfire_grouping::{Grouper, RuleKind};
use watchfire_store::NewEvent;
use watchfire_store::grouping_rules::{self, Action, NewRule, Scope};
use watchfire_store::issue::{self, Issue, IssueQuery, Status};
use watchfire_store::job::{self, Job};
use watchfire_store::project::{self, Project};
use watchfire_store::regroup::{self, Applied, Change, Preview, Target};

use crate::support::{NOON, SECOND, Shop, scrubbed};

/// An error without a stack, so that its type and message group it.
pub(crate) fn error(kind: &str, message: &str, seconds: i64) -> Value {
    json!({
        "exception": {"values": [{"type": kind, "value": message}]},
        "timestamp": (NOON.0 + seconds * SECOND) as f64 / SECOND as f64,
        "platform": "python",
        "release": "shop@1.0",
        "environment": "production",
        "user": {"id": (seconds % 3).to_string()},
        "tags": {"region": if seconds % 2 == 0 { "eu" } else { "us" }},
    })
}

pub(crate) fn project(shop: &Shop) -> Project {
    shop.read(|c| project::get(c, shop.project)).unwrap()
}

/// Stores events as ingest does: grouped by the rules in force.
pub(crate) fn store(shop: &Shop, bodies: &[Value]) -> Vec<IssueId> {
    let project = project(shop);
    let settings = shop.read(|c| grouping_rules::settings(c, &project));
    store_by(shop, &Grouper::new(&settings), bodies)
}

pub(crate) fn store_by(shop: &Shop, grouper: &Grouper, bodies: &[Value]) -> Vec<IssueId> {
    let new_event = |body: &Value| {
        let text = body.to_string();
        let grouped = grouper.group(scrubbed(&text));
        let dictionaries = shop.database.dictionaries();
        let verdict = Verdict::default();
        let from = (shop.project, shop.key_id);
        NewEvent::new(from.0, from.1, "error", &grouped, &verdict, dictionaries)
    };
    let stored = shop.store_all(bodies.iter().map(new_event));
    stored
        .into_iter()
        .map(|stored| stored.unwrap().issue_id)
        .collect()
}

/// A rule of the project.
pub(crate) fn rule(shop: &Shop, kind: RuleKind, action: Action, text: &str) -> NewRule {
    NewRule {
        scope: Scope::Project(shop.project),
        kind,
        action,
        text: text.to_owned(),
        note: "because".to_owned(),
        issue_id: None,
    }
}

pub(crate) fn add(shop: &Shop, action: Action, text: &str) -> Change {
    Change::AddRule(rule(shop, RuleKind::Fingerprint, action, text))
}

pub(crate) fn preview(shop: &Shop, change: &Change) -> Preview {
    let project = project(shop);
    let dictionaries = shop.database.dictionaries();
    shop.read(|c| regroup::preview(c, dictionaries, &project, change, None))
}

pub(crate) fn apply(shop: &Shop, change: &Change, past: bool) -> Applied {
    let project = project(shop);
    let dictionaries = shop.database.dictionaries();
    let now = watchfire_event::Timestamp::now();
    shop.write(|c| regroup::apply(c, dictionaries, &project, change, None, now, past))
}

pub(crate) fn the_job(shop: &Shop, id: Option<i64>) -> Job {
    shop.read(|c| job::get(c, id.unwrap())).unwrap()
}

/// The issues that people see, oldest first.
pub(crate) fn issues(shop: &Shop) -> Vec<Issue> {
    let query = IssueQuery {
        projects: vec![shop.project],
        limit: 100,
        ..IssueQuery::default()
    };
    let mut issues = shop.read(|c| issue::list(c, &query)).issues;
    issues.sort_by_key(|issue| issue.id.0);
    issues
}

/// Numbers and event counts of the issues that people see.
pub(crate) fn counts(shop: &Shop) -> Vec<(IssueId, i64)> {
    let issues = issues(shop);
    issues.iter().map(|it| (it.id, it.event_count)).collect()
}

pub(crate) fn status(shop: &Shop, id: IssueId) -> Option<Status> {
    shop.read(|c| issue::get(c, id)).map(|issue| issue.status)
}

/// From which issue how many events would go into which; `None` stands for a new one.
pub(crate) fn moves(preview: &Preview) -> Vec<(IssueId, Option<IssueId>, usize)> {
    let mut moves: Vec<_> = preview
        .moves
        .iter()
        .map(|it| match &it.to {
            Target::Issue(to) => (it.from.id, Some(to.id), it.events),
            Target::New { .. } => (it.from.id, None, it.events),
        })
        .collect();
    moves.sort_by_key(|(from, to, events)| (from.0, to.map(|to| to.0), *events));
    moves
}
