use std::cmp::Reverse;
use std::collections::HashMap;

use watchfire_event::{IssueId, ProjectId, Timestamp};

use super::{EXAMPLES_MAX, GROUPS_MAX, Hidden, Tally, Trial, TriedEvent, TriedIssue, TriedTitle};
use crate::conn::Conn;
use crate::dropped::Head;
use crate::error::Result;
use crate::regroup;
use crate::stored::StoredEvent;

/// What a rule looked at so far.
#[derive(Default)]
pub(super) struct Looked {
    events: Tally,
    heads: Tally,
    oldest: Option<Timestamp>,
    issues: HashMap<i64, OfIssue>,
    titles: HashMap<String, OfTitle>,
}

struct OfIssue {
    project: ProjectId,
    tally: Tally,
    matching: Vec<TriedEvent>,
    /// Shown where none matches any more.
    lost: Vec<TriedEvent>,
}

struct OfTitle {
    reason: String,
    tally: Tally,
}

impl Looked {
    pub(super) fn add_event(
        &mut self,
        project: ProjectId,
        stored: &StoredEvent,
        is_matched: bool,
        was_matched: Option<bool>,
    ) {
        self.events.add(is_matched, was_matched);
        let oldest = self.oldest.get_or_insert(stored.timestamp);
        *oldest = stored.timestamp.min(*oldest);
        let issue = self.issues.entry(stored.issue).or_insert_with(|| OfIssue {
            project,
            tally: Tally::default(),
            matching: Vec::new(),
            lost: Vec::new(),
        });
        issue.tally.add(is_matched, was_matched);
        let examples = match (is_matched, was_matched) {
            (true, _) => &mut issue.matching,
            (false, Some(true)) => &mut issue.lost,
            (false, _) => return,
        };
        if examples.len() < EXAMPLES_MAX {
            examples.push(TriedEvent {
                event_id: stored.event_id,
                timestamp: stored.timestamp,
            });
        }
    }

    /// Heads come newest first.
    pub(super) fn add_head(&mut self, head: &Head, is_matched: bool, was_matched: Option<bool>) {
        self.heads.add(is_matched, was_matched);
        let title = self.titles.entry(head.title.clone());
        let title = title.or_insert_with(|| OfTitle {
            reason: head.reason.clone(),
            tally: Tally::default(),
        });
        title.tally.add(is_matched, was_matched);
    }

    pub(super) fn trial(self, conn: &mut Conn<'_>, hidden: Vec<Hidden>) -> Result<Trial> {
        let issues_looked_at = self.issues.len();
        let mut touched: Vec<(i64, OfIssue)> = self
            .issues
            .into_iter()
            .filter(|(_, issue)| issue.tally.is_touched())
            .collect();
        touched.sort_by_key(|(id, issue)| (Reverse(weight(issue.tally)), *id));
        let matched = touched.iter().filter(|(_, issue)| issue.tally.matched > 0);
        let issues_matched = matched.count();
        let issues_left_out = touched.len().saturating_sub(GROUPS_MAX);
        touched.truncate(GROUPS_MAX);
        Ok(Trial {
            events: self.events,
            heads: self.heads,
            oldest: self.oldest,
            issues: named(conn, touched)?,
            issues_left_out,
            issues_looked_at,
            issues_matched,
            titles: titles(self.titles),
            hidden,
            is_cut: false,
        })
    }
}

fn weight(tally: Tally) -> usize {
    tally.matched.max(tally.no_longer)
}

/// The issues with their titles; one that was deleted meanwhile is left out.
fn named(conn: &mut Conn<'_>, touched: Vec<(i64, OfIssue)>) -> Result<Vec<TriedIssue>> {
    let mut briefs = regroup::briefs(conn, touched.iter().map(|(id, _)| *id))?;
    let named = touched.into_iter().filter_map(|(id, issue)| {
        let brief = briefs.remove(&id)?;
        let examples = if issue.matching.is_empty() {
            issue.lost
        } else {
            issue.matching
        };
        Some(TriedIssue {
            project_id: issue.project,
            id: IssueId(id),
            short_number: brief.short_number,
            title: brief.title,
            tally: issue.tally,
            examples,
        })
    });
    Ok(named.collect())
}

fn titles(all: HashMap<String, OfTitle>) -> Vec<TriedTitle> {
    let mut titles: Vec<TriedTitle> = all
        .into_iter()
        .filter(|(_, of)| of.tally.is_touched())
        .map(|(title, of)| TriedTitle {
            title,
            reason: of.reason,
            tally: of.tally,
        })
        .collect();
    titles.sort_by(|one, other| {
        let by_weight = weight(other.tally).cmp(&weight(one.tally));
        by_weight.then_with(|| one.title.cmp(&other.title))
    });
    titles.truncate(GROUPS_MAX);
    titles
}
