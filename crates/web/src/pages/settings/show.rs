use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use watchfire_event::Timestamp;
use watchfire_store::project::Project;
use watchfire_store::{self as store, Conn, key, quota};

use super::domains::Domains;
use super::keys::{self, KeyProblem, KeyView};
use super::limits::{self, LimitForm, LimitView};
use crate::error::WebError;
use crate::frame::{Frame, Section};
use crate::pages::stats::category::ERRORS;
use crate::session::CurrentUser;
use crate::{LimitRow, Web, access, address};

/// What was wrong with a form, so that the page says it beside what was typed.
pub(super) enum Refused {
    /// The name of a new key.
    NewKey { label: String, problem: String },
    /// A form of a key.
    Key { id: i64, problem: KeyProblem },
    /// A limit of the project.
    Limit {
        category: String,
        window: String,
        quantity: String,
        problem: String,
    },
    /// The allowed domains.
    Domains { text: String, problem: String },
}

#[derive(Serialize)]
struct View {
    name: String,
    slug: String,
    number: i64,
    platform: Option<String>,
    created_at: Timestamp,
    /// Whether the person may change what is shown.
    can_change: bool,
    keys: Vec<KeyView>,
    new_key: NewKey,
    limits: Vec<LimitView>,
    limit_form: LimitForm,
    domains: Domains,
    instance: Vec<LimitRow>,
    /// The inbound filters that are on, in words.
    filtered: Vec<String>,
    /// Where they are changed.
    filters: String,
    start: String,
    /// How events are grouped.
    grouping: String,
    /// What is scrubbed from them, in words.
    scrubbed: Vec<String>,
    /// Where that is changed.
    scrubbing: String,
    /// Which events are dropped before they are stored.
    ignore_rules: String,
    /// How much of them is kept.
    sampling: String,
    stats: String,
    keys_href: String,
    limits_href: String,
    domains_href: String,
}

#[derive(Default, Serialize)]
struct NewKey {
    label: String,
    problem: Option<String>,
}

/// `GET /projects/{slug}/settings`
pub(crate) async fn show(
    web: web::Data<Web>,
    user: CurrentUser,
    slug: web::Path<String>,
) -> Result<HttpResponse, WebError> {
    page(&web, user, slug.into_inner(), None).await
}

/// The page again, with what was wrong with a form.
pub(super) async fn refuse(
    web: &Web,
    user: CurrentUser,
    slug: String,
    refused: Refused,
) -> Result<HttpResponse, WebError> {
    let mut response = page(web, user, slug, Some(refused)).await?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

async fn page(
    web: &Web,
    user: CurrentUser,
    slug: String,
    refused: Option<Refused>,
) -> Result<HttpResponse, WebError> {
    let visitor = user.visitor.clone();
    let public_url = web.config.public_url.clone();
    let instance = web.config.limits.clone();
    let is_refused = refused.is_some();
    let (frame, mut view) = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            let section = Some((&project, Section::Settings));
            let mut frame = Frame::of_project(conn, &user, section, "Settings")?;
            frame.title = format!("Settings of {}", project.name);
            frame.styles.push("settings.css");
            // Forms lead back to the page itself, also where it was posted to and refused.
            frame.path = address::settings(&project.slug);
            if is_refused {
                // What was done before would read as the answer to what was refused now.
                frame.toast = None;
            }
            let may_change =
                access::may_change_settings(conn, &user.account, project.organization_id)?;
            let mut view = view(conn, project, &public_url, user.visitor.now)?;
            view.can_change = may_change;
            Ok((frame, view))
        })
        .await?;
    view.instance = instance;
    if let Some(refused) = refused {
        view.tell(refused);
    }
    web.page(&visitor, "pages/settings", &frame, &view)
}

fn view(
    conn: &mut Conn<'_>,
    project: Project,
    public_url: &str,
    now: Timestamp,
) -> store::Result<View> {
    let quotas = quota::of_project(conn, project.id)?;
    let mut keys = Vec::new();
    for key in key::list(conn, project.id)? {
        let place = (project.id, project.slug.as_str());
        keys.push(keys::view(conn, key, place, &quotas, public_url, now)?);
    }
    Ok(View {
        can_change: false,
        keys,
        new_key: NewKey::default(),
        limits: limits::of_project(conn, project.id, &quotas, now)?,
        limit_form: LimitForm::of(ERRORS, "3600", "", None),
        domains: Domains::of(&project.settings),
        instance: Vec::new(),
        filtered: crate::pages::filters::summary::words(&project.settings),
        filters: address::filters(&project.slug),
        start: address::start(&project.slug),
        grouping: address::grouping(&project.slug),
        scrubbed: crate::pages::scrubbing::summary::words(conn, &project)?,
        scrubbing: address::scrubbing(&project.slug),
        ignore_rules: address::ignore_rules(&project.slug),
        sampling: address::sampling(&project.slug),
        stats: address::stats(&project.slug),
        keys_href: address::keys(&project.slug),
        limits_href: address::limits(&project.slug),
        domains_href: address::domains(&project.slug),
        name: project.name,
        slug: project.slug,
        number: project.id.0,
        platform: project.platform,
        created_at: project.created_at,
    })
}

impl View {
    fn tell(&mut self, refused: Refused) {
        match refused {
            Refused::NewKey { label, problem } => {
                self.new_key = NewKey {
                    label,
                    problem: Some(problem),
                };
            }
            Refused::Key { id, problem } => {
                if let Some(key) = self.keys.iter_mut().find(|key| key.id == id) {
                    key.tell(problem);
                }
            }
            Refused::Limit {
                category,
                window,
                quantity,
                problem,
            } => {
                self.limit_form = LimitForm::of(&category, &window, &quantity, Some(problem));
            }
            Refused::Domains { text, problem } => self.domains = Domains::refused(&text, problem),
        }
    }
}
