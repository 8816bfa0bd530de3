//! Moves a few events to where their new hashes belong.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use watchfire_event::{Event, IssueId, ProjectId, Timestamp};
use watchfire_grouping::Hash;

use super::event::{Regrouped, Rules};
use super::hashes::{self, Rehashed};
use super::plan::{Owner, Place, Plan};
use super::{moved, owners};
use crate::conn::{Conn, on};
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::event::hash_key;
use crate::issue::{self, EventMove, Status};
use crate::project;
use crate::schema::{event as event_table, issue as issue_table};
use crate::stored::StoredEvent;

/// An event that may move.
pub(super) struct Moving<'s> {
    stored: &'s StoredEvent,
    event: Event<'s>,
    regrouped: Regrouped,
    planned: Place,
}

impl<'s> Moving<'s> {
    pub(super) fn of(
        stored: &'s StoredEvent,
        rules: &Rules,
        kinds: &HashMap<i64, usize>,
        plan: &Plan,
    ) -> Option<Self> {
        let kind = *kinds.get(&stored.row_id)?;
        Some(Self {
            stored,
            event: stored.event()?,
            regrouped: rules.regroup(stored)?,
            planned: plan.places.get(kind).copied().unwrap_or(Place::Stay),
        })
    }

    fn hashes(&self) -> impl Iterator<Item = Vec<u8>> {
        let after = &self.regrouped.after;
        let own = after.hashes.iter().map(|hash| hash.0.to_vec());
        own.chain(after.fallbacks.iter().map(|hash| hash.as_bytes().to_vec()))
    }
}

/// Moves a batch inside a transaction.
pub(super) struct Mover<'r> {
    pub(super) project: ProjectId,
    /// The job that remembers it.
    pub(super) job: Option<i64>,
    pub(super) rules: &'r Rules,
    pub(super) now: Timestamp,
}

impl Mover<'_> {
    /// Moves events to where their hashes belong, as the writer would have placed them, and
    /// returns from which issue to which.
    pub(super) fn run(
        &self,
        conn: &mut Conn<'_>,
        dictionaries: &Dictionaries,
        events: &[Moving<'_>],
        new: &mut HashMap<usize, i64>,
    ) -> Result<Vec<(i64, i64)>> {
        project::lock_for_change(conn, self.project, None)?;
        let asked: HashSet<Vec<u8>> = events.iter().flat_map(Moving::hashes).collect();
        let mut owners = owners::of(conn, self.project, &asked)?;
        let rows = current(conn, events.iter().map(|moving| moving.stored.row_id))?;
        let mut known = KnownIssues::default();
        let mut moves = Vec::new();
        let mut rehashed = Vec::new();
        let mut touched = Vec::new();
        for moving in events {
            let Some((issue, key)) = rows.get(&moving.stored.row_id).copied() else {
                continue;
            };
            let Some(target) = self.target(conn, moving, issue, &owners, new)? else {
                continue;
            };
            self.link(conn, moving, target, &mut owners)?;
            let other_hash = self.rehashed(moving, key);
            let target = known.come_back(conn, target)?;
            let is_elsewhere = known.follow(conn, issue)? != target;
            if is_elsewhere {
                moves.push((moving, issue, target));
            }
            if is_elsewhere || other_hash.is_some() {
                let to = if is_elsewhere { target } else { issue };
                touched.push((moving.stored.row_id, issue, to));
            }
            rehashed.extend(other_hash);
        }
        let moves_of: Vec<EventMove<'_, '_>> = moves
            .iter()
            .map(|(moving, from, to)| EventMove {
                row_id: moving.stored.row_id,
                from: IssueId(*from),
                to: IssueId(*to),
                event: &moving.event,
            })
            .collect();
        issue::move_events(conn, dictionaries, &self.rules.after, &moves_of)?;
        if let Some(job) = self.job {
            moved::record(conn, job, &touched)?;
        }
        hashes::rehash(conn, self.project, &rehashed)?;
        Ok(moves.iter().map(|(_, from, to)| (*from, *to)).collect())
    }

    /// The issue of an event; nothing when it stays where it is.
    fn target(
        &self,
        conn: &mut Conn<'_>,
        moving: &Moving<'_>,
        issue: i64,
        owners: &HashMap<Vec<u8>, Owner>,
        new: &mut HashMap<usize, i64>,
    ) -> Result<Option<i64>> {
        if moving.planned == Place::Stay {
            return Ok(None);
        }
        let mut own = moving.regrouped.after.hashes.iter();
        match own.find_map(|hash| owners.get(hash.0.as_slice())) {
            Some(Owner::Issue(id)) => return Ok(Some(*id)),
            Some(Owner::Nobody) => return Ok(None),
            None => {}
        }
        let number = match moving.planned {
            Place::Stay => return Ok(None),
            Place::Issue(id) => {
                let id = issue::follow(conn, IssueId(id))?;
                let is_there = owners::statuses(conn, &[id.0])?
                    .get(&id.0)
                    .is_some_and(|status| status.is_visible());
                // It was deleted meanwhile: what is left of the group stays together.
                return Ok(Some(if is_there { id.0 } else { issue }));
            }
            Place::New(number) => number,
        };
        if let Some(id) = new.get(&number) {
            return Ok(Some(*id));
        }
        let grouping = &moving.regrouped.after;
        let id = issue::create_empty(conn, self.project, &moving.event, grouping)?;
        new.insert(number, id.0);
        Ok(Some(id.0))
    }

    /// Links those hashes of an event that nobody owns to its issue, as the writer does.
    fn link(
        &self,
        conn: &mut Conn<'_>,
        moving: &Moving<'_>,
        target: i64,
        owners: &mut HashMap<Vec<u8>, Owner>,
    ) -> Result<()> {
        for hash in &moving.regrouped.after.hashes {
            if owners.contains_key(hash.0.as_slice()) {
                continue;
            }
            owners::link(conn, self.project, &hash.0, target, self.now)?;
            owners.insert(hash.0.to_vec(), Owner::Issue(target));
            if let Some(job) = self.job {
                hashes::note_link(conn, job, &hash.0, target)?;
            }
        }
        Ok(())
    }

    /// The change of an event's first hash; nothing when it has the new one already.
    fn rehashed(&self, moving: &Moving<'_>, key: Option<i64>) -> Option<Rehashed> {
        let to: Hash = *moving.regrouped.after.hashes.first()?;
        let before = moving.regrouped.before;
        (key != Some(hash_key(&to))).then(|| Rehashed {
            row_id: moving.stored.row_id,
            timestamp: moving.stored.timestamp,
            from: (key == Some(hash_key(&before))).then_some(before),
            to,
        })
    }
}

/// The issues and hash keys of rows as they are now, without those of issues that are being
/// deleted.
pub(super) fn current(
    conn: &mut Conn<'_>,
    rows: impl Iterator<Item = i64>,
) -> Result<HashMap<i64, (i64, Option<i64>)>> {
    let ids: Vec<i64> = rows.collect();
    let rows: Vec<(i64, i64, Option<i64>)> = on!(conn, |c| event_table::table
        .inner_join(issue_table::table.on(issue_table::id.eq(event_table::issue_id)))
        .filter(event_table::id.eq_any(&ids))
        .filter(issue_table::status.ne(Status::Deleting.number()))
        .select((
            event_table::id,
            event_table::issue_id,
            event_table::hash_key
        ))
        .load(c))?;
    let current = rows.into_iter().map(|(id, issue, key)| (id, (issue, key)));
    Ok(current.collect())
}

/// What a batch knows of issues, asked once.
#[derive(Default)]
pub(super) struct KnownIssues {
    back: HashMap<i64, i64>,
    followed: HashMap<i64, i64>,
}

impl KnownIssues {
    /// The issue that events go to, visible again if a regrouping had emptied and hidden it. One
    /// that people merged leads to where it went.
    pub(super) fn come_back(&mut self, conn: &mut Conn<'_>, issue: i64) -> Result<i64> {
        if let Some(known) = self.back.get(&issue) {
            return Ok(*known);
        }
        let status = owners::statuses(conn, &[issue])?.get(&issue).copied();
        let back = if status != Some(Status::Merged) {
            issue
        } else if hashes::has_any(conn, issue)? {
            issue::revive(conn, issue)?;
            self.followed.remove(&issue);
            issue
        } else {
            self.follow(conn, issue)?
        };
        self.back.insert(issue, back);
        Ok(back)
    }

    /// Where an issue went, if it was merged.
    pub(super) fn follow(&mut self, conn: &mut Conn<'_>, issue: i64) -> Result<i64> {
        if let Some(known) = self.followed.get(&issue) {
            return Ok(*known);
        }
        let target = issue::follow(conn, IssueId(issue))?.0;
        self.followed.insert(issue, target);
        Ok(target)
    }
}
