//! The inbound filters of a project in Sentry's shapes (reference/PRODUCT.md section 5.1): each has
//! an id and is active or not; that for legacy browsers is active for a list of them, its
//! subfilters. Lists of addresses, releases and messages are options of the project.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};
use watchfire_event::Timestamp;
use watchfire_filter::{LegacyBrowser, RuleError, Settings};
use watchfire_store::project::{self, SettingBase};

use super::find;
use crate::Api;
use crate::auth::Caller;
use crate::body::{self, Fields};
use crate::error::ApiError;

/// The filter whose subfilters are browsers.
const LEGACY_BROWSERS: &str = "legacy-browsers";
/// How many subfilters a body names at most, and how long they may be.
const SUBFILTERS_MAX: (usize, usize) = (100, 100);

/// A filter that is on or off.
struct Filter {
    id: &'static str,
    name: &'static str,
    description: &'static str,
    switch: fn(&mut Settings) -> &mut bool,
}

/// The filters but for that of legacy browsers, by their names.
const FILTERS: [Filter; 6] = [
    Filter {
        id: "browser-extensions",
        name: "Filter out errors known to be caused by browser extensions",
        description: "Known by their messages and by the addresses of their scripts.",
        switch: |settings| &mut settings.browser_extensions,
    },
    Filter {
        id: "chunk-load-error",
        name: "Filter out ChunkLoadError(s)",
        description: "Parts of a web application that are gone after a deployment.",
        switch: |settings| &mut settings.chunk_load_errors,
    },
    Filter {
        id: "localhost",
        name: "Filter out events coming from localhost",
        description: "Known by the page, the host and the address of the user.",
        switch: |settings| &mut settings.localhost,
    },
    Filter {
        id: "filtered-transaction",
        name: "Filter out health check transactions",
        description: "Transactions named like /healthz, /ready or /ping.",
        switch: |settings| &mut settings.health_checks,
    },
    Filter {
        id: "react-hydration-errors",
        name: "Filter out hydration errors",
        description: "React's errors 418 to 425.",
        switch: |settings| &mut settings.react_hydration_errors,
    },
    Filter {
        id: "web-crawlers",
        name: "Filter out known web crawlers",
        description: "Search engines, monitors and other robots, known by their user agent.",
        switch: |settings| &mut settings.web_crawlers,
    },
];

/// `GET …/filters/`
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let place = find::ProjectName::of(&request, &caller);
    let found = api.database.read(move |conn| {
        let (project, _) = find::named_project(conn, &place)?;
        let stored: Value = serde_json::from_str(&project.settings).unwrap_or_default();
        Ok(settings(stored.get("filter").unwrap_or(&Value::Null)))
    });
    Ok(HttpResponse::Ok().json(shape(found.await?)))
}

/// `PUT …/filters/{filter}/` with `active`, or `subfilters` for legacy browsers; answers 204.
pub(crate) async fn update(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<Fields>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:write")?;
    let id = request.match_info().query("filter").to_owned();
    let change = Change::read(&id, &body)?;
    let place = find::ProjectName::of(&request, &caller);
    // One filter is changed as the others stay: it does not matter what was read before.
    let base = SettingBase {
        version: None,
        author: caller.user(),
        now: Timestamp::now(),
    };
    api.database
        .write(move |conn| {
            let (project, _) = find::named_project(conn, &place)?;
            project::save_setting(conn, project.id, "filter", &base, |said| {
                let mut settings = settings(said);
                match change {
                    Change::Switch(filter, is_on) => *(filter.switch)(&mut settings) = is_on,
                    Change::Browsers(browsers) => settings.legacy_browsers = browsers,
                }
                settings.write_over(said).map_err(unreadable)
            })?;
            Ok(())
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What a body changes.
enum Change {
    Switch(&'static Filter, bool),
    Browsers(Vec<LegacyBrowser>),
}

impl Change {
    fn read(id: &str, body: &Fields) -> Result<Self, ApiError> {
        let active = body::flag(body, "active")?;
        if id == LEGACY_BROWSERS {
            let subfilters = body::list(body, "subfilters", SUBFILTERS_MAX)?;
            return match (subfilters, active) {
                (Some(names), _) => browsers(&names).map(Self::Browsers),
                (None, Some(true)) => {
                    let all = LegacyBrowser::all().iter().copied();
                    Ok(Self::Browsers(
                        all.filter(|it| !it.is_deprecated()).collect(),
                    ))
                }
                (None, Some(false)) => Ok(Self::Browsers(Vec::new())),
                (None, None) => Err(ApiError::field("subfilters", "This field is required.")),
            };
        }
        let filter = FILTERS.iter().find(|filter| filter.id == id);
        let filter = filter.ok_or(watchfire_store::Error::NotFound)?;
        let active = active.ok_or_else(|| ApiError::field("active", "This field is required."))?;
        Ok(Self::Switch(filter, active))
    }
}

fn browsers(names: &[String]) -> Result<Vec<LegacyBrowser>, ApiError> {
    let browsers = names.iter().map(|name| {
        let read = name.parse::<LegacyBrowser>();
        read.map_err(|reason| ApiError::field("subfilters", reason))
    });
    browsers.collect()
}

/// The filters that a project says, null where it says nothing.
fn settings(said: &Value) -> Settings {
    match said {
        Value::Null => Settings::default(),
        said => Settings::read_leniently(said).0,
    }
}

/// Why settings of another form are not written over.
fn unreadable(problems: Vec<RuleError>) -> watchfire_store::Error {
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    watchfire_store::Error::Refused(format!(
        "nothing was saved, because it would lose what cannot be read of the stored filters: {}",
        problems.join("; ")
    ))
}

fn shape(mut settings: Settings) -> Value {
    let shown = |id: &str, name: &str, description: &str, active: Value| {
        json!({"id": id, "active": active, "name": name, "description": description,
            "hello": format!("{id} - {name}")})
    };
    let browsers: Vec<&str> = settings
        .legacy_browsers
        .iter()
        .map(|it| it.name())
        .collect();
    let browsers = match browsers.is_empty() {
        true => json!(false),
        false => json!(browsers),
    };
    let legacy = shown(
        LEGACY_BROWSERS,
        "Filter out known errors from legacy browsers",
        "Browsers older than what your pages support, known by the user agent.",
        browsers,
    );
    let mut all: Vec<Value> = FILTERS
        .iter()
        .map(|it| {
            let active = json!(*(it.switch)(&mut settings));
            shown(it.id, it.name, it.description, active)
        })
        .collect();
    all.push(legacy);
    all.sort_by_key(|filter| filter.get("name").map(Value::to_string));
    Value::Array(all)
}
