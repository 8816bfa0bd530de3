//! Makes and updates the issues of a batch.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::known::{Known, Owner, Row};
use super::place::PlannedIssue;
use super::totals::Totals;
use super::{counters, links};
use crate::activity::{self, ActivityKind};
use crate::conn::{Conn, on};
use crate::error::{Error, Result};
use crate::issue::{Status, Substatus, hidden};
use crate::new_event::Looks;
use crate::rows::{Cell, Column, Rows};
use crate::schema::issue;

/// An issue with its number and what is added to it.
pub(crate) struct Counted<'e> {
    pub(crate) id: i64,
    pub(crate) is_new: bool,
    pub(crate) regressed: bool,
    pub(crate) totals: Totals<'e>,
    /// Those of the event that happened last.
    pub(crate) looks: &'e Looks,
}

/// Makes the new issues, links the hashes, adds to the totals of the others, and reopens those
/// that were resolved. Returns them in the order of `planned`.
pub(super) fn save<'e>(
    conn: &mut Conn<'_>,
    planned: &[PlannedIssue<'e>],
    known: &mut Known,
) -> Result<Vec<Counted<'e>>> {
    let mut counted = Vec::with_capacity(planned.len());
    for issue in planned {
        let Some(totals) = Totals::of(issue.events.iter().map(|event| &event.facts)) else {
            continue;
        };
        let Some(newest) = issue.events.get(totals.newest) else {
            continue;
        };
        let looks = &newest.looks;
        let (id, is_new) = match issue.id {
            Some(id) => (id, false),
            None => (create(conn, issue, &totals, looks)?, true),
        };
        counted.push(Counted {
            id,
            is_new,
            regressed: false,
            totals,
            looks,
        });
    }
    links::save(conn, planned, &counted)?;
    remember_hashes(planned, &counted, known);
    mark_regressed(conn, planned, &mut counted)?;
    let new_users = count_new_users(conn, &counted, known)?;
    update(conn, &counted, &new_users)?;
    write_activity(conn, planned, &counted)?;
    Ok(counted)
}

/// Adds events that were stored before to issues that exist, with everything that is counted.
pub(crate) fn add_stored(conn: &mut Conn<'_>, counted: &[Counted<'_>]) -> Result<()> {
    // What the writer remembers is its own; here everything is asked for.
    let mut known = Known::default();
    let new_users = count_new_users(conn, counted, &mut known)?;
    update(conn, counted, &new_users)?;
    counters::save_of_issues(conn, counted, &mut known)?;
    Ok(())
}

fn create(
    conn: &mut Conn<'_>,
    planned: &PlannedIssue<'_>,
    totals: &Totals<'_>,
    looks: &Looks,
) -> Result<i64> {
    let first_release = planned
        .events
        .first()
        .and_then(|event| event.facts.release.as_ref());
    let user_count = i64::try_from(totals.users.len()).unwrap_or(i64::MAX);
    let (status, substatus) = match planned.is_muted() {
        true => (Status::Ignored, Substatus::ArchivedForever),
        false => (Status::Unresolved, Substatus::New),
    };
    let row = (
        (
            issue::project_id.eq(planned.project.0),
            issue::short_number.eq(planned.short_number),
            issue::title.eq(&looks.title),
            issue::culprit.eq(&looks.culprit),
            issue::kind.eq(&looks.kind),
            issue::value.eq(&looks.value),
            issue::filename.eq(&looks.filename),
            issue::function.eq(&looks.function),
            issue::logger.eq(&looks.logger),
            issue::platform.eq(&looks.platform),
            issue::level.eq(looks.level),
        ),
        (
            issue::status.eq(status.number()),
            issue::substatus.eq(substatus.number()),
            issue::is_unhandled.eq(totals.is_unhandled),
            issue::first_seen.eq(totals.seen.first),
            issue::last_seen.eq(totals.seen.last),
            issue::event_count.eq(totals.event_count),
            issue::user_count.eq(user_count),
            issue::first_release.eq(first_release),
            issue::last_release.eq(totals.last_release),
        ),
    );
    Ok(on!(conn, |c| diesel::insert_into(issue::table)
        .values(row)
        .returning(issue::id)
        .get_result(c))?)
}

fn remember_hashes(planned: &[PlannedIssue<'_>], counted: &[Counted<'_>], known: &mut Known) {
    for (issue, counted) in planned.iter().zip(counted) {
        for hash in &issue.new_hashes {
            known.add_owner(issue.project, *hash, Owner::Issue(counted.id));
        }
    }
}

/// Finds the resolved ones among the issues that existed and got events that no rule archives, and
/// checks that all of them still exist.
fn mark_regressed(
    conn: &mut Conn<'_>,
    planned: &[PlannedIssue<'_>],
    counted: &mut [Counted<'_>],
) -> Result<()> {
    let mut ids = Rows::new([Column::Number]);
    let existing = || counted.iter().filter(|issue| !issue.is_new);
    existing().for_each(|issue| ids.push([Cell::Number(issue.id)]));
    let states = ids.load(
        conn,
        "SELECT i.id, CAST(i.status AS BIGINT)",
        "JOIN issue AS i ON i.id = e.column1",
    )?;
    if states.len() < existing().count() {
        // An issue that is remembered was deleted; the caller forgets and tries again.
        return Err(Error::NotFound);
    }
    for (id, status) in states {
        let is = |other: Status| status == i64::from(other.number());
        if is(Status::Deleting) {
            // Its hashes were freed meanwhile; the caller forgets and tries again.
            return Err(Error::NotFound);
        }
        // A rule had moved all of its events away, and left it the hashes.
        let before = match is(Status::Merged) {
            true => hidden::revive(conn, id)?,
            false => None,
        };
        if is(Status::Resolved) || before == Some(Status::Resolved) {
            let issue = counted.iter_mut().zip(planned);
            let mut issue = issue.filter(|(counted, _)| counted.id == id);
            if let Some((counted, planned)) = issue.next() {
                counted.regressed = !planned.is_muted();
            }
        }
    }
    Ok(())
}

/// How many users the issues that existed have not had before, by issue.
fn count_new_users(
    conn: &mut Conn<'_>,
    counted: &[Counted<'_>],
    known: &mut Known,
) -> Result<BTreeMap<i64, i64>> {
    let mut unknown = Rows::new([Column::Number, Column::Number]);
    let mut new_users: BTreeMap<i64, i64> = BTreeMap::new();
    for issue in counted.iter().filter(|issue| !issue.is_new) {
        for user in issue.totals.users.keys() {
            if !known.has(&Row::User(issue.id, *user)) {
                unknown.push([Cell::Number(issue.id), Cell::Number(*user)]);
                *new_users.entry(issue.id).or_default() += 1;
            }
        }
    }
    let existing = unknown.load(
        conn,
        "SELECT u.issue_id, u.user_hash",
        "JOIN issue_user AS u ON u.issue_id = e.column1 AND u.user_hash = e.column2",
    )?;
    for (issue, _) in existing {
        *new_users.entry(issue).or_default() -= 1;
    }
    for issue in counted {
        for user in issue.totals.users.keys() {
            known.add(&Row::User(issue.id, *user));
        }
    }
    Ok(new_users)
}

/// Adds to the totals of the issues that existed. What the list shows of an issue follows its
/// newest event.
fn update(
    conn: &mut Conn<'_>,
    counted: &[Counted<'_>],
    new_users: &BTreeMap<i64, i64>,
) -> Result<()> {
    use Column::{Flag, Number, Text};

    let mut rows = Rows::new([
        Number, Number, Number, Number, Number, Flag, Flag, Text, Text, Text, Text, Text, Text,
        Text, Text, Text, Number,
    ]);
    for issue in counted.iter().filter(|issue| !issue.is_new) {
        let totals = &issue.totals;
        let looks = issue.looks;
        rows.push([
            Cell::Number(issue.id),
            Cell::Number(totals.event_count),
            Cell::Number(new_users.get(&issue.id).copied().unwrap_or(0)),
            Cell::Number(totals.seen.first),
            Cell::Number(totals.seen.last),
            Cell::Flag(totals.is_unhandled),
            Cell::Flag(issue.regressed),
            Cell::MaybeText(totals.last_release),
            Cell::Text(&looks.title),
            Cell::Text(&looks.culprit),
            Cell::Text(&looks.kind),
            Cell::Text(&looks.value),
            Cell::Text(&looks.filename),
            Cell::Text(&looks.function),
            Cell::MaybeText(looks.logger.as_deref()),
            Cell::MaybeText(looks.platform.as_deref()),
            Cell::Number(i64::from(looks.level)),
        ]);
    }
    rows.execute(conn, UPDATE, "WHERE issue.id = e.column1")
}

/// The columns are those of [`update`]. 0 and 6 are the status and substatus of a regression.
const UPDATE: &str = "UPDATE issue SET \
    event_count = issue.event_count + e.column2, \
    user_count = issue.user_count + e.column3, \
    first_seen = CASE WHEN e.column4 < issue.first_seen THEN e.column4 ELSE issue.first_seen END, \
    last_seen = CASE WHEN e.column5 > issue.last_seen THEN e.column5 ELSE issue.last_seen END, \
    is_unhandled = issue.is_unhandled OR e.column6, \
    status = CASE WHEN e.column7 THEN 0 ELSE issue.status END, \
    substatus = CASE WHEN e.column7 THEN 6 ELSE issue.substatus END, \
    resolved_at = CASE WHEN e.column7 THEN NULL ELSE issue.resolved_at END, \
    last_release = CASE WHEN e.column5 >= issue.last_seen \
        THEN COALESCE(e.column8, issue.last_release) ELSE issue.last_release END, \
    title = CASE WHEN e.column5 >= issue.last_seen THEN e.column9 ELSE issue.title END, \
    culprit = CASE WHEN e.column5 >= issue.last_seen THEN e.column10 ELSE issue.culprit END, \
    kind = CASE WHEN e.column5 >= issue.last_seen THEN e.column11 ELSE issue.kind END, \
    value = CASE WHEN e.column5 >= issue.last_seen THEN e.column12 ELSE issue.value END, \
    filename = CASE WHEN e.column5 >= issue.last_seen THEN e.column13 ELSE issue.filename END, \
    function = CASE WHEN e.column5 >= issue.last_seen THEN e.column14 ELSE issue.function END, \
    logger = CASE WHEN e.column5 >= issue.last_seen THEN e.column15 ELSE issue.logger END, \
    platform = CASE WHEN e.column5 >= issue.last_seen THEN e.column16 ELSE issue.platform END, \
    level = CASE WHEN e.column5 >= issue.last_seen THEN e.column17 ELSE issue.level END";

fn write_activity(
    conn: &mut Conn<'_>,
    planned: &[PlannedIssue<'_>],
    counted: &[Counted<'_>],
) -> Result<()> {
    for (planned, issue) in planned.iter().zip(counted) {
        let Some(first) = planned.events.first() else {
            continue;
        };
        let kind = match (issue.is_new, issue.regressed) {
            (true, _) => ActivityKind::FirstSeen,
            (false, true) => ActivityKind::SetRegression,
            (false, false) => continue,
        };
        let data = serde_json::json!({
            "event_id": first.event_id.to_string(),
            "version": first.facts.release,
        });
        activity::add(
            conn,
            issue.id,
            None,
            kind,
            &data.to_string(),
            first.received_at,
        )?;
    }
    Ok(())
}
