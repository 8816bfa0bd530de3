//! Rules as whole texts, of a project or of an organisation.
//!
//! Ours, not Sentry's, which has the project's fingerprint and stack-trace rules as fields of the
//! project (`fingerprintingRules`, `groupingEnhancements`); those write the same texts.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use watchfire_event::Timestamp;
use watchfire_store::grouping_rules::{self, Scope};
use watchfire_store::regroup::{self, Change};
use watchfire_store::{Conn, Result as StoreResult, project};

use super::change::{kind, text_of};
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::routes::accounts::{self, Accounts};
use crate::routes::find;
use crate::shape;
use watchfire_grouping::RuleKind;

/// A text to store.
#[derive(Deserialize)]
pub(crate) struct NewText {
    text: String,
    #[serde(default, rename = "applyToPast")]
    past: bool,
}

/// `GET …/projects/{organization}/{project}/grouping-rules/texts/{kind}/`: the text in force and
/// its history, newest first.
pub(crate) async fn project(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let place = find::ProjectName::of(&request, &caller);
    let kind = kind(request.match_info().query("kind"))?;
    let found = api.database.read(move |conn| {
        let (project, _) = find::named_project(conn, &place)?;
        shown(conn, Scope::Project(project.id), kind)
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

/// `PUT …/projects/{organization}/{project}/grouping-rules/texts/{kind}/` with `text` and perhaps
/// `applyToPast`: the text in force afterwards, with the job.
pub(crate) async fn set_project(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<NewText>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:write")?;
    let kind = kind(request.match_info().query("kind"))?;
    let NewText { text, past } = body.into_inner();
    text_of(kind, &text, "text")?;
    let place = find::ProjectName::of(&request, &caller);
    let user = caller.user();
    let dictionaries = api.database.dictionaries().clone();
    let saved = api.database.write(move |conn| {
        let (project, _) = find::named_project(conn, &place)?;
        let scope = Scope::Project(project.id);
        let change = Change::SetText { scope, kind, text };
        let now = Timestamp::now();
        let applied = regroup::apply(conn, &dictionaries, &project, &change, user, now, past)?;
        let mut answer = shown(conn, scope, kind)?;
        let job = super::jobs::shown(conn, applied.job_id)?;
        if let Some(answer) = answer.as_object_mut() {
            answer.insert("job".to_owned(), job);
        }
        Ok(answer)
    });
    Ok(HttpResponse::Ok().json(saved.await?))
}

/// `GET …/organizations/{organization}/grouping-rules/texts/{kind}/`
pub(crate) async fn organization(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("org:read")?;
    let (name, reach) = (
        request.match_info().query("organization").to_owned(),
        caller.reach(),
    );
    let kind = kind(request.match_info().query("kind"))?;
    let found = api.database.read(move |conn| {
        let owner = find::organization(conn, &reach, &name)?;
        shown(conn, Scope::Organization(owner.id), kind)
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

/// `PUT …/organizations/{organization}/grouping-rules/texts/{kind}/` with `text`: the rules of all
/// projects of the organisation, for later events. What is stored moves project by project.
pub(crate) async fn set_organization(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<NewText>,
) -> Result<HttpResponse, ApiError> {
    caller.require("org:write")?;
    let kind = kind(request.match_info().query("kind"))?;
    let NewText { text, past } = body.into_inner();
    text_of(kind, &text, "text")?;
    if past {
        return Err(ApiError::field(
            "applyToPast",
            "The past is moved project by project: preview and apply the text in a project with \
             scope organization.",
        ));
    }
    let (name, reach) = (
        request.match_info().query("organization").to_owned(),
        caller.reach(),
    );
    let user = caller.user();
    let dictionaries = api.database.dictionaries().clone();
    let saved = api.database.write(move |conn| {
        let owner = find::organization(conn, &reach, &name)?;
        let scope = Scope::Organization(owner.id);
        let change = Change::SetText { scope, kind, text };
        // Any project of it stands for the organisation.
        let some = project::list(conn, owner.id)?.into_iter().next();
        let some = some.ok_or(watchfire_store::Error::NotFound)?;
        super::rules::apply(conn, &dictionaries, &some, &change, user)?;
        shown(conn, scope, kind)
    });
    Ok(HttpResponse::Ok().json(saved.await?))
}

fn shown(conn: &mut Conn<'_>, scope: Scope, kind: RuleKind) -> StoreResult<Value> {
    let history = grouping_rules::text_history(conn, scope, kind)?;
    let text = history.first().map(|version| version.text.clone());
    let mut known = Accounts::new();
    let history = history.iter().map(|version| {
        let author = accounts::of(conn, &mut known, version.user_id)?;
        Ok(shape::rule_text(version, author))
    });
    Ok(json!({
        "kind": kind.as_str(),
        "text": text.unwrap_or_default(),
        "history": history.collect::<StoreResult<Vec<Value>>>()?,
    }))
}
