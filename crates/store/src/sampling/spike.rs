//! Spikes: times in which a project gets far more events than it usually does at that hour.
//!
//! The rate is that of the last sixty minutes: the events of this hour, and of those of the former
//! one the share that those minutes still reach into. A spike begins when the rate passes the
//! threshold and ends when it falls below. The usual rate is the mean of the former 168 hours,
//! weighted by how near their hour of the day is to this one.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use watchfire_event::{ProjectId, Timestamp};

use super::Settings;
use crate::column::{MaybeNumber, Number};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::outcome::{Outcome, hour_of, start_of_hour};
use crate::schema::{project, spike};
use crate::sql::Sql;

const MICROS_PER_HOUR: i64 = 3_600_000_000;
/// How many former hours tell what is usual: a week.
const USUAL_HOURS: i64 = 168;
/// A project whose first event is younger has no usual hour yet: nothing is a spike there.
pub const KNOWN_HOURS_MIN: i64 = 24;
/// A spike of which nothing was heard for so long is over.
const QUIET_MICROS: i64 = 10 * 60 * 1_000_000;
/// How many past spikes [`history`] returns at most.
pub const HISTORY_MAX: i64 = 50;

/// A spike of a project.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = spike)]
pub struct Spike {
    /// Its number.
    pub id: i64,
    /// The project.
    #[diesel(deserialize_as = Number)]
    pub project_id: ProjectId,
    /// When it began.
    #[diesel(deserialize_as = Number)]
    pub started_at: Timestamp,
    /// When it ended; nothing while it is not known to be over ([`Spike::end`]).
    #[diesel(deserialize_as = MaybeNumber)]
    pub ended_at: Option<Timestamp>,
    /// When its last event came in.
    #[diesel(deserialize_as = Number)]
    pub last_at: Timestamp,
    /// How many events per hour were usual.
    pub usual: i64,
    /// How many events per hour were too many.
    pub threshold: i64,
    /// How many events came while it lasted.
    pub arrived: i64,
    /// Of how many of them the bodies were kept.
    pub kept: i64,
}

impl Spike {
    /// When it ended; nothing while it lasts. One of which nothing was heard for ten minutes
    /// ended with its last event.
    #[must_use]
    pub fn end(&self, now: Timestamp) -> Option<Timestamp> {
        let is_quiet = now.0 - self.last_at.0 > QUIET_MICROS;
        self.ended_at.or(is_quiet.then_some(self.last_at))
    }
}

/// The spikes of some projects that last, the latest first.
///
/// # Errors
/// When the database fails.
pub fn current(conn: &mut Conn<'_>, projects: &[ProjectId], now: Timestamp) -> Result<Vec<Spike>> {
    let projects: Vec<i64> = projects.iter().map(|id| id.0).collect();
    Ok(on!(conn, |c| spike::table
        .filter(spike::project_id.eq_any(&projects))
        .filter(spike::ended_at.is_null())
        .filter(spike::last_at.ge(now.0 - QUIET_MICROS))
        .order(spike::id.desc())
        .select(Spike::as_select())
        .load(c))?)
}

/// The last spikes of a project, the latest first, at most [`HISTORY_MAX`].
///
/// # Errors
/// When the database fails.
pub fn history(conn: &mut Conn<'_>, project: ProjectId) -> Result<Vec<Spike>> {
    Ok(on!(conn, |c| spike::table
        .filter(spike::project_id.eq(project.0))
        .order(spike::id.desc())
        .limit(HISTORY_MAX)
        .select(Spike::as_select())
        .load(c))?)
}

/// The spike of a project that is not known to be over.
pub(crate) fn open(conn: &mut Conn<'_>, project: ProjectId) -> Result<Option<Spike>> {
    Ok(on!(conn, |c| spike::table
        .filter(spike::project_id.eq(project.0))
        .filter(spike::ended_at.is_null())
        .order(spike::id.desc())
        .select(Spike::as_select())
        .first(c)
        .optional())?)
}

/// Begins a spike, and returns its number.
pub(crate) fn begin(
    conn: &mut Conn<'_>,
    project: ProjectId,
    (usual, threshold): (i64, i64),
    now: Timestamp,
) -> Result<i64> {
    let row = (
        spike::project_id.eq(project.0),
        spike::started_at.eq(now.0),
        spike::last_at.eq(now.0),
        spike::usual.eq(usual),
        spike::threshold.eq(threshold),
        spike::arrived.eq(0),
        spike::kept.eq(0),
    );
    Ok(on!(conn, |c| diesel::insert_into(spike::table)
        .values(row)
        .returning(spike::id)
        .get_result(c))?)
}

/// Ends a spike: now, or with its last event where it was quiet since ([`Spike::end`]).
pub(crate) fn end(conn: &mut Conn<'_>, id: i64, now: Timestamp) -> Result<()> {
    let running: Option<Spike> = on!(conn, |c| spike::table
        .find(id)
        .select(Spike::as_select())
        .first(c)
        .optional())?;
    let ended_at = running.and_then(|it| it.end(now)).unwrap_or(now);
    on!(conn, |c| diesel::update(spike::table.find(id))
        .set(spike::ended_at.eq(ended_at.0))
        .execute(c))?;
    Ok(())
}

/// Adds events to a spike.
pub(crate) fn add(
    conn: &mut Conn<'_>,
    id: i64,
    (arrived, kept): (i64, i64),
    now: Timestamp,
) -> Result<()> {
    on!(conn, |c| diesel::update(spike::table.find(id))
        .set((
            spike::arrived.eq(spike::arrived + arrived),
            spike::kept.eq(spike::kept + kept),
            spike::last_at.eq(now.0),
        ))
        .execute(c))?;
    Ok(())
}

/// How many events a project got in this hour and in the former one, as far as they are counted.
pub(crate) fn arrivals(conn: &mut Conn<'_>, project: ProjectId, hour: i64) -> Result<(i64, i64)> {
    let counts = by_hour(conn, project, hour - 1, hour + 1)?;
    let of = |hour| {
        let found = counts.iter().find(|(other, _)| *other == hour);
        found.map_or(0, |(_, count)| *count)
    };
    Ok((of(hour), of(hour - 1)))
}

/// How many events of the last sixty minutes there are.
pub(crate) fn rate(this_hour: i64, former_hour: i64, now: Timestamp) -> i64 {
    let gone = now.0 - start_of_hour(hour_of(now)).0;
    let left = (MICROS_PER_HOUR - gone).clamp(0, MICROS_PER_HOUR) / 1_000_000;
    this_hour.saturating_add(former_hour.saturating_mul(left) / 3_600)
}

/// How many events per hour are usual for a project at this hour, and how many are too many;
/// nothing when spike protection is off, or the project is too new to have a usual hour
/// ([`KNOWN_HOURS_MIN`]).
pub(crate) fn threshold(
    conn: &mut Conn<'_>,
    project: ProjectId,
    settings: &Settings,
    hour: i64,
) -> Result<Option<(i64, i64)>> {
    if settings.spike_factor == 0 {
        return Ok(None);
    }
    let first_event_at: Option<i64> = on!(conn, |c| project::table
        .find(project.0)
        .select(project::first_event_at)
        .first(c))?;
    let first_hour = first_event_at.map_or(hour, |at| hour_of(Timestamp(at)));
    if hour - first_hour < KNOWN_HOURS_MIN {
        return Ok(None);
    }
    let from = first_hour.max(hour - USUAL_HOURS);
    let counts = by_hour(conn, project, from, hour)?;
    let usual = usual(&counts, from, hour);
    let threshold = usual.saturating_mul(settings.spike_factor);
    Ok(Some((usual, threshold.max(settings.spike_floor))))
}

/// The weighted mean of the hours from `from` until before `hour`; hours without a count had none.
fn usual(counts: &[(i64, i64)], from: i64, hour: i64) -> i64 {
    let weights: i64 = (from..hour).map(|former| weight(hour - former)).sum();
    let sum = counts.iter().fold(0_i64, |sum, (former, count)| {
        sum.saturating_add(count.saturating_mul(weight(hour - former)))
    });
    sum.checked_div(weights).unwrap_or(0)
}

/// How much an hour of so long ago tells: four times as much at the same hour of the day, twice as
/// much one beside it; and twice that a week ago.
fn weight(hours_ago: i64) -> i64 {
    let of_day = match hours_ago.rem_euclid(24) {
        0 => 4,
        1 | 23 => 2,
        _ => 1,
    };
    let is_week = hours_ago >= USUAL_HOURS - 1;
    of_day * (1 + i64::from(is_week))
}

/// How many events the writer took for a project, by hour.
fn by_hour(conn: &mut Conn<'_>, project: ProjectId, from: i64, to: i64) -> Result<Vec<(i64, i64)>> {
    let mut select: Sql<(BigInt, BigInt)> = Sql::new(
        "SELECT hour, CAST(SUM(quantity) AS BIGINT) FROM outcome_hour WHERE project_id = ",
    );
    select.number(project.0);
    select.push(" AND hour >= ").number(from);
    select.push(" AND hour < ").number(to);
    select.push(" AND outcome = ");
    select.number(i64::from(Outcome::Accepted.number()));
    select.push(" AND category IN ('default', 'error', 'security') GROUP BY hour");
    Ok(on!(conn, |c| select.load(c))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_hour_of_the_day_counts_most() {
        let weights = [1, 2, 23, 24, 25, 48, 167, 168].map(weight);
        assert_eq!(weights, [2, 1, 2, 4, 2, 4, 4, 8]);
    }

    #[test]
    fn the_usual_is_a_mean_of_the_hours_that_were() {
        let steady: Vec<_> = (0..168).map(|hour| (hour, 60)).collect();
        assert_eq!(usual(&steady, 0, 168), 60);
        assert_eq!(usual(&[], 168, 168), 0);
        // Only busy at this hour of the day, for a week.
        let daily: Vec<_> = (0..168).step_by(24).map(|hour| (hour, 1_000)).collect();
        assert!(usual(&daily, 0, 168) > usual(&daily, 0, 180));
    }

    #[test]
    fn the_rate_reaches_into_the_former_hour() {
        let start = start_of_hour(5);
        assert_eq!(rate(0, 600, start), 600);
        assert_eq!(rate(100, 600, start.plus_micros(MICROS_PER_HOUR / 2)), 400);
        assert_eq!(rate(100, 600, start.plus_micros(MICROS_PER_HOUR - 1)), 100);
    }
}
