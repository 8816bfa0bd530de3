//! What an organisation or a project says of scrubbing.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use watchfire_event::{Timestamp, UserId};
use watchfire_scrub::{Document, Problem};
use watchfire_store::project::Project;
use watchfire_store::scrubbing::{self, Scope};
use watchfire_store::{Conn, Error, Result as StoreResult, overtaken};

use crate::Api;
use crate::auth::Caller;
use crate::body::Fields;
use crate::error::ApiError;
use crate::routes::accounts::{self, Accounts};
use crate::routes::{find, scope};
use crate::shape::{self, Scrubbing};

/// A document to store: its text, or the object itself.
#[derive(Deserialize)]
pub(crate) struct NewDocument {
    document: Value,
    /// The version that it was made from; another one in force is not written over.
    #[serde(default)]
    base: Option<String>,
}

/// `GET …/scrubbing/` of a project or an organisation: `{"document", "problems": [{"at",
/// "reason"}], "history": [{"id", "document", "user", "dateCreated"}]}`, the document in force
/// first. Problems are parts of it that cannot be read and say nothing.
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require(right(&request, ["project:read", "org:read"]))?;
    let wanted = scope::Scope::of(&request, &caller);
    let is_project = is_of_project(&request);
    let found = api.database.read(move |conn| {
        let scope = place(conn, &wanted, is_project)?;
        shown(conn, scope)
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

/// `PUT …/scrubbing/` with `document` and perhaps `base`, the `id` of the version that it was made
/// from: what GET shows afterwards, or 409 when another one is in force by then. A document
/// with a problem is refused as a whole, with every place.
pub(crate) async fn set(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<NewDocument>,
) -> Result<HttpResponse, ApiError> {
    caller.require(right(&request, ["project:write", "org:write"]))?;
    let NewDocument { document, base } = body.into_inner();
    let text = match document {
        Value::String(text) => text,
        Value::Null => String::new(),
        other => format!("{other:#}"),
    };
    if let Err(problems) = Document::parse(&text) {
        return Ok(HttpResponse::BadRequest().json(refused(&problems)));
    }
    let wanted = scope::Scope::of(&request, &caller);
    let (is_project, user) = (is_of_project(&request), caller.user());
    let now = Timestamp::now();
    let saved = api.database.write(move |conn| {
        let scope = place(conn, &wanted, is_project)?;
        scope.lock(conn)?;
        let current = scrubbing::document(conn, scope)?;
        let known = current.as_ref().map(|version| version.id.to_string());
        if base.is_some() && base != known {
            let (by, at) = current.map_or((None, now), |it| (it.user_id, it.created_at));
            return Err(overtaken(conn, "the document was changed", by, at)?);
        }
        scrubbing::set(conn, scope, &text, user, now)?.map_err(|it| words(&it))?;
        shown(conn, scope)
    });
    Ok(HttpResponse::Ok().json(saved.await?))
}

/// Takes over what a body names of the project's document under Sentry's names, in a transaction
/// that does other things too; the body was checked before.
pub(in crate::routes) fn change(
    conn: &mut Conn<'_>,
    project: &Project,
    body: &Fields,
    user: Option<UserId>,
) -> StoreResult<Scrubbing> {
    let scope = Scope::Project(project.id);
    // Only what the body names changes, whatever others save meanwhile.
    scope.lock(conn)?;
    let stored = scrubbing::document(conn, scope)?.map(|version| version.document);
    let mut document = Scrubbing::of(&stored.unwrap_or_default());
    // Checked before.
    if document.change(body).unwrap_or(false) {
        let text = document.document();
        scrubbing::set(conn, scope, &text, user, Timestamp::now())?.map_err(|it| words(&it))?;
    }
    Ok(document)
}

/// A document that is refused although the caller's part of it is good: the rest is broken.
fn words(problems: &[Problem]) -> Error {
    let problems: Vec<String> = problems.iter().map(Problem::to_string).collect();
    Error::Refused(format!(
        "the document cannot be stored: {}",
        problems.join("; ")
    ))
}

/// What a refused document is answered with: sentences, and the same as data.
pub(super) fn refused(problems: &[Problem]) -> Value {
    json!({
        "document": problems.iter().map(Problem::to_string).collect::<Vec<_>>(),
        "problems": problems.iter().map(shape::scrubbing_problem).collect::<Vec<_>>(),
    })
}

fn shown(conn: &mut Conn<'_>, scope: Scope) -> StoreResult<Value> {
    let history = scrubbing::history(conn, scope)?;
    let document = history.first().map(|version| version.document.clone());
    let document = document.unwrap_or_default();
    let (_, problems) = Document::parse_leniently(&document);
    let mut known = Accounts::new();
    let history = history.iter().map(|version| {
        let author = accounts::of(conn, &mut known, version.user_id)?;
        Ok(shape::scrubbing_version(version, author))
    });
    Ok(json!({
        "document": document,
        "problems": problems.iter().map(shape::scrubbing_problem).collect::<Vec<_>>(),
        "history": history.collect::<StoreResult<Vec<Value>>>()?,
    }))
}

fn place(conn: &mut Conn<'_>, wanted: &scope::Scope, is_project: bool) -> StoreResult<Scope> {
    let (organization, projects) = wanted.read(conn)?;
    match projects.first() {
        Some(project) if is_project => Ok(Scope::Project(project.id)),
        _ if is_project => Err(Error::NotFound),
        _ => Ok(Scope::Organization(organization.id)),
    }
}

fn is_of_project(request: &HttpRequest) -> bool {
    request.match_info().get("project").is_some()
}

/// The right that an address takes: that of a project, or that of an organisation.
fn right(request: &HttpRequest, [project, organization]: [&'static str; 2]) -> &'static str {
    if is_of_project(request) {
        project
    } else {
        organization
    }
}

/// The project that an address names.
pub(super) fn project(conn: &mut Conn<'_>, place: &find::ProjectName) -> StoreResult<Project> {
    Ok(find::named_project(conn, place)?.0)
}
