//! Projects.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::Value;
use watchfire_event::Timestamp;
use watchfire_store::organization::Organization;
use watchfire_store::project::{self, Project};
use watchfire_store::set_up;

use super::find;
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::page::PageQuery;
use crate::shape;

/// A project to make.
#[derive(Deserialize)]
pub(crate) struct NewProject {
    name: String,
    platform: Option<String>,
}

/// `GET /projects/`: the projects of every organisation.
pub(crate) async fn list_all(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let reach = caller.reach();
    let found = api.database.read(move |conn| {
        let mut found = Vec::new();
        for owner in find::organizations(conn, &reach)? {
            let projects = project::list(conn, owner.id)?;
            found.push((owner, projects));
        }
        Ok(found)
    });
    let found = found.await?;
    let shown = found
        .iter()
        .flat_map(|(owner, projects)| shapes(owner, projects));
    Ok(page
        .slice()?
        .cut(shown.collect())
        .answer(&request, &api.public_url))
}

/// `GET /organizations/{organization}/projects/`; `query` asks for words in the name or slug.
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    list: web::Query<ListQuery>,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let name = request.match_info().query("organization").to_owned();
    let reach = caller.reach();
    let found = api.database.read(move |conn| {
        let owner = find::organization(conn, &reach, &name)?;
        let projects = project::list(conn, owner.id)?;
        Ok((owner, projects))
    });
    let (owner, mut projects) = found.await?;
    if let Some(query) = &list.query {
        let query = query.trim().to_lowercase();
        projects.retain(|project| {
            project.slug.contains(&query) || project.name.to_lowercase().contains(&query)
        });
    }
    let shown = shapes(&owner, &projects).collect();
    Ok(page.slice()?.cut(shown).answer(&request, &api.public_url))
}

/// Which projects of an organisation are listed.
#[derive(Deserialize)]
pub(crate) struct ListQuery {
    query: Option<String>,
}

/// `POST /organizations/{organization}/projects/` and `POST /teams/{organization}/{team}/projects/`
/// with `{"name", "platform"?}`: a project with a key.
pub(crate) async fn create(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    new: web::Json<NewProject>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:write")?;
    let name = request.match_info().query("organization").to_owned();
    let new = new.into_inner();
    if set_up::slug_of(&new.name).is_none() {
        return Err(ApiError::BadRequest(
            "name needs a letter or digit".to_owned(),
        ));
    }
    let reach = caller.reach();
    let made = api.database.write(move |conn| {
        let owner = find::organization(conn, &reach, &name)?;
        let now = Timestamp::now();
        let (project, _) =
            set_up::make_project(conn, owner.id, &new.name, new.platform.as_deref(), now)?;
        Ok((owner, project))
    });
    let (owner, project) = made.await?;
    Ok(HttpResponse::Created().json(shape::project(&project, &owner)))
}

fn shapes<'a>(
    owner: &'a Organization,
    projects: &'a [Project],
) -> impl Iterator<Item = Value> + 'a {
    projects
        .iter()
        .map(move |project| shape::project(project, owner))
}
