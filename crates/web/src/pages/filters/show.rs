use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use watchfire_filter::RuleError;
use watchfire_store::project;

use super::counts;
use super::form::{FormView, Typed};
use super::summary::{SETTING, in_force};
use crate::error::WebError;
use crate::frame::{Frame, Section};
use crate::session::CurrentUser;
use crate::{Web, access, address};

#[derive(Serialize)]
struct View {
    name: String,
    can_change: bool,
    /// The version that the form was made from.
    base: String,
    form: FormView,
    /// Whether what was typed is refused.
    is_refused: bool,
    /// Why, where it is nothing that was typed.
    refused: Option<String>,
    /// What cannot be read of the stored filters.
    broken: Vec<Broken>,
    days: i64,
    action: String,
    settings_href: String,
    stats_href: String,
    ignore_href: String,
}

#[derive(Serialize)]
struct Broken {
    at: String,
    reason: String,
}

/// `GET /projects/{slug}/settings/filters`
pub(super) async fn show(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    page(&web, user, slug.into_inner(), None).await
}

/// The page; with `refused` the form as it was typed, and what is wrong with it.
pub(super) async fn page(
    web: &Web,
    user: CurrentUser,
    slug: String,
    refused: Option<Typed>,
) -> Result<HttpResponse, WebError> {
    let visitor = user.visitor.clone();
    let is_refused = refused.is_some();
    let (frame, view) = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let section = Some((&project, Section::Settings));
            let mut frame = Frame::of_project(conn, &user, section, "Filters")?;
            frame.title = format!("Filters of {}", project.name);
            frame.styles.extend(["settings.css", "filters.css"]);
            frame.path = address::filters(&project.slug);
            if is_refused {
                frame.toast = None;
            }
            let (stored, problems) = in_force(&project.settings);
            let settings = refused.as_ref().map_or(&stored, |typed| &typed.settings);
            let counts = counts::by_reason(conn, project.id, user.visitor.now)?;
            let broken = |RuleError { at, reason }| Broken { at, reason };
            let base = project::setting_version(&project.settings, SETTING);
            let view = View {
                base,
                can_change: access::may_change_settings(
                    conn,
                    &user.account,
                    project.organization_id,
                )?,
                form: FormView::new(settings, refused.as_ref(), &counts),
                is_refused,
                refused: refused.and_then(|typed| typed.refused),
                broken: problems.into_iter().map(broken).collect(),
                days: counts::DAYS,
                action: address::filters(&project.slug),
                settings_href: address::settings(&project.slug),
                stats_href: address::stats(&project.slug),
                ignore_href: address::ignore_rules(&project.slug),
                name: project.name,
            };
            Ok((frame, view))
        })
        .await?;
    let mut response = web.page(&visitor, "pages/filters", &frame, &view)?;
    if is_refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}
