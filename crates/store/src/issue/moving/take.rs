//! Takes moved events away from the issue that they leave.

use diesel::prelude::*;
use watchfire_event::IssueId;

use super::rest::{self, Rest};
use super::{Moving, Reading, take_tags};
use crate::conn::{Conn, on};
use crate::error::{Error, Result};
use crate::issue::{Issue, get};
use crate::new_event::Looks;
use crate::rows::Column::Number;
use crate::rows::{Cell, Rows};
use crate::schema::{issue, issue_hour, issue_tag};
use crate::writer::{Span, Totals};

/// Takes events away from an issue; their rows name others already. Returns whether rows of users
/// or tags are gone.
pub(super) fn take(
    conn: &mut Conn<'_>,
    reading: &Reading<'_>,
    id: i64,
    moving: &[&Moving<'_, '_>],
) -> Result<bool> {
    match Totals::of(moving.iter().map(|it| &it.facts)) {
        Some(totals) => take_counted(conn, reading, id, &totals),
        None => Ok(false),
    }
}

/// Takes what is counted of some events away from an issue that does not have them any more.
/// Returns whether rows of users or tags are gone.
pub(super) fn take_counted(
    conn: &mut Conn<'_>,
    reading: &Reading<'_>,
    id: i64,
    totals: &Totals<'_>,
) -> Result<bool> {
    let before = get(conn, IssueId(id))?.ok_or(Error::NotFound)?;
    let rest = rest::read(conn, reading, &before, totals)?;
    take_hours(conn, id, totals)?;
    let lost_users = take_users(conn, id, totals, &rest)?;
    let lost_tags = take_tags::take(conn, id, totals, &rest)?;
    take_totals(conn, &before, totals, &rest, lost_users)?;
    Ok(lost_users > 0 || lost_tags)
}

/// Takes users and tags away from an issue whose events are not counted under them any more; the
/// events stay, and so does everything else that the totals may say. Returns whether rows of users
/// or tags are gone.
pub(crate) fn take_facts(conn: &mut Conn<'_>, id: i64, totals: &Totals<'_>) -> Result<bool> {
    let before = get(conn, IssueId(id))?.ok_or(Error::NotFound)?;
    let rest = Rest {
        seen: Span {
            first: before.first_seen.0,
            last: before.last_seen.0,
        },
        first_release: None,
        last_release: None,
        looks: None,
    };
    let lost_users = take_users(conn, id, totals, &rest)?;
    let lost_tags = take_tags::take(conn, id, totals, &rest)?;
    if lost_users > 0 {
        on!(conn, |c| diesel::update(issue::table.find(id))
            .set(issue::user_count.eq((before.user_count - lost_users).max(0)))
            .execute(c))?;
    }
    Ok(lost_users > 0 || lost_tags)
}

fn take_hours(conn: &mut Conn<'_>, id: i64, totals: &Totals<'_>) -> Result<()> {
    let mut rows = Rows::new([Number, Number, Number]);
    for (hour, count) in &totals.hours {
        rows.push([id, *hour, *count].map(Cell::Number));
    }
    // Those whose bodies rules leave out are some of the counted ones, also of what stays.
    rows.execute(
        conn,
        "UPDATE issue_hour SET count = issue_hour.count - e.column3, \
         left_out = CASE WHEN issue_hour.left_out > issue_hour.count - e.column3 \
             THEN issue_hour.count - e.column3 ELSE issue_hour.left_out END",
        "WHERE issue_hour.issue_id = e.column1 AND issue_hour.hour = e.column2",
    )?;
    on!(conn, |c| diesel::delete(issue_hour::table)
        .filter(issue_hour::issue_id.eq(id))
        .filter(issue_hour::count.le(0))
        .execute(c))?;
    Ok(())
}

/// Returns how many users have no event left.
fn take_users(conn: &mut Conn<'_>, id: i64, totals: &Totals<'_>, rest: &Rest) -> Result<i64> {
    let mut rows = Rows::new([Number, Number, Number, Number, Number]);
    for (user, tally) in &totals.users {
        rows.push([id, *user, tally.count, rest.seen.first, rest.seen.last].map(Cell::Number));
    }
    rows.execute(
        conn,
        "UPDATE issue_user SET count = issue_user.count - e.column3, \
         first_seen = CASE WHEN issue_user.first_seen < e.column4 THEN e.column4 \
             ELSE issue_user.first_seen END, \
         last_seen = CASE WHEN issue_user.last_seen > e.column5 THEN e.column5 \
             ELSE issue_user.last_seen END",
        "WHERE issue_user.issue_id = e.column1 AND issue_user.user_hash = e.column2",
    )?;
    let lost = rows.load(
        conn,
        "SELECT u.issue_id, u.user_hash",
        "JOIN issue_user AS u ON u.issue_id = e.column1 AND u.user_hash = e.column2 \
         AND u.count <= 0",
    )?;
    rows.execute(
        conn,
        "DELETE FROM issue_user WHERE count <= 0 AND (issue_id, user_hash) IN \
         (SELECT e.column1, e.column2",
        ")",
    )?;
    Ok(i64::try_from(lost.len()).unwrap_or(i64::MAX))
}

fn take_totals(
    conn: &mut Conn<'_>,
    before: &Issue,
    totals: &Totals<'_>,
    rest: &Rest,
    lost_users: i64,
) -> Result<()> {
    let id = before.id.0;
    let is_unhandled = match before.is_unhandled && totals.is_unhandled {
        true => has_unhandled(conn, id)?,
        false => before.is_unhandled,
    };
    let row = issue::table.find(id);
    on!(conn, |c| diesel::update(row)
        .set((
            issue::event_count.eq((before.event_count - totals.event_count).max(0)),
            issue::user_count.eq((before.user_count - lost_users).max(0)),
            issue::first_seen.eq(rest.seen.first),
            issue::last_seen.eq(rest.seen.last),
            issue::first_release.eq(&rest.first_release),
            issue::last_release.eq(&rest.last_release),
            issue::is_unhandled.eq(is_unhandled),
        ))
        .execute(c))?;
    match &rest.looks {
        Some(looks) => set_looks(conn, id, looks),
        None => Ok(()),
    }
}

/// Lets an issue show what an event looks like.
pub(crate) fn set_looks(conn: &mut Conn<'_>, id: i64, looks: &Looks) -> Result<()> {
    on!(conn, |c| diesel::update(issue::table.find(id))
        .set((
            issue::title.eq(&looks.title),
            issue::culprit.eq(&looks.culprit),
            issue::kind.eq(&looks.kind),
            issue::value.eq(&looks.value),
            issue::filename.eq(&looks.filename),
            issue::function.eq(&looks.function),
            issue::logger.eq(&looks.logger),
            issue::platform.eq(&looks.platform),
            issue::level.eq(looks.level),
        ))
        .execute(c))?;
    Ok(())
}

/// Whether an event is left whose exception nobody caught; the tag says so of each.
fn has_unhandled(conn: &mut Conn<'_>, id: i64) -> Result<bool> {
    let count: i64 = on!(conn, |c| issue_tag::table
        .filter(issue_tag::issue_id.eq(id))
        .filter(issue_tag::key.eq("handled"))
        .filter(issue_tag::value.eq("no"))
        .count()
        .get_result(c))?;
    Ok(count > 0)
}
