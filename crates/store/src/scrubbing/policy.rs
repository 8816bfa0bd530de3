use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use watchfire_scrub::{Document, Policy, Problem};

use super::document::before;
use super::{Scope, version};
use crate::conn::{Conn, on};
use crate::error::{Error, Result};
use crate::project::Project;
use crate::schema::scrubbing;

/// Which documents are in force for a project: as long as they are the same, so is its policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InForce {
    /// That of the organisation, if it has one.
    pub organization: Option<i64>,
    /// The project's own, if it has one.
    pub project: Option<i64>,
}

/// The documents that are in force for a project; cheaper than [`policy()`], for who remembers what
/// it made of them.
///
/// # Errors
/// When the database fails.
pub fn in_force(conn: &mut Conn<'_>, project: &Project) -> Result<InForce> {
    let organization: Option<i64> = on!(conn, |c| scrubbing::table
        .filter(scrubbing::organization_id.eq(project.organization_id.0))
        .filter(scrubbing::project_id.is_null())
        .order(scrubbing::id.desc())
        .select(scrubbing::id)
        .first(c)
        .optional())?;
    let own: Option<i64> = on!(conn, |c| scrubbing::table
        .filter(scrubbing::project_id.eq(project.id.0))
        .order(scrubbing::id.desc())
        .select(scrubbing::id)
        .first(c)
        .optional())?;
    Ok(InForce {
        organization,
        project: own,
    })
}

/// How the events of a project are scrubbed at this moment, and what cannot be read of the stored
/// documents; `at` of such a problem begins with `organization: ` or `project: `.
///
/// # Errors
/// When the database fails.
pub fn policy(conn: &mut Conn<'_>, project: &Project) -> Result<(Policy, Vec<Problem>)> {
    let of = in_force(conn, project)?;
    joined(conn, project, of)
}

/// How the events of a project are scrubbed by these documents, whichever are in force.
pub(crate) fn policy_of(conn: &mut Conn<'_>, project: &Project, of: InForce) -> Result<Policy> {
    Ok(joined(conn, project, of)?.0)
}

fn joined(conn: &mut Conn<'_>, project: &Project, of: InForce) -> Result<(Policy, Vec<Problem>)> {
    let mut problems = Vec::new();
    let mut read = |scope, id: Option<i64>, place: &str| {
        let Some(id) = id else {
            return Ok(Document::default());
        };
        let (document, found) = readable(conn, scope, id)?;
        problems.extend(found.into_iter().map(|problem| Problem {
            at: format!("{place}: {}", problem.at),
            reason: problem.reason,
        }));
        Ok::<_, Error>(document)
    };
    let scope = Scope::Organization(project.organization_id);
    let organization = read(scope, of.organization, "organization")?;
    let own = read(Scope::Project(project.id), of.project, "project")?;
    Ok((Policy::of(&organization, &own), problems))
}

/// The document of a version; when it cannot be read, that of the last version before it that can.
/// Where none can, scrubbing is on as in a new project, and no IP addresses are stored.
fn readable(conn: &mut Conn<'_>, scope: Scope, id: i64) -> Result<(Document, Vec<Problem>)> {
    let Some(version) = version(conn, scope, id)? else {
        return Ok((Document::default(), Vec::new()));
    };
    let mut problem = match Document::parse_stored(&version.document) {
        Ok(read) => return Ok(read),
        Err(problem) => problem,
    };
    for earlier in before(conn, scope, id)? {
        if let Ok((document, mut problems)) = Document::parse_stored(&earlier.document) {
            problem.reason += &format!("; version {} is followed instead", earlier.id);
            problems.insert(0, problem);
            return Ok((document, problems));
        }
    }
    problem.reason += "; no IP addresses are stored until another is";
    let document = Document {
        scrub_ip_addresses: Some(true),
        ..Document::default()
    };
    Ok((document, vec![problem]))
}
