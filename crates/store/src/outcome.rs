//! What became of everything that came in, counted per project, key, category and hour.

use std::borrow::Cow;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, SmallInt, Text};
use serde::{Deserialize, Serialize};
use watchfire_event::{ProjectId, Timestamp};

use crate::column::Number;
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::invalid_sample;
use crate::sql::Sql;

const MICROS_PER_HOUR: i64 = 3_600_000_000;
/// How many rows [`series`] returns at most.
pub const SERIES_ROWS_MAX: i64 = 50_000;

/// What became of an item. The numbers are Sentry's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, FromSqlRow)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Stored.
    Accepted,
    /// Dropped by a filter or rule.
    Filtered,
    /// Dropped because there were too many.
    RateLimited,
    /// Could not be read, was too large, or was there already.
    Invalid,
    /// Dropped by the SDK, which told so in a client report.
    ClientDiscard,
}

impl Outcome {
    /// Sentry's number of the outcome, as stored.
    #[must_use]
    pub fn number(self) -> i16 {
        match self {
            Self::Accepted => 0,
            Self::Filtered => 1,
            Self::RateLimited => 2,
            Self::Invalid => 3,
            Self::ClientDiscard => 5,
        }
    }

    /// Sentry's word for the outcome.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Filtered => "filtered",
            Self::RateLimited => "rate_limited",
            Self::Invalid => "invalid",
            Self::ClientDiscard => "client_discard",
        }
    }
}

impl<DB: Backend> FromSql<SmallInt, DB> for Outcome
where
    i16: FromSql<SmallInt, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        match i16::from_sql(bytes)? {
            0 => Ok(Self::Accepted),
            1 => Ok(Self::Filtered),
            2 => Ok(Self::RateLimited),
            3 => Ok(Self::Invalid),
            5 => Ok(Self::ClientDiscard),
            other => Err(format!("{other} is no outcome").into()),
        }
    }
}

/// Items with one outcome, to be counted with [`crate::Writer::count`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OutcomeCount {
    /// The project; `None` when it is not known.
    pub project: Option<ProjectId>,
    /// The key's number; `None` when it is not known.
    pub key_id: Option<i64>,
    /// The data category, for example `error` (reference/PROTOCOL.md).
    pub category: Cow<'static, str>,
    /// What became of them.
    pub outcome: Outcome,
    /// Why, for example `too_large:event`; empty for accepted ones.
    pub reason: Cow<'static, str>,
    /// When; only the hour is kept.
    pub at: Timestamp,
    /// How many.
    pub quantity: u64,
    /// For invalid ones what was wrong, in words of ours: positions, sizes and names of fields,
    /// never text of a payload. The newest is kept for each project, category and reason, its
    /// first 500 characters.
    pub message: Option<Cow<'static, str>>,
}

/// Items of one kind over some hours.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct OutcomeTotal {
    /// The data category.
    pub category: String,
    /// What became of them.
    pub outcome: Outcome,
    /// Why; empty for accepted ones.
    pub reason: String,
    /// How many.
    pub quantity: i64,
}

/// Items of one kind in one bucket of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeBucket {
    /// The project; `None` for requests whose project is not known.
    pub project: Option<ProjectId>,
    /// When the bucket begins.
    pub start: Timestamp,
    /// The data category.
    pub category: String,
    /// What became of them.
    pub outcome: Outcome,
    /// Why; empty for accepted ones.
    pub reason: String,
    /// How many.
    pub quantity: i64,
}

/// What was wrong with the last invalid item of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = invalid_sample)]
pub struct InvalidSample {
    /// The project; 0 for requests whose project is not known.
    #[diesel(deserialize_as = Number)]
    pub project_id: ProjectId,
    /// The data category.
    pub category: String,
    /// The reason that it was counted with.
    pub reason: String,
    /// What was wrong, in words of ours.
    pub message: String,
    /// When it came in.
    #[diesel(deserialize_as = Number)]
    pub at: Timestamp,
}

/// What became of the items of a project (`None`: of requests whose project is not known) from
/// `from` until before `to`, by category, outcome and reason. Both times count as whole hours.
///
/// # Errors
/// When the database fails.
pub fn totals(
    conn: &mut Conn<'_>,
    project: Option<ProjectId>,
    from: Timestamp,
    to: Timestamp,
) -> Result<Vec<OutcomeTotal>> {
    let mut select: Sql<(Text, SmallInt, Text, BigInt)> = Sql::new(
        "SELECT category, outcome, reason, CAST(SUM(quantity) AS BIGINT) FROM outcome_hour \
         WHERE project_id = ",
    );
    select.number(project.map_or(0, |project| project.0));
    select.push(" AND hour >= ").number(hour_of(from));
    select.push(" AND hour < ").number(hour_after(to));
    select.push(" GROUP BY category, outcome, reason ORDER BY category, outcome, reason");
    Ok(on!(conn, |c| select.load(c))?)
}

/// What became of the items of some projects from `from` until before `to`, in buckets of
/// `bucket_hours` (at least 1) by time.
///
/// Project 0 stands for requests whose project is not known. `category` asks for one data category
/// alone. Both times count as whole hours. Buckets begin at multiples of their length since 1970,
/// so that days are those of UTC. At most [`SERIES_ROWS_MAX`] rows, the earliest.
///
/// # Errors
/// When the database fails.
pub fn series(
    conn: &mut Conn<'_>,
    projects: &[ProjectId],
    category: Option<&str>,
    from: Timestamp,
    to: Timestamp,
    bucket_hours: i64,
) -> Result<Vec<OutcomeBucket>> {
    type Row = (i64, i64, String, Outcome, String, i64);

    let mut select: Sql<(BigInt, BigInt, Text, SmallInt, Text, BigInt)> =
        Sql::new("SELECT project_id, hour - hour % ");
    select.number(bucket_hours.max(1)).push(
        ", category, outcome, reason, CAST(SUM(quantity) AS BIGINT) FROM outcome_hour \
         WHERE project_id IN ",
    );
    select.numbers(projects.iter().map(|id| id.0));
    select.push(" AND hour >= ").number(hour_of(from));
    select.push(" AND hour < ").number(hour_after(to));
    if let Some(category) = category {
        select.push(" AND category = ").text(category);
    }
    select.push(" GROUP BY 1, 2, 3, 4, 5 ORDER BY 2, 1, 3, 4, 5 LIMIT ");
    select.number(SERIES_ROWS_MAX);
    let rows: Vec<Row> = on!(conn, |c| select.load(c))?;
    let bucket_of = |(project, hour, category, outcome, reason, quantity): Row| OutcomeBucket {
        project: (project != 0).then_some(ProjectId(project)),
        start: start_of_hour(hour),
        category,
        outcome,
        reason,
        quantity,
    };
    Ok(rows.into_iter().map(bucket_of).collect())
}

/// How many items of these data categories were accepted since the hour of `from`.
///
/// Of a project, or of all projects if `project` is `None`; and if `key` is given, with that key
/// alone. No categories stand for all of them.
///
/// # Errors
/// When the database fails.
pub fn accepted_since(
    conn: &mut Conn<'_>,
    project: Option<ProjectId>,
    key: Option<i64>,
    categories: &[&str],
    from: Timestamp,
) -> Result<i64> {
    let mut select: Sql<BigInt> = Sql::new(
        "SELECT CAST(COALESCE(SUM(quantity), 0) AS BIGINT) FROM outcome_hour WHERE project_id ",
    );
    // The projects are named one by one, because the key of the table begins with them.
    match (project, key) {
        (Some(project), _) => select.push("= ").number(project.0),
        (None, Some(key)) => select
            .push("IN (SELECT project_id FROM project_key WHERE id = ")
            .number(key)
            .push(")"),
        (None, None) => select.push("IN (SELECT id FROM project)"),
    };
    select.push(" AND hour >= ").number(hour_of(from));
    select.push(" AND outcome = ");
    select.number(i64::from(Outcome::Accepted.number()));
    if let Some(key) = key {
        select.push(" AND key_id = ").number(key);
    }
    let mut separator = " AND category IN (";
    for category in categories {
        select.push(separator).text(*category);
        separator = ", ";
    }
    if !categories.is_empty() {
        select.push(")");
    }
    Ok(on!(conn, |c| select.get_result(c))?)
}

/// What was wrong with the last invalid items of some projects (project 0: of requests whose
/// project is not known), by project, category and reason.
///
/// # Errors
/// When the database fails.
pub fn samples(conn: &mut Conn<'_>, projects: &[ProjectId]) -> Result<Vec<InvalidSample>> {
    let projects: Vec<i64> = projects.iter().map(|id| id.0).collect();
    Ok(on!(conn, |c| invalid_sample::table
        .filter(invalid_sample::project_id.eq_any(&projects))
        .order((
            invalid_sample::project_id,
            invalid_sample::category,
            invalid_sample::reason,
        ))
        .select(InvalidSample::as_select())
        .load(c))?)
}

/// Hours since 1970, as the counters keep them and as
/// [`crate::issue::sparklines`] takes them.
#[must_use]
pub fn hour_of(at: Timestamp) -> i64 {
    at.0.div_euclid(MICROS_PER_HOUR)
}

/// The first hour that a time span no longer reaches into, which ends before `to`.
pub(crate) fn hour_after(to: Timestamp) -> i64 {
    hour_of(to.plus_micros(MICROS_PER_HOUR - 1))
}

/// When an hour since 1970 begins.
pub(crate) fn start_of_hour(hour: i64) -> Timestamp {
    Timestamp(hour.saturating_mul(MICROS_PER_HOUR))
}
