//! How often rules matched, by hour, and the last event of each.

use std::borrow::Cow;
use std::collections::HashMap;

use diesel::prelude::*;
use watchfire_event::{ProjectId, Timestamp};

use crate::conn::{Conn, on};
use crate::error::Result;
use crate::outcome::hour_of;
use crate::rows::{Cell, Column, Rows};
use crate::schema::ignore_rule_hour;
use crate::sql::Sql;
use crate::tags::storable_up_to;

/// For how many days hits are kept.
pub const HIT_DAYS_MAX: i64 = 90;
/// How many different counts wait to be written. Beyond it new ones are dropped: there is one for
/// each rule of each project that got events since the last second.
const WAITING_MAX: usize = 10_000;
/// How many characters of a title are kept.
const TITLE_CHARS_MAX: usize = 500;
/// How many rows a step of [`purge`] deletes at most.
const PURGE_ROWS_MAX: i64 = 5_000;

const HOUR_MICROS: i64 = 3_600 * 1_000_000;

/// An event that a rule matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Whose event it was.
    pub project: ProjectId,
    /// The rule's number.
    pub rule: i64,
    /// When the event came in.
    pub at: Timestamp,
    /// The event's title, scrubbed; nothing where it was not worked out.
    pub title: Option<String>,
}

/// Hits added up by rule, project and hour.
#[derive(Clone, Debug, Default)]
pub(crate) struct HitCounts(HashMap<Key, Count, ahash::RandomState>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Key {
    rule: i64,
    project: i64,
    hour: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Count {
    count: i64,
    last_hit_at: i64,
    title: Cow<'static, str>,
}

impl HitCounts {
    pub(crate) fn add(&mut self, hit: Hit) {
        let key = Key {
            rule: hit.rule,
            project: hit.project.0,
            hour: hour_of(hit.at),
        };
        let title = hit.title.unwrap_or_default();
        let count = Count {
            count: 1,
            last_hit_at: hit.at.0,
            title: Cow::Owned(storable_up_to(&title, TITLE_CHARS_MAX).into_owned()),
        };
        self.put(key, count);
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for (key, count) in other.0 {
            self.put(key, count);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn put(&mut self, key: Key, new: Count) {
        if self.0.len() >= WAITING_MAX && !self.0.contains_key(&key) {
            return;
        }
        let Some(known) = self.0.get_mut(&key) else {
            self.0.insert(key, new);
            return;
        };
        known.count = known.count.saturating_add(new.count);
        if new.last_hit_at >= known.last_hit_at {
            known.last_hit_at = new.last_hit_at;
            if !new.title.is_empty() {
                known.title = new.title;
            }
        }
    }

    /// Adds the counts to those of the database.
    pub(crate) fn save(&self, conn: &mut Conn<'_>) -> Result<()> {
        use Column::{Number, Text};

        // Every process takes the rows in the same order, so that none waits for another in a
        // circle.
        let mut counts: Vec<_> = self.0.iter().collect();
        counts.sort_unstable();
        let mut rows = Rows::new([Number, Number, Number, Number, Number, Text]);
        for (key, count) in counts {
            rows.push([
                Cell::Number(key.rule),
                Cell::Number(key.project),
                Cell::Number(key.hour),
                Cell::Number(count.count),
                Cell::Number(count.last_hit_at),
                Cell::Text(&count.title),
            ]);
        }
        rows.execute(
            conn,
            "INSERT INTO ignore_rule_hour (rule_id, project_id, hour, count, last_hit_at, title) \
             SELECT e.column1, e.column2, e.column3, e.column4, e.column5, e.column6",
            "WHERE true ON CONFLICT (rule_id, project_id, hour) DO UPDATE SET \
             count = ignore_rule_hour.count + excluded.count, \
             title = CASE WHEN excluded.title <> '' \
             AND excluded.last_hit_at >= ignore_rule_hour.last_hit_at \
             THEN excluded.title ELSE ignore_rule_hour.title END, \
             last_hit_at = CASE WHEN excluded.last_hit_at >= ignore_rule_hour.last_hit_at \
             THEN excluded.last_hit_at ELSE ignore_rule_hour.last_hit_at END",
        )
    }
}

/// What a rule matched lately.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// How many events in each of the asked hours, oldest first; the last is the hour that runs.
    pub hours: Vec<u64>,
    /// How many in all of the last [`HIT_DAYS_MAX`] days.
    pub total: u64,
    /// When the last one came; nothing when none did in that time.
    pub last_hit_at: Option<Timestamp>,
    /// The title of the last one whose title is known.
    pub last_title: Option<String>,
}

type Row = (i64, i64, i64, i64, String);

/// What each of these rules matched, in their order: in the last `hours` hours one by one, and in
/// all that is kept. Only events of `project` count, of all projects when none is named.
///
/// # Errors
/// When the database fails.
pub fn hits(
    conn: &mut Conn<'_>,
    rules: &[i64],
    project: Option<ProjectId>,
    hours: usize,
    now: Timestamp,
) -> Result<Vec<Hits>> {
    let rows: Vec<Row> = on!(conn, |c| {
        let query = ignore_rule_hour::table
            .filter(ignore_rule_hour::rule_id.eq_any(rules))
            .order((ignore_rule_hour::last_hit_at, ignore_rule_hour::project_id))
            .select((
                ignore_rule_hour::rule_id,
                ignore_rule_hour::hour,
                ignore_rule_hour::count,
                ignore_rule_hour::last_hit_at,
                ignore_rule_hour::title,
            ))
            .into_boxed();
        match project {
            Some(project) => query.filter(ignore_rule_hour::project_id.eq(project.0)),
            None => query,
        }
        .load(c)
    })?;
    let first = hour_of(now) - i64::try_from(hours).unwrap_or(0) + 1;
    let mut found: HashMap<i64, Hits> = HashMap::new();
    for (rule, hour, count, at, title) in rows {
        let hits = found.entry(rule).or_insert_with(|| Hits::of_hours(hours));
        let count = u64::try_from(count).unwrap_or(0);
        hits.total += count;
        let place = usize::try_from(hour - first).ok();
        if let Some(slot) = place.and_then(|place| hits.hours.get_mut(place)) {
            *slot += count;
        }
        hits.last_hit_at = Some(Timestamp(at));
        if !title.is_empty() {
            hits.last_title = Some(title);
        }
    }
    let of_rule = |rule: &i64| found.remove(rule).unwrap_or_else(|| Hits::of_hours(hours));
    Ok(rules.iter().map(of_rule).collect())
}

impl Hits {
    fn of_hours(hours: usize) -> Self {
        Self {
            hours: vec![0; hours],
            ..Self::default()
        }
    }
}

/// Forgets the titles of what rules matched in a project; the counts stay.
///
/// # Errors
/// When the database fails.
pub fn forget_titles(conn: &mut Conn<'_>, project: ProjectId) -> Result<()> {
    on!(conn, |c| diesel::update(ignore_rule_hour::table)
        .filter(ignore_rule_hour::project_id.eq(project.0))
        .filter(ignore_rule_hour::title.ne(""))
        .set(ignore_rule_hour::title.eq(""))
        .execute(c))?;
    Ok(())
}

/// Deletes a part of the hits that are older than [`HIT_DAYS_MAX`]. Returns whether there are more.
pub(crate) fn purge(conn: &mut Conn<'_>, now: Timestamp) -> Result<bool> {
    let oldest = hour_of(now.plus_micros(-HIT_DAYS_MAX * 24 * HOUR_MICROS));
    let mut delete: Sql<()> = Sql::new(
        "DELETE FROM ignore_rule_hour WHERE (rule_id, project_id, hour) IN \
         (SELECT rule_id, project_id, hour FROM ignore_rule_hour WHERE hour < ",
    );
    delete.number(oldest).push(" ORDER BY hour LIMIT ");
    delete.number(PURGE_ROWS_MAX).push(")");
    let count = on!(conn, |c| delete.execute(c))?;
    Ok(i64::try_from(count).is_ok_and(|count| count >= PURGE_ROWS_MAX))
}
