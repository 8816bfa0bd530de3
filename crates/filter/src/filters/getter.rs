use std::net::IpAddr;

use watchfire_event::Event;
use watchfire_event::json::Value;

use crate::Origin;
use crate::fields::{self, Exception, exceptions};

/// A value that a condition can be about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scalar<'e> {
    Text(&'e str),
    Number(f64),
    Flag(bool),
    Address(IpAddr),
}

/// What conditions read from, by the names that Relay gives the parts of an event
/// (reference/PROTOCOL.md section 11.2).
pub(crate) trait Getter {
    /// The value of this name.
    fn value(&self, name: &str) -> Option<Scalar<'_>>;

    /// The elements of the list of this name.
    fn each(&self, name: &str) -> Option<Vec<Box<dyn Getter + '_>>>;
}

/// An event and where it came from.
pub(crate) struct Whole<'e, 'a> {
    pub(crate) event: &'e Event<'a>,
    pub(crate) origin: &'e Origin,
}

impl Getter for Whole<'_, '_> {
    fn value(&self, name: &str) -> Option<Scalar<'_>> {
        if name == "envelope.client_ip" {
            return self.origin.client_ip.map(Scalar::Address);
        }
        let name = name.strip_prefix("event.")?;
        let body = &self.event.body;
        let text = |key: &str| body.get_str(key).map(Scalar::Text);
        match name {
            "level" => Some(Scalar::Text(self.event.level.as_str())),
            "platform" => Some(Scalar::Text(body.get_str("platform").unwrap_or("other"))),
            "release" | "dist" | "environment" | "transaction" | "logger" | "server_name" => {
                text(name)
            }
            "transaction.source" => scalar(body.get("transaction_info")?.get("source")?),
            "sentry_user" => scalar(body.get("user")?.get("sentry_user")?),
            "release.package" => Some(Scalar::Text(release(body.get_str("release")?).0?)),
            "release.version.short" => Some(Scalar::Text(release(body.get_str("release")?).1)),
            "release.build" => Some(Scalar::Text(release(body.get_str("release")?).2?)),
            _ => self.inner(name),
        }
    }

    fn each(&self, name: &str) -> Option<Vec<Box<dyn Getter + '_>>> {
        if name != "event.exception.values" {
            return None;
        }
        self.event
            .body
            .get("exception")?
            .get("values")?
            .as_array()?;
        let list =
            exceptions(self.event).map(|exception| -> Box<dyn Getter> { Box::new(exception) });
        Some(list.collect())
    }
}

impl Whole<'_, '_> {
    /// What lies in the event's objects.
    fn inner(&self, name: &str) -> Option<Scalar<'_>> {
        let (object, key) = name.split_once('.')?;
        match object {
            "tags" => fields::tag(self.event, key).and_then(scalar),
            "request" => match key.strip_prefix("headers.") {
                Some(header) => fields::header(self.event, header).map(Scalar::Text),
                None => self.plain(object, key),
            },
            "measurements" => {
                let measurements = self.event.body.get("measurements")?;
                scalar(
                    measurements
                        .get(key.strip_suffix(".value")?)?
                        .get("value")?,
                )
            }
            "contexts" => {
                let (context, rest) = key.split_once('.').unwrap_or((key, key));
                let context = self.event.body.get("contexts")?.get(context)?;
                at(context, rest)
            }
            "logentry" | "user" | "sdk" | "extra" | "breakdowns" => self.plain(object, key),
            _ => None,
        }
    }

    fn plain(&self, object: &str, path: &str) -> Option<Scalar<'_>> {
        at(self.event.body.get(object)?, path)
    }
}

impl Getter for Exception<'_> {
    fn value(&self, name: &str) -> Option<Scalar<'_>> {
        match name {
            "ty" | "type" => Some(Scalar::Text(self.kind)),
            "value" => Some(Scalar::Text(self.value)),
            "module" => self.module.map(Scalar::Text),
            _ => None,
        }
    }

    fn each(&self, _: &str) -> Option<Vec<Box<dyn Getter + '_>>> {
        None
    }
}

/// The value at a path of keys with dots between them; a key may itself have dots.
fn at<'e>(value: &'e Value<'_>, path: &str) -> Option<Scalar<'e>> {
    if let Some(found) = value.get(path) {
        return scalar(found);
    }
    let (key, rest) = path.split_once('.')?;
    at(value.get(key)?, rest)
}

fn scalar<'e>(value: &'e Value<'_>) -> Option<Scalar<'e>> {
    match value {
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(Scalar::Text(text)),
        Value::Number(number) => Some(Scalar::Number(number.as_f64())),
        Value::Bool(flag) => Some(Scalar::Flag(*flag)),
        _ => None,
    }
}

/// Package, version without build, and build of a release.
fn release(text: &str) -> (Option<&str>, &str, Option<&str>) {
    let (package, version) = match text.rsplit_once('@') {
        Some((package, version)) => (Some(package), version),
        None => (None, text),
    };
    match version.split_once('+') {
        Some((version, build)) => (package, version, Some(build)),
        None => (package, version, None),
    }
}
