use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use watchfire_event::Timestamp;
use watchfire_store::project::Project;
use watchfire_store::sampling::{COUNTED_DAYS, Settings};
use watchfire_store::{self as store, Conn};

use super::client_view::ClientView;
use super::form::{self, Field};
use super::spike_view::{SpikeRow, SpikeView};
use crate::error::WebError;
use crate::frame::{Frame, Section};
use crate::session::CurrentUser;
use crate::{Web, access, address};

#[derive(Serialize)]
struct View {
    name: String,
    can_change: bool,
    spike: Option<SpikeView>,
    clients: ClientView,
    fields: Vec<Field>,
    spikes: Vec<SpikeRow>,
    counted_days: i64,
    action: String,
    settings_href: String,
    stats_href: String,
    ignore_href: String,
}

/// `GET /projects/{slug}/sampling`
pub(super) async fn show(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    page(&web, user, slug.into_inner(), None).await
}

/// The page; with `refused` the form as it was typed.
pub(super) async fn page(
    web: &Web,
    user: CurrentUser,
    slug: String,
    refused: Option<Vec<Field>>,
) -> Result<HttpResponse, WebError> {
    let visitor = user.visitor.clone();
    let is_refused = refused.is_some();
    let (frame, view) = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let section = Some((&project, Section::Settings));
            let mut frame = Frame::of_project(conn, &user, section, "Sampling")?;
            frame.title = format!("Sampling of {}", project.name);
            frame.styles.extend(["settings.css", "sampling.css"]);
            frame.path = address::sampling(&project.slug);
            let mut view = view(conn, &project, user.visitor.now)?;
            view.can_change =
                access::may_change_settings(conn, &user.account, project.organization_id)?;
            view.fields = refused.unwrap_or(view.fields);
            Ok((frame, view))
        })
        .await?;
    let mut response = web.page(&visitor, "pages/sampling", &frame, &view)?;
    if is_refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn view(conn: &mut Conn<'_>, project: &Project, now: Timestamp) -> store::Result<View> {
    Ok(View {
        name: project.name.clone(),
        can_change: false,
        spike: SpikeView::current(conn, project, now)?,
        clients: ClientView::of(conn, project, now)?,
        fields: form::fields(&Settings::of(&project.settings)),
        spikes: SpikeRow::all(conn, project, now)?,
        counted_days: COUNTED_DAYS,
        action: address::sampling(&project.slug),
        settings_href: address::settings(&project.slug),
        stats_href: address::stats(&project.slug),
        ignore_href: address::ignore_rules(&project.slug),
    })
}
