//! A rule that was made from an issue, as pages show it.

use std::collections::HashMap;

use serde::Serialize;
use watchfire_event::{IssueId, Timestamp, UserId};
use watchfire_grouping::RuleProblem;
use watchfire_store::grouping_rules::{self, Rule, Scope};
use watchfire_store::issue::{Issue, format_short_id};
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn};

use super::form::name_of;
use super::job_view::Link;
use super::kind::action_words;
use super::rights::Rights;
use crate::pages::issue::view::budget::counted;
use crate::{address, people};

/// The words of the link to the form that edits a rule.
const EDIT: &str = "Edit…";

/// A rule.
#[derive(Debug, Serialize)]
pub(super) struct RuleView {
    pub(super) id: i64,
    pub(super) href: String,
    what: &'static str,
    /// Said where it is not the project's own.
    scope: Option<&'static str>,
    text: String,
    /// Its first line, for lists.
    line: String,
    note: String,
    is_active: bool,
    is_removed: bool,
    /// `2 lines cannot be used`.
    problem_words: Option<String>,
    author: Option<String>,
    created_at: Timestamp,
    changed_at: Timestamp,
    is_changed: bool,
    issue: Option<Link>,
    actions: Vec<Link>,
}

/// The rules of a project as pages show them. There are links to change those that
/// may be changed.
pub(super) fn views(
    conn: &mut Conn<'_>,
    project: &Project,
    rules: Vec<Rule>,
    rights: Rights,
) -> store::Result<Vec<RuleView>> {
    let names = people::names(conn, rules.iter().filter_map(|rule| rule.user_id))?;
    let ids: Vec<IssueId> = rules.iter().filter_map(|rule| rule.issue_id).collect();
    let issues = store::issue::get_many(conn, &ids)?;
    let problems = grouping_rules::problems(conn, project)?;
    let views = rules.into_iter();
    Ok(views
        .map(|rule| {
            let may_change = rights.may_change(rule.scope);
            let mut view = view(rule, &project.slug, &names, &issues);
            view.problem_words = problem_words(&problems, &format!("rule {}", view.id));
            if may_change && !view.is_removed {
                view.actions = actions(&view.href, view.is_active);
            }
            view
        })
        .collect())
}

/// A rule on its own page, where the form that edits it is open already.
pub(super) fn view_alone(
    conn: &mut Conn<'_>,
    project: &Project,
    rule: Rule,
    rights: Rights,
) -> store::Result<RuleView> {
    let view = views(conn, project, vec![rule], rights)?.pop();
    let mut view = view.ok_or(store::Error::NotFound)?;
    view.actions.retain(|action| action.label != EDIT);
    Ok(view)
}

/// How many lines of the text of this origin cannot be used; nothing where all can.
pub(super) fn problem_words(problems: &[RuleProblem], origin: &str) -> Option<String> {
    let of_it = |problem: &&RuleProblem| problem.origin == origin;
    match problems.iter().filter(of_it).count() {
        0 => None,
        count => Some(format!("{} cannot be used", counted(count, "line"))),
    }
}

fn view(rule: Rule, slug: &str, names: &HashMap<UserId, String>, issues: &[Issue]) -> RuleView {
    let issue = issues
        .iter()
        .find(|issue| Some(issue.id) == rule.issue_id)
        .map(|issue| Link {
            label: format_short_id(slug, issue.short_number),
            href: address::issue(slug, issue.id),
        });
    RuleView {
        id: rule.id,
        href: address::grouping_rule(slug, rule.id),
        what: action_words(rule.action),
        scope: match rule.scope {
            Scope::Project(_) => None,
            Scope::Organization(_) => Some("all projects"),
        },
        line: rule.text.lines().next().unwrap_or_default().to_owned(),
        text: rule.text,
        note: rule.note,
        is_active: rule.is_active && !rule.is_removed,
        is_removed: rule.is_removed,
        problem_words: None,
        author: name_of(names, rule.user_id),
        created_at: rule.created_at,
        changed_at: rule.changed_at,
        is_changed: rule.changed_at != rule.created_at,
        issue,
        actions: Vec::new(),
    }
}

fn actions(href: &str, is_active: bool) -> Vec<Link> {
    let (label, change) = if is_active {
        ("Switch off…", "off")
    } else {
        ("Switch on…", "on")
    };
    let link = |label: &str, href: String| Link {
        label: label.to_owned(),
        href,
    };
    vec![
        link(EDIT, format!("{href}#edit")),
        link(label, format!("{href}?change={change}#edit")),
        link("Remove…", format!("{href}?change=remove#edit")),
    ]
}
