//! Reads an event's JSON and gives each field the shape that Sentry's event schema wants
//! (reference/PROTOCOL.md sections 8.0 to 8.4). One file per interface.

mod breadcrumb;
mod contexts;
mod exception;
mod images;
mod mechanism;
mod message;
mod others;
mod pairs;
mod request;
mod shape;
mod stacktrace;
mod user;

use crate::json::{JsonError, Object, Value, parse, parse_with_nul};
use crate::place::{Place, Scope};
use crate::{Draft, MetaTree, PathItem};

pub(crate) use contexts::context_mut;
pub(crate) use pairs::{parse_cookies, parse_form, query};
pub(crate) use shape::IP_AUTO;

const EVENT_ID_DIGITS: usize = 32;
const TRACE_ID_DIGITS: usize = 32;
const SPAN_ID_DIGITS: usize = 16;

/// Names that older SDKs use, and today's (reference/PROTOCOL.md section 8.1). Of several names
/// for one field the first that is present wins.
const LEGACY_NAMES: [(&str, &str); 10] = [
    ("sentry.interfaces.Message", "logentry"),
    ("message", "logentry"),
    ("sentry.interfaces.Exception", "exception"),
    ("sentry.interfaces.Stacktrace", "stacktrace"),
    ("sentry.interfaces.Breadcrumbs", "breadcrumbs"),
    ("sentry.interfaces.Http", "request"),
    ("sentry.interfaces.User", "user"),
    ("sentry.interfaces.Contexts", "contexts"),
    ("sentry.interfaces.Csp", "csp"),
    ("sentry.interfaces.Template", "template"),
];

/// Why a payload is not an event.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// It is not JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// It is JSON, but not an object.
    #[error("expected an object")]
    NotAnObject,
}

/// Reads an event's JSON and gives each field its schema's shape: lists of values, lists of
/// pairs, lenient strings, today's names (reference/PROTOCOL.md sections 8.0 to 8.4).
///
/// A field that cannot be read becomes null, and `_meta` keeps the reason and the original value.
/// Unknown fields stay as they are. `_meta` itself moves from the body to [`Draft::meta`].
///
/// # Errors
/// [`DecodeError`] when there is no object to read. No field can cause it.
pub fn decode(bytes: &[u8]) -> Result<Draft<'_>, DecodeError> {
    draft(parse(bytes)?, &Scope::default())
}

/// As [`decode`], but as Relay's library reads it, for what is answered and not stored: NUL
/// characters stay, and what Relay takes out goes, where [`decode`] keeps it because it harms
/// nothing.
///
/// # Errors
/// As those of [`decode`].
pub fn decode_as_relay(bytes: &[u8]) -> Result<Draft<'_>, DecodeError> {
    draft(parse_with_nul(bytes)?, &Scope::as_relay())
}

fn draft<'a>(value: Value<'a>, scope: &Scope<'_>) -> Result<Draft<'a>, DecodeError> {
    let Value::Object(mut body) = value else {
        return Err(DecodeError::NotAnObject);
    };
    let mut meta = match body.remove("_meta") {
        Some(tree) => MetaTree::from_value(&tree),
        None => MetaTree::default(),
    };
    let mut root = Place::root(&mut meta, scope);
    modernize_names(&mut body, &mut root);
    shape::fields(&mut body, &mut root, shape_field);
    Ok(Draft { body, meta })
}

fn modernize_names(body: &mut Object<'_>, root: &mut Place<'_>) {
    let is_legacy = |key: &str| key == "message" || key.starts_with("sentry.interfaces.");
    if !body.iter().any(|(key, _)| is_legacy(key)) {
        return;
    }
    for (old, new) in LEGACY_NAMES {
        let Some(value) = body.remove(old) else {
            continue;
        };
        let taken = body.get(new).is_some_and(|present| !present.is_null());
        if taken {
            root.forget(PathItem::Key(old));
        } else {
            root.rename(old, &[PathItem::Key(new)]);
            body.insert(new, value);
        }
    }
}

fn shape_field(key: &str, value: &mut Value<'_>, place: &mut Place<'_>) -> bool {
    match key {
        "exception" => exception::exceptions(value, place),
        "breadcrumbs" => breadcrumb::breadcrumbs(value, place),
        "threads" => stacktrace::threads(value, place),
        "stacktrace" => stacktrace::stacktrace(value, place),
        "contexts" => contexts::contexts(value, place),
        "request" => request::request(value, place),
        "user" => user::user(value, place),
        "logentry" => message::logentry(value, place),
        "tags" => pairs::tags(value, place),
        "modules" => {
            shape::map(value, place, shape::string);
            shape::skip_empty(value);
        }
        "fingerprint" => fingerprint(value, place),
        "event_id" => shape::hex_id(value, place, EVENT_ID_DIGITS, shape::EVENT_ID),
        "timestamp" | "start_timestamp" | "received" => shape::timestamp(value, place),
        "level" => shape::level(value, place),
        "release" => shape::lenient_string(value, place),
        "platform" | "logger" | "transaction" | "server_name" | "site" | "dist" | "environment"
        | "culprit" | "checksum" | "type" | "version" | "key_id" => {
            shape::string(value, place);
        }
        "sdk" => sdk(value, place),
        "debug_meta" => images::debug_meta(value, place),
        "ingest_path" => {
            shape::list(value, place, relay_info);
            shape::skip_empty(value);
        }
        "template" => others::template(value, place),
        "csp" => others::csp(value, place),
        "transaction_info" => others::transaction_info(value, place),
        "spans" => others::spans(value, place),
        "measurements" | "breakdowns" => shape::filled_object(value, place),
        "grouping_config" => shape::any_object(value, place),
        "extra" => shape::filled_object(value, place),
        "errors" => errors(value, place),
        "time_spent" => shape::unsigned(value, place),
        // Old SDKs send a text.
        "project" if place.is_as_relay() => shape::unsigned(value, place),
        _ => return false,
    }
    true
}

/// The parts that a client says identify the issue; parts that are no strings are left out.
fn fingerprint(value: &mut Value<'_>, place: &mut Place<'_>) {
    if let Value::Array(parts) = value {
        parts.retain(|part| !matches!(part, Value::Array(_) | Value::Object(_) | Value::Null));
    }
    shape::list(value, place, shape::lenient_string);
    shape::skip_empty(value);
}

fn errors(value: &mut Value<'_>, place: &mut Place<'_>) {
    shape::list(value, place, |value, place| {
        shape::object_or(value, place, "expected eventprocessingerror");
    });
    shape::skip_empty(value);
}

/// One server through which the event came.
fn relay_info(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(info) = shape::object_or(value, place, "expected relayinfo") else {
        return;
    };
    shape::fields(info, place, |key, value, place| {
        let is_known = matches!(key, "version" | "public_key");
        if is_known {
            shape::string(value, place);
        }
        is_known
    });
}

fn sdk(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(sdk) = shape::object_or(value, place, "expected clientsdkinfo") else {
        return;
    };
    shape::fields(sdk, place, |key, value, place| {
        match key {
            "name" | "version" => shape::string(value, place),
            "integrations" | "features" => shape::strings(value, place),
            "packages" => shape::list(value, place, package),
            "settings" => {
                shape::object_or(value, place, "expected clientsdksettings");
            }
            "client_ip" => shape::ip(value, place),
            _ => return false,
        }
        true
    });
}

/// One package of an SDK; Relay knows no more than its name and version.
fn package(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(package) = shape::object_or(value, place, "expected clientsdkpackage") else {
        return;
    };
    let is_known = |key: &str| matches!(key, "name" | "version");
    if place.is_as_relay() {
        package.retain(|key, _| is_known(key));
    }
    shape::fields(package, place, |key, value, place| {
        let is_known = is_known(key);
        if is_known {
            shape::string(value, place);
        }
        is_known
    });
}

#[cfg(test)]
mod tests;
