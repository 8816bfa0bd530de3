//! Why the events of an issue are one issue: the explanation of one event, the comparison of two,
//! issues that look alike, the fingerprints of the issue, and merging and taking apart.

pub(super) mod compare;
mod compared;
pub(super) mod merge;
mod parts;
mod pick;
mod prints;
mod rule_mark;
pub(super) mod show;
pub(super) mod similar;
mod stack;
pub(super) mod summary;
mod tree;
pub(super) mod unmerge;
mod variant;
mod words;

use watchfire_grouping::Grouper;
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn, grouping_rules};

/// The project's way of grouping: its version and all of its rules.
pub(super) fn grouper(conn: &mut Conn<'_>, project: &Project) -> store::Result<Grouper> {
    Ok(Grouper::new(&grouping_rules::settings(conn, project)?))
}
