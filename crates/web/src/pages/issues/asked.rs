//! Issues that an action was asked for, before it is done: what the page that asks shows of them.

use serde::{Deserialize, Serialize};
use watchfire_event::{IssueId, Timestamp};
use watchfire_store::issue::{Issue, format_short_id};

use super::merging::ISSUES_MAX;
use super::row::{Badge, badge};
use crate::csrf::{Posted, is_own_path};
use crate::{address, number};

/// What the address of a page that asks says.
#[derive(Deserialize)]
pub(crate) struct Asked {
    /// The numbers of the issues, `12,13`.
    #[serde(default)]
    issues: String,
    /// Where to go instead, and afterwards.
    #[serde(default)]
    back: String,
}

/// An issue as the page that asks shows it.
#[derive(Debug, Serialize)]
pub(crate) struct AskedIssue {
    id: i64,
    href: String,
    short_id: String,
    level: &'static str,
    title: String,
    culprit: String,
    badge: Option<Badge>,
    first_seen: Timestamp,
    last_seen: Timestamp,
    events: i64,
    users: i64,
}

impl Asked {
    /// The issues that are asked for, the first [`ISSUES_MAX`].
    pub(crate) fn issues(&self) -> Vec<IssueId> {
        read(self.issues.split(','))
    }

    /// Where to go instead: the address when it is a page of ours, else `otherwise`.
    pub(crate) fn back(&self, otherwise: String) -> String {
        if is_own_path(&self.back) {
            self.back.clone()
        } else {
            otherwise
        }
    }
}

/// The issues that a form names, the first [`ISSUES_MAX`].
pub(crate) fn posted(form: &Posted) -> Vec<IssueId> {
    read(form.all("issue"))
}

/// The address of a page that asks about these issues.
pub(crate) fn address(page: &str, issues: &[IssueId], back: &str) -> String {
    let issues: Vec<String> = issues.iter().map(ToString::to_string).collect();
    address::with_query(page, &[("issues", &issues.join(",")), ("back", back)])
}

/// The issues as the page shows them.
pub(crate) fn rows(issues: &[Issue], slug: &str) -> Vec<AskedIssue> {
    let row = |issue: &Issue| AskedIssue {
        id: issue.id.0,
        href: address::issue(slug, issue.id),
        short_id: format_short_id(slug, issue.short_number),
        level: issue.level.as_str(),
        title: issue.title.clone(),
        culprit: issue.culprit.clone(),
        badge: badge(issue),
        first_seen: issue.first_seen,
        last_seen: issue.last_seen,
        events: issue.event_count,
        users: issue.user_count,
    };
    issues.iter().map(row).collect()
}

/// `3 issues with 1,204 events`.
pub(crate) fn sum(issues: &[Issue]) -> String {
    let events: i64 = issues.iter().map(|issue| issue.event_count).sum();
    format!("{} with {}", issues_word(issues.len()), events_word(events))
}

/// `1 issue`, `3 issues`.
pub(crate) fn issues_word(count: usize) -> String {
    let noun = if count == 1 { "issue" } else { "issues" };
    format!("{count} {noun}")
}

/// `1 event`, `1,204 events`.
pub(crate) fn events_word(count: i64) -> String {
    let noun = if count == 1 { "event" } else { "events" };
    format!("{} {noun}", number::exact(count))
}

fn read<'t>(words: impl Iterator<Item = &'t str>) -> Vec<IssueId> {
    let mut ids: Vec<IssueId> = Vec::new();
    for id in words.filter_map(|word| word.trim().parse().ok()) {
        if !ids.contains(&id) && ids.len() < ISSUES_MAX {
            ids.push(id);
        }
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_each_issue_once_and_leads_back_only_here() {
        let asked = Asked {
            issues: "3,x,4,3, 5".to_owned(),
            back: "//evil.example".to_owned(),
        };
        assert_eq!(asked.issues(), [IssueId(3), IssueId(4), IssueId(5)]);
        assert_eq!(asked.back("/list".to_owned()), "/list");
        assert_eq!(
            address("/projects/a/merge", &asked.issues(), "/x?y=1"),
            "/projects/a/merge?issues=3%2C4%2C5&back=/x%3Fy%3D1"
        );
    }

    #[test]
    fn more_issues_than_one_form_takes_are_left_out() {
        let many: Vec<String> = (0..1_000).map(|id| id.to_string()).collect();
        assert_eq!(read(many.iter().map(String::as_str)).len(), ISSUES_MAX);
    }
}
