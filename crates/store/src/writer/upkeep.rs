//! What the writer's thread does now and then, beside storing.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use watchfire_event::{ProjectId, Timestamp};

use super::{NewRecord, sessions};
use crate::conn::Conn;
use crate::database::Database;
use crate::error::Result;
use crate::{dropped, erase, feedback, ignore_rule, sampling};

/// How often, when there is something to do.
const EVERY: Duration = Duration::from_secs(60);
/// How often what is too old is looked for.
const OLD_EVERY: Duration = Duration::from_secs(3_600);
/// How soon again, when there was too much to do at once.
const AGAIN: Duration = Duration::from_secs(1);
/// How many projects are looked at in one go.
const PROJECTS_MAX: usize = 100;

/// Work that came up since the last time.
#[derive(Default)]
pub(super) struct Upkeep {
    /// When it is done next; nothing when there is nothing to do.
    due: Option<Instant>,
    /// Projects with feedback that may have come before its event.
    projects: BTreeSet<ProjectId>,
    /// Whether sessions were counted.
    has_sessions: bool,
    /// Whether there may be heads of dropped events, hits of rules, ids of events without a body,
    /// counts of clients or keys of receipts that are too old.
    has_old: bool,
}

impl Upkeep {
    /// What earlier processes may have left to do.
    pub(super) fn at_start() -> Self {
        Self {
            due: Some(Instant::now() + EVERY),
            has_old: true,
            ..Self::default()
        }
    }

    /// Notes the work that records make.
    pub(super) fn note<'r>(&mut self, records: impl Iterator<Item = &'r NewRecord>) {
        for record in records {
            match record {
                NewRecord::Attachment(_) => continue,
                NewRecord::Feedback(new) if new.event_id.is_none() => continue,
                NewRecord::Feedback(new) => {
                    if self.projects.len() < PROJECTS_MAX {
                        self.projects.insert(new.project);
                    }
                }
                NewRecord::Sessions(_) => self.has_sessions = true,
                NewRecord::Head(_) => self.has_old = true,
            }
            let soon = Instant::now() + EVERY;
            self.due = Some(self.due.map_or(soon, |due| due.min(soon)));
        }
    }

    /// Does the work when it is time.
    pub(super) fn run_if_due(&mut self, database: &Database) {
        if self.due.is_none_or(|due| due > Instant::now()) {
            return;
        }
        let work = std::mem::take(self);
        match work.run(database, Timestamp::now()) {
            // What is too old comes with time alone.
            Ok(false) => {
                self.has_old = true;
                self.due = Some(Instant::now() + OLD_EVERY);
            }
            Ok(true) => {
                self.has_sessions = true;
                self.has_old = true;
                self.due = Some(Instant::now() + AGAIN);
            }
            Err(error) => tracing::warn!("the upkeep of what is stored failed: {error}"),
        }
    }

    /// Returns whether there is more to do.
    fn run(self, database: &Database, now: Timestamp) -> Result<bool> {
        for project in self.projects {
            database.write_blocking(|conn| feedback::link_unlinked(conn, project))?;
        }
        let mut is_more = false;
        if self.has_sessions {
            is_more |= database.write_blocking(|conn| sessions::purge::step(conn, now))?;
        }
        if self.has_old {
            is_more |= database.write_blocking(|conn| purge_old(conn, now))?;
        }
        Ok(is_more)
    }
}

/// Returns whether there is more.
fn purge_old(conn: &mut Conn<'_>, now: Timestamp) -> Result<bool> {
    let heads = dropped::purge(conn, now)?;
    let hits = ignore_rule::purge_hits(conn, now)?;
    let ids = sampling::purge_counted(conn, now)?;
    let clients = sampling::purge_clients(conn, now)?;
    let keys = erase::forget_keys(conn, now)?;
    Ok(heads | hits | ids | clients | keys)
}

#[cfg(test)]
mod tests {
    use diesel::connection::SimpleConnection;
    use diesel::prelude::*;
    use watchfire_event::IssueId;

    use super::*;
    use crate::conn::on;
    use crate::database::Options;
    use crate::outcome::hour_of;
    use crate::release_health::RETENTION_MICROS;
    use crate::schema::{feedback as table, session_hour, session_hour_user, session_problem};

    const DAY: i64 = 24 * 3_600 * 1_000_000;

    fn open(folder: &tempfile::TempDir) -> Database {
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let database = Database::connect(&url, &Options::default()).unwrap();
        database
            .write_blocking(|conn| {
                let organization = crate::organization::create(conn, "o", "O", Timestamp(0))?;
                let new = crate::project::NewProject {
                    organization_id: organization.id,
                    slug: "shop".to_owned(),
                    name: "Shop".to_owned(),
                    platform: None,
                };
                crate::project::create(conn, &new, Timestamp(0))
            })
            .unwrap();
        database
    }

    fn run_sql(conn: &mut Conn<'_>, text: &str) -> Result<()> {
        on!(conn, |c| c.batch_execute(text))?;
        Ok(())
    }

    #[test]
    fn old_sessions_are_forgotten_step_by_step() {
        let folder = tempfile::tempdir().unwrap();
        let database = open(&folder);
        let old = sessions::purge::ROWS_MAX + 3;
        // All of them began at once.
        let fill = format!(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {old}) \
             INSERT INTO session_problem SELECT 1, i, 0, 1, {DAY} FROM n; \
             INSERT INTO session_problem VALUES (1, 0, 1, 1, {});",
            2 * DAY
        );
        database
            .write_blocking(|conn| run_sql(conn, &fill))
            .unwrap();
        let upkeep = || Upkeep {
            has_sessions: true,
            ..Upkeep::default()
        };
        let now = Timestamp(9 * DAY);
        assert!(upkeep().run(&database, now).unwrap());
        assert!(!upkeep().run(&database, now).unwrap());
        let left: i64 = database
            .read_blocking(|conn| Ok(on!(conn, |c| session_problem::table.count().get_result(c))?))
            .unwrap();
        assert_eq!(left, 1);
    }

    #[test]
    fn hours_past_the_retention_are_deleted_with_their_users_step_by_step() {
        let folder = tempfile::tempdir().unwrap();
        let database = open(&folder);
        let now = Timestamp(400 * DAY);
        let oldest = hour_of(now.plus_micros(-RETENTION_MICROS));
        let fill = format!(
            "INSERT INTO session_hour VALUES \
             (1, 1, {}, 'shop@1', '', 1, 0, 0, 0, 0, 0, 0, 0), \
             (2, 1, {oldest}, 'shop@1', '', 1, 0, 0, 0, 0, 0, 0, 0); \
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) \
             INSERT INTO session_hour_user SELECT 1, i, 1 FROM n; \
             INSERT INTO session_hour_user VALUES (2, 1, 1);",
            oldest - 1,
            sessions::purge::ROWS_MAX + 3,
        );
        database
            .write_blocking(|conn| run_sql(conn, &fill))
            .unwrap();
        let left = || {
            let count = |conn: &mut Conn<'_>| {
                let hours: Vec<i64> = on!(conn, |c| session_hour::table
                    .select(session_hour::id)
                    .load(c))?;
                let users: i64 = on!(conn, |c| session_hour_user::table.count().get_result(c))?;
                Ok((hours, users))
            };
            database.read_blocking(count).unwrap()
        };
        let upkeep = || Upkeep {
            has_sessions: true,
            ..Upkeep::default()
        };
        assert!(upkeep().run(&database, now).unwrap());
        assert_eq!(left(), (vec![1, 2], 4));
        assert!(!upkeep().run(&database, now).unwrap());
        assert_eq!(left(), (vec![2], 1));
    }

    #[test]
    fn feedback_that_came_before_its_event_is_linked() {
        let folder = tempfile::tempdir().unwrap();
        let database = open(&folder);
        let fill = "INSERT INTO issue (id, project_id, short_number, title, culprit, kind, value, \
             filename, function, level, status, is_unhandled, first_seen, last_seen, event_count, \
             user_count) VALUES (7, 1, 1, '', '', '', '', '', '', 40, 0, 0, 0, 0, 1, 0); \
             INSERT INTO event VALUES (1, 1, x'aa', 7, 0, 0, 0, x'', NULL); \
             INSERT INTO feedback (id, project_id, feedback_id, event_id, source, name, email, \
             message, url, created_at, received_at, is_resolved, dictionary_id, body) VALUES \
             (1, 1, x'01', x'aa', 1, '', '', 'm', '', 0, 0, 0, 0, x''), \
             (2, 1, x'02', x'bb', 1, '', '', 'm', '', 0, 0, 0, 0, x'');";
        database.write_blocking(|conn| run_sql(conn, fill)).unwrap();
        let upkeep = Upkeep {
            projects: BTreeSet::from([ProjectId(1)]),
            ..Upkeep::default()
        };
        assert!(!upkeep.run(&database, Timestamp(0)).unwrap());
        let issues: Vec<Option<i64>> = database
            .read_blocking(|conn| {
                Ok(on!(conn, |c| table::table
                    .order(table::id)
                    .select(table::issue_id)
                    .load(c))?)
            })
            .unwrap();
        assert_eq!(issues, [Some(7), None]);
        let count = database.read_blocking(|conn| feedback::count_of_issue(conn, IssueId(7)));
        assert_eq!(count.unwrap(), 1);
    }
}
