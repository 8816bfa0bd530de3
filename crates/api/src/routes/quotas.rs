//! Limits of a project and its keys: all of them, where Sentry's keys show one each.
//!
//! Ours, not Sentry's. A limit is `{"scope": "project"|"key", "key": PUBLIC_KEY|null, "category",
//! "window", "limit", "used"}`. The category is `error` for everything that becomes an issue, the
//! name of one data category, or `all`. The window is `minute`, `hour`, `day`, `month` (the
//! calendar month in UTC) or a number of seconds up to a day. `used` is what was taken in the
//! running window; it is null for windows shorter than an hour, which are not written down.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};
use watchfire_event::{ProjectId, Timestamp};
use watchfire_store::key::{self, Key};
use watchfire_store::quota::{self, MONTH_SECONDS, Quota, Scope};
use watchfire_store::{Conn, Result as StoreResult, outcome};

use super::find;
use crate::Api;
use crate::auth::Caller;
use crate::category;
use crate::error::ApiError;

/// The highest limit.
pub(super) const LIMIT_MAX: i64 = 1_000_000_000_000;
/// The most limits of one project.
const QUOTAS_MAX: usize = 200;
/// The windows that have a name.
const WINDOWS: [(&str, i64); 4] = [
    ("minute", 60),
    ("hour", SECONDS_PER_HOUR),
    ("day", SECONDS_PER_DAY),
    ("month", MONTH_SECONDS),
];
const SECONDS_PER_HOUR: i64 = 3_600;
const SECONDS_PER_DAY: i64 = 86_400;
const MICROS_PER_SECOND: i64 = 1_000_000;
/// What stands for every category.
const ALL: &str = "all";

/// Whether limits can have a window of so many seconds.
pub(super) fn is_window(seconds: i64) -> bool {
    (1..=SECONDS_PER_DAY).contains(&seconds) || seconds == MONTH_SECONDS
}

/// `GET …/quotas/`: the limits of the project and of all its keys.
pub(crate) async fn list(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let place = find::ProjectName::of(&request, &caller);
    let found = api.database.read(move |conn| {
        let (project, _) = find::named_project(conn, &place)?;
        shown(conn, project.id)
    });
    Ok(HttpResponse::Ok().json(found.await?))
}

/// `PUT …/quotas/` with a list of limits: they take the place of all that the project and its keys
/// have.
pub(crate) async fn replace(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    body: web::Json<Vec<Value>>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:write")?;
    let place = find::ProjectName::of(&request, &caller);
    let (keys, project) = {
        let place = place.clone();
        let found = api.database.read(move |conn| {
            let (project, _) = find::named_project(conn, &place)?;
            Ok((key::list(conn, project.id)?, project.id))
        });
        found.await?
    };
    let wanted = read_all(&body, project, &keys)?;
    let replaced = api.database.write(move |conn| {
        for old in quota::of_project(conn, project)? {
            let (id, window) = (old.scope_id, old.window_seconds);
            quota::remove(conn, project, old.scope, id, &old.category, window)?;
        }
        for new in wanted {
            let (id, window) = (new.scope_id, new.window_seconds);
            quota::set(conn, new.scope, id, &new.category, window, new.limit)?;
        }
        shown(conn, project)
    });
    Ok(HttpResponse::Ok().json(replaced.await?))
}

fn shown(conn: &mut Conn<'_>, project: ProjectId) -> StoreResult<Vec<Value>> {
    let now = Timestamp::now();
    let keys = key::list(conn, project)?;
    let quotas = quota::of_project(conn, project)?;
    let shown = quotas.iter().map(|quota| {
        let key = match quota.scope {
            Scope::Project => None,
            Scope::Key => keys.iter().find(|key| key.id == quota.scope_id),
        };
        let named = WINDOWS
            .iter()
            .find(|(_, seconds)| *seconds == quota.window_seconds);
        let category = match quota.category.as_str() {
            "" => ALL,
            named => named,
        };
        Ok(json!({
            "scope": if quota.scope == Scope::Key { "key" } else { "project" },
            "key": key.map(|key| &key.public_key),
            "category": category,
            "window": named.map_or_else(|| json!(quota.window_seconds), |(name, _)| json!(name)),
            "limit": quota.limit,
            "used": used(conn, project, quota, now)?,
        }))
    });
    shown.collect()
}

/// How much of a limit was used in the running window.
fn used(
    conn: &mut Conn<'_>,
    project: ProjectId,
    quota: &Quota,
    now: Timestamp,
) -> StoreResult<Option<i64>> {
    // Counts are written by the hour: other windows do not begin with one.
    if quota.window_seconds % SECONDS_PER_HOUR != 0 {
        return Ok(None);
    }
    let key = (quota.scope == Scope::Key).then_some(quota.scope_id);
    let categories = category::find(&quota.category).map(category::members);
    let categories = categories.unwrap_or_default();
    let from = window_start(quota.window_seconds, now);
    outcome::accepted_since(conn, Some(project), key, &categories, from).map(Some)
}

/// When the window began that `now` lies in.
fn window_start(window_seconds: i64, now: Timestamp) -> Timestamp {
    let length = if window_seconds == MONTH_SECONDS {
        // `2026-11-21T…` without the day.
        let month: String = now.to_string().chars().take(8).collect();
        return Timestamp::parse(&format!("{month}01T00:00:00")).unwrap_or(now);
    } else {
        window_seconds * MICROS_PER_SECOND
    };
    Timestamp(now.0.div_euclid(length) * length)
}

/// A limit to be set.
struct NewQuota {
    scope: Scope,
    scope_id: i64,
    category: String,
    window_seconds: i64,
    limit: i64,
}

fn read_all(body: &[Value], project: ProjectId, keys: &[Key]) -> Result<Vec<NewQuota>, ApiError> {
    if body.len() > QUOTAS_MAX {
        return Err(ApiError::BadRequest(format!(
            "a project has at most {QUOTAS_MAX} limits"
        )));
    }
    let mut quotas: Vec<NewQuota> = Vec::new();
    for (index, value) in body.iter().enumerate() {
        let quota = read(value, project, keys)
            .map_err(|problem| ApiError::BadRequest(format!("limit {}: {problem}", index + 1)))?;
        if quotas.iter().any(|other| other.place() == quota.place()) {
            return Err(ApiError::BadRequest(format!(
                "limit {}: there is one for this scope, category and window already",
                index + 1
            )));
        }
        quotas.push(quota);
    }
    Ok(quotas)
}

impl NewQuota {
    fn place(&self) -> (bool, i64, &str, i64) {
        let is_key = self.scope == Scope::Key;
        (is_key, self.scope_id, &self.category, self.window_seconds)
    }
}

/// Reads one limit; the error says what to send instead.
fn read(value: &Value, project: ProjectId, keys: &[Key]) -> Result<NewQuota, String> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let (scope, scope_id) = match text("scope") {
        Some("project") => (Scope::Project, project.0),
        Some("key") => {
            let named = text("key").ok_or("key must be the public part of a key")?;
            let key = keys.iter().find(|key| key.public_key == named);
            let key = key.ok_or("key must be the public part of one of the project's keys")?;
            (Scope::Key, key.id)
        }
        _ => return Err("scope must be project or key".to_owned()),
    };
    let category = match text("category") {
        None | Some("" | ALL) => "",
        Some(name) => {
            category::parse(name).ok_or("category must be error, another data category, or all")?
        }
    };
    let window_seconds = match value.get("window") {
        Some(Value::String(name)) => WINDOWS
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, seconds)| *seconds),
        Some(seconds) => seconds.as_i64().filter(|seconds| is_window(*seconds)),
        None => None,
    };
    let window_seconds =
        window_seconds.ok_or("window must be minute, hour, day, month, or seconds up to 86400")?;
    let limit = value.get("limit").and_then(Value::as_i64);
    let limit = limit
        .filter(|limit| (0..=LIMIT_MAX).contains(limit))
        .ok_or_else(|| format!("limit must be a whole number from 0 to {LIMIT_MAX}"))?;
    Ok(NewQuota {
        scope,
        scope_id,
        category: category.to_owned(),
        window_seconds,
        limit,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_begin_with_their_hour_day_or_month() {
        let now = Timestamp::parse("2026-11-21T08:30:00").unwrap();
        let start = |seconds| window_start(seconds, now).to_string();
        assert!(start(SECONDS_PER_HOUR).starts_with("2026-11-21T08:00:00"));
        assert!(start(SECONDS_PER_DAY).starts_with("2026-11-21T00:00:00"));
        assert!(start(MONTH_SECONDS).starts_with("2026-11-01T00:00:00"));
    }
}
