use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::json;
use watchfire_event::Timestamp;
use watchfire_filter::ignore::{FILE_BYTES_MAX, Rule, parse_toml};
use watchfire_store::ignore_rule::{self, Import};

use super::place::Place;
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;

/// Whether a file is only looked at, and which rules it was looked at for.
#[derive(Deserialize)]
pub(crate) struct FileQuery {
    #[serde(rename = "dryRun")]
    dry_run: Option<String>,
    base: Option<String>,
}

/// `GET …/ignore-rules/toml/`: the rules of the place as a file. Those that cannot be read are named
/// in comments.
pub(crate) async fn export(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let place = Place::to_read(&request, &caller)?;
    let rules = api.database.read(move |conn| {
        let scope = place.find(conn)?.scope;
        ignore_rule::rules(conn, scope)
    });
    Ok(HttpResponse::Ok()
        .content_type("application/toml; charset=utf-8")
        .body(ignore_rule::file_of(&rules.await?)))
}

/// `PUT …/ignore-rules/toml/`: afterwards the rules and their order are those of the file. Rules
/// that cannot be read and that it does not name stay behind them; the answer names them.
pub(crate) async fn replace(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    query: web::Query<FileQuery>,
    body: web::Bytes,
) -> Result<HttpResponse, ApiError> {
    take_over(&api, &caller, &request, (&query, Import::Replace), body).await
}

/// `POST …/ignore-rules/toml/`: rules of the same name are changed, others are added.
pub(crate) async fn merge(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    query: web::Query<FileQuery>,
    body: web::Bytes,
) -> Result<HttpResponse, ApiError> {
    take_over(&api, &caller, &request, (&query, Import::Merge), body).await
}

/// Takes all rules of a file over or none. `state` of the answer names the rules that there were
/// before; `base` of a later request wants them to be the same still.
async fn take_over(
    api: &Api,
    caller: &Caller,
    request: &HttpRequest,
    (query, how): (&FileQuery, Import),
    body: web::Bytes,
) -> Result<HttpResponse, ApiError> {
    let place = Place::to_write(request, caller)?;
    // The expressions of the rules are compiled, which takes a thread that may block.
    let rules = web::block(move || rules_of(&body)).await??;
    let is_dry = matches!(query.dry_run.as_deref(), Some("1" | "true"));
    let user = caller.user();
    let base = query.base.clone();
    let imported = if is_dry {
        let planned = api.database.read(move |conn| {
            let scope = place.find(conn)?.scope;
            ignore_rule::plan_import(conn, scope, &rules, how)
        });
        planned.await?
    } else {
        let done = api.database.write(move |conn| {
            let scope = place.find(conn)?.scope;
            let how = (how, base.as_deref());
            ignore_rule::import(conn, scope, &rules, how, user, Timestamp::now())
        });
        done.await?
    };
    Ok(HttpResponse::Ok().json(json!({
        "dryRun": is_dry,
        "added": imported.added,
        "changed": imported.changed,
        "removed": imported.removed,
        "unreadable": imported.unreadable,
        "unchanged": imported.same,
        "reordered": imported.is_reordered,
        "state": imported.state,
    })))
}

fn rules_of(body: &[u8]) -> Result<Vec<Rule>, ApiError> {
    if body.len() > FILE_BYTES_MAX {
        return Err(ApiError::field(
            "rules",
            format!("A file has at most {FILE_BYTES_MAX} bytes."),
        ));
    }
    let text = std::str::from_utf8(body)
        .map_err(|error| ApiError::field("rules", format!("The file is not UTF-8: {error}.")))?;
    parse_toml(text).map_err(|errors| ApiError::Field {
        field: "rules",
        messages: errors.iter().map(ToString::to_string).collect(),
    })
}
