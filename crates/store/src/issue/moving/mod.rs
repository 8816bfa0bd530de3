//! Moving events from issue to issue with everything that was counted of them.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use watchfire_event::{Event, IssueId, ProjectId, Timestamp};
use watchfire_grouping::Grouper;

use super::{Status, follow, get};
use crate::conn::{Conn, on};
use crate::dictionary::Dictionaries;
use crate::error::{Error, Result};
use crate::new_event::Facts;
use crate::project;
use crate::rows::Column::{Bytes, Number};
use crate::rows::{Cell, Rows};
use crate::schema::event;

mod add;
mod remove;
mod rest;
mod sampled;
mod take;
mod take_tags;

pub(crate) use remove::remove_events;
pub(super) use sampled::move_sampled;
pub(crate) use take::{set_looks, take_facts};

/// An event that is to move.
#[derive(Clone, Copy, Debug)]
pub struct EventMove<'a, 'e> {
    /// Its row ([`crate::event::EventRow::id`]).
    pub row_id: i64,
    /// The issue that it is in.
    pub from: IssueId,
    /// The issue that it goes to.
    pub to: IssueId,
    /// The event.
    pub event: &'a Event<'e>,
}

/// A stored event, read and about to move.
struct Moving<'a, 'e> {
    row: Place,
    from: IssueId,
    to: IssueId,
    event: &'a Event<'e>,
    facts: Facts,
}

/// Where an event is stored.
struct Place {
    id: i64,
    project: ProjectId,
    event_id: Vec<u8>,
    timestamp: Timestamp,
}

/// What both sides need to read of stored events.
pub(super) struct Reading<'g> {
    pub(super) dictionaries: &'g Dictionaries,
    pub(super) grouper: &'g Grouper,
}

/// Moves events to other issues of their project, and what was counted of them.
///
/// That is totals, hours, users, tags, the times of the first and the last event, releases, what
/// the issues look like (that follows their newest events, as `grouper` describes them), and
/// feedback.
///
/// Rows that are gone, not in the issue that the move names, or in one that is being deleted, stay
/// as they are. Merged issues are followed on both sides. The column `hash_key` and the counts of
/// hashes stay as they are; whoever gives an event other hashes changes those. An issue that loses
/// all of its events stays, with none.
///
/// All counts are exact. The times of users and tags that stay in an issue are narrowed to those
/// of the issue, not to those of their remaining events, which nobody knows without reading them.
///
/// Call it inside [`crate::Database::write`] with a few hundred moves at a time. It locks the
/// projects.
///
/// # Errors
/// [`Error::Refused`] when an event would move to another project; when the database fails.
pub fn move_events(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    grouper: &Grouper,
    moves: &[EventMove<'_, '_>],
) -> Result<()> {
    let moving = check(conn, moves)?;
    if moving.is_empty() {
        return Ok(());
    }
    let reading = Reading {
        dictionaries,
        grouper,
    };
    point(conn, &moving)?;
    let mut lost_rows = false;
    for (from, of_issue) in by_issue(&moving, |it| it.from) {
        lost_rows |= take::take(conn, &reading, from, &of_issue)?;
    }
    for (to, of_issue) in by_issue(&moving, |it| it.to) {
        add::add(conn, &reading, to, &of_issue)?;
    }
    if lost_rows {
        let projects: BTreeSet<ProjectId> = moving.iter().map(|it| it.row.project).collect();
        for project in projects {
            // Writers remember which rows exist.
            project::note_hash_change(conn, project)?;
        }
    }
    Ok(())
}

/// Locks the projects and leaves out what cannot move.
fn check<'a, 'e>(conn: &mut Conn<'_>, moves: &[EventMove<'a, 'e>]) -> Result<Vec<Moving<'a, 'e>>> {
    let ids: Vec<i64> = moves.iter().map(|it| it.row_id).collect();
    let projects: BTreeSet<i64> = on!(conn, |c| event::table
        .filter(event::id.eq_any(&ids))
        .select(event::project_id)
        .load::<i64>(c))?
    .into_iter()
    .collect();
    for project in projects {
        project::lock_for_change(conn, ProjectId(project), None)?;
    }
    let mut places = places(conn, &ids)?;
    let mut targets = Targets::default();
    let mut moving = Vec::with_capacity(moves.len());
    for one in moves {
        let Some((place, issue)) = places.remove(&one.row_id) else {
            continue;
        };
        let from = targets.follow(conn, issue)?;
        let to = targets.follow(conn, one.to)?;
        if from == to || targets.follow(conn, one.from)? != from {
            continue;
        }
        // What is being deleted goes with its issue.
        if targets.project(conn, from)?.is_none() {
            continue;
        }
        if targets.project(conn, to)? != Some(place.project) {
            return Err(Error::Refused("Events stay in their project.".to_owned()));
        }
        let mut facts = Facts::of(one.event);
        facts.timestamp = place.timestamp;
        moving.push(Moving {
            row: place,
            from,
            to,
            event: one.event,
            facts,
        });
    }
    Ok(moving)
}

/// The places of the events and the issues that their rows name.
fn places(conn: &mut Conn<'_>, ids: &[i64]) -> Result<BTreeMap<i64, (Place, IssueId)>> {
    let rows: Vec<(i64, i64, Vec<u8>, i64, i64)> = on!(conn, |c| event::table
        .filter(event::id.eq_any(ids))
        .select((
            event::id,
            event::project_id,
            event::event_id,
            event::timestamp,
            event::issue_id
        ))
        .load(c))?;
    let places = rows
        .into_iter()
        .map(|(id, project, event_id, timestamp, issue)| {
            let place = Place {
                id,
                project: ProjectId(project),
                event_id,
                timestamp: Timestamp(timestamp),
            };
            (id, (place, IssueId(issue)))
        });
    Ok(places.collect())
}

/// What is asked of few issues again and again.
#[derive(Default)]
struct Targets {
    followed: BTreeMap<i64, IssueId>,
    projects: BTreeMap<i64, Option<ProjectId>>,
}

impl Targets {
    fn follow(&mut self, conn: &mut Conn<'_>, id: IssueId) -> Result<IssueId> {
        if let Some(target) = self.followed.get(&id.0) {
            return Ok(*target);
        }
        let target = follow(conn, id)?;
        self.followed.insert(id.0, target);
        Ok(target)
    }

    /// The project of an issue that is not being deleted.
    fn project(&mut self, conn: &mut Conn<'_>, id: IssueId) -> Result<Option<ProjectId>> {
        if let Some(project) = self.projects.get(&id.0) {
            return Ok(*project);
        }
        let issue = get(conn, id)?.filter(|issue| issue.status != Status::Deleting);
        let project = issue.map(|issue| issue.project_id);
        self.projects.insert(id.0, project);
        Ok(project)
    }
}

fn by_issue<'m, 'a, 'e>(
    moving: &'m [Moving<'a, 'e>],
    issue: impl Fn(&Moving<'a, 'e>) -> IssueId,
) -> BTreeMap<i64, Vec<&'m Moving<'a, 'e>>> {
    let mut groups: BTreeMap<i64, Vec<&Moving<'a, 'e>>> = BTreeMap::new();
    for one in moving {
        groups.entry(issue(one).0).or_default().push(one);
    }
    groups
}

/// Lets the rows of events and feedback name the new issues.
fn point(conn: &mut Conn<'_>, moving: &[Moving<'_, '_>]) -> Result<()> {
    let mut events = Rows::new([Number, Number]);
    let mut feedback = Rows::new([Number, Bytes, Number]);
    for one in moving {
        events.push([one.row.id, one.to.0].map(Cell::Number));
        feedback.push([
            Cell::Number(one.row.project.0),
            Cell::Bytes(&one.row.event_id),
            Cell::Number(one.to.0),
        ]);
    }
    events.execute(
        conn,
        "UPDATE event SET issue_id = e.column2",
        "WHERE event.id = e.column1",
    )?;
    feedback.execute(
        conn,
        "UPDATE feedback SET issue_id = e.column3",
        "WHERE feedback.project_id = e.column1 AND feedback.event_id = e.column2",
    )
}
