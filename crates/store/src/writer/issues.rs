//! Makes and updates the issues of a batch.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, SmallInt};

use super::known::{Known, Row};
use super::place::PlannedIssue;
use super::totals::Totals;
use crate::activity::{self, ActivityKind};
use crate::conn::{Conn, on};
use crate::error::{Error, Result};
use crate::issue::{Status, Substatus};
use crate::rows::Rows;
use crate::schema::{issue, issue_hash};

/// An issue of the batch with its number and what the batch adds to it.
pub(super) struct Counted<'e> {
    pub(super) id: i64,
    pub(super) is_new: bool,
    pub(super) regressed: bool,
    pub(super) totals: Totals<'e>,
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
        let Some(totals) = Totals::of(issue) else {
            continue;
        };
        let (id, is_new) = match issue.id {
            Some(id) => (id, false),
            None => (create(conn, issue, &totals)?, true),
        };
        counted.push(Counted {
            id,
            is_new,
            regressed: false,
            totals,
        });
    }
    link_hashes(conn, planned, &counted, known)?;
    mark_regressed(conn, &mut counted)?;
    let new_users = count_new_users(conn, &counted, known)?;
    update(conn, &counted, &new_users)?;
    write_activity(conn, planned, &counted)?;
    Ok(counted)
}

fn create(conn: &mut Conn<'_>, planned: &PlannedIssue<'_>, totals: &Totals<'_>) -> Result<i64> {
    let looks = &totals.newest.looks;
    let first_release = planned
        .events
        .first()
        .and_then(|event| event.release.as_ref());
    let user_count = i64::try_from(totals.users.len()).unwrap_or(i64::MAX);
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
            issue::status.eq(Status::Unresolved.number()),
            issue::substatus.eq(Substatus::New.number()),
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

fn link_hashes(
    conn: &mut Conn<'_>,
    planned: &[PlannedIssue<'_>],
    counted: &[Counted<'_>],
    known: &mut Known,
) -> Result<()> {
    for (issue, counted) in planned.iter().zip(counted) {
        for hash in &issue.new_hashes {
            let row = (
                issue_hash::project_id.eq(issue.project.0),
                issue_hash::hash.eq(hash.0.as_slice()),
                issue_hash::issue_id.eq(counted.id),
            );
            on!(conn, |c| diesel::insert_into(issue_hash::table)
                .values(row)
                .execute(c))?;
            known.add_issue(issue.project, *hash, counted.id);
        }
    }
    Ok(())
}

/// Finds the resolved ones among the issues that existed, and checks that all of them still exist.
fn mark_regressed(conn: &mut Conn<'_>, counted: &mut [Counted<'_>]) -> Result<()> {
    let ids: Vec<[i64; 1]> = counted
        .iter()
        .filter(|issue| !issue.is_new)
        .map(|issue| [issue.id])
        .collect();
    if ids.is_empty() {
        return Ok(());
    }
    let states: Rows<(BigInt, SmallInt)> = Rows::new(
        "SELECT i.id, i.status",
        &ids,
        "JOIN issue AS i ON i.id = CAST(e.value ->> 0 AS BIGINT)",
    );
    let states: Vec<(i64, i16)> = on!(conn, |c| states.load(c))?;
    if states.len() < ids.len() {
        // An issue that is remembered was deleted; the caller forgets and tries again.
        return Err(Error::NotFound);
    }
    for (id, status) in states {
        if status == Status::Resolved.number() {
            let issue = counted.iter_mut().find(|issue| issue.id == id);
            issue.into_iter().for_each(|issue| issue.regressed = true);
        }
    }
    Ok(())
}

/// How many users each issue has not had before.
fn count_new_users(
    conn: &mut Conn<'_>,
    counted: &[Counted<'_>],
    known: &mut Known,
) -> Result<Vec<i64>> {
    let mut unknown = Vec::new();
    for (index, issue) in counted
        .iter()
        .enumerate()
        .filter(|(_, issue)| !issue.is_new)
    {
        for user in issue.totals.users.keys() {
            if !known.has(&Row::User(issue.id, *user)) {
                unknown.push((issue.id, *user, index));
            }
        }
    }
    let mut new_users = vec![0; counted.len()];
    if !unknown.is_empty() {
        for (_, _, index) in &unknown {
            new_users
                .get_mut(*index)
                .into_iter()
                .for_each(|count| *count += 1);
        }
        let existing: Rows<BigInt> = Rows::new(
            "SELECT CAST(e.value ->> 2 AS BIGINT)",
            &unknown,
            "JOIN issue_user AS u ON u.issue_id = CAST(e.value ->> 0 AS BIGINT) \
             AND u.user_hash = CAST(e.value ->> 1 AS BIGINT)",
        );
        let existing: Vec<i64> = on!(conn, |c| existing.load(c))?;
        for index in existing {
            let count = usize::try_from(index)
                .ok()
                .and_then(|index| new_users.get_mut(index));
            count.into_iter().for_each(|count| *count -= 1);
        }
    }
    for issue in counted {
        for user in issue.totals.users.keys() {
            known.add(&Row::User(issue.id, *user));
        }
    }
    Ok(new_users)
}

fn update(conn: &mut Conn<'_>, counted: &[Counted<'_>], new_users: &[i64]) -> Result<()> {
    let mut rows: Vec<_> = counted
        .iter()
        .zip(new_users)
        .filter(|(issue, _)| !issue.is_new)
        .map(|(issue, new_users)| {
            let totals = &issue.totals;
            let looks = &totals.newest.looks;
            (
                (
                    issue.id,
                    totals.event_count,
                    new_users,
                    totals.seen.first,
                    totals.seen.last,
                ),
                (totals.is_unhandled, totals.last_release, issue.regressed),
                (
                    &looks.title,
                    &looks.culprit,
                    &looks.kind,
                    &looks.value,
                    &looks.filename,
                ),
                (&looks.function, &looks.logger, &looks.platform, looks.level),
            )
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    rows.sort_unstable_by_key(|(first, ..)| first.0);
    let update: Rows = Rows::new(UPDATE_HEAD, &rows, UPDATE_TAIL);
    on!(conn, |c| RunQueryDsl::execute(update, c))?;
    Ok(())
}

/// What the list shows of an issue follows its newest event. Numbers 0 and 6 are the status and
/// substatus of a regression.
const UPDATE_HEAD: &str = "UPDATE issue SET \
    event_count = issue.event_count + d.event_count, \
    user_count = issue.user_count + d.user_count, \
    first_seen = CASE WHEN d.first_seen < issue.first_seen \
        THEN d.first_seen ELSE issue.first_seen END, \
    last_seen = CASE WHEN d.last_seen > issue.last_seen \
        THEN d.last_seen ELSE issue.last_seen END, \
    is_unhandled = issue.is_unhandled OR d.is_unhandled, \
    last_release = CASE WHEN d.last_seen >= issue.last_seen \
        THEN COALESCE(d.last_release, issue.last_release) ELSE issue.last_release END, \
    status = CASE WHEN d.regressed THEN 0 ELSE issue.status END, \
    substatus = CASE WHEN d.regressed THEN 6 ELSE issue.substatus END, \
    resolved_at = CASE WHEN d.regressed THEN NULL ELSE issue.resolved_at END, \
    title = CASE WHEN d.last_seen >= issue.last_seen THEN d.title ELSE issue.title END, \
    culprit = CASE WHEN d.last_seen >= issue.last_seen THEN d.culprit ELSE issue.culprit END, \
    kind = CASE WHEN d.last_seen >= issue.last_seen THEN d.kind ELSE issue.kind END, \
    value = CASE WHEN d.last_seen >= issue.last_seen THEN d.value ELSE issue.value END, \
    filename = CASE WHEN d.last_seen >= issue.last_seen THEN d.filename ELSE issue.filename END, \
    function = CASE WHEN d.last_seen >= issue.last_seen THEN d.function ELSE issue.function END, \
    logger = CASE WHEN d.last_seen >= issue.last_seen THEN d.logger ELSE issue.logger END, \
    platform = CASE WHEN d.last_seen >= issue.last_seen THEN d.platform ELSE issue.platform END, \
    level = CASE WHEN d.last_seen >= issue.last_seen THEN d.level ELSE issue.level END \
    FROM (SELECT CAST(e.value -> 0 ->> 0 AS BIGINT) AS id, \
    CAST(e.value -> 0 ->> 1 AS BIGINT) AS event_count, \
    CAST(e.value -> 0 ->> 2 AS BIGINT) AS user_count, \
    CAST(e.value -> 0 ->> 3 AS BIGINT) AS first_seen, \
    CAST(e.value -> 0 ->> 4 AS BIGINT) AS last_seen, \
    CAST(e.value -> 1 ->> 0 AS BOOLEAN) AS is_unhandled, \
    e.value -> 1 ->> 1 AS last_release, \
    CAST(e.value -> 1 ->> 2 AS BOOLEAN) AS regressed, \
    e.value -> 2 ->> 0 AS title, e.value -> 2 ->> 1 AS culprit, e.value -> 2 ->> 2 AS kind, \
    e.value -> 2 ->> 3 AS value, e.value -> 2 ->> 4 AS filename, \
    e.value -> 3 ->> 0 AS function, e.value -> 3 ->> 1 AS logger, \
    e.value -> 3 ->> 2 AS platform, CAST(e.value -> 3 ->> 3 AS SMALLINT) AS level";
const UPDATE_TAIL: &str = ") AS d WHERE issue.id = d.id";

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
            "version": first.release,
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
