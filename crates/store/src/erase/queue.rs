use diesel::prelude::*;
use watchfire_event::{Timestamp, UserId};

use super::Person;
use super::data::{Data, Phase};
use super::identity::{self, Known};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::job::{self, JobKind, NewJob};
use crate::project::Project;
use crate::schema::event;

/// Starts a job that removes everything that is stored of a person in a project, and returns its
/// number ([`super::receipt()`]).
///
/// It cannot be taken back. Events that come in while it runs may be removed too; later ones are
/// stored.
///
/// Call it inside [`crate::Database::write`].
///
/// # Errors
/// When the database fails.
pub fn queue(
    conn: &mut Conn<'_>,
    project: &Project,
    person: &Person,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<i64> {
    let total: i64 = on!(conn, |c| event::table
        .filter(event::project_id.eq(project.id.0))
        .count()
        .get_result(c))?;
    let data = Data {
        person: Known::of(person),
        user_hashes: identity::user_hashes(person),
        session_hashes: identity::session_hashes(person),
        phase: Phase::Events,
        looked_at: 0,
        unreadable: 0,
        removed: Default::default(),
        issues: Default::default(),
        dictionaries: Vec::new(),
        left: Vec::new(),
    };
    let new = NewJob {
        project: project.id,
        kind: JobKind::Erase,
        data: data.to_json(),
        total,
        user: author,
        issue: None,
        rule: None,
    };
    job::queue(conn, &new, now)
}
