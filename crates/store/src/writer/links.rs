//! Links hashes to issues, and counts the events of each.

use std::collections::BTreeMap;

use watchfire_grouping::Hash;

use super::issues::Counted;
use super::place::PlannedIssue;
use super::totals::Tally;
use crate::conn::Conn;
use crate::error::Result;
use crate::rows::Column::{Bytes, Number};
use crate::rows::{Cell, Rows};

/// Links the new hashes of the issues, and adds to the counts of those that were linked before. An
/// event counts for its first hash.
pub(super) fn save(
    conn: &mut Conn<'_>,
    planned: &[PlannedIssue<'_>],
    counted: &[Counted<'_>],
) -> Result<()> {
    let mut added = Rows::new([Number, Bytes, Number, Number, Number, Number, Number]);
    let mut known = Rows::new([Number, Bytes, Number, Number, Number]);
    let tallies: Vec<_> = planned.iter().map(tallies).collect();
    for ((issue, counted), tallies) in planned.iter().zip(counted).zip(&tallies) {
        let Some(first) = issue.events.first() else {
            continue;
        };
        for hash in &issue.new_hashes {
            // A hash that no event has as its first one takes the times of those that brought it.
            let unused = Tally {
                count: 0,
                seen: counted.totals.seen,
            };
            let tally = tallies.get(hash).unwrap_or(&unused);
            added.push([
                Cell::Number(issue.project.0),
                Cell::Bytes(&hash.0),
                Cell::Number(counted.id),
                Cell::Number(tally.count),
                Cell::Number(tally.seen.first),
                Cell::Number(tally.seen.last),
                Cell::Number(first.received_at.0),
            ]);
        }
        for (hash, tally) in tallies {
            if !issue.new_hashes.contains(hash) {
                known.push([
                    Cell::Number(issue.project.0),
                    Cell::Bytes(&hash.0),
                    Cell::Number(tally.count),
                    Cell::Number(tally.seen.first),
                    Cell::Number(tally.seen.last),
                ]);
            }
        }
    }
    added.execute(
        conn,
        "INSERT INTO issue_hash (project_id, hash, issue_id, event_count, first_seen, last_seen, \
         created_at) SELECT e.column1, e.column2, e.column3, e.column4, e.column5, e.column6, \
         e.column7",
        "",
    )?;
    known.execute(
        conn,
        "UPDATE issue_hash SET event_count = issue_hash.event_count + e.column3, \
         first_seen = CASE WHEN issue_hash.event_count > 0 AND issue_hash.first_seen < e.column4 \
             THEN issue_hash.first_seen ELSE e.column4 END, \
         last_seen = CASE WHEN issue_hash.event_count > 0 AND issue_hash.last_seen > e.column5 \
             THEN issue_hash.last_seen ELSE e.column5 END",
        "WHERE issue_hash.project_id = e.column1 AND issue_hash.hash = e.column2",
    )
}

fn tallies(issue: &PlannedIssue<'_>) -> BTreeMap<Hash, Tally> {
    let mut tallies: BTreeMap<Hash, Tally> = BTreeMap::new();
    for event in &issue.events {
        if let Some(hash) = event.hashes.first() {
            Tally::add(&mut tallies, *hash, event.facts.timestamp);
        }
    }
    tallies
}
