//! Events of discarded issues: they are counted and nothing else.

use std::collections::BTreeMap;

use watchfire_event::{ProjectId, Timestamp};
use watchfire_grouping::Hash;

use crate::conn::Conn;
use crate::error::Result;
use crate::new_event::NewEvent;
use crate::rows::Column::{Bytes, Number};
use crate::rows::{Cell, Rows};

/// What a batch holds of discarded issues.
#[derive(Default)]
pub(super) struct Discards {
    /// How many events each tombstone caught, and when the last of them came in.
    hits: BTreeMap<i64, (i64, Timestamp)>,
    links: Vec<Link>,
}

/// A hash that is to lead to a tombstone.
struct Link {
    project: ProjectId,
    hash: Hash,
    tombstone: i64,
    at: Timestamp,
}

impl Discards {
    pub(super) fn add(&mut self, tombstone: i64, event: &NewEvent) {
        let (count, last) = self.hits.entry(tombstone).or_default();
        *count += 1;
        *last = event.received_at.max(*last);
    }

    /// An issue that was discarded under a fallback hash stays so when the fallback ends.
    pub(super) fn link(&mut self, tombstone: i64, event: &NewEvent, hash: Hash) {
        self.links.push(Link {
            project: event.project,
            hash,
            tombstone,
            at: event.received_at,
        });
    }
}

/// Counts the hits of each tombstone.
pub(super) fn save(conn: &mut Conn<'_>, discards: &Discards) -> Result<()> {
    let mut hits = Rows::new([Number, Number, Number]);
    for (tombstone, (count, last)) in &discards.hits {
        let numbers = [*tombstone, *count, last.0];
        hits.push(numbers.map(Cell::Number));
    }
    hits.execute(
        conn,
        "UPDATE tombstone SET hit_count = tombstone.hit_count + e.column2, \
         last_hit_at = CASE WHEN tombstone.last_hit_at > e.column3 \
             THEN tombstone.last_hit_at ELSE e.column3 END",
        "WHERE tombstone.id = e.column1",
    )?;
    let mut links = Rows::new([Number, Bytes, Number, Number]);
    for link in &discards.links {
        links.push([
            Cell::Number(link.project.0),
            Cell::Bytes(&link.hash.0),
            Cell::Number(link.tombstone),
            Cell::Number(link.at.0),
        ]);
    }
    links.execute(
        conn,
        "INSERT INTO issue_hash (project_id, hash, tombstone_id, event_count, first_seen, \
         last_seen, created_at) \
         SELECT e.column1, e.column2, e.column3, 0, e.column4, e.column4, e.column4",
        "",
    )
}
