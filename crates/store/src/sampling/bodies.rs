//! Taking the bodies of stored events away, once later ones are worth more.

use diesel::prelude::*;
use watchfire_event::{Event, IssueId, ProjectId, Timestamp, decode};

use super::counted::{self, Bodiless};
use crate::attachment::removal;
use crate::conn::{Conn, on};
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::issue::{follow, readable};
use crate::new_event::Facts;
use crate::outcome::start_of_hour;
use crate::schema::{event, issue_latest};

/// How many bodies are read at a time.
const BODIES_MAX: usize = 100;

/// Of the bodies of an issue and hour, which stay.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Thinning {
    pub(crate) issue: i64,
    pub(crate) hour: i64,
    /// So many from the start stay.
    pub(crate) first: i64,
    /// Of the others every so many-th; nothing when none does.
    pub(crate) step: Option<i64>,
}

/// The rows of the events that lose their bodies: in the order of their arrival, without the one
/// that is kept as the latest.
pub(crate) fn to_thin(conn: &mut Conn<'_>, thinning: &Thinning) -> Result<Vec<i64>> {
    let latest: Option<Vec<u8>> = on!(conn, |c| issue_latest::table
        .find(thinning.issue)
        .filter(issue_latest::hour.eq(thinning.hour))
        .select(issue_latest::event_id)
        .first(c)
        .optional())?;
    let latest = latest.unwrap_or_default();
    let others: Vec<i64> = on!(conn, |c| event::table
        .filter(event::issue_id.eq(thinning.issue))
        .filter(event::timestamp.ge(start_of_hour(thinning.hour).0))
        .filter(event::timestamp.lt(start_of_hour(thinning.hour + 1).0))
        .filter(event::event_id.ne(&latest))
        .order(event::id)
        .offset(thinning.first)
        .select(event::id)
        .load(c))?;
    let stays = |place: i64| thinning.step.is_some_and(|step| place % step == 0);
    let places = others.into_iter().zip(1..);
    Ok(places
        .filter(|(_, place)| !stays(*place))
        .map(|(id, _)| id)
        .collect())
}

/// A stored event.
#[derive(Queryable, Selectable)]
#[diesel(table_name = event)]
struct Row {
    id: i64,
    project_id: i64,
    event_id: Vec<u8>,
    issue_id: i64,
    timestamp: i64,
    received_at: i64,
    dictionary_id: i64,
    body: Vec<u8>,
    hash_key: Option<i64>,
}

/// Takes the bodies of stored events away with their attachments. They stay counted.
pub(crate) fn drop_bodies(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    rows: &[i64],
    now: Timestamp,
) -> Result<()> {
    for rows in rows.chunks(BODIES_MAX) {
        let rows: Vec<Row> = on!(conn, |c| event::table
            .filter(event::id.eq_any(rows))
            .select(Row::as_select())
            .load(c))?;
        drop_some(conn, dictionaries, &rows, now)?;
    }
    Ok(())
}

fn drop_some(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    rows: &[Row],
    now: Timestamp,
) -> Result<()> {
    let mut read = Vec::with_capacity(rows.len());
    for row in rows {
        let issue = follow(conn, IssueId(row.issue_id))?.0;
        read.push((row, issue, facts(conn, dictionaries, row)?));
        let id = std::slice::from_ref(&row.event_id);
        removal::of_events(conn, ProjectId(row.project_id), id, now)?;
    }
    let events: Vec<Bodiless<'_>> = read
        .iter()
        .map(|(row, issue, facts)| Bodiless {
            project: ProjectId(row.project_id),
            event_id: &row.event_id,
            issue: *issue,
            hash_key: row.hash_key.unwrap_or(0),
            received_at: Timestamp(row.received_at),
            facts,
            looks: None,
        })
        .collect();
    counted::save(conn, &events)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    on!(conn, |c| diesel::delete(event::table)
        .filter(event::id.eq_any(&ids))
        .execute(c))?;
    Ok(())
}

/// What is counted of a stored event. One that cannot be read counts by its time alone.
fn facts(conn: &mut Conn<'_>, dictionaries: &Dictionaries, row: &Row) -> Result<Facts> {
    let text = readable(dictionaries.decompress(conn, &row.body, row.dictionary_id))?;
    let text = text.unwrap_or_default();
    let draft = decode(&text).unwrap_or_default();
    let mut facts = Facts::of(&Event::from_draft(draft, Timestamp(row.received_at)));
    facts.timestamp = Timestamp(row.timestamp);
    Ok(facts)
}

/// The event that an issue keeps as its latest, until a later one comes.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = issue_latest)]
pub(crate) struct Latest {
    pub(crate) issue_id: i64,
    pub(crate) hour: i64,
    pub(crate) event_id: Vec<u8>,
    pub(crate) seen_at: i64,
}

/// Those of some issues.
pub(crate) fn latest(conn: &mut Conn<'_>, issues: &[i64]) -> Result<Vec<Latest>> {
    Ok(on!(conn, |c| issue_latest::table
        .filter(issue_latest::issue_id.eq_any(issues))
        .select(Latest::as_select())
        .load(c))?)
}

/// Keeps an event as the latest of its issue.
pub(crate) fn set_latest(conn: &mut Conn<'_>, latest: &Latest) -> Result<()> {
    let row = (
        issue_latest::issue_id.eq(latest.issue_id),
        issue_latest::hour.eq(latest.hour),
        issue_latest::event_id.eq(&latest.event_id),
        issue_latest::seen_at.eq(latest.seen_at),
    );
    on!(conn, |c| diesel::insert_into(issue_latest::table)
        .values(row)
        .on_conflict(issue_latest::issue_id)
        .do_update()
        .set((
            issue_latest::hour.eq(latest.hour),
            issue_latest::event_id.eq(&latest.event_id),
            issue_latest::seen_at.eq(latest.seen_at),
        ))
        .execute(c))?;
    Ok(())
}

/// Forgets the latest of an issue, as one that is kept anyway is later.
pub(crate) fn forget_latest(conn: &mut Conn<'_>, issue: i64) -> Result<()> {
    on!(conn, |c| diesel::delete(issue_latest::table.find(issue))
        .execute(c))?;
    Ok(())
}

/// The row of an event of a project, when it is stored.
pub(crate) fn row_of(
    conn: &mut Conn<'_>,
    project: ProjectId,
    event_id: &[u8],
) -> Result<Option<i64>> {
    Ok(on!(conn, |c| event::table
        .filter(event::project_id.eq(project.0))
        .filter(event::event_id.eq(event_id))
        .select(event::id)
        .first(c)
        .optional())?)
}
