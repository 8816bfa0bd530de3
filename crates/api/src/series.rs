//! Groups of counters over time, the shape that all of Sentry's statistics share:
//! `{start, end, intervals, groups: [{by, totals, series}]}`.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};
use watchfire_event::Timestamp;

use crate::error::ApiError;
use crate::period::Period;
use crate::shape;

/// The most numbers of one field in an answer: groups times intervals.
const POINTS_MAX: usize = 1_000_000;

/// What a group has in common, for example its outcome.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub(crate) enum By {
    /// A number, for example of a project.
    Number(i64),
    /// A word.
    Text(String),
}

/// Sums per group, in all and per interval.
pub(crate) struct Series<S> {
    period: Period,
    groups: BTreeMap<Vec<By>, Group<S>>,
}

/// The sums of one group.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group<S> {
    total: S,
    intervals: BTreeMap<usize, S>,
}

impl<S: Default> Series<S> {
    /// No groups yet.
    pub(crate) fn new(period: Period) -> Self {
        Self {
            period,
            groups: BTreeMap::new(),
        }
    }

    /// Adds something that happened at `at` to its group with `add`; nothing outside the period.
    pub(crate) fn add(&mut self, by: Vec<By>, at: Timestamp, add: impl Fn(&mut S)) {
        let Some(index) = self.period.index_of(at) else {
            return;
        };
        let group = self.groups.entry(by).or_default();
        add(&mut group.total);
        add(group.intervals.entry(index).or_default());
    }

    /// Changes every total, where it is not the sum of the intervals: distinct users are not.
    pub(crate) fn reset_totals(&mut self, reset: impl Fn(&mut S)) {
        self.groups
            .values_mut()
            .for_each(|group| reset(&mut group.total));
    }

    /// Adds something to the total of a group alone.
    pub(crate) fn add_to_total(&mut self, by: Vec<By>, add: impl FnOnce(&mut S)) {
        add(&mut self.groups.entry(by).or_default().total);
    }

    /// The answer. `names` are what the groups were made by, in the order of their values; `value`
    /// gives a field's value of some sums. Refused when that would be too many numbers.
    pub(crate) fn shape(
        &self,
        names: &[&str],
        fields: &[String],
        value: impl Fn(&str, &S) -> Value,
    ) -> Result<Value, ApiError> {
        let intervals: Vec<String> = self.period.starts().map(shape::second).collect();
        if self.groups.len().saturating_mul(intervals.len()) > POINTS_MAX {
            return Err(too_much());
        }
        let nothing = S::default();
        let groups = self.groups.iter().map(|(by, group)| {
            let by: Map<String, Value> = names
                .iter()
                .zip(by)
                .map(|(name, by)| ((*name).to_owned(), json!(by)))
                .collect();
            let totals: Map<String, Value> = fields
                .iter()
                .map(|field| (field.clone(), value(field, &group.total)))
                .collect();
            let series: Map<String, Value> = fields
                .iter()
                .map(|field| {
                    let points = self.period.starts().enumerate().map(|(index, _)| {
                        value(field, group.intervals.get(&index).unwrap_or(&nothing))
                    });
                    (field.clone(), points.collect())
                })
                .collect();
            json!({"by": by, "totals": totals, "series": series})
        });
        Ok(json!({
            "start": shape::second(self.period.from),
            "end": shape::second(self.period.to),
            "intervals": intervals,
            "groups": groups.collect::<Vec<Value>>(),
        }))
    }
}

/// What a client is told whose question has too long an answer.
pub(crate) fn too_much() -> ApiError {
    ApiError::BadRequest(
        "Your interval and date range would create too many results. Use a larger interval, a \
         smaller date range, or fewer groups."
            .to_owned(),
    )
}
