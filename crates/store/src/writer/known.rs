use std::collections::{HashMap, HashSet};

use watchfire_event::ProjectId;
use watchfire_grouping::{FallbackHash, Hash, SentryHash};

use super::names::List;
use crate::sampling::{Settings, Watch};

/// How many hashes are remembered before the memory is emptied (about 64 bytes each).
const HASHES_MAX: usize = 32_768;
/// How many rows are remembered before the memory is emptied (about 10 bytes each).
const ROWS_MAX: usize = 262_144;

/// What the writer remembers of committed rows, so that it need not ask for them with every batch.
/// Forgotten as a whole when a batch fails, because it may hold what was rolled back.
#[derive(Default)]
pub(super) struct Known {
    /// Whose a hash is.
    owners: HashMap<(ProjectId, AnyHash), Owner, ahash::RandomState>,
    /// How often hashes of a project had changed their owners when they were read.
    hash_change_counts: HashMap<ProjectId, i64, ahash::RandomState>,
    /// Hashes of [`Row`]s.
    rows: HashSet<u64, ahash::RandomState>,
    /// How many names the lists of a project have. Other processes may have added some since, so
    /// that a list can grow a little beyond its limit.
    list_counts: HashMap<(List, i64), i64, ahash::RandomState>,
    /// How projects are sampled, with the text that says so.
    settings: HashMap<ProjectId, (String, Settings), ahash::RandomState>,
    /// The rates of the projects.
    pub(super) watch: Watch,
}

/// Where a hash leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// Its events belong to this issue.
    Issue(i64),
    /// Its events are dropped.
    Tombstone(i64),
}

/// A hash of ours or of Sentry's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum AnyHash {
    Ours(Hash),
    Sentry(SentryHash),
}

impl AnyHash {
    pub(super) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Ours(hash) => &hash.0,
            Self::Sentry(hash) => &hash.0,
        }
    }

    pub(super) fn from_slice(bytes: &[u8]) -> Option<Self> {
        let sentry = || SentryHash::from_slice(bytes).map(Self::Sentry);
        Hash::from_slice(bytes).map(Self::Ours).or_else(sentry)
    }
}

impl From<Hash> for AnyHash {
    fn from(hash: Hash) -> Self {
        Self::Ours(hash)
    }
}

impl From<FallbackHash> for AnyHash {
    fn from(hash: FallbackHash) -> Self {
        match hash {
            FallbackHash::Older(hash) => Self::Ours(hash),
            FallbackHash::Sentry(hash) => Self::Sentry(hash),
        }
    }
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
    pub(super) fn owner(&self, project: ProjectId, hash: impl Into<AnyHash>) -> Option<Owner> {
        self.owners.get(&(project, hash.into())).copied()
    }

    pub(super) fn add_owner(&mut self, project: ProjectId, hash: impl Into<AnyHash>, owner: Owner) {
        if self.owners.len() >= HASHES_MAX {
            self.owners.clear();
        }
        self.owners.insert((project, hash.into()), owner);
    }

    /// Forgets the hashes of a project when some have changed their owners since they were read,
    /// and every row, because those of issues that lost events may be gone.
    pub(super) fn refresh(&mut self, project: ProjectId, hash_change_count: i64) {
        let before = self.hash_change_counts.insert(project, hash_change_count);
        if before.is_some_and(|before| before != hash_change_count) {
            self.owners.retain(|(other, _), _| *other != project);
            self.rows.clear();
        }
    }

    /// The sampling that a project's settings text asks for, read once for each text.
    pub(super) fn settings(&mut self, project: ProjectId, text: &str) -> Settings {
        match self.settings.get(&project) {
            Some((known, settings)) if known == text => *settings,
            _ => {
                let settings = Settings::of(text);
                self.settings.insert(project, (text.to_owned(), settings));
                settings
            }
        }
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
        self.owners.clear();
        self.hash_change_counts.clear();
        self.rows.clear();
        self.list_counts.clear();
        self.settings.clear();
        self.watch.clear();
    }

    fn number(&self, row: &Row<'_>) -> u64 {
        self.rows.hasher().hash_one(row)
    }
}
