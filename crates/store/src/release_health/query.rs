use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use watchfire_event::{ProjectId, Timestamp};

use super::{HealthBucket, ROWS_MAX};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::outcome::start_of_hour;
use crate::sql::Sql;

/// What sessions are added up by.
#[derive(Clone, Copy)]
pub(super) enum Group {
    /// Project, release, environment and so many hours.
    Bucket(i64),
    /// Project and release.
    Release,
}

/// Project, release, environment and first hour of a group.
type Key = (i64, String, String, i64);
/// Total, errored, abnormal, unhandled and crashed sessions.
type Sums = (i64, i64, i64, i64, i64);
/// All users, those with errored and those with crashed sessions.
type Users = (i64, i64, i64);

type KeyColumns = (BigInt, Text, Text, BigInt);
type SumColumns = (BigInt, BigInt, BigInt, BigInt, BigInt);
type UserColumns = (BigInt, BigInt, BigInt);

/// Adds up sessions from the first hour until before the second; with the start of the last hour
/// that had any.
pub(super) fn load(
    conn: &mut Conn<'_>,
    projects: &[ProjectId],
    hours: (i64, i64),
    group: Group,
) -> Result<Vec<(HealthBucket, Timestamp)>> {
    let mut select: Sql<(KeyColumns, SumColumns, UserColumns, BigInt)> = Sql::new("SELECT ");
    push_key(&mut select, group);
    select.push(
        ", CAST(SUM(h.total) AS BIGINT), CAST(SUM(h.errored) AS BIGINT), \
         CAST(SUM(h.abnormal) AS BIGINT), CAST(SUM(h.unhandled) AS BIGINT), \
         CAST(SUM(h.crashed) AS BIGINT), CAST(SUM(h.users) AS BIGINT), \
         CAST(SUM(h.users_errored) AS BIGINT), CAST(SUM(h.users_crashed) AS BIGINT), \
         MAX(h.hour) FROM session_hour AS h",
    );
    push_rest(&mut select, projects, hours);
    let rows: Vec<(Key, Sums, Users, i64)> = on!(conn, |c| select.load(c))?;
    let users = match group {
        // The counters of single hours are what the rows keep.
        Group::Bucket(1) => None,
        Group::Bucket(_) | Group::Release => Some(distinct_users(conn, projects, hours, group)?),
    };
    let bucket_of = |(key, sums, hourly, last_hour): (Key, Sums, Users, i64)| {
        let users = match &users {
            None => hourly,
            Some(users) => users.get(&key).copied().unwrap_or_default(),
        };
        (bucket(key, sums, users), start_of_hour(last_hour))
    };
    Ok(rows.into_iter().map(bucket_of).collect())
}

/// Users who had sessions in several hours of a group count once.
fn distinct_users(
    conn: &mut Conn<'_>,
    projects: &[ProjectId],
    hours: (i64, i64),
    group: Group,
) -> Result<HashMap<Key, Users>> {
    let mut select: Sql<(KeyColumns, UserColumns)> = Sql::new("SELECT ");
    push_key(&mut select, group);
    // The bits are those of `USER_ERRORED` and `USER_CRASHED`.
    select.push(
        ", COUNT(DISTINCT u.user_hash), \
         COUNT(DISTINCT CASE WHEN (u.mask & 2) <> 0 THEN u.user_hash END), \
         COUNT(DISTINCT CASE WHEN (u.mask & 4) <> 0 THEN u.user_hash END) \
         FROM session_hour AS h JOIN session_hour_user AS u ON u.session_hour_id = h.id",
    );
    push_rest(&mut select, projects, hours);
    let rows: Vec<(Key, Users)> = on!(conn, |c| select.load(c))?;
    Ok(rows.into_iter().collect())
}

/// Project and release of all sessions since an hour.
pub(super) fn with_sessions(
    conn: &mut Conn<'_>,
    projects: &[ProjectId],
    from_hour: i64,
) -> Result<HashSet<(ProjectId, String)>> {
    let mut select: Sql<(BigInt, Text)> =
        Sql::new("SELECT DISTINCT project_id, release FROM session_hour WHERE project_id IN ");
    select.numbers(projects.iter().map(|id| id.0));
    select.push(" AND hour >= ").number(from_hour);
    let rows: Vec<(i64, String)> = on!(conn, |c| select.load(c))?;
    let rows = rows.into_iter();
    Ok(rows.map(|(id, release)| (ProjectId(id), release)).collect())
}

fn push_key<Returned>(select: &mut Sql<Returned>, group: Group) {
    match group {
        Group::Bucket(hours) => {
            select.push("h.project_id, h.release, h.environment, h.hour - h.hour % ");
            select.number(hours);
        }
        Group::Release => {
            select.push("h.project_id, h.release, CAST('' AS TEXT), CAST(0 AS BIGINT)");
        }
    }
}

fn push_rest<Returned>(
    select: &mut Sql<Returned>,
    projects: &[ProjectId],
    (from_hour, to_hour): (i64, i64),
) {
    select.push(" WHERE h.project_id IN ");
    select.numbers(projects.iter().map(|id| id.0));
    select.push(" AND h.hour >= ").number(from_hour);
    select.push(" AND h.hour < ").number(to_hour);
    select.push(" GROUP BY 1, 2, 3, 4 ORDER BY 4, 1, 2, 3 LIMIT ");
    select.number(ROWS_MAX);
}

fn bucket(key: Key, sums: Sums, users: Users) -> HealthBucket {
    let (project, release, environment, hour) = key;
    let (total, errored, abnormal, unhandled, crashed) = sums;
    let (users, users_errored, users_crashed) = users;
    HealthBucket {
        project_id: ProjectId(project),
        release,
        environment,
        start: start_of_hour(hour),
        total,
        errored,
        abnormal,
        unhandled,
        crashed,
        users,
        users_errored,
        users_crashed,
    }
}
