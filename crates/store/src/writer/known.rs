use std::collections::{HashMap, HashSet};

use watchfire_event::ProjectId;
use watchfire_grouping::Hash;

use super::names::List;

/// How many hashes are remembered before the memory is emptied (about 64 bytes each).
const HASHES_MAX: usize = 32_768;
/// How many rows are remembered before the memory is emptied (about 10 bytes each).
const ROWS_MAX: usize = 262_144;

/// What the writer remembers of committed rows, so that it need not ask for them with every batch.
/// Forgotten as a whole when a batch fails, because it may hold what was rolled back.
#[derive(Default)]
pub(super) struct Known {
    /// The issue of a hash. A hash never moves to another issue.
    issues: HashMap<(ProjectId, Hash), i64, ahash::RandomState>,
    /// Hashes of [`Row`]s.
    rows: HashSet<u64, ahash::RandomState>,
    /// How many names the lists of a project have. Other processes may have added some since, so
    /// that a list can grow a little beyond its limit.
    list_counts: HashMap<(List, i64), i64, ahash::RandomState>,
}

/// A row that exists, or a name that is known to have none.
#[derive(Hash)]
pub(super) enum Row<'e> {
    /// Of a user of an issue.
    User(i64, i64),
    /// Of a tag of an issue.
    Tag(i64, &'e str, &'e str),
    /// Of a name on a list of a project.
    Listed(List, i64, &'e str),
    /// A name that a full list of a project has no row for.
    Unlisted(List, i64, &'e str),
}

impl Known {
    pub(super) fn issue(&self, project: ProjectId, hash: Hash) -> Option<i64> {
        self.issues.get(&(project, hash)).copied()
    }

    pub(super) fn add_issue(&mut self, project: ProjectId, hash: Hash, issue: i64) {
        if self.issues.len() >= HASHES_MAX {
            self.issues.clear();
        }
        self.issues.insert((project, hash), issue);
    }

    pub(super) fn has(&self, row: &Row<'_>) -> bool {
        self.rows.contains(&self.number(row))
    }

    pub(super) fn add(&mut self, row: &Row<'_>) {
        if self.rows.len() >= ROWS_MAX {
            self.rows.clear();
        }
        let number = self.number(row);
        self.rows.insert(number);
    }

    pub(super) fn list_count(&self, list: List, project: i64) -> Option<i64> {
        self.list_counts.get(&(list, project)).copied()
    }

    pub(super) fn set_list_count(&mut self, list: List, project: i64, count: i64) {
        self.list_counts.insert((list, project), count);
    }

    pub(super) fn forget(&mut self) {
        self.issues.clear();
        self.rows.clear();
        self.list_counts.clear();
    }

    fn number(&self, row: &Row<'_>) -> u64 {
        self.rows.hasher().hash_one(row)
    }
}
