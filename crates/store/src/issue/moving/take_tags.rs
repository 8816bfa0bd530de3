//! Takes the tags of moved events away from the issue that they leave.

use std::collections::BTreeMap;

use super::rest::Rest;
use crate::conn::Conn;
use crate::error::Result;
use crate::rows::Column::{Number, Text};
use crate::rows::{Cell, Rows};
use crate::writer::Totals;

/// What a key loses.
#[derive(Default)]
struct Loss {
    values: i64,
    overflow: i64,
}

/// Returns whether a value or key is gone. What was counted beyond the values that an issue tells
/// apart is taken from there.
pub(super) fn take(conn: &mut Conn<'_>, id: i64, totals: &Totals<'_>, rest: &Rest) -> Result<bool> {
    let tags: Vec<_> = totals.tags.iter().collect();
    let counts = counts(conn, id, totals)?;
    let mut losses: BTreeMap<&str, Loss> = BTreeMap::new();
    let mut rows = Rows::new([Number, Text, Text, Number, Number, Number]);
    for (place, ((key, value), tally)) in tags.into_iter().enumerate() {
        let before = counts.get(&place).copied();
        let taken = tally.count.min(before.unwrap_or(0));
        let loss = losses.entry(*key).or_default();
        loss.overflow += tally.count - taken;
        loss.values += i64::from(before == Some(taken));
        if before.is_some() {
            rows.push([
                Cell::Number(id),
                Cell::Text(key),
                Cell::Text(value),
                Cell::Number(taken),
                Cell::Number(rest.seen.first),
                Cell::Number(rest.seen.last),
            ]);
        }
    }
    rows.execute(
        conn,
        "UPDATE issue_tag SET count = issue_tag.count - e.column4, \
         first_seen = CASE WHEN issue_tag.first_seen < e.column5 THEN e.column5 \
             ELSE issue_tag.first_seen END, \
         last_seen = CASE WHEN issue_tag.last_seen > e.column6 THEN e.column6 \
             ELSE issue_tag.last_seen END",
        "WHERE issue_tag.issue_id = e.column1 AND issue_tag.key = e.column2 \
         AND issue_tag.value = e.column3",
    )?;
    rows.execute(
        conn,
        "DELETE FROM issue_tag WHERE count <= 0 AND (issue_id, key, value) IN \
         (SELECT e.column1, e.column2, e.column3",
        ")",
    )?;
    take_keys(conn, id, &losses)?;
    Ok(losses.values().any(|loss| loss.values > 0))
}

/// How many events each tag of the totals had, by its place among them; those without a row are
/// left out.
fn counts(conn: &mut Conn<'_>, id: i64, totals: &Totals<'_>) -> Result<BTreeMap<usize, i64>> {
    let mut rows = Rows::new([Number, Text, Text, Number]);
    for (place, (key, value)) in totals.tags.keys().enumerate() {
        rows.push([
            Cell::Number(id),
            Cell::Text(key),
            Cell::Text(value),
            Cell::Number(i64::try_from(place).unwrap_or(i64::MAX)),
        ]);
    }
    let found = rows.load(
        conn,
        "SELECT e.column4, t.count",
        "JOIN issue_tag AS t \
         ON t.issue_id = e.column1 AND t.key = e.column2 AND t.value = e.column3",
    )?;
    let places = found
        .into_iter()
        .filter_map(|(place, count)| Some((usize::try_from(place).ok()?, count)));
    Ok(places.collect())
}

fn take_keys(conn: &mut Conn<'_>, id: i64, losses: &BTreeMap<&str, Loss>) -> Result<()> {
    let mut rows = Rows::new([Number, Text, Number, Number]);
    for (key, loss) in losses {
        rows.push([
            Cell::Number(id),
            Cell::Text(key),
            Cell::Number(loss.values),
            Cell::Number(loss.overflow),
        ]);
    }
    rows.execute(
        conn,
        "UPDATE issue_tag_key SET value_count = issue_tag_key.value_count - e.column3, \
         overflow_count = CASE WHEN issue_tag_key.overflow_count > e.column4 \
             THEN issue_tag_key.overflow_count - e.column4 ELSE 0 END",
        "WHERE issue_tag_key.issue_id = e.column1 AND issue_tag_key.key = e.column2",
    )?;
    rows.execute(
        conn,
        "DELETE FROM issue_tag_key WHERE value_count <= 0 AND overflow_count <= 0 \
         AND (issue_id, key) IN (SELECT e.column1, e.column2",
        ")",
    )
}
