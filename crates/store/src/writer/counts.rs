use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};

use watchfire_event::Timestamp;

use crate::conn::Conn;
use crate::error::Result;
use crate::ignore_rule::{Hit, HitCounts};
use crate::outcome::{Outcome, OutcomeCount, hour_of};
use crate::rows::{Cell, Column, Rows};
use crate::sampling::RATE_LIMITED;
use crate::sampling::client::{Client, ClientCounts, NewDiscard};
use crate::tags::{VALUE_CHARS_MAX, storable_up_to};

/// How many different counts wait to be written. Beyond it the reason is counted as
/// [`OTHER_REASON`], so that a stranger cannot fill the memory with invented reasons.
const WAITING_MAX: usize = 10_000;
const OTHER_REASON: &str = "other";

/// How many samples of invalid items wait to be written. Beyond it new ones are dropped.
const SAMPLES_MAX: usize = 1_000;
/// How much of a sample's message is kept.
const MESSAGE_CHARS_MAX: usize = 500;

/// Outcomes added up by project, key, category, outcome, reason and hour, what was wrong with the
/// last invalid item of each kind, how often ignore rules matched, and what clients kept to
/// themselves.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    quantities: HashMap<CountKey, i64, ahash::RandomState>,
    samples: HashMap<SampleKey, Sample, ahash::RandomState>,
    hits: HitCounts,
    clients: ClientCounts,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct SampleKey {
    project: i64,
    category: Cow<'static, str>,
    reason: Cow<'static, str>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Sample {
    at: i64,
    message: Cow<'static, str>,
}

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
        (outcome, reason): (Outcome, impl Into<Cow<'static, str>>),
        at: Timestamp,
    ) -> Self {
        Self {
            project,
            hour: hour_of(at),
            key_id,
            category: Cow::Borrowed(category),
            outcome: outcome.number(),
            reason: reason.into(),
        }
    }
}

impl Counts {
    pub(super) fn add(&mut self, key: CountKey, quantity: i64) {
        let count = self.quantities.entry(key).or_default();
        *count = count.saturating_add(quantity);
    }

    pub(super) fn add_outcome(&mut self, count: OutcomeCount) {
        self.note_limited(&count);
        let mut key = CountKey {
            project: count.project.map_or(0, |project| project.0),
            hour: hour_of(count.at),
            key_id: count.key_id.unwrap_or(0),
            category: kept(count.category, VALUE_CHARS_MAX),
            outcome: count.outcome.number(),
            reason: kept(count.reason, VALUE_CHARS_MAX),
        };
        if self.quantities.len() >= WAITING_MAX && !self.quantities.contains_key(&key) {
            key.reason = Cow::Borrowed(OTHER_REASON);
        }
        if let (Outcome::Invalid, Some(message)) = (count.outcome, count.message) {
            self.add_sample(&key, count.at, message);
        }
        self.add(key, i64::try_from(count.quantity).unwrap_or(i64::MAX));
    }

    /// Errors that a quota kept out are lost at random, as those that clients discard.
    fn note_limited(&mut self, count: &OutcomeCount) {
        let Some(project) = count.project.filter(|_| count.category == "error") else {
            return;
        };
        if count.outcome == Outcome::RateLimited {
            self.clients.add_discard(NewDiscard {
                project,
                at: count.at,
                client: Client::here(),
                category: count.category.clone(),
                reason: RATE_LIMITED.into(),
                quantity: count.quantity,
            });
        }
    }

    pub(super) fn add_hit(&mut self, hit: Hit) {
        self.hits.add(hit);
    }

    pub(super) fn clients(&mut self) -> &mut ClientCounts {
        &mut self.clients
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.hits.merge(other.hits);
        self.clients.merge(other.clients);
        for (key, quantity) in other.quantities {
            self.add(key, quantity);
        }
        for (key, sample) in other.samples {
            self.keep_newest(key, sample);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.quantities.is_empty() && self.hits.is_empty() && self.clients.is_empty()
    }

    fn add_sample(&mut self, key: &CountKey, at: Timestamp, message: Cow<'static, str>) {
        let key = SampleKey {
            project: key.project,
            category: key.category.clone(),
            reason: key.reason.clone(),
        };
        let sample = Sample {
            at: at.0,
            message: kept(message, MESSAGE_CHARS_MAX),
        };
        self.keep_newest(key, sample);
    }

    fn keep_newest(&mut self, key: SampleKey, sample: Sample) {
        let is_full = self.samples.len() >= SAMPLES_MAX;
        match self.samples.entry(key) {
            Entry::Occupied(mut before) => {
                if before.get().at <= sample.at {
                    before.insert(sample);
                }
            }
            Entry::Vacant(_) if is_full => {}
            Entry::Vacant(place) => {
                place.insert(sample);
            }
        }
    }

    /// Adds the counts to those of the database.
    pub(super) fn save(&self, conn: &mut Conn<'_>) -> Result<()> {
        self.save_quantities(conn)?;
        self.save_samples(conn)?;
        self.hits.save(conn)?;
        self.clients.save(conn)
    }

    fn save_samples(&self, conn: &mut Conn<'_>) -> Result<()> {
        use Column::{Number, Text};

        let mut samples: Vec<_> = self.samples.iter().collect();
        samples.sort_unstable();
        let mut rows = Rows::new([Number, Text, Text, Text, Number]);
        for (key, sample) in samples {
            rows.push([
                Cell::Number(key.project),
                Cell::Text(&key.category),
                Cell::Text(&key.reason),
                Cell::Text(&sample.message),
                Cell::Number(sample.at),
            ]);
        }
        rows.execute(
            conn,
            "INSERT INTO invalid_sample (project_id, category, reason, message, at) \
             SELECT e.column1, e.column2, e.column3, e.column4, e.column5",
            "WHERE true ON CONFLICT (project_id, category, reason) DO UPDATE SET \
             message = excluded.message, at = excluded.at \
             WHERE excluded.at >= invalid_sample.at",
        )
    }

    fn save_quantities(&self, conn: &mut Conn<'_>) -> Result<()> {
        use Column::{Number, Text};

        // Every process takes the rows in the same order, so that none waits for another in a
        // circle.
        let mut counts: Vec<_> = self.quantities.iter().collect();
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

/// The text without NUL and cut, as it is where nothing is to be done.
fn kept(text: Cow<'static, str>, chars_max: usize) -> Cow<'static, str> {
    match storable_up_to(&text, chars_max) {
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
                message: None,
            });
        }
        assert_eq!(counts.quantities.len(), WAITING_MAX + 1);
        assert_eq!(counts.quantities.values().sum::<i64>(), 10_005);
    }
}
