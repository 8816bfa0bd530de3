//! Bodies whose compression dictionary was retired while they waited: they are compressed anew, so
//! that none needs a dictionary that goes.

use std::collections::{BTreeSet, HashMap};

use watchfire_event::{EventId, ProjectId};

use super::NewRecord;
use super::batch::Items;
use crate::conn::Conn;
use crate::dictionary::{Dictionaries, NONE};
use crate::error::Result;
use crate::new_event::NewEvent;

/// What a batch stores in the place of such bodies; nearly always nothing.
#[derive(Default)]
pub(super) struct Renewed {
    events: HashMap<(ProjectId, EventId), (Vec<u8>, i64)>,
    /// By their places in the batch.
    records: HashMap<usize, NewRecord>,
}

/// Compresses stale bodies of a batch anew. The projects must be locked: who retires a dictionary
/// waits for all locks before it looks for bodies that need it.
pub(super) fn renew(
    conn: &mut Conn<'_>,
    items: &Items<'_>,
    dictionaries: &Dictionaries,
) -> Result<Renewed> {
    let mut renewed = Renewed::default();
    let events = items.events.iter().map(|event| event.dictionary_id);
    let records = items.records.iter().filter_map(|it| it.dictionary());
    let used: BTreeSet<i64> = events.chain(records).filter(|id| *id > NONE).collect();
    if used.is_empty() {
        return Ok(renewed);
    }
    let retired = dictionaries.retired(conn, &used)?;
    if retired.is_empty() {
        return Ok(renewed);
    }
    for event in &items.events {
        if retired.contains(&event.dictionary_id) {
            let body = dictionaries.renew(conn, &event.body, event.dictionary_id)?;
            renewed.events.insert((event.project, event.event_id), body);
        }
    }
    for (place, record) in items.records.iter().enumerate() {
        if record.dictionary().is_some_and(|id| retired.contains(&id)) {
            let mut record = (*record).clone();
            if let Some((body, dictionary)) = record.packed() {
                (*body, *dictionary) = dictionaries.renew(conn, body, *dictionary)?;
            }
            renewed.records.insert(place, record);
        }
    }
    Ok(renewed)
}

impl Renewed {
    /// The body to store for an event, and its dictionary.
    pub(super) fn body<'b>(&'b self, event: &'b NewEvent) -> (&'b [u8], i64) {
        match self.events.get(&(event.project, event.event_id)) {
            Some((body, dictionary)) => (body, *dictionary),
            None => (&event.body, event.dictionary_id),
        }
    }

    /// The records to store.
    pub(super) fn records<'b>(&'b self, records: &[&'b NewRecord]) -> Vec<&'b NewRecord> {
        let of =
            |(place, record): (usize, &&'b NewRecord)| self.records.get(&place).unwrap_or(record);
        records.iter().enumerate().map(of).collect()
    }
}

impl NewRecord {
    /// The dictionary of its body, if it has one.
    fn dictionary(&self) -> Option<i64> {
        match self {
            Self::Attachment(_) | Self::Sessions(_) => None,
            Self::Feedback(new) => Some(new.dictionary_id),
            Self::Head(new) => Some(new.dictionary()),
        }
    }

    /// Its body and the dictionary of that.
    fn packed(&mut self) -> Option<(&mut Vec<u8>, &mut i64)> {
        match self {
            Self::Attachment(_) | Self::Sessions(_) => None,
            Self::Feedback(new) => Some((&mut new.body, &mut new.dictionary_id)),
            Self::Head(new) => Some(new.packed()),
        }
    }
}
