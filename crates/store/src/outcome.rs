//! What became of everything that came in, counted per project, key, category and hour.

use std::borrow::Cow;

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, SmallInt, Text};
use serde::{Deserialize, Serialize};
use watchfire_event::{ProjectId, Timestamp};

use crate::conn::{Conn, on};
use crate::error::Result;
use crate::sql::Sql;

const MICROS_PER_HOUR: i64 = 3_600_000_000;

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
    select
        .push(" AND hour < ")
        .number(hour_of(to.plus_micros(MICROS_PER_HOUR - 1)));
    select.push(" GROUP BY category, outcome, reason ORDER BY category, outcome, reason");
    Ok(on!(conn, |c| select.load(c))?)
}

/// Hours since 1970, as the counters keep them and as
/// [`crate::issue::sparklines`] takes them.
#[must_use]
pub fn hour_of(at: Timestamp) -> i64 {
    at.0.div_euclid(MICROS_PER_HOUR)
}
