//! How a project groups: explanations, versions, the team's own rules and the jobs that apply them.

mod change;
mod configs;
mod info;
mod jobs;
mod preview;
mod rules;
mod similar;
mod texts;

pub(super) use change::{text_of, version};
pub(super) use configs::list as configs;
pub(super) use info::{of_event, of_issue_event};
pub(super) use jobs::{list as jobs, pause, resume, show as job, undo};
pub(super) use preview::show as preview;
pub(super) use rules::{apply, create, delete, list as rules, show as rule, update};
pub(super) use similar::{list as similar, related};
pub(super) use texts::{
    organization as organization_text, project as project_text,
    set_organization as set_organization_text, set_project as set_project_text,
};

use watchfire_grouping::Grouper;
use watchfire_store::project::Project;
use watchfire_store::{Conn, Result as StoreResult, grouping_rules};

/// What groups the events of a project, compiled from the settings in force.
pub(super) fn grouper(conn: &mut Conn<'_>, project: &Project) -> StoreResult<Grouper> {
    let settings = grouping_rules::settings(conn, project)?;
    Ok(Grouper::new(&settings))
}
