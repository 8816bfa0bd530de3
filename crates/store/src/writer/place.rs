//! Which issue each event of a batch belongs to.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use watchfire_event::{ProjectId, Timestamp};
use watchfire_grouping::Hash;

use super::discards::Discards;
use super::known::{AnyHash, Known, Owner};
use crate::conn::{Conn, on};
use crate::error::{Error, Result};
use crate::new_event::NewEvent;
use crate::project;
use crate::sampling::Settings;
use crate::schema::{counted_event, event, issue, issue_hash};

/// Where the events of a batch go.
pub(super) struct Plan<'e> {
    /// For each event of the batch, in its order.
    pub(super) places: Vec<Place>,
    /// The issues that get events.
    pub(super) issues: Vec<PlannedIssue<'e>>,
    /// The events that go nowhere.
    pub(super) discards: Discards,
    /// What is known of the projects.
    pub(super) projects: BTreeMap<ProjectId, PlannedProject>,
}

/// A project that gets events.
pub(super) struct PlannedProject {
    pub(super) settings: Settings,
    /// When the last of the events came in.
    pub(super) received_at: Timestamp,
    /// Until when there may be ids of events without a body, in microseconds since 1970.
    pub(super) counted_until: i64,
}

/// Where one event goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The project has it already, in this issue.
    Stored(i64),
    /// The same id stands earlier in this batch, at this place of it.
    Repeated(usize),
    /// Into the planned issue of this index.
    Issue(usize),
    /// Nowhere: its issue was discarded.
    Discarded,
}

/// An issue that gets events.
pub(super) struct PlannedIssue<'e> {
    /// Its number; `None` for one that does not exist yet.
    pub(super) id: Option<i64>,
    pub(super) project: ProjectId,
    /// Its number within the project, for one that does not exist yet.
    pub(super) short_number: i64,
    /// Hashes that are to be linked to it.
    pub(super) new_hashes: Vec<Hash>,
    /// Its events in the order of the batch; at least one.
    pub(super) events: Vec<&'e NewEvent>,
}

/// Places the events. Locks their projects first, so that no other process makes an issue of the
/// same hash meanwhile.
pub(super) fn place<'e>(
    conn: &mut Conn<'_>,
    batch: &[&'e NewEvent],
    known: &mut Known,
) -> Result<Plan<'e>> {
    let mut by_project: BTreeMap<ProjectId, Vec<usize>> = BTreeMap::new();
    for (index, event) in batch.iter().enumerate() {
        by_project.entry(event.project).or_default().push(index);
    }
    let mut plan = Plan {
        places: vec![Place::Stored(0); batch.len()],
        issues: Vec::new(),
        discards: Discards::default(),
        projects: BTreeMap::new(),
    };
    for (project, indices) in by_project {
        let events: Vec<(usize, &NewEvent)> = indices
            .into_iter()
            .filter_map(|index| Some((index, *batch.get(index)?)))
            .collect();
        place_in_project(conn, project, &events, known, &mut plan)?;
    }
    Ok(plan)
}

fn place_in_project<'e>(
    conn: &mut Conn<'_>,
    project: ProjectId,
    events: &[(usize, &'e NewEvent)],
    known: &mut Known,
    plan: &mut Plan<'e>,
) -> Result<()> {
    let first_event_at = events.iter().map(|(_, event)| event.received_at).min();
    let locked = project::lock_for_change(conn, project, first_event_at)?;
    known.refresh(project, locked.hash_change_count);
    let settings = known.settings(project, &locked.settings);
    let planned = PlannedProject::new(settings, locked.counted_until, events);
    let mut stored = stored_already(conn, project, events)?;
    if planned.counted_until >= planned.received_at.0 {
        stored.extend(counted_already(conn, project, events)?);
    }
    plan.projects.insert(project, planned);
    look_up_hashes(conn, project, events, known)?;

    let mut short_id = locked.next_short_id;
    let mut seen: HashMap<_, usize> = HashMap::with_capacity(events.len());
    let mut planned: HashMap<Hash, usize> = HashMap::new();
    for (index, event) in events {
        let place = if let Some(issue) = stored.get(event.event_id.as_bytes().as_slice()) {
            Place::Stored(*issue)
        } else if let Some(earlier) = seen.get(&event.event_id) {
            Place::Repeated(*earlier)
        } else {
            seen.insert(event.event_id, *index);
            plan.add(event, known, &mut planned, &mut short_id)
        };
        if let Some(slot) = plan.places.get_mut(*index) {
            *slot = place;
        }
    }
    if short_id != locked.next_short_id {
        project::set_next_short_id(conn, project, short_id)?;
    }
    Ok(())
}

impl PlannedProject {
    fn new(settings: Settings, counted_until: i64, events: &[(usize, &NewEvent)]) -> Self {
        let received_at = events.iter().map(|(_, event)| event.received_at).max();
        Self {
            settings,
            received_at: received_at.unwrap_or(Timestamp(0)),
            counted_until,
        }
    }
}

/// Where the first known hash of an event leads.
enum Found {
    Planned(usize),
    Owned(Owner),
}

impl<'e> Plan<'e> {
    /// How many events of the batch go into issues of a project.
    pub(super) fn events_of(&self, project: ProjectId) -> i64 {
        let issues = self.issues.iter().filter(|it| it.project == project);
        let count: usize = issues.map(|issue| issue.events.len()).sum();
        i64::try_from(count).unwrap_or(i64::MAX)
    }

    /// Plans an event to where the first of its hashes leads that is known, its own ones before
    /// the fallbacks; else into a new issue. Its other hashes follow, unless they lead somewhere
    /// already: a hash never moves by itself.
    fn add(
        &mut self,
        event: &'e NewEvent,
        known: &mut Known,
        planned: &mut HashMap<Hash, usize>,
        short_id: &mut i64,
    ) -> Place {
        let lead = |hash: AnyHash| {
            let of_batch = match hash {
                AnyHash::Ours(hash) => planned.get(&hash).copied().map(Found::Planned),
                AnyHash::Sentry(_) => None,
            };
            of_batch.or_else(|| known.owner(event.project, hash).map(Found::Owned))
        };
        let own = event.hashes.iter().find_map(|hash| lead((*hash).into()));
        let is_own = own.is_some();
        let fallback = || event.fallbacks.iter().find_map(|hash| lead((*hash).into()));
        let index = match own.or_else(fallback) {
            Some(Found::Planned(index)) => index,
            Some(Found::Owned(Owner::Issue(id))) => self.index_of(id, event.project),
            Some(Found::Owned(Owner::Tombstone(tombstone))) => {
                self.discard(event, tombstone, is_own, known);
                return Place::Discarded;
            }
            None => {
                self.issues
                    .push(PlannedIssue::new(None, event.project, *short_id));
                *short_id += 1;
                self.issues.len() - 1
            }
        };
        if let Some(issue) = self.issues.get_mut(index) {
            for hash in &event.hashes {
                if !planned.contains_key(hash) && known.owner(event.project, *hash).is_none() {
                    planned.insert(*hash, index);
                    issue.new_hashes.push(*hash);
                }
            }
            issue.events.push(event);
        }
        Place::Issue(index)
    }

    /// Counts an event for a tombstone. One that was found by a fallback gets the event's own
    /// hashes, as an issue would.
    fn discard(&mut self, event: &NewEvent, tombstone: i64, is_own: bool, known: &mut Known) {
        self.discards.add(tombstone, event);
        if is_own {
            return;
        }
        for hash in &event.hashes {
            if known.owner(event.project, *hash).is_none() {
                self.discards.link(tombstone, event, *hash);
                known.add_owner(event.project, *hash, Owner::Tombstone(tombstone));
            }
        }
    }

    fn index_of(&mut self, id: i64, project: ProjectId) -> usize {
        self.index_of_existing(id).unwrap_or_else(|| {
            self.issues.push(PlannedIssue::new(Some(id), project, 0));
            self.issues.len() - 1
        })
    }

    fn index_of_existing(&self, id: i64) -> Option<usize> {
        self.issues.iter().position(|issue| issue.id == Some(id))
    }
}

impl PlannedIssue<'_> {
    /// Whether rules archive all of its events: nobody is to be alerted.
    pub(super) fn is_muted(&self) -> bool {
        self.events.iter().all(|event| event.is_muted)
    }

    fn new(id: Option<i64>, project: ProjectId, short_number: i64) -> Self {
        Self {
            id,
            project,
            short_number,
            new_hashes: Vec::new(),
            events: Vec::new(),
        }
    }
}

/// The issues of those events that the project has already, by event id.
fn stored_already(
    conn: &mut Conn<'_>,
    project: ProjectId,
    events: &[(usize, &NewEvent)],
) -> Result<HashMap<Vec<u8>, i64>> {
    let ids = events
        .iter()
        .map(|(_, event)| event.event_id.as_bytes().as_slice());
    let rows = event::table
        .filter(event::project_id.eq(project.0))
        .select((event::event_id, event::issue_id));
    match conn {
        // One statement for one id stays prepared; one for a list would be prepared anew.
        Conn::Sqlite(c) => {
            let find = |id| {
                let row = rows.filter(event::event_id.eq(id));
                row.first(*c).optional().map_err(Error::from).transpose()
            };
            ids.filter_map(find).collect()
        }
        // Each statement is a journey to the server.
        Conn::Pg(c) => {
            let ids: Vec<&[u8]> = ids.collect();
            let found: Vec<(Vec<u8>, i64)> = rows.filter(event::event_id.eq_any(&ids)).load(*c)?;
            Ok(found.into_iter().collect())
        }
    }
}

/// The issues of those events that were counted without a body, by event id. As those that have
/// one, they are forgotten with their issue.
fn counted_already(
    conn: &mut Conn<'_>,
    project: ProjectId,
    events: &[(usize, &NewEvent)],
) -> Result<Vec<(Vec<u8>, i64)>> {
    let ids = events
        .iter()
        .map(|(_, event)| event.event_id.as_bytes().as_slice());
    let ids: Vec<&[u8]> = ids.collect();
    Ok(on!(conn, |c| counted_event::table
        .filter(counted_event::project_id.eq(project.0))
        .filter(counted_event::event_id.eq_any(&ids))
        .filter(counted_event::issue_id.eq_any(issue::table.select(issue::id)))
        .select((counted_event::event_id, counted_event::issue_id))
        .load(c))?)
}

/// Reads the owners of hashes that are not remembered: first those of the events' own hashes, then
/// those of the fallbacks of events that are still not known.
fn look_up_hashes(
    conn: &mut Conn<'_>,
    project: ProjectId,
    events: &[(usize, &NewEvent)],
    known: &mut Known,
) -> Result<()> {
    let own = events.iter().flat_map(|(_, event)| &event.hashes);
    let own: Vec<AnyHash> = own.map(|hash| (*hash).into()).collect();
    look_up(conn, project, &own, known)?;
    let is_unknown = |event: &NewEvent| {
        let mut hashes = event.hashes.iter();
        hashes.all(|hash| known.owner(project, *hash).is_none())
    };
    let unknown = events.iter().filter(|(_, event)| is_unknown(event));
    let fallbacks = unknown.flat_map(|(_, event)| &event.fallbacks);
    let fallbacks: Vec<AnyHash> = fallbacks.map(|hash| (*hash).into()).collect();
    look_up(conn, project, &fallbacks, known)
}

/// Reads the owners of those of the hashes that are not remembered.
fn look_up(
    conn: &mut Conn<'_>,
    project: ProjectId,
    hashes: &[AnyHash],
    known: &mut Known,
) -> Result<()> {
    let unknown: Vec<&[u8]> = hashes
        .iter()
        .filter(|hash| known.owner(project, **hash).is_none())
        .map(AnyHash::as_bytes)
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let found: Vec<(Vec<u8>, Option<i64>, Option<i64>)> = on!(conn, |c| issue_hash::table
        .filter(issue_hash::project_id.eq(project.0))
        .filter(issue_hash::hash.eq_any(&unknown))
        .select((
            issue_hash::hash,
            issue_hash::issue_id,
            issue_hash::tombstone_id
        ))
        .load(c))?;
    for (hash, issue, tombstone) in found {
        let owner = issue.map(Owner::Issue);
        let owner = owner.or(tombstone.map(Owner::Tombstone));
        if let (Some(hash), Some(owner)) = (AnyHash::from_slice(&hash), owner) {
            known.add_owner(project, hash, owner);
        }
    }
    Ok(())
}
