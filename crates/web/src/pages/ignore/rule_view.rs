//! A rule as pages show it.

use std::collections::HashMap;

use serde::Serialize;
use watchfire_event::{Timestamp, UserId};
use watchfire_filter::ignore::Action;
use watchfire_store::ignore_rule::{self, Hits, StoredRule, sentence};
use watchfire_store::issue::{Issue, format_short_id};
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn};

use crate::pages::grouping::rights::Rights;
use crate::pages::issues::spark::{self, Spark};
use crate::{address, people};

/// How many hours the graph of a rule shows.
const HOURS: usize = 24;

/// A rule.
#[derive(Serialize)]
pub(super) struct RuleView {
    pub(super) id: i64,
    /// Its place in the order, from 1.
    place: usize,
    href: String,
    change_href: String,
    pub(super) name: String,
    /// What it does, in words.
    sentence: String,
    /// `drop`, `thin out`, `archive` or `lower`.
    action: &'static str,
    note: String,
    /// Why it cannot be read; then it does nothing.
    broken: Option<String>,
    is_enabled: bool,
    is_removed: bool,
    /// When it ends or ended.
    expires: Option<Timestamp>,
    is_expired: bool,
    spark: Spark,
    /// Hits of the last day, and of all that is kept.
    day: i64,
    total: i64,
    last_hit_at: Option<Timestamp>,
    last_title: Option<String>,
    author: Option<String>,
    created_at: Timestamp,
    changed_at: Timestamp,
    issue: Option<IssueView>,
    can_change: bool,
    is_first: bool,
    is_last: bool,
}

#[derive(Serialize)]
struct IssueView {
    href: String,
    short_id: String,
}

/// Rules of one place, in their order, as a page of the project shows them. Hits are those of the
/// project alone.
pub(super) fn views(
    conn: &mut Conn<'_>,
    project: &Project,
    rules: Vec<StoredRule>,
    rights: Rights,
    now: Timestamp,
) -> store::Result<Vec<RuleView>> {
    let ids: Vec<i64> = rules.iter().map(|rule| rule.id).collect();
    let hits = ignore_rule::hits(conn, &ids, Some(project.id), HOURS, now)?;
    let names = people::names(conn, rules.iter().filter_map(|rule| rule.user_id))?;
    let issue_ids: Vec<_> = rules.iter().filter_map(|rule| rule.issue_id).collect();
    let mut issues = store::issue::get_many(conn, &issue_ids)?;
    issues.retain(|issue| issue.project_id == project.id);
    let count = rules.len();
    let views = rules.into_iter().zip(hits).enumerate();
    Ok(views
        .map(|(place, (rule, hits))| {
            let can_change = rights.may_change(rule.scope);
            let mut view = view(rule, &project.slug, &names, &issues);
            view.add_hits(hits);
            view.add_time(now);
            view.can_change = can_change;
            view.place = place + 1;
            view.is_first = place == 0;
            view.is_last = place + 1 == count;
            view
        })
        .collect())
}

impl RuleView {
    fn add_hits(&mut self, hits: Hits) {
        let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let hours: Vec<i64> = hits.hours.iter().copied().map(number).collect();
        self.spark = spark::draw(&hours, 1);
        self.day = hours.iter().sum();
        self.total = number(hits.total);
        self.last_hit_at = hits.last_hit_at;
        self.last_title = hits.last_title;
    }

    fn add_time(&mut self, now: Timestamp) {
        self.is_expired = self.expires.is_some_and(|expires| expires <= now);
    }
}

fn view(
    rule: StoredRule,
    slug: &str,
    names: &HashMap<UserId, String>,
    issues: &[Issue],
) -> RuleView {
    let issue = issues.iter().find(|issue| Some(issue.id) == rule.issue_id);
    let said = rule.rule.as_ref().ok();
    RuleView {
        id: rule.id,
        place: 0,
        href: address::ignore_rule(slug, rule.id),
        change_href: address::change_ignore_rule(slug, rule.id),
        sentence: said.map(sentence).unwrap_or_default(),
        action: match said.map(|rule| rule.action) {
            Some(Action::Drop) => "drops",
            Some(Action::KeepOneIn(_)) => "thins out",
            Some(Action::Archive) => "archives",
            Some(Action::Level(_)) => "lowers",
            None => "",
        },
        note: said.map(|rule| rule.note.clone()).unwrap_or_default(),
        is_enabled: said.is_some_and(|rule| rule.enabled),
        expires: said.and_then(|rule| rule.expires),
        broken: rule.rule.as_ref().err().map(ToString::to_string),
        name: rule.name,
        is_removed: rule.is_removed,
        is_expired: false,
        spark: spark::draw(&[], 1),
        day: 0,
        total: 0,
        last_hit_at: None,
        last_title: None,
        author: rule.user_id.and_then(|id| names.get(&id).cloned()),
        created_at: rule.created_at,
        changed_at: rule.changed_at,
        issue: issue.map(|issue| IssueView {
            href: address::issue(slug, issue.id),
            short_id: format_short_id(slug, issue.short_number),
        }),
        can_change: false,
        is_first: false,
        is_last: false,
    }
}

/// The rule of a number, when it is one of the project or its organisation.
///
/// # Errors
/// [`store::Error::NotFound`] when it is not.
pub(super) fn find(conn: &mut Conn<'_>, project: &Project, id: i64) -> store::Result<StoredRule> {
    let rule = ignore_rule::get(conn, id)?.ok_or(store::Error::NotFound)?;
    let is_here = rule.scope.holds_for(project);
    is_here.then_some(rule).ok_or(store::Error::NotFound)
}
