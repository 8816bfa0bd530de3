use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use watchfire_event::{IssueId, ProjectId, Timestamp};

use super::client::CLIENT_HOURS;
use super::estimate::{Estimate, Part, precise};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::issue::Issue;
use crate::outcome::{Outcome, hour_of};
use crate::schema::issue_hour;
use crate::sql::Sql;

/// Why clients discard errors without looking at them: what they lose so is a random share, and
/// enters the estimates. The last one is ours: errors that a quota here kept out.
pub const RANDOM_LOSSES: [&str; 9] = [
    "sample_rate",
    "ratelimit_backoff",
    "queue_overflow",
    "cache_overflow",
    "buffer_overflow",
    "network_error",
    "send_error",
    "backpressure",
    RATE_LIMITED,
];
/// The reason of errors that a quota here kept out.
pub const RATE_LIMITED: &str = "rate_limited";

/// The errors of a project in an hour with losses.
#[derive(Clone, Copy, Debug)]
struct Hour {
    came: i64,
    lost: i64,
}

type Hours = HashMap<(ProjectId, i64), Hour, ahash::RandomState>;

/// How many events of issues there were, as far as their projects' clients lost some at random in
/// the last 90 days; issues that lost none are left out. Takes two queries for any number of
/// issues.
///
/// # Errors
/// When the database fails.
pub fn estimates(
    conn: &mut Conn<'_>,
    issues: &[Issue],
    now: Timestamp,
) -> Result<BTreeMap<IssueId, Estimate>> {
    let mut projects: Vec<ProjectId> = issues.iter().map(|issue| issue.project_id).collect();
    projects.sort_unstable();
    projects.dedup();
    let lossy = lossy_hours(conn, &projects, now)?;
    if lossy.is_empty() {
        return Ok(BTreeMap::new());
    }
    let counts = counts(conn, issues, &lossy)?;
    let mut parts: BTreeMap<IssueId, Vec<Part>> = BTreeMap::new();
    let by_id: HashMap<i64, &Issue> = issues.iter().map(|issue| (issue.id.0, issue)).collect();
    for (id, hour, count) in counts {
        let Some(issue) = by_id.get(&id) else {
            continue;
        };
        if let Some(hour) = lossy.get(&(issue.project_id, hour)) {
            parts.entry(issue.id).or_default().push(hour.part(count));
        }
    }
    let estimates = parts.into_iter().filter_map(|(id, parts)| {
        let issue = by_id.get(&id.0)?;
        let lossy: f64 = parts.iter().map(|part| part.seen).sum();
        #[expect(clippy::as_conversions, reason = "a sum of counts")]
        let whole = issue.event_count.saturating_sub(lossy as i64).max(0);
        Some((id, Estimate::of(whole, &parts)?))
    });
    Ok(estimates.collect())
}

/// How many errors a project had since the hour of `from`, lost ones included; nothing when none
/// were lost.
///
/// # Errors
/// When the database fails.
pub fn errors_of_project(
    conn: &mut Conn<'_>,
    project: ProjectId,
    from: Timestamp,
    now: Timestamp,
) -> Result<Option<(i64, i64)>> {
    let hours = lossy_hours(conn, &[project], now)?;
    let from = hour_of(from);
    let recent = hours.iter().filter(|((_, hour), _)| *hour >= from);
    let sum = recent.fold((0_i64, 0_i64), |(came, lost), (_, hour)| {
        (
            came.saturating_add(hour.came),
            lost.saturating_add(hour.lost),
        )
    });
    Ok((sum.1 > 0).then_some(sum))
}

impl Hour {
    fn part(self, seen: i64) -> Part {
        // An event counts in the hour in which it happened, and here in the one in which it came.
        let came = self.came.max(seen).max(1);
        Part {
            seen: precise(seen),
            share: precise(came) / precise(came.saturating_add(self.lost)),
            of: precise(came),
        }
    }
}

/// The hours in which errors of the projects were lost at random.
fn lossy_hours(conn: &mut Conn<'_>, projects: &[ProjectId], now: Timestamp) -> Result<Hours> {
    type Row = (i64, i64, i64, i64);

    let mut select: Sql<(BigInt, BigInt, BigInt, BigInt)> = Sql::new(
        "SELECT d.project_id, d.hour, d.lost, COALESCE((SELECT CAST(SUM(o.quantity) AS BIGINT) \
         FROM outcome_hour AS o WHERE o.project_id = d.project_id AND o.hour = d.hour \
         AND o.category = 'error' AND (o.outcome IN (",
    );
    select
        .number(i64::from(Outcome::Accepted.number()))
        .push(", ");
    select.number(i64::from(Outcome::Filtered.number()));
    select.push(") OR (o.reason <> 'duplicate' AND o.outcome = ");
    select.number(i64::from(Outcome::Invalid.number()));
    select.push(
        "))), 0) FROM (SELECT project_id, hour, CAST(SUM(quantity) AS BIGINT) AS lost \
         FROM client_discard_hour WHERE category = 'error' AND project_id IN ",
    );
    select.numbers(projects.iter().map(|id| id.0));
    select
        .push(" AND hour > ")
        .number(hour_of(now) - CLIENT_HOURS);
    let mut separator = " AND reason IN (";
    for reason in RANDOM_LOSSES {
        select.push(separator).text(reason);
        separator = ", ";
    }
    select.push(") GROUP BY project_id, hour) AS d");
    let rows: Vec<Row> = on!(conn, |c| select.load(c))?;
    let hour_of =
        |(project, hour, lost, came): Row| ((ProjectId(project), hour), Hour { came, lost });
    Ok(rows.into_iter().map(hour_of).collect())
}

/// The issues' counts from the first hour with losses to the last.
fn counts(conn: &mut Conn<'_>, issues: &[Issue], lossy: &Hours) -> Result<Vec<(i64, i64, i64)>> {
    let ids: Vec<i64> = issues.iter().map(|issue| issue.id.0).collect();
    let hours = || lossy.keys().map(|(_, hour)| *hour);
    let (first, last) = (hours().min().unwrap_or(0), hours().max().unwrap_or(0));
    Ok(on!(conn, |c| issue_hour::table
        .filter(issue_hour::issue_id.eq_any(&ids))
        .filter(issue_hour::hour.between(first, last))
        .select((issue_hour::issue_id, issue_hour::hour, issue_hour::count))
        .load(c))?)
}
