//! What a job found, by path and rule.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use watchfire_event::EventId;
use watchfire_scrub::PathChange;

use super::{FINDINGS_MAX, Finding, MORE_PATHS};
use crate::column::MaybeEventIdBytes;
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::rows::Column::{Bytes, Number, Text};
use crate::rows::{Cell, Rows};
use crate::schema::job_finding;
use crate::tags::storable;

/// What stands for a path where only `_meta` changed.
const META_PATH: &str = "_meta";

/// Path and rule.
type Place = (String, String);

/// What was found in some events.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings(BTreeMap<Place, (i64, Option<EventId>)>);

impl Findings {
    /// What stands for a rule where something changed without a remark.
    pub(super) const NO_RULE: &str = "(no remark)";

    /// Adds the changes of an event, or of something else that has the name of its `table`.
    pub(super) fn add(
        &mut self,
        table: Option<&str>,
        event: Option<EventId>,
        changes: &[PathChange],
    ) {
        let named = |path: &str| match table {
            Some(table) => format!("({table}) {path}"),
            None => path.to_owned(),
        };
        for change in changes {
            self.count(named(&without_places(&change.path)), &change.rule, 1, event);
        }
        if changes.is_empty() {
            self.count(named(META_PATH), Self::NO_RULE, 1, event);
        }
    }

    /// Adds so many values of a path.
    pub(super) fn count(&mut self, path: String, rule: &str, values: i64, event: Option<EventId>) {
        let place = (storable(&path).into_owned(), storable(rule).into_owned());
        let (count, example) = self.0.entry(place).or_default();
        *count += values;
        *example = example.or(event);
    }

    /// Adds them to those of a job, which has the places in `known` already.
    pub(super) fn save(
        &self,
        conn: &mut Conn<'_>,
        job: i64,
        known: &mut BTreeSet<Place>,
    ) -> Result<()> {
        let mut bounded: BTreeMap<Place, (i64, Option<EventId>)> = BTreeMap::new();
        for (place, (count, example)) in &self.0 {
            let fits = known.contains(place) || known.len() < FINDINGS_MAX;
            let place = match fits {
                true => place.clone(),
                false => (MORE_PATHS.to_owned(), String::new()),
            };
            if fits {
                known.insert(place.clone());
            }
            let (sum, first) = bounded.entry(place).or_default();
            *sum += count;
            *first = first.or(*example);
        }
        for is_known in [true, false] {
            upsert(conn, job, &bounded, is_known)?;
        }
        Ok(())
    }

    /// The findings, most values first.
    pub(super) fn into_list(self) -> Vec<Finding> {
        let mut list: Vec<Finding> = self
            .0
            .into_iter()
            .map(|((path, rule), (count, example))| Finding {
                path,
                rule,
                count,
                example,
            })
            .collect();
        list.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.path.cmp(&b.path)));
        list
    }
}

/// Adds the findings with an example, or those without.
fn upsert(
    conn: &mut Conn<'_>,
    job: i64,
    found: &BTreeMap<Place, (i64, Option<EventId>)>,
    has_example: bool,
) -> Result<()> {
    let mut rows = Rows::new([Number, Text, Text, Number, Bytes]);
    for ((path, rule), (count, example)) in found {
        if example.is_some() == has_example {
            let id = example.as_ref().map(|id| id.as_bytes().as_slice());
            rows.push([
                Cell::Number(job),
                Cell::Text(path),
                Cell::Text(rule),
                Cell::Number(*count),
                Cell::Bytes(id.unwrap_or_default()),
            ]);
        }
    }
    let before = match has_example {
        true => {
            "INSERT INTO job_finding (job_id, path, rule, count, example) \
             SELECT e.column1, e.column2, e.column3, e.column4, e.column5"
        }
        false => {
            "INSERT INTO job_finding (job_id, path, rule, count) \
             SELECT e.column1, e.column2, e.column3, e.column4"
        }
    };
    rows.execute(
        conn,
        before,
        "WHERE true ON CONFLICT (job_id, path, rule) DO UPDATE SET \
         count = job_finding.count + excluded.count",
    )
}

/// The places that a job has findings of.
pub(super) fn known(conn: &mut Conn<'_>, job: i64) -> Result<BTreeSet<Place>> {
    let places: Vec<Place> = on!(conn, |c| job_finding::table
        .filter(job_finding::job_id.eq(job))
        .select((job_finding::path, job_finding::rule))
        .load(c))?;
    Ok(places.into_iter().collect())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = job_finding)]
struct Row {
    path: String,
    rule: String,
    count: i64,
    #[diesel(deserialize_as = MaybeEventIdBytes)]
    example: Option<EventId>,
}

/// What a job found, most values first.
pub(super) fn of_job(conn: &mut Conn<'_>, job: i64) -> Result<Vec<Finding>> {
    let rows: Vec<Row> = on!(conn, |c| job_finding::table
        .filter(job_finding::job_id.eq(job))
        .order((
            job_finding::count.desc(),
            job_finding::path,
            job_finding::rule
        ))
        .select(Row::as_select())
        .load(c))?;
    let finding = |row: Row| Finding {
        path: row.path,
        rule: row.rule,
        count: row.count,
        example: row.example,
    };
    Ok(rows.into_iter().map(finding).collect())
}

/// The path with `*` for every place of a list. Keys in quotes may hold dots and digits.
fn without_places(path: &str) -> String {
    let mut general = String::with_capacity(path.len());
    let mut item = String::new();
    let mut is_quoted = false;
    let finish = |item: &mut String, general: &mut String| {
        let is_place = !item.is_empty() && item.bytes().all(|byte| byte.is_ascii_digit());
        general.push_str(if is_place { "*" } else { item.as_str() });
        item.clear();
    };
    for character in path.chars() {
        is_quoted ^= character == '\'';
        if character == '.' && !is_quoted {
            finish(&mut item, &mut general);
            general.push('.');
        } else {
            item.push(character);
        }
    }
    finish(&mut item, &mut general);
    general
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_lists_are_one_path() {
        for (path, general) in [
            ("exception.values.12.value", "exception.values.*.value"),
            ("extra.'1.2'.0", "extra.'1.2'.*"),
            ("extra.'it''s 5'.x2", "extra.'it''s 5'.x2"),
            ("user", "user"),
        ] {
            assert_eq!(without_places(path), general);
        }
    }
}
