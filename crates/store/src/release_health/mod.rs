//! Sessions of the program, counted per release, environment and hour.

use std::collections::HashSet;

use watchfire_event::{ProjectId, Timestamp};

use self::query::Group;
use crate::conn::Conn;
use crate::error::Result;
use crate::outcome::{hour_after, hour_of};

mod change;
mod query;

pub(crate) use change::{forget_user, rename, user_hours};

/// How many different users of one release, environment and hour are told apart. Further ones
/// count in the sessions, not in the users.
pub const USERS_PER_HOUR_MAX: i64 = 10_000;
/// How many different pairs of release and environment of one project are counted one by one in an
/// hour. Further sessions count for release and environment [`OTHER`].
pub const PAIRS_PER_HOUR_MAX: i64 = 2_000;
/// Stands for releases and environments that are not listed, because the project has too many
/// ([`crate::release::PER_PROJECT_MAX`], [`crate::environment::PER_PROJECT_MAX`]).
pub const OTHER: &str = "(other)";
/// For how long the sessions of an hour are kept: 90 days. Older ones are deleted bit by bit.
pub const RETENTION_MICROS: i64 = 90 * 24 * 3_600 * 1_000_000;
/// How many rows [`series`] and [`releases`] return at most.
pub const ROWS_MAX: i64 = 50_000;

/// The bits of `session_hour_user.mask`.
pub(crate) const USER_SEEN: i64 = 1;
pub(crate) const USER_ERRORED: i64 = 2;
pub(crate) const USER_CRASHED: i64 = 4;

/// Sessions of one item, to be counted with [`crate::Writer::save`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSessions {
    /// The project that they were sent to.
    pub project: ProjectId,
    /// The number of the key that they came with, 0 if none.
    pub key_id: i64,
    /// How many count as accepted in the category `session`.
    pub quantity: u64,
    /// What is counted.
    pub rows: Vec<SessionRow>,
    /// When they came in.
    pub received_at: Timestamp,
}

/// Sessions that began in one hour, of one release and environment and of one user at most; or an
/// update of one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// The release.
    pub release: String,
    /// The environment; empty where the SDK names none.
    pub environment: String,
    /// When they began; the hour counts.
    pub started: Timestamp,
    /// The session's id, if this is an update of one: then `errored`, `abnormal`, `unhandled` and
    /// `crashed` count once for the session however often it tells of them.
    pub session_id: Option<[u8; 16]>,
    /// Who it was (`did`). Only a hash is kept.
    pub user: Option<String>,
    /// How many began.
    pub total: u32,
    /// How many were not healthy in whatever way, those of the next three included.
    pub errored: u32,
    /// How many ended in an unknown way, for example because the device hung.
    pub abnormal: u32,
    /// How many met an error that nobody caught, without ending.
    pub unhandled: u32,
    /// How many ended in a crash.
    pub crashed: u32,
}

/// The sessions of a release and environment in one bucket of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthBucket {
    /// The project.
    pub project_id: ProjectId,
    /// The release, or [`OTHER`].
    pub release: String,
    /// The environment, or [`OTHER`]; empty where the SDK named none.
    pub environment: String,
    /// When the bucket begins.
    pub start: Timestamp,
    /// How many sessions began.
    pub total: i64,
    /// How many were not healthy in whatever way.
    pub errored: i64,
    /// How many ended in an unknown way.
    pub abnormal: i64,
    /// How many met an error that nobody caught, without ending.
    pub unhandled: i64,
    /// How many ended in a crash.
    pub crashed: i64,
    /// How many different users had sessions; see [`USERS_PER_HOUR_MAX`].
    pub users: i64,
    /// How many of them had one that was not healthy.
    pub users_errored: i64,
    /// How many of them had one that crashed.
    pub users_crashed: i64,
}

/// The sessions of a release over some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseHealth {
    /// The project.
    pub project_id: ProjectId,
    /// The release, or [`OTHER`].
    pub release: String,
    /// How many sessions began.
    pub total: i64,
    /// How many were not healthy in whatever way.
    pub errored: i64,
    /// How many ended in an unknown way.
    pub abnormal: i64,
    /// How many met an error that nobody caught, without ending.
    pub unhandled: i64,
    /// How many ended in a crash.
    pub crashed: i64,
    /// How many different users had sessions; see [`USERS_PER_HOUR_MAX`].
    pub users: i64,
    /// How many of them had one that was not healthy.
    pub users_errored: i64,
    /// How many of them had one that crashed.
    pub users_crashed: i64,
    /// When the last hour begins in which one began.
    pub last_seen: Timestamp,
}

/// The sessions of some projects that began from `from` until before `to`, in buckets of
/// `bucket_hours` (at least 1).
///
/// Both times count as whole hours. Buckets begin at multiples of their length since 1970, so that
/// days are those of UTC. By time, project, release and environment; buckets without sessions are
/// left out; at most [`ROWS_MAX`], the earliest.
///
/// # Errors
/// When the database fails.
pub fn series(
    conn: &mut Conn<'_>,
    projects: &[ProjectId],
    from: Timestamp,
    to: Timestamp,
    bucket_hours: i64,
) -> Result<Vec<HealthBucket>> {
    let group = Group::Bucket(bucket_hours.max(1));
    let rows = query::load(conn, projects, (hour_of(from), hour_after(to)), group)?;
    Ok(rows.into_iter().map(|(bucket, _)| bucket).collect())
}

/// The releases of some projects of which sessions began from `from` until before `to`, with what
/// became of those. Both times count as whole hours. By project and release; at most [`ROWS_MAX`].
///
/// # Errors
/// When the database fails.
pub fn releases(
    conn: &mut Conn<'_>,
    projects: &[ProjectId],
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<ReleaseHealth>> {
    let rows = query::load(
        conn,
        projects,
        (hour_of(from), hour_after(to)),
        Group::Release,
    )?;
    let health_of = |(sums, last_seen): (HealthBucket, Timestamp)| ReleaseHealth {
        project_id: sums.project_id,
        release: sums.release,
        total: sums.total,
        errored: sums.errored,
        abnormal: sums.abnormal,
        unhandled: sums.unhandled,
        crashed: sums.crashed,
        users: sums.users,
        users_errored: sums.users_errored,
        users_crashed: sums.users_crashed,
        last_seen,
    };
    Ok(rows.into_iter().map(health_of).collect())
}

/// The releases of some projects of which any session began from `from` on, which counts as a whole
/// hour. [`OTHER`] is among them where sessions count for it.
///
/// # Errors
/// When the database fails.
pub fn with_sessions(
    conn: &mut Conn<'_>,
    projects: &[ProjectId],
    from: Timestamp,
) -> Result<HashSet<(ProjectId, String)>> {
    query::with_sessions(conn, projects, hour_of(from))
}
