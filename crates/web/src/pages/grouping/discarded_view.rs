//! Discarded issues, as the overview shows them.

use serde::Serialize;
use watchfire_event::Timestamp;
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn, tombstone};

use super::form::name_of;
use super::issue_link::cut_title;
use crate::{address, people};

/// Discarded issues that are listed, the newest.
pub(super) const DISCARDED_MAX: usize = 200;

/// An issue whose events are dropped.
#[derive(Debug, Serialize)]
pub(super) struct DiscardedView {
    title: String,
    culprit: String,
    /// The level's name, which the style sheet knows.
    level: &'static str,
    author: Option<String>,
    created_at: Timestamp,
    hits: i64,
    last_hit_at: Option<Timestamp>,
    /// Where the form is posted to that takes its events again.
    href: String,
}

/// The discarded issues of a project, newest first, and how many more there are.
pub(super) fn views(
    conn: &mut Conn<'_>,
    project: &Project,
) -> store::Result<(Vec<DiscardedView>, usize)> {
    let mut known = tombstone::list(conn, project.id)?;
    let left_out = known.len().saturating_sub(DISCARDED_MAX);
    known.truncate(DISCARDED_MAX);
    let names = people::names(conn, known.iter().filter_map(|one| one.user_id))?;
    let views = known.into_iter().map(|one| DiscardedView {
        author: name_of(&names, one.user_id),
        title: cut_title(&one.title),
        culprit: one.culprit,
        level: one.level.as_str(),
        created_at: one.created_at,
        hits: one.hit_count,
        last_hit_at: one.last_hit_at,
        href: address::discarded(&project.slug, one.id),
    });
    Ok((views.collect(), left_out))
}
