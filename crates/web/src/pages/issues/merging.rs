//! Merging issues and taking them apart, for the list, the issue page and the way back.

use watchfire_event::{IssueId, Timestamp, UserId};
use watchfire_store::issue::{self, Issue, Status, format_short_id};
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn};

use crate::address;
use crate::undo::{FORMER_MAX, Toast, Undo};

/// Issues that one form merges, deletes or discards at most.
pub(crate) const ISSUES_MAX: usize = FORMER_MAX;

/// Those of the issues that belong to the project, whatever their status, in the given order:
/// nobody changes issues of projects that are not theirs.
pub(crate) fn of_project(
    conn: &mut Conn<'_>,
    project: &Project,
    ids: &[IssueId],
) -> store::Result<Vec<IssueId>> {
    let known = issue::get_many(conn, ids)?;
    let is_of_project = |id: &&IssueId| {
        let mut known = known.iter();
        known.any(|issue| issue.id == **id && issue.project_id == project.id)
    };
    Ok(ids.iter().filter(is_of_project).copied().collect())
}

/// The issues of the project among these that people can see, those with the most events first.
pub(crate) fn visible(
    conn: &mut Conn<'_>,
    project: &Project,
    ids: &[IssueId],
) -> store::Result<Vec<Issue>> {
    let mut issues = issue::get_many(conn, ids)?;
    issues.retain(|issue| issue.project_id == project.id && issue.status.is_visible());
    issues.sort_by_key(|issue| (-issue.event_count, issue.id.0));
    Ok(issues)
}

/// Merges issues of the project into one of them, for the reason `why`, which may be empty, and
/// says so, with the way back and the offer to keep together what comes later.
pub(crate) fn merge(
    conn: &mut Conn<'_>,
    project: &Project,
    target: &Issue,
    others: &[Issue],
    why: &str,
    (author, now): (UserId, Timestamp),
) -> store::Result<Toast> {
    let ids: Vec<IssueId> = others.iter().map(|issue| issue.id).collect();
    let merged = issue::merge_because(conn, target.id, &ids, why, Some(author), now)?.merged;
    if merged.is_empty() {
        let text = "Nothing changed: it was so already".to_owned();
        return Ok(Toast::plain(text, &project.slug, now));
    }
    let name = |issue: &Issue| format_short_id(&project.slug, issue.short_number);
    let what = match others {
        [one] => name(one),
        _ => format!("{} issues", merged.len()),
    };
    let text = format!("Merged {what} into {}", name(target));
    let with = merged.iter().map(ToString::to_string).collect::<Vec<_>>();
    let rule = address::change_grouping(target.id, &[("kind", "merge"), ("with", &with.join(","))]);
    let undo = Undo::Merge {
        target: target.id,
        merged,
    };
    Ok(Toast::with_undo(text, &project.slug, undo, now)
        .with_link("Also group future events like these?", rule))
}

/// What came of an undo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Undone {
    /// Issues that have back what they had.
    pub(crate) count: usize,
    /// Issues that are still merged: they have no hash of their own to go by, or too many others
    /// are in the issue that they were merged into.
    pub(crate) left: usize,
}

/// Takes issues out of the one that they were merged into; says how many came out, and how many
/// could not.
pub(crate) fn take_apart(
    conn: &mut Conn<'_>,
    target: IssueId,
    merged: &[IssueId],
    author: UserId,
    now: Timestamp,
) -> store::Result<Undone> {
    let mut count = 0;
    for from in merged {
        let mut came_out = false;
        // A list of hashes is cut, so there may be more of them when those are gone.
        loop {
            let hashes = issue::hashes(conn, target)?.into_iter();
            let own: Vec<Vec<u8>> = hashes
                .filter(|hash| hash.merged_from == Some(*from))
                .map(|hash| hash.hash)
                .collect();
            if own.is_empty() {
                break;
            }
            issue::unmerge(conn, target, &own, Some(author), now)?;
            came_out = true;
        }
        count += usize::from(came_out);
    }
    let after = issue::get_many(conn, merged)?;
    let is_merged = |issue: &&Issue| issue.status == Status::Merged;
    let left = after.iter().filter(is_merged).count();
    Ok(Undone { count, left })
}
