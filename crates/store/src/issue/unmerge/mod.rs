//! Taking issues apart again: hashes leave an issue, and their events go with them.

use diesel::prelude::*;
use watchfire_event::{IssueId, Timestamp, UserId};

use super::create::create;
use super::merge::{MergedIssue, point_all};
use super::moving::move_sampled;
use super::{Issue, Status, find, get, hidden};
use crate::activity::{self, ActivityKind};
use crate::conn::{Conn, on};
use crate::error::{Error, Result};
use crate::job::{self, JobKind, NewJob};
use crate::new_event::Looks;
use crate::project::{self, Project};
use crate::schema::{issue, issue_hash};

mod events;

pub(crate) use events::step as unmerge_step;

/// So many events follow at once; more follow in a job. Each of them has to be read.
const EVENTS_AT_ONCE_MAX: i64 = 500;

/// A hash that leaves, and the issue that it belonged to before a merge.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = issue_hash)]
struct Leaving {
    hash: Vec<u8>,
    event_count: i64,
    first_seen: i64,
    last_seen: i64,
    merged_from: Option<i64>,
}

/// Takes hashes out of an issue. Returns the issue of the first hash.
///
/// Each goes back to the issue that it belonged to before a merge, with the status which that had;
/// those for which none is known, or whose issue was deleted, go to one new issue. Later events
/// follow at once; stored ones, with everything that is counted of them, at once when there are
/// few, else in a job. Counts without stored events, such as those of an import, go along.
///
/// Hashes that the issue does not have are left out. Call it inside [`crate::Database::write`].
///
/// # Errors
/// [`Error::NotFound`] when there is no such issue or it has none of the hashes,
/// [`Error::Refused`] when it would keep none.
pub fn unmerge(
    conn: &mut Conn<'_>,
    issue: IssueId,
    hashes: &[Vec<u8>],
    author: Option<UserId>,
    now: Timestamp,
) -> Result<IssueId> {
    let project = get(conn, issue)?.ok_or(Error::NotFound)?.project_id;
    project::lock_for_change(conn, project, None)?;
    let project = project::get(conn, project)?.ok_or(Error::NotFound)?;
    let from = find(conn, issue)?.ok_or(Error::NotFound)?;
    let leaving = leaving(conn, &from, hashes)?;
    // Rows that a merge has not moved yet must not be taken for those of an issue that is back.
    for merged in hidden::family(conn, from.id)? {
        if merged != from.id.0 {
            point_all(conn, merged)?;
        }
    }
    let mut groups = destinations(conn, &from, leaving, now)?;
    for group in &mut groups {
        group.take(conn, &project, &from)?;
    }
    project::note_hash_change(conn, project.id)?;
    note(conn, &project, &from, &groups, (author, now))?;
    let keys: Vec<Vec<u8>> = groups.iter().flat_map(Group::hashes).collect();
    let work = events::Work::new(conn, from.id, &keys)?;
    if work.count(conn)? > EVENTS_AT_ONCE_MAX {
        let new = NewJob {
            project: project.id,
            kind: JobKind::Unmerge,
            data: work.data(),
            total: work.count(conn)?,
            user: author,
            issue: Some(from.id),
            rule: None,
        };
        job::queue(conn, &new, now)?;
    } else {
        work.do_all(conn, &project)?;
    }
    let first = groups.first().ok_or(Error::NotFound)?;
    Ok(first.to.id)
}

/// Those of the hashes that the issue has, in the given order.
fn leaving(conn: &mut Conn<'_>, from: &Issue, hashes: &[Vec<u8>]) -> Result<Vec<Leaving>> {
    let of_issue = || issue_hash::table.filter(issue_hash::issue_id.eq(from.id.0));
    let mut leaving: Vec<Leaving> = on!(conn, |c| of_issue()
        .filter(issue_hash::hash.eq_any(hashes))
        .select(Leaving::as_select())
        .load(c))?;
    if leaving.is_empty() {
        return Err(Error::NotFound);
    }
    let total: i64 = on!(conn, |c| of_issue().count().get_result(c))?;
    if usize::try_from(total).is_ok_and(|total| total <= leaving.len()) {
        return Err(Error::Refused(
            "An issue keeps at least one of its hashes.".to_owned(),
        ));
    }
    let place = |one: &Leaving| hashes.iter().position(|hash| *hash == one.hash);
    leaving.sort_by_key(place);
    Ok(leaving)
}

/// Hashes that go to one issue.
struct Group {
    to: Issue,
    leaving: Vec<Leaving>,
    /// How many events are counted of them.
    events: i64,
}

/// Where the hashes go, in their order.
fn destinations(
    conn: &mut Conn<'_>,
    from: &Issue,
    leaving: Vec<Leaving>,
    now: Timestamp,
) -> Result<Vec<Group>> {
    let mut groups: Vec<(Option<i64>, Group)> = Vec::new();
    for one in leaving {
        let home = match one.merged_from {
            Some(id) if id != from.id.0 => get(conn, IssueId(id))?,
            _ => None,
        };
        let is_usable =
            |home: &Issue| home.project_id == from.project_id && home.status != Status::Deleting;
        let home = home.filter(is_usable);
        let key = home.as_ref().map(|home| home.id.0);
        if let Some((_, group)) = groups.iter_mut().find(|(other, _)| *other == key) {
            group.events += one.event_count;
            group.leaving.push(one);
            continue;
        }
        let to = match home {
            Some(home) => back(conn, &home)?,
            None => new_issue(conn, from, &one, now)?,
        };
        let group = Group {
            to,
            events: one.event_count,
            leaving: vec![one],
        };
        groups.push((key, group));
    }
    Ok(groups.into_iter().map(|(_, group)| group).collect())
}

fn back(conn: &mut Conn<'_>, home: &Issue) -> Result<Issue> {
    hidden::revive(conn, home.id.0)?;
    get(conn, home.id)?.ok_or(Error::NotFound)
}

/// An issue that looks like the one it comes out of, until its events say better.
fn new_issue(conn: &mut Conn<'_>, from: &Issue, first: &Leaving, now: Timestamp) -> Result<Issue> {
    let looks = Looks::of_issue(from);
    let seen = (Timestamp(first.first_seen), Timestamp(first.last_seen));
    let id = create(conn, from.project_id, &looks, seen)?;
    let data = serde_json::json!({}).to_string();
    activity::add(conn, id.0, None, ActivityKind::FirstSeen, &data, now)?;
    get(conn, id)?.ok_or(Error::NotFound)
}

impl Group {
    fn hashes(&self) -> impl Iterator<Item = Vec<u8>> + '_ {
        self.leaving.iter().map(|one| one.hash.clone())
    }

    /// Gives the hashes to the issue, and what is counted of them without a stored event.
    fn take(&mut self, conn: &mut Conn<'_>, project: &Project, from: &Issue) -> Result<()> {
        let hashes: Vec<Vec<u8>> = self.hashes().collect();
        let work = events::Work::new(conn, from.id, &hashes)?;
        let stored = work.count(conn)?;
        on!(conn, |c| diesel::update(issue_hash::table)
            .filter(issue_hash::project_id.eq(from.project_id.0))
            .filter(issue_hash::hash.eq_any(&hashes))
            .set((
                issue_hash::issue_id.eq(self.to.id.0),
                issue_hash::merged_from.eq(None::<i64>),
            ))
            .execute(c))?;
        let looks = Looks::of_issue(from);
        let keys = work.keys();
        let grouper = events::grouper(conn, project)?;
        let reading = work.reading(&grouper);
        let sampled = move_sampled(conn, &reading, (from.id.0, self.to.id.0), &keys, &looks)?;
        // Events that a rule moved elsewhere are no counts without an event.
        let has_event = events::count_all(conn, from.id)? + count_sampled(conn, from.id)?;
        let spare = (count(conn, from.id)? - has_event).max(0);
        let alone = (self.events - stored - sampled).clamp(0, spare);
        if alone > 0 {
            for (id, change) in [(from.id, -alone), (self.to.id, alone)] {
                on!(conn, |c| diesel::update(issue::table.find(id.0))
                    .set(issue::event_count.eq(issue::event_count + change))
                    .execute(c))?;
            }
        }
        Ok(())
    }
}

fn count(conn: &mut Conn<'_>, id: IssueId) -> Result<i64> {
    Ok(on!(conn, |c| issue::table
        .find(id.0)
        .select(issue::event_count)
        .first(c))?)
}

/// How many events of an issue have no body.
fn count_sampled(conn: &mut Conn<'_>, id: IssueId) -> Result<i64> {
    Ok(on!(conn, |c| issue::table
        .find(id.0)
        .select(issue::sampled_count)
        .first(c))?)
}

fn note(
    conn: &mut Conn<'_>,
    project: &Project,
    from: &Issue,
    groups: &[Group],
    (author, now): (Option<UserId>, Timestamp),
) -> Result<()> {
    let named = |group: &Group| MergedIssue::of(&group.to, project, group.events);
    let left: Vec<MergedIssue> = groups.iter().map(named).collect();
    let data = serde_json::json!({ "issues": left }).to_string();
    let kind = ActivityKind::UnmergeSource;
    activity::add(conn, from.id.0, author, kind, &data, now)?;
    for group in groups {
        let source = MergedIssue::of(from, project, group.events);
        let data = serde_json::json!({ "from": source }).to_string();
        let kind = ActivityKind::UnmergeDestination;
        activity::add(conn, group.to.id.0, author, kind, &data, now)?;
    }
    Ok(())
}
