use actix_web::{HttpResponse, web};
use serde::Serialize;
use watchfire_event::Timestamp;
use watchfire_store::key;
use watchfire_store::project::Project;

use super::dsn::dsn;
use super::rules::{self, Rules};
use crate::error::WebError;
use crate::frame::{Frame, Section};
use crate::session::CurrentUser;
use crate::{Web, access, address};

#[derive(Serialize)]
struct View {
    name: String,
    slug: String,
    number: i64,
    platform: Option<String>,
    created_at: Timestamp,
    keys: Vec<KeyView>,
    rules: [Rules; 2],
    start: String,
}

#[derive(Serialize)]
struct KeyView {
    label: String,
    dsn: String,
    is_active: bool,
    created_at: Timestamp,
}

/// `GET /projects/{slug}/settings`: the keys of the project and what is done to its events.
pub(crate) async fn show(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    let visitor = user.visitor.clone();
    let public_url = web.config.public_url.clone();
    let (frame, view) = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let keys = key::list(conn, project.id)?
                .into_iter()
                .map(|key| KeyView {
                    dsn: dsn(&public_url, &key.public_key, project.id),
                    label: key.label,
                    is_active: key.is_active,
                    created_at: key.created_at,
                })
                .collect();
            let section = Some((&project, Section::Settings));
            let frame = Frame::of_project(conn, &user, section, "Settings")?;
            Ok((frame, view(project, keys)))
        })
        .await?;
    web.page(&visitor, "pages/settings", &frame, &view)
}

fn view(project: Project, keys: Vec<KeyView>) -> View {
    View {
        start: address::start(&project.slug),
        rules: rules::in_force(&project.settings),
        name: project.name,
        slug: project.slug,
        number: project.id.0,
        platform: project.platform,
        created_at: project.created_at,
        keys,
    }
}
