//! What became of everything, as groups of sentences with numbers.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use watchfire_event::Timestamp;
use watchfire_store::outcome::{InvalidSample, Outcome, OutcomeBucket};

use super::category::{self, Unit};
use super::kind::Kind;
use super::reason;
use crate::number;

/// A quantity, short and exact.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Quantity {
    pub(crate) short: String,
    pub(crate) exact: String,
}

impl Quantity {
    /// A quantity of a category.
    pub(crate) fn of(quantity: i64, unit: Unit) -> Self {
        Self {
            short: unit.short(quantity),
            exact: unit.exact(quantity),
        }
    }
}

/// A group of outcomes with its reasons.
#[derive(Debug, Serialize)]
pub(crate) struct Group {
    /// The end of a style class.
    pub(crate) kind: &'static str,
    pub(crate) label: &'static str,
    pub(crate) hint: &'static str,
    pub(crate) total: Quantity,
    /// Its part of everything that came in; absent for what never did.
    pub(crate) share: Option<String>,
    /// Its reasons, the most frequent first.
    pub(crate) rows: Vec<ReasonRow>,
}

/// A reason, for one project.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ReasonRow {
    /// The project, in the view of several.
    pub(crate) project: Option<String>,
    /// The category, where a table has several.
    pub(crate) category: Option<String>,
    /// Where that stands among the others.
    pub(crate) place: usize,
    /// What it means.
    pub(crate) text: String,
    /// The reason as scripts know it; empty when there is none.
    pub(crate) code: String,
    /// What to do.
    pub(crate) advice: &'static str,
    pub(crate) quantity: Quantity,
    pub(crate) share: String,
    /// What was wrong with the last one.
    pub(crate) sample: Option<Sample>,
}

/// What was wrong with the last item of a reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Sample {
    pub(crate) message: String,
    pub(crate) at: Timestamp,
}

/// What came in, added up over the period.
pub(crate) struct Report<'a> {
    /// The sums, over however many hours each.
    pub(crate) sums: &'a [OutcomeBucket],
    /// The last errors.
    pub(crate) samples: &'a [InvalidSample],
    /// The names of the projects, where the rows are told apart by project.
    pub(crate) names: Option<&'a BTreeMap<i64, String>>,
}

/// What tells rows apart.
type Key = (Kind, i64, String, String);

impl Report<'_> {
    /// The categories that have something, in their order.
    pub(crate) fn categories(&self) -> Vec<(String, i64)> {
        let mut totals: BTreeMap<(usize, &str), i64> = BTreeMap::new();
        for sum in self.sums {
            let place = (category::place(&sum.category), sum.category.as_str());
            let total = totals.entry(place).or_default();
            // What SDKs dropped did not come in, but makes the category worth a look.
            if sum.outcome != Outcome::ClientDiscard {
                *total = total.saturating_add(sum.quantity);
            }
        }
        totals
            .into_iter()
            .map(|((_, category), total)| (category.to_owned(), total))
            .collect()
    }

    /// The groups of one category, or of all of them: then each row names its own.
    pub(crate) fn groups(&self, category: Option<&str>) -> Vec<Group> {
        let rows = self.rows(category);
        let arrived = sum(rows
            .iter()
            .filter(|((kind, ..), _)| *kind != Kind::Discarded));
        let kinds: BTreeSet<Kind> = rows.keys().map(|(kind, ..)| *kind).collect();
        kinds
            .into_iter()
            .map(|kind| {
                let mut own: Vec<_> = rows.iter().filter(|((one, ..), _)| *one == kind).collect();
                own.sort_by_key(|(_, quantity)| std::cmp::Reverse(**quantity));
                let total = sum(own.iter().copied());
                let is_arrived = kind != Kind::Discarded;
                let whole = if is_arrived { arrived } else { total };
                Group {
                    kind: kind.word(),
                    label: kind.label(),
                    hint: kind.hint(),
                    total: Quantity::of(total, category.map_or(Unit::Count, category::unit)),
                    share: is_arrived.then(|| number::share(total, arrived)),
                    rows: own
                        .into_iter()
                        // One without a reason says no more than its group, unless it says where.
                        .filter(|((.., reason), _)| {
                            !reason.is_empty() || self.names.is_some() || category.is_none()
                        })
                        .map(|(key, quantity)| self.row(key, *quantity, whole, category.is_none()))
                        .collect(),
                }
            })
            .collect()
    }

    /// What arrives and is not kept yet, over all categories.
    pub(crate) fn not_kept(&self) -> Vec<ReasonRow> {
        let groups = self.groups(None).into_iter();
        let mut rows: Vec<ReasonRow> = groups
            .filter(|group| group.kind == Kind::NotKept.word())
            .flat_map(|group| group.rows)
            .collect();
        // Pieces and bytes stand together instead of by their numbers.
        rows.sort_by_key(|row| row.place);
        rows
    }

    fn rows(&self, category: Option<&str>) -> BTreeMap<Key, i64> {
        let mut rows = BTreeMap::new();
        let is_asked = |sum: &&OutcomeBucket| category.is_none_or(|asked| asked == sum.category);
        for sum in self.sums.iter().filter(is_asked) {
            let project = sum.project.map_or(0, |project| project.0);
            let key = (
                Kind::of(sum.outcome, &sum.reason),
                if self.names.is_some() { project } else { 0 },
                sum.category.clone(),
                sum.reason.clone(),
            );
            let quantity: &mut i64 = rows.entry(key).or_default();
            *quantity = quantity.saturating_add(sum.quantity);
        }
        rows
    }

    fn row(
        &self,
        (kind, project, category, reason): &Key,
        quantity: i64,
        whole: i64,
        with_category: bool,
    ) -> ReasonRow {
        let words = reason::words(kind.outcome(), reason);
        ReasonRow {
            project: self.names.map(|names| {
                let name = names.get(project).map(String::as_str);
                name.unwrap_or("unknown project").to_owned()
            }),
            place: category::place(category),
            category: with_category.then(|| category::label(category).into_owned()),
            text: words.text.into_owned(),
            code: reason.clone(),
            advice: words.advice,
            quantity: Quantity::of(quantity, category::unit(category)),
            share: number::share(quantity, whole),
            sample: (*kind == Kind::Invalid)
                .then(|| self.sample(*project, category, reason))
                .flatten(),
        }
    }

    /// The latest error of a reason; of one project where the row is about one.
    fn sample(&self, project: i64, category: &str, reason: &str) -> Option<Sample> {
        self.samples
            .iter()
            .filter(|sample| sample.reason == reason && sample.category == category)
            .filter(|sample| self.names.is_none() || sample.project_id.0 == project)
            .max_by_key(|sample| sample.at)
            .map(|sample| Sample {
                message: sample.message.clone(),
                at: sample.at,
            })
    }
}

fn sum<'r>(rows: impl Iterator<Item = (&'r Key, &'r i64)>) -> i64 {
    rows.fold(0, |sum, (_, quantity)| sum.saturating_add(*quantity))
}
