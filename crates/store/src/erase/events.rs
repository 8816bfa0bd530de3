//! The events of a person, with what belongs to them and was counted of them.

use diesel::prelude::*;
use watchfire_event::json::Value;
use watchfire_event::{Event, EventId, ProjectId, Timestamp};

use super::data::Data;
use super::identity::Known;
use super::work::Tools;
use crate::attachment::removal;
use crate::conn::{Conn, on};
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::issue;
use crate::project;
use crate::schema::feedback;
use crate::stored::{self, Place, StoredEvent};
use crate::wipe::learned::Learned;

/// How many events are looked at in a step.
const STEP: usize = 200;

/// Events that are looked at together.
pub(super) struct Window {
    places: Vec<Place>,
    stored: Vec<StoredEvent>,
}

/// An event of the person.
pub(super) struct Theirs<'w> {
    row_id: i64,
    event_id: EventId,
    event: Event<'w>,
}

impl Window {
    /// The events of a project stored after a row.
    pub(super) fn read(
        conn: &mut Conn<'_>,
        dictionaries: &Dictionaries,
        project: ProjectId,
        after: i64,
    ) -> Result<Self> {
        let places = stored::places_after(conn, project, after, STEP)?;
        let rows: Vec<i64> = places.iter().map(|place| place.row_id).collect();
        Ok(Self {
            stored: stored::any_of_rows(conn, dictionaries, &rows)?,
            places,
        })
    }

    /// Whether all of them came in after a time; also when there are none.
    pub(super) fn is_after(&self, time: Timestamp) -> bool {
        self.places.iter().all(|place| place.received_at > time)
    }

    pub(super) fn looked_at(&self) -> i64 {
        i64::try_from(self.places.len()).unwrap_or(i64::MAX)
    }

    pub(super) fn unreadable(&self) -> i64 {
        let readable = self.stored.iter().filter(|it| it.event().is_some()).count();
        self.looked_at() - i64::try_from(readable).unwrap_or(0)
    }

    /// The last row.
    pub(super) fn end(&self) -> Option<i64> {
        self.places.last().map(|place| place.row_id)
    }

    /// Those of a person.
    pub(super) fn of(&self, person: &Known) -> Vec<Theirs<'_>> {
        let found = self.stored.iter().filter_map(|stored| {
            let event = stored.event().filter(|event| person.has_event(event))?;
            Some(Theirs {
                row_id: stored.row_id,
                event_id: stored.event_id,
                event,
            })
        });
        found.collect()
    }
}

/// Removes events of the person with their attachments and the feedback about them.
pub(super) fn remove(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    (project, now): (ProjectId, Timestamp),
    theirs: &[Theirs<'_>],
    data: &mut Data,
    tools: &mut Tools,
) -> Result<()> {
    if theirs.is_empty() {
        return Ok(());
    }
    project::lock_for_change(conn, project, None)?;
    for one in theirs {
        note(&mut tools.learned, &one.event);
    }
    let ids: Vec<Vec<u8>> = theirs
        .iter()
        .map(|one| one.event_id.as_bytes().to_vec())
        .collect();
    data.count("attachment", removal::of_events(conn, project, &ids, now)?);
    let about: Vec<i64> = on!(conn, |c| feedback::table
        .filter(feedback::project_id.eq(project.0))
        .filter(feedback::event_id.eq_any(&ids))
        .select(feedback::id)
        .load(c))?;
    remove_feedback(conn, (project, now), &about, data)?;
    let events: Vec<(i64, &Event<'_>)> = theirs.iter().map(|it| (it.row_id, &it.event)).collect();
    let issues = issue::remove_events(conn, dictionaries, &tools.grouper, &events)?;
    data.issues.extend(issues.iter().map(|id| id.0));
    data.count("event", theirs.len());
    Ok(())
}

/// Removes messages with their attachments.
pub(super) fn remove_feedback(
    conn: &mut Conn<'_>,
    (project, now): (ProjectId, Timestamp),
    ids: &[i64],
    data: &mut Data,
) -> Result<()> {
    let own_ids: Vec<Vec<u8>> = on!(conn, |c| feedback::table
        .filter(feedback::id.eq_any(ids))
        .select(feedback::feedback_id)
        .load(c))?;
    data.count(
        "attachment",
        removal::of_events(conn, project, &own_ids, now)?,
    );
    let count = on!(conn, |c| diesel::delete(feedback::table)
        .filter(feedback::id.eq_any(ids))
        .execute(c))?;
    data.count("feedback", count);
    Ok(())
}

/// Remembers which dictionaries learned what an event says of its user, and which of those that were
/// trained since it came in learned anything of it.
pub(super) fn note(learned: &mut Learned, event: &Event<'_>) {
    if let Some(user) = event.body.get("user") {
        each_text(user, &mut |text| learned.note(text, None));
    }
    for (_, value) in event.body.iter() {
        each_text(value, &mut |text| {
            learned.note_since(text, event.received_at)
        });
    }
}

fn each_text(value: &Value<'_>, work: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => work(text),
        Value::Object(object) => object.iter().for_each(|(_, value)| each_text(value, work)),
        Value::Array(list) => list.iter().for_each(|value| each_text(value, work)),
        _ => {}
    }
}
