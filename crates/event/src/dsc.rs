//! The dynamic sampling context: which trace an envelope belongs to, and how its SDK sampled it.

use uuid::Uuid;

use crate::json::{Object, Value};

/// Public keys have this many characters (reference/PROTOCOL.md section 1).
const PUBLIC_KEY_CHARS: usize = 32;
const ORGANIZATION_DIGITS_MAX: usize = 20;

/// The `trace` header of an envelope (reference/PROTOCOL.md section 4.2), as far as it is kept.
///
/// It holds ids and numbers only: names and users, which are free text, are not read. The public
/// key may be that of another project, the one where the trace began.
#[derive(Clone, Debug, PartialEq)]
pub struct Dsc {
    /// The trace, as 32 lower-case hexadecimal digits.
    pub trace_id: String,
    /// The public key of the project where the trace began.
    pub public_key: String,
    /// The share of traces that the SDK keeps, 0 or more.
    pub sample_rate: Option<f64>,
    /// The trace is kept when this is below the rate.
    pub sample_rand: Option<f64>,
    /// Whether the SDK kept the trace.
    pub sampled: Option<bool>,
    /// The replay that ran, as 32 lower-case hexadecimal digits.
    pub replay_id: Option<String>,
    /// The organisation of the project where the trace began, in decimal digits.
    pub organization_id: Option<String>,
}

impl Dsc {
    /// Reads the value of the `trace` header.
    ///
    /// `None` without a trace id and a public key, or with a negative sample rate; every other
    /// field that cannot be read counts as absent. Numbers may come as strings.
    #[must_use]
    pub fn parse(value: &Value<'_>) -> Option<Self> {
        let fields = value.as_object()?;
        let sample_rate = number(fields, "sample_rate");
        if sample_rate.is_some_and(|rate| rate < 0.0) {
            return None;
        }
        Some(Self {
            trace_id: id(fields, "trace_id")?,
            public_key: name(fields, "public_key", |text| {
                text.len() == PUBLIC_KEY_CHARS
                    && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
            })?,
            sample_rate,
            sample_rand: number(fields, "sample_rand"),
            sampled: flag(fields, "sampled"),
            replay_id: id(fields, "replay_id"),
            organization_id: name(fields, "org_id", |text| {
                text.len() <= ORGANIZATION_DIGITS_MAX
                    && text.bytes().all(|byte| byte.is_ascii_digit())
            }),
        })
    }

    /// The context as events keep it under `_dsc`.
    pub(crate) fn to_object(&self) -> Object<'static> {
        let mut object = Object::new();
        object.insert("trace_id", self.trace_id.clone());
        object.insert("public_key", self.public_key.clone());
        let numbers = [
            ("sample_rate", self.sample_rate),
            ("sample_rand", self.sample_rand),
        ];
        for (key, number) in numbers {
            if let Some(number) = number {
                object.insert(key, number);
            }
        }
        if let Some(sampled) = self.sampled {
            object.insert("sampled", sampled);
        }
        let names = [
            ("replay_id", &self.replay_id),
            ("org_id", &self.organization_id),
        ];
        for (key, name) in names {
            if let Some(name) = name {
                object.insert(key, name.clone());
            }
        }
        object
    }
}

fn number(fields: &Object<'_>, key: &str) -> Option<f64> {
    let number = match fields.get(key)? {
        Value::String(text) => text.trim().parse().ok()?,
        value => value.as_f64()?,
    };
    number.is_finite().then_some(number)
}

fn flag(fields: &Object<'_>, key: &str) -> Option<bool> {
    match fields.get(key)? {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// A UUID that is not all zeros, without dashes.
fn id(fields: &Object<'_>, key: &str) -> Option<String> {
    let id = Uuid::try_parse(fields.get_str(key)?).ok()?;
    (!id.is_nil()).then(|| id.as_simple().to_string())
}

fn name(fields: &Object<'_>, key: &str, valid: impl Fn(&str) -> bool) -> Option<String> {
    let text = match fields.get(key)? {
        Value::String(text) => text.to_string(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty() && valid(&text)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    const IDS: &str = r#""trace_id":"11111111-1111-1111-2222-222222222222","public_key":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa""#;

    fn read(rest: &str) -> Option<Dsc> {
        Dsc::parse(&parse(format!("{{{IDS}{rest}}}").as_bytes()).expect("reads"))
    }

    #[test]
    fn numbers_and_flags_may_come_as_strings() {
        for rest in [
            r#","sample_rate":"0.25","sample_rand":"0.1","sampled":"true","org_id":"12","transaction":"/login/anna""#,
            r#","sample_rate":0.25,"sample_rand":0.1,"sampled":true,"org_id":12,"user":{"id":"anna"}"#,
        ] {
            let dsc = read(rest).expect("is one");
            assert_eq!(
                Value::Object(dsc.to_object()).to_json(),
                r#"{"trace_id":"11111111111111112222222222222222","public_key":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","sample_rate":0.25,"sample_rand":0.1,"sampled":true,"org_id":"12"}"#
            );
        }
    }

    #[test]
    fn what_cannot_be_read_counts_as_absent() {
        let dsc = read(
            r#","sample_rate":"x","sample_rand":[],"sampled":"yes","replay_id":"me@x.com","org_id":"anna""#,
        );
        assert_eq!(dsc, read(""));
        assert!(dsc.is_some());
    }

    #[test]
    fn without_a_trace_or_a_key_or_with_a_negative_rate_there_is_none() {
        assert_eq!(read(r#","sample_rate":"-1""#), None);
        for text in [
            "[]",
            "{}",
            r#"{"trace_id":"11111111111111112222222222222222"}"#,
            r#"{"trace_id":"00000000000000000000000000000000","public_key":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}"#,
        ] {
            let value = parse(text.as_bytes()).expect("reads");
            assert_eq!(Dsc::parse(&value), None, "{text}");
        }
    }
}
