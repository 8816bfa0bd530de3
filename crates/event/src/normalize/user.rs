//! The user: reference/PROTOCOL.md sections 8.3 and 8.6.

use std::net::IpAddr;

use super::NormalizeContext;
use crate::PathItem;
use crate::decode::IP_AUTO;
use crate::json::{Object, Value};
use crate::place::Place;

/// Platforms whose events come straight from the user's own device, so that the client's address
/// is the user's.
const CLIENT_PLATFORMS: [&str; 3] = ["javascript", "cocoa", "objc"];
/// What identifies a user, in the order of preference, and the prefix in `sentry_user`.
const IDENTITIES: [(&str, &str); 4] = [
    ("id", "id"),
    ("username", "username"),
    ("email", "email"),
    ("ip_address", "ip"),
];

/// Fills in the address where the SDK allows it, moves unknown fields to `data` and sets
/// `sentry_user`.
pub(super) fn normalize(
    body: &mut Object<'_>,
    root: &mut Place<'_>,
    context: &NormalizeContext<'_>,
) {
    address(body, root, context);
    let Some(Value::Object(user)) = body.get_mut("user") else {
        return;
    };
    move_unknown(user, &mut root.key("user"));
    match identity(user) {
        Some(identity) => {
            user.insert("sentry_user", identity);
        }
        None => {
            user.remove("sentry_user");
        }
    }
}

/// The address rule of section 8.6. `sdk.settings.infer_ip` decides; SDKs from before that
/// setting get the address where the platform implies it.
fn address(body: &mut Object<'_>, root: &mut Place<'_>, context: &NormalizeContext<'_>) {
    let setting = body
        .get("sdk")
        .and_then(|sdk| sdk.get("settings")?.get("infer_ip")?.as_str());
    let user_address = body
        .get("user")
        .and_then(|user| user.get("ip_address")?.as_str());
    let remote = remote_address(body);
    let is_auto = user_address == Some(IP_AUTO);
    let is_missing = user_address.is_none_or(str::is_empty);
    let platform = body.get_str("platform").unwrap_or_default();
    let fill = match setting {
        Some("never") => false,
        Some("auto") => is_auto || is_missing,
        _ => {
            let implied = remote.is_some() || CLIENT_PLATFORMS.contains(&platform);
            is_auto || (is_missing && implied)
        }
    };
    let own = || {
        let address = context.client_ip?;
        address.parse::<IpAddr>().ok().map(|ip| ip.to_string())
    };
    match remote.or_else(own) {
        Some(address) if fill => set_address(body, address),
        _ if is_auto => {
            if let Some(Value::Object(user)) = body.get_mut("user") {
                user.remove("ip_address");
                root.key("user").forget(PathItem::Key("ip_address"));
            }
        }
        _ => {}
    }
}

fn remote_address(body: &Object<'_>) -> Option<String> {
    let environment = body.get("request")?.get("env")?;
    let address = environment.get("REMOTE_ADDR")?.as_str()?;
    address.parse::<IpAddr>().ok()?;
    Some(address.to_owned())
}

fn set_address(body: &mut Object<'_>, address: String) {
    if body.get_object("user").is_none() {
        body.insert("user", Object::new());
    }
    if let Some(Value::Object(user)) = body.get_mut("user") {
        user.insert("ip_address", address);
    }
}

fn move_unknown(user: &mut Object<'_>, place: &mut Place<'_>) {
    let is_known = |key: &str| {
        matches!(
            key,
            "id" | "username"
                | "email"
                | "name"
                | "ip_address"
                | "segment"
                | "geo"
                | "data"
                | "sentry_user"
        )
    };
    if user.iter().all(|(key, _)| is_known(key)) {
        return;
    }
    let data = match user.remove("data") {
        Some(Value::Object(data)) => data,
        _ => Object::new(),
    };
    let (known, unknown): (Vec<_>, Vec<_>) = std::mem::take(user)
        .into_iter()
        .partition(|(key, _)| is_known(key));
    for (key, _) in &unknown {
        place.rename(key, &[PathItem::Key("data"), PathItem::Key(key)]);
    }
    *user = known.into_iter().collect();
    // The SDK's own data come last, so that they win over unknown fields of the same name.
    let data: Object<'_> = unknown.into_iter().chain(data).collect();
    user.insert("data", data);
}

fn identity(user: &Object<'_>) -> Option<String> {
    IDENTITIES.iter().find_map(|(key, prefix)| {
        let value = user.get_str(key).filter(|value| !value.is_empty())?;
        Some(format!("{prefix}:{value}"))
    })
}
