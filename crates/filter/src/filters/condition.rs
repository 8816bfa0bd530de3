use std::net::IpAddr;

use serde_json::Value;
use watchfire_event::{EventId, Network, ReleaseVersion};

use super::getter::{Getter, Scalar};
use crate::order::Order;
use crate::{Pattern, PatternSet};

/// How deep conditions stand in each other at most.
const DEPTH_MAX: usize = 32;

/// A condition in Relay's language (reference/PROTOCOL.md section 11.2).
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    Eq {
        name: String,
        value: Value,
        ignore_case: bool,
    },
    Compare {
        name: String,
        value: f64,
        order: Order,
    },
    Glob {
        name: String,
        patterns: PatternSet,
    },
    Cidr {
        name: String,
        networks: Vec<Network>,
    },
    Release {
        name: String,
        version: ReleaseVersion,
        order: Order,
    },
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Any(String, Box<Condition>),
    All(String, Box<Condition>),
    /// Of a kind that nobody knows: never holds.
    Unsupported,
}

/// The order of this name.
fn order(name: &str) -> Option<Order> {
    match name {
        "eq" => Some(Order::Equal),
        "lt" => Some(Order::Less),
        "lte" => Some(Order::AtMost),
        "gt" => Some(Order::More),
        "gte" => Some(Order::AtLeast),
        _ => None,
    }
}

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// What it lacks, in words.
    pub(crate) fn read(value: &Value) -> Result<Self, String> {
        read(value, DEPTH_MAX)
    }

    /// Whether it holds for what the getter gives.
    pub(crate) fn holds(&self, getter: &dyn Getter) -> bool {
        match self {
            Self::Eq {
                name,
                value,
                ignore_case,
            } => equals(getter.value(name), value, *ignore_case),
            Self::Compare { name, value, order } => match getter.value(name) {
                Some(Scalar::Number(own)) => {
                    own.partial_cmp(value).is_some_and(|it| order.holds(it))
                }
                _ => false,
            },
            Self::Glob { name, patterns } => match getter.value(name) {
                Some(Scalar::Text(text)) => patterns.matches(text),
                _ => false,
            },
            Self::Cidr { name, networks } => {
                let address = match getter.value(name) {
                    Some(Scalar::Address(address)) => Some(address),
                    Some(Scalar::Text(text)) => text.parse().ok(),
                    _ => None,
                };
                address.is_some_and(|it| networks.iter().any(|network| network.contains(it)))
            }
            Self::Release {
                name,
                version,
                order,
            } => match getter.value(name) {
                Some(Scalar::Text(text)) => ReleaseVersion::parse(text)
                    .is_some_and(|own| order.holds(own.cmp_version(version))),
                _ => false,
            },
            Self::And(inner) => inner.iter().all(|condition| condition.holds(getter)),
            Self::Or(inner) => inner.iter().any(|condition| condition.holds(getter)),
            Self::Not(inner) => !inner.holds(getter),
            Self::Any(name, inner) => getter
                .each(name)
                .is_some_and(|list| list.iter().any(|it| inner.holds(it.as_ref()))),
            Self::All(name, inner) => getter
                .each(name)
                .is_some_and(|list| list.iter().all(|it| inner.holds(it.as_ref()))),
            Self::Unsupported => false,
        }
    }
}

fn equals(own: Option<Scalar<'_>>, value: &Value, ignore_case: bool) -> bool {
    let same = |own: &str, other: &str| match ignore_case {
        true => own.to_lowercase() == other.to_lowercase(),
        // The ids of traces and profiles have several forms of writing.
        false => own == other || is_same_id(own, other),
    };
    match (own, value) {
        (None, Value::Null) => true,
        (Some(Scalar::Text(own)), Value::String(value)) => same(own, value),
        (Some(Scalar::Text(own)), Value::Array(list)) => list
            .iter()
            .filter_map(Value::as_str)
            .any(|it| same(own, it)),
        (Some(Scalar::Address(own)), Value::String(value)) => value.parse::<IpAddr>() == Ok(own),
        (Some(Scalar::Flag(own)), Value::Bool(value)) => own == *value,
        _ => false,
    }
}

fn is_same_id(own: &str, other: &str) -> bool {
    let id = |text: &str| text.parse::<EventId>().ok();
    id(own).is_some_and(|own| Some(own) == id(other))
}

fn read(value: &Value, depth: usize) -> Result<Condition, String> {
    let depth = depth
        .checked_sub(1)
        .ok_or_else(|| format!("conditions nest at most {DEPTH_MAX} deep"))?;
    let Some(op) = value.get("op").and_then(Value::as_str) else {
        return Err("a condition is an object with \"op\"".to_owned());
    };
    let name = || {
        let name = value.get("name").and_then(Value::as_str);
        let name = name.ok_or_else(|| format!("{op:?} lacks \"name\""));
        name.map(ToOwned::to_owned)
    };
    let inner = || {
        let inner = value.get("inner");
        inner.ok_or_else(|| format!("{op:?} lacks \"inner\""))
    };
    let inner_list = || {
        let list = inner()?.as_array();
        let list = list.ok_or_else(|| format!("\"inner\" of {op:?} is a list"))?;
        list.iter()
            .map(|it| read(it, depth))
            .collect::<Result<Vec<_>, _>>()
    };
    let inner_one = || read(inner()?, depth).map(Box::new);
    Ok(match op {
        "eq" => Condition::Eq {
            name: name()?,
            value: value.get("value").cloned().unwrap_or_default(),
            ignore_case: value.pointer("/options/ignoreCase") == Some(&Value::Bool(true)),
        },
        "gt" | "gte" | "lt" | "lte" => compare(name()?, value, op)?,
        "glob" => Condition::Glob {
            name: name()?,
            patterns: PatternSet::new(&list(value, Pattern::case_insensitive)?),
        },
        "cidr" => Condition::Cidr {
            name: name()?,
            networks: list(value, str::parse)?,
        },
        "release" => release(name()?, value)?,
        "and" => Condition::And(inner_list()?),
        "or" => Condition::Or(inner_list()?),
        "not" => Condition::Not(inner_one()?),
        "any" => Condition::Any(name()?, inner_one()?),
        "all" => Condition::All(name()?, inner_one()?),
        _ => Condition::Unsupported,
    })
}

fn compare(name: String, value: &Value, op: &str) -> Result<Condition, String> {
    let number = value.get("value").and_then(Value::as_f64);
    Ok(Condition::Compare {
        name,
        value: number.ok_or_else(|| format!("{op:?} lacks a number as \"value\""))?,
        order: order(op).unwrap_or(Order::Equal),
    })
}

/// `{"op": "release", "name": …, "operator": "gte", "value": "1.2.0"}`; `eq` without operator.
fn release(name: String, value: &Value) -> Result<Condition, String> {
    let operator = value.get("operator").map_or(Some("eq"), Value::as_str);
    let order = operator.and_then(order);
    let version = value.get("value").and_then(Value::as_str);
    Ok(Condition::Release {
        name,
        order: order.ok_or("\"operator\" is one of eq, gt, gte, lt, lte")?,
        version: version
            .and_then(ReleaseVersion::parse)
            .ok_or("\"value\" is a version such as 1.2.0")?,
    })
}

fn list<T, E: ToString>(
    value: &Value,
    read: impl Fn(&str) -> Result<T, E>,
) -> Result<Vec<T>, String> {
    let list = value.get("value").and_then(Value::as_array);
    let list = list.ok_or("\"value\" is a list of texts")?;
    let entries = list.iter().map(|entry| {
        let text = entry.as_str().ok_or("\"value\" is a list of texts")?;
        read(text).map_err(|error| error.to_string())
    });
    entries.collect()
}

#[cfg(test)]
mod tests;
