use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use watchfire_store::key;

use super::first_event::newest_issue;
use super::snippet::{PLATFORMS, Platform, Step};
use crate::error::WebError;
use crate::frame::{Frame, Section};
use crate::session::CurrentUser;
use crate::{Web, access, address};

/// How often the page loads again where there is no script.
const REFRESH_SECONDS: u32 = 3;

/// The query of the page.
#[derive(Deserialize)]
pub(crate) struct Parameters {
    #[serde(default)]
    platform: String,
}

#[derive(Serialize)]
struct View {
    project: String,
    dsn: Option<String>,
    platforms: Vec<PlatformTab>,
    steps: Vec<Step>,
    issues: String,
    settings: String,
    /// Where the issue of the first event is; nothing while waiting for it.
    first: Option<String>,
    /// Where the page asks for it.
    ask: String,
}

#[derive(Serialize)]
struct PlatformTab {
    label: &'static str,
    href: String,
    is_current: bool,
}

/// `GET /projects/{slug}/start`: the DSN, what to paste where, and a page that notices the first
/// event by itself.
pub(crate) async fn start(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
    parameters: web::Query<Parameters>,
) -> Result<HttpResponse, WebError> {
    let visitor = user.visitor.clone();
    let public_url = web.config.public_url.clone();
    let wanted = parameters.into_inner().platform;
    let (frame, view) = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let keys = key::list(conn, project.id)?;
            let dsn = keys
                .iter()
                .find(|key| key.is_active)
                .map(|key| key.dsn(&public_url));
            let platform = Platform::choose(&wanted, project.platform.as_deref());
            let first = newest_issue(conn, &project)?;
            let section = Some((&project, Section::Issues));
            let mut frame = Frame::of_project(conn, &user, section, "First steps")?;
            frame.styles.push("start.css");
            frame.scripts.push("js/start.js");
            frame.refresh_seconds = first.is_none().then_some(REFRESH_SECONDS);
            let view = View {
                steps: platform.steps(dsn.as_deref().unwrap_or_default()),
                platforms: tabs(&project.slug, platform),
                issues: address::issues(&project.slug),
                settings: address::settings(&project.slug),
                ask: address::first_event(&project.slug),
                project: project.name.clone(),
                dsn,
                first,
            };
            Ok((frame, view))
        })
        .await?;
    web.page(&visitor, "pages/start", &frame, &view)
}

fn tabs(slug: &str, current: &Platform) -> Vec<PlatformTab> {
    PLATFORMS
        .iter()
        .map(|platform| PlatformTab {
            label: platform.label,
            href: address::with_query(&address::start(slug), &[("platform", platform.word)]),
            is_current: platform.word == current.word,
        })
        .collect()
}
