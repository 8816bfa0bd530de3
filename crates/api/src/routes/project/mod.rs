//! One project and its settings.

mod grouping;

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::Value;
use watchfire_event::{Timestamp, UserId};
use watchfire_store::project::{self, Project, ProjectChange, SettingBase};
use watchfire_store::scrubbing::{self, Scope};
use watchfire_store::{Conn, Error, Result as StoreResult, set_up};

use crate::Api;
use crate::auth::Caller;
use crate::body::{self, Fields};
use crate::error::ApiError;
use crate::routes::find;
use crate::shape::{self, Scrubbing, Settings};

/// The longest name and slug of a project.
const NAME_CHARS_MAX: usize = 200;
const SLUG_CHARS_MAX: usize = 50;
/// The longest name of a platform.
const PLATFORM_CHARS_MAX: usize = 64;

/// `GET /projects/{organization}/{project}/`: the project with its settings.
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let place = find::ProjectName::of(&request, &caller);
    let found = api.database.read(move |conn| {
        let (project, owner) = find::named_project(conn, &place)?;
        let grouping = grouping::read(conn, &project)?;
        let document = scrubbing::document(conn, Scope::Project(project.id))?;
        let said = Scrubbing::of(&document.map(|it| it.document).unwrap_or_default());
        Ok(shape::project_detail(&project, &owner, &grouping, &said))
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

/// `PUT /projects/{organization}/{project}/`: the project after the change. Taken are `name`,
/// `slug`, `platform`, `allowedDomains`, what scrubbing knows (`dataScrubber`,
/// `dataScrubberDefaults`, `scrubIPAddresses`, `sensitiveFields`, `safeFields`, `relayPiiConfig`),
/// the filters under `options`, and how it groups later events (`fingerprintingRules`, `groupingEnhancements`,
/// `variableRules`, `groupingConfig`, `secondaryGroupingConfig`, `secondaryGroupingExpiry`). What is
/// not named stays, what is unknown is ignored.
pub(crate) async fn update(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<Fields>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:write")?;
    let change = read(&body)?;
    // Checks the values before anything is written.
    Settings::of("{}").change(&body)?;
    let mut said = Scrubbing::of("");
    said.change(&body)?;
    said.check()?;
    let regrouping = grouping::Wanted::of(&body, Timestamp::now())?;
    let user = caller.user();
    let dictionaries = api.database.dictionaries().clone();
    let place = find::ProjectName::of(&request, &caller);
    let changed = api.database.write(move |conn| {
        let (project, owner) = find::named_project(conn, &place)?;
        let project = make(conn, &project, &change, &body, user)?;
        regrouping.apply(conn, &dictionaries, &project, user)?;
        let said = super::scrubbing::change(conn, &project, &body, user)?;
        let grouping = grouping::read(conn, &project)?;
        Ok(shape::project_detail(&project, &owner, &grouping, &said))
    });
    Ok(HttpResponse::Ok().json(changed.await?))
}

fn read(body: &Fields) -> Result<ProjectChange, ApiError> {
    let slug = body::text(body, "slug", SLUG_CHARS_MAX)?;
    if let Some(slug) = &slug
        && (set_up::slug_of(slug).as_ref() != Some(slug)
            || slug.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Err(ApiError::field(
            "slug",
            "Enter a valid slug consisting of lowercase letters, numbers and single hyphens. It \
             cannot be entirely numeric.",
        ));
    }
    let platform = match body.get("platform") {
        Some(Value::Null) => Some(None),
        Some(Value::String(text)) if text.trim().is_empty() => Some(None),
        _ => body::text(body, "platform", PLATFORM_CHARS_MAX)?.map(Some),
    };
    Ok(ProjectChange {
        slug,
        name: body::text(body, "name", NAME_CHARS_MAX)?,
        platform,
    })
}

fn make(
    conn: &mut Conn<'_>,
    project: &Project,
    change: &ProjectChange,
    body: &Fields,
    author: Option<UserId>,
) -> StoreResult<Project> {
    // Only what the body names changes, whatever others save meanwhile.
    Scope::Project(project.id).lock(conn)?;
    let project = project::get(conn, project.id)?.ok_or(Error::NotFound)?;
    let base = SettingBase {
        version: None,
        author,
        now: Timestamp::now(),
    };
    let mut settings = Settings::of(&project.settings);
    // The body was checked before.
    for (key, value) in settings.change(body).unwrap_or_default() {
        project::save_setting(conn, project.id, key, &base, |_| Ok(value))?;
    }
    project::change(conn, project.id, change)?.ok_or(Error::NotFound)
}
