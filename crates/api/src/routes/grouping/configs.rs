//! The versions of the algorithm that a project can pin.

use actix_web::{HttpRequest, HttpResponse, web};
use watchfire_grouping::Version;

use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::routes::find;
use crate::shape;

/// `GET /grouping-configs/` and `GET /organizations/{organization}/grouping-configs/`: oldest
/// first.
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    if let Some(name) = request.match_info().get("organization") {
        let (name, reach) = (name.to_owned(), caller.reach());
        let owner = api
            .database
            .read(move |conn| find::organization(conn, &reach, &name));
        owner.await?;
    }
    let versions: Vec<_> = Version::ALL
        .into_iter()
        .map(shape::grouping_config)
        .collect();
    Ok(HttpResponse::Ok().json(versions))
}
