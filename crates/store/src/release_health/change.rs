//! Changes of what was counted: another name of a release or environment, and a user less.

use diesel::prelude::*;
use watchfire_event::ProjectId;

use super::{USER_CRASHED, USER_ERRORED, USER_SEEN};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::rows::Column::Number;
use crate::rows::{Cell, Rows};
use crate::schema::{session_hour, session_hour_user};

/// Counts the sessions of a release and environment under other names. Where there are sessions of
/// those names in an hour, both are added up.
pub(crate) fn rename(
    conn: &mut Conn<'_>,
    project: ProjectId,
    from: (&str, &str),
    to: (&str, &str),
) -> Result<()> {
    let rows: Vec<(i64, i64)> = on!(conn, |c| session_hour::table
        .filter(session_hour::project_id.eq(project.0))
        .filter(session_hour::release.eq(from.0))
        .filter(session_hour::environment.eq(from.1))
        .select((session_hour::id, session_hour::hour))
        .load(c))?;
    for (id, hour) in rows {
        let target: Option<i64> = on!(conn, |c| session_hour::table
            .filter(session_hour::project_id.eq(project.0))
            .filter(session_hour::hour.eq(hour))
            .filter(session_hour::release.eq(to.0))
            .filter(session_hour::environment.eq(to.1))
            .select(session_hour::id)
            .first(c)
            .optional())?;
        match target {
            Some(target) => add_up(conn, id, target)?,
            None => {
                let names = (
                    session_hour::release.eq(to.0),
                    session_hour::environment.eq(to.1),
                );
                on!(conn, |c| diesel::update(session_hour::table.find(id))
                    .set(names)
                    .execute(c))?;
            }
        }
    }
    Ok(())
}

/// Adds an hour to another and takes it away.
fn add_up(conn: &mut Conn<'_>, from: i64, to: i64) -> Result<()> {
    let mut pair = Rows::new([Number, Number]);
    pair.push([Cell::Number(from), Cell::Number(to)]);
    pair.execute(
        conn,
        "INSERT INTO session_hour_user (session_hour_id, user_hash, mask) \
         SELECT e.column2, u.user_hash, u.mask",
        "JOIN session_hour_user AS u ON u.session_hour_id = e.column1 WHERE true \
         ON CONFLICT (session_hour_id, user_hash) DO UPDATE SET \
         mask = session_hour_user.mask | excluded.mask",
    )?;
    type Counts = (i64, i64, i64, i64, i64);
    let (total, errored, abnormal, unhandled, crashed): Counts =
        on!(conn, |c| session_hour::table
            .find(from)
            .select((
                session_hour::total,
                session_hour::errored,
                session_hour::abnormal,
                session_hour::unhandled,
                session_hour::crashed,
            ))
            .first(c))?;
    on!(conn, |c| diesel::update(session_hour::table.find(to))
        .set((
            session_hour::total.eq(session_hour::total + total),
            session_hour::errored.eq(session_hour::errored + errored),
            session_hour::abnormal.eq(session_hour::abnormal + abnormal),
            session_hour::unhandled.eq(session_hour::unhandled + unhandled),
            session_hour::crashed.eq(session_hour::crashed + crashed),
        ))
        .execute(c))?;
    on!(conn, |c| diesel::delete(session_hour::table.find(from))
        .execute(c))?;
    count_users(conn, to)
}

/// Counts the users of an hour anew.
fn count_users(conn: &mut Conn<'_>, id: i64) -> Result<()> {
    let masks: Vec<i64> = on!(conn, |c| session_hour_user::table
        .filter(session_hour_user::session_hour_id.eq(id))
        .select(session_hour_user::mask)
        .load(c))?;
    let with = |bit: i64| {
        let count = masks.iter().filter(|mask| *mask & bit != 0).count();
        i64::try_from(count).unwrap_or(i64::MAX)
    };
    on!(conn, |c| diesel::update(session_hour::table.find(id))
        .set((
            session_hour::users.eq(with(USER_SEEN)),
            session_hour::users_errored.eq(with(USER_ERRORED)),
            session_hour::users_crashed.eq(with(USER_CRASHED)),
        ))
        .execute(c))?;
    Ok(())
}

/// In how many hours a user of a project was counted.
pub(crate) fn user_hours(conn: &mut Conn<'_>, project: ProjectId, user: i64) -> Result<i64> {
    Ok(on!(conn, |c| session_hour_user::table
        .inner_join(session_hour::table.on(session_hour::id.eq(session_hour_user::session_hour_id)))
        .filter(session_hour::project_id.eq(project.0))
        .filter(session_hour_user::user_hash.eq(user))
        .count()
        .get_result(c))?)
}

/// Forgets a user of a project in at most so many hours, and returns in how many. Its sessions stay
/// counted.
pub(crate) fn forget_user(
    conn: &mut Conn<'_>,
    project: ProjectId,
    user: i64,
    limit: i64,
) -> Result<i64> {
    let hours: Vec<(i64, i64)> = on!(conn, |c| session_hour_user::table
        .inner_join(session_hour::table.on(session_hour::id.eq(session_hour_user::session_hour_id)))
        .filter(session_hour::project_id.eq(project.0))
        .filter(session_hour_user::user_hash.eq(user))
        .limit(limit)
        .select((session_hour::id, session_hour_user::mask))
        .load(c))?;
    for (id, mask) in &hours {
        on!(conn, |c| diesel::delete(
            session_hour_user::table.find((id, user))
        )
        .execute(c))?;
        let bit = |bit: i64| i64::from(mask & bit != 0);
        on!(conn, |c| diesel::update(session_hour::table.find(id))
            .set((
                session_hour::users.eq(session_hour::users - bit(USER_SEEN)),
                session_hour::users_errored.eq(session_hour::users_errored - bit(USER_ERRORED)),
                session_hour::users_crashed.eq(session_hour::users_crashed - bit(USER_CRASHED)),
            ))
            .execute(c))?;
    }
    Ok(i64::try_from(hours.len()).unwrap_or(i64::MAX))
}
