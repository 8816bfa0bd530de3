//! Writes issues to the database, some at a time.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::Result;
use watchfire_event::Timestamp;
use watchfire_scrub::Scrubber;
use watchfire_store::import::{self, Existing, ImportedIssue, NOTICED_SECONDS};
use watchfire_store::project::Project;
use watchfire_store::{Database, scrubbing};

use super::problem::Problem;
use super::scrub;
use super::summary::Summary;
use crate::output;

/// How many issues are written in one transaction; events of the project wait meanwhile.
const BATCH_ISSUES: usize = 25;

/// Issues on their way into a project.
pub(super) struct Batch<'d> {
    database: &'d Database,
    project: &'d Project,
    scrubber: Scrubber,
    existing: Existing,
    waiting: Vec<ImportedIssue>,
    summary: Summary,
    now: Timestamp,
    /// When running servers have noticed that the project looks up Sentry's hashes.
    noticed_at: Option<Instant>,
}

impl<'d> Batch<'d> {
    /// Makes the project ready.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn begin(database: &'d Database, project: &'d Project) -> Result<Self> {
        let is_new = database.write_blocking(|conn| import::begin(conn, project.id))?;
        // A server that has seen no event of the project remembers nothing of it.
        let must_wait = is_new && project.first_event_at.is_some();
        let noticed = Instant::now() + Duration::from_secs(NOTICED_SECONDS);
        let (policy, _) = database.read_blocking(|conn| scrubbing::policy(conn, project))?;
        let mut existing = Existing::default();
        while database
            .read_blocking(|conn| existing.scan(conn, database.dictionaries(), project.id))?
        {
        }
        Ok(Self {
            database,
            project,
            scrubber: Scrubber::of_policy(&policy),
            existing,
            waiting: Vec::new(),
            summary: Summary::default(),
            now: Timestamp::now(),
            noticed_at: must_wait.then_some(noticed),
        })
    }

    /// When the import began.
    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// Those of the issues of which the source says something else than at the last import.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn changed(&mut self, issues: Vec<ImportedIssue>) -> Result<Vec<ImportedIssue>> {
        let ids: Vec<&str> = issues
            .iter()
            .map(|issue| issue.external_id.as_str())
            .collect();
        let last = self
            .database
            .read_blocking(|conn| import::last(conn, self.project.id, &ids))?;
        let is_changed = |issue: &ImportedIssue| {
            let last = last.get(&issue.external_id);
            !last.is_some_and(|last| last.is_same(issue))
        };
        let (changed, same): (Vec<_>, Vec<_>) = issues.into_iter().partition(is_changed);
        self.summary.unchanged(same.len());
        Ok(changed)
    }

    /// Adds an issue; it is written with some others.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn add(&mut self, mut issue: ImportedIssue) -> Result<()> {
        scrub::scrub(&self.scrubber, &mut issue);
        self.waiting.push(issue);
        if self.waiting.len() >= BATCH_ISSUES {
            self.flush()?;
        }
        Ok(())
    }

    /// Leaves an issue out, and says so.
    pub(super) fn refuse(&mut self, problem: Problem) {
        output::note(&format!("left out {}: {}", problem.id, problem.reason));
        self.summary.problem(problem);
    }

    /// Says which hashes of an issue that comes are left out.
    pub(super) fn leave_out_hashes(&mut self, issue: &ImportedIssue, odd: &[String]) {
        for hash in odd {
            let id = &issue.external_id;
            output::note(&format!(
                "left out a hash of {id}: {hash:?} is not 32 hex digits"
            ));
        }
        self.summary.odd_hashes(odd.len());
    }

    /// Leaves out an issue that is about something else than an error.
    pub(super) fn pass_over(&mut self) {
        self.summary.pass_over();
    }

    /// Writes what is waiting.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn flush(&mut self) -> Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        if let Some(noticed) = self.noticed_at.take() {
            sleep(noticed.saturating_duration_since(Instant::now()));
        }
        let (database, project) = (self.database, self.project);
        let (existing, issues) = (&mut self.existing, std::mem::take(&mut self.waiting));
        let added = database.write_blocking(|conn| {
            let now = Timestamp::now();
            import::add(
                conn,
                database.dictionaries(),
                project.id,
                existing,
                &issues,
                now,
            )
        })?;
        for (issue, added) in issues.iter().zip(&added) {
            self.summary.count(issue, added);
        }
        Ok(())
    }

    /// What came of it.
    pub(super) fn finish(self) -> Summary {
        self.summary
    }
}
