use actix_web::http::header::{ContentDisposition, DispositionParam, DispositionType};
use actix_web::{HttpResponse, web};
use watchfire_store::ignore_rule;

use crate::error::WebError;
use crate::pages::owner::Owner;
use crate::session::CurrentUser;
use crate::{Web, access};

/// `GET …/ignore-rules/export/{owner}`: the rules as a TOML file.
pub(super) async fn export(
    web: web::Data<Web>,
    user: CurrentUser,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, WebError> {
    let (slug, owner) = path.into_inner();
    let owner = Owner::of(&owner).ok_or(WebError::NotFound)?;
    let name = slug.clone();
    let rules = web.database.read(move |conn| {
        let project = access::project(conn, &user.account, &name)?;
        ignore_rule::rules(conn, owner.scope(&project))
    });
    let file = match owner {
        Owner::Project => format!("{slug}-ignore-rules.toml"),
        Owner::Organization => "organization-ignore-rules.toml".to_owned(),
    };
    Ok(HttpResponse::Ok()
        .content_type("application/toml; charset=utf-8")
        .insert_header(ContentDisposition {
            disposition: DispositionType::Attachment,
            parameters: vec![DispositionParam::Filename(file)],
        })
        .body(ignore_rule::file_of(&rules.await?)))
}
