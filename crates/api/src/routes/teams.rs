//! Teams: one for each organisation.

use actix_web::{HttpRequest, HttpResponse, web};
use watchfire_store::organization::Organization;
use watchfire_store::{Conn, Error, Result as StoreResult};

use super::find;
use crate::Api;
use crate::auth::{Caller, Reach};
use crate::error::ApiError;
use crate::page::PageQuery;
use crate::shape;

/// `GET /organizations/{organization}/teams/`
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    page: web::Query<PageQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.require("team:read")?;
    let name = request.match_info().query("organization").to_owned();
    let reach = caller.reach();
    let found = api
        .database
        .read(move |conn| find::organization(conn, &reach, &name));
    let shown = vec![shape::team(&found.await?)];
    Ok(page.slice()?.cut(shown).answer(&request, &api.public_url))
}

/// `GET /teams/{organization}/{team}/`
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("team:read")?;
    let part = |name: &str| request.match_info().query(name).to_owned();
    let (owner, team) = (part("organization"), part("team"));
    let reach = caller.reach();
    let found = api
        .database
        .read(move |conn| find_team(conn, &reach, &owner, &team));
    Ok(HttpResponse::Ok().json(shape::team(&found.await?)))
}

/// The organisation whose team is asked for.
fn find_team(
    conn: &mut Conn<'_>,
    reach: &Reach,
    owner: &str,
    team: &str,
) -> StoreResult<Organization> {
    let owner = find::organization(conn, reach, owner)?;
    if team == owner.slug || team == owner.id.to_string() {
        Ok(owner)
    } else {
        Err(Error::NotFound)
    }
}
