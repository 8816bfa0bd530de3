use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use watchfire_event::Timestamp;

use crate::conn::Conn;
use crate::error::Result;
use crate::outcome::{Outcome, OutcomeCount, hour_of};
use crate::rows::{Cell, Column, Rows};
use crate::tags::storable;

/// How many different counts wait to be written. Beyond it the reason is counted as
/// [`OTHER_REASON`], so that a stranger cannot fill the memory with invented reasons.
const WAITING_MAX: usize = 10_000;
const OTHER_REASON: &str = "other";

/// Outcomes added up by project, key, category, outcome, reason and hour.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts(HashMap<CountKey, i64, ahash::RandomState>);

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct CountKey {
    project: i64,
    hour: i64,
    key_id: i64,
    category: Cow<'static, str>,
    outcome: i16,
    reason: Cow<'static, str>,
}

impl CountKey {
    pub(super) fn new(
        (project, key_id): (i64, i64),
        category: &'static str,
        (outcome, reason): (Outcome, &'static str),
        at: Timestamp,
    ) -> Self {
        Self {
            project,
            hour: hour_of(at),
            key_id,
            category: Cow::Borrowed(category),
            outcome: outcome.number(),
            reason: Cow::Borrowed(reason),
        }
    }
}

impl Counts {
    pub(super) fn add(&mut self, key: CountKey, quantity: i64) {
        *self.0.entry(key).or_default() += quantity;
    }

    pub(super) fn add_outcome(&mut self, count: OutcomeCount) {
        let mut key = CountKey {
            project: count.project.map_or(0, |project| project.0),
            hour: hour_of(count.at),
            key_id: count.key_id.unwrap_or(0),
            category: kept(count.category),
            outcome: count.outcome.number(),
            reason: kept(count.reason),
        };
        if self.0.len() >= WAITING_MAX && !self.0.contains_key(&key) {
            key.reason = Cow::Borrowed(OTHER_REASON);
        }
        self.add(key, i64::try_from(count.quantity).unwrap_or(i64::MAX));
    }

    pub(super) fn merge(&mut self, other: Self) {
        for (key, quantity) in other.0 {
            self.add(key, quantity);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the counts to those of the database.
    pub(super) fn save(&self, conn: &mut Conn<'_>) -> Result<()> {
        use Column::{Number, Text};

        // Every process takes the rows in the same order, so that none waits for another in a
        // circle.
        let mut counts: Vec<_> = self.0.iter().collect();
        counts.sort_unstable();
        let mut rows = Rows::new([Number, Number, Number, Text, Number, Text, Number]);
        for (key, quantity) in counts {
            rows.push([
                Cell::Number(key.project),
                Cell::Number(key.hour),
                Cell::Number(key.key_id),
                Cell::Text(&key.category),
                Cell::Number(i64::from(key.outcome)),
                Cell::Text(&key.reason),
                Cell::Number(*quantity),
            ]);
        }
        rows.execute(
            conn,
            "INSERT INTO outcome_hour \
             (project_id, hour, key_id, category, outcome, reason, quantity) \
             SELECT e.column1, e.column2, e.column3, e.column4, e.column5, e.column6, e.column7",
            "WHERE true ON CONFLICT (project_id, hour, key_id, category, outcome, reason) \
             DO UPDATE SET quantity = outcome_hour.quantity + excluded.quantity",
        )
    }
}

/// Counts that wait for the next commit.
#[derive(Default)]
pub(super) struct Waiting(Mutex<Counts>);

impl Waiting {
    pub(super) fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn take(&self) -> Counts {
        std::mem::take(&mut *self.lock())
    }
}

fn kept(text: Cow<'static, str>) -> Cow<'static, str> {
    match storable(&text) {
        Cow::Borrowed(same) if same.len() == text.len() => text,
        other => Cow::Owned(other.into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use watchfire_event::ProjectId;

    use super::*;

    #[test]
    fn invented_reasons_are_counted_together_beyond_the_limit() {
        let mut counts = Counts::default();
        for number in 0..WAITING_MAX + 5 {
            counts.add_outcome(OutcomeCount {
                project: Some(ProjectId(1)),
                key_id: None,
                category: Cow::Borrowed("error"),
                outcome: Outcome::ClientDiscard,
                reason: Cow::Owned(format!("invented {number}")),
                at: Timestamp(0),
                quantity: 1,
            });
        }
        assert_eq!(counts.0.len(), WAITING_MAX + 1);
        assert_eq!(counts.0.values().sum::<i64>(), 10_005);
    }
}
