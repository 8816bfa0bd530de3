//! Which organisation and projects a request is about.

use actix_web::{HttpRequest, web};
use watchfire_store::organization::Organization;
use watchfire_store::project::{self, Project};
use watchfire_store::{Conn, Result as StoreResult};

use super::find;
use crate::auth::{Caller, Reach};

/// Which projects a request is about.
#[derive(Clone)]
pub(super) struct Scope {
    reach: Reach,
    organization: String,
    project: Option<String>,
    numbers: Vec<String>,
}

impl Scope {
    /// Reads the address and the parameter `project`.
    pub(super) fn of(request: &HttpRequest, caller: &Caller) -> Self {
        let part = |name: &str| request.match_info().get(name).map(str::to_owned);
        Self {
            reach: caller.reach(),
            organization: part("organization").unwrap_or_default(),
            project: part("project"),
            numbers: repeated(request, "project"),
        }
    }

    /// The organisation and those of its projects that are asked for. `-1` stands for all.
    pub(super) fn read(&self, conn: &mut Conn<'_>) -> StoreResult<(Organization, Vec<Project>)> {
        let organization = find::organization(conn, &self.reach, &self.organization)?;
        let projects = match &self.project {
            Some(name) => vec![find::project(conn, &organization, name)?],
            None => {
                let all = project::list(conn, organization.id)?;
                let every =
                    self.numbers.is_empty() || self.numbers.iter().any(|number| number == "-1");
                let wanted = |project: &Project| {
                    every
                        || self.numbers.contains(&project.id.to_string())
                        || self.numbers.contains(&project.slug)
                };
                all.into_iter().filter(wanted).collect()
            }
        };
        Ok((organization, projects))
    }
}

/// The values of a parameter that may be given several times.
pub(super) fn repeated(request: &HttpRequest, name: &str) -> Vec<String> {
    let pairs = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
    let pairs = pairs.map(web::Query::into_inner).unwrap_or_default();
    pairs
        .into_iter()
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value)
        .collect()
}
