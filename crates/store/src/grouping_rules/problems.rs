use watchfire_event::Timestamp;
use watchfire_grouping::{Grouper, RuleProblem};

use super::settings::RuleSet;
use crate::conn::Conn;
use crate::error::Result;
use crate::project::Project;

/// What is wrong with lines of the rules in force for a project, its organisation's included. Such
/// lines do nothing; the others work.
///
/// # Errors
/// When the database fails.
pub fn problems(conn: &mut Conn<'_>, project: &Project) -> Result<Vec<RuleProblem>> {
    let settings = RuleSet::read(conn, project, Timestamp::now())?.settings();
    Ok(Grouper::new(&settings).problems().to_vec())
}
