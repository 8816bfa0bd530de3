//! Client keys.

use serde_json::{Value, json};
use watchfire_store::key::Key;
use watchfire_store::quota::{Quota, Scope};

use super::time;

/// What the one limit of a key counts: everything that becomes an issue.
pub(crate) const LIMITED_CATEGORY: &str = "error";

/// A client key with its DSN and the addresses of the other ways to report. `quotas` are those of
/// its project.
pub(crate) fn key(key: &Key, quotas: &[Quota], public_url: &str) -> Value {
    let dsn = key.dsn(public_url);
    let (public_key, project) = (&key.public_key, key.project_id);
    let place = format!("{public_url}/api/{project}");
    let keyed = |endpoint: &str| format!("{place}/{endpoint}/?sentry_key={public_key}");
    json!({
        "id": public_key,
        "name": key.label,
        "label": key.label,
        "public": public_key,
        // DSNs have had no secret part for years; there is none to show.
        "secret": null,
        "projectId": project.0,
        "isActive": key.is_active,
        "rateLimit": rate_limit(key, quotas),
        "dateCreated": time(key.created_at),
        "dsn": {
            "public": dsn,
            "secret": dsn,
            "csp": keyed("csp-report"),
            "security": keyed("security"),
            "minidump": keyed("minidump"),
            "nel": keyed("nel"),
            "unreal": format!("{place}/unreal/{public_key}/"),
            "crons": format!("{place}/cron/___MONITOR_SLUG___/{public_key}/"),
            // Nothing is delivered to browsers from here.
            "cdn": "",
        },
        "browserSdkVersion": null,
        "browserSdk": {"choices": []},
        "dynamicSdkLoaderOptions": {
            "hasReplay": false,
            "hasPerformance": false,
            "hasDebug": false,
        },
    })
}

/// The shortest limit of errors of the key; Sentry knows one.
fn rate_limit(key: &Key, quotas: &[Quota]) -> Option<Value> {
    let of_key = quotas.iter().filter(|quota| {
        quota.scope == Scope::Key && quota.scope_id == key.id && quota.category == LIMITED_CATEGORY
    });
    let shortest = of_key.min_by_key(|quota| quota.window_seconds)?;
    Some(json!({"window": shortest.window_seconds, "count": shortest.limit}))
}
