//! The mark on a value that scrubbing, a size limit or the SDK changed, and the words for why
//! (reference/SCRUBBING.md section 7).

use serde::Serialize;
use watchfire_event::{Meta, Remark, RemarkKind};

/// Texts that SDKs put in place of a secret without leaving a remark.
const SDK_FILTERED: [&str; 3] = ["[Filtered]", "[SCRUBBED]", "[REDACTED]"];

/// A mark on a value or on a part of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Mark {
    /// What happened, the end of a style class: `scrubbed`, `cut`, `sdk` or `invalid`.
    pub(crate) kind: &'static str,
    /// Why, as a sentence without a full stop.
    pub(crate) tip: String,
}

impl Mark {
    /// The mark of one remark.
    pub(crate) fn of_remark(remark: &Remark, meta: &Meta) -> Self {
        Self {
            kind: match remark.rule.as_str() {
                "!limit" | "!raw" => "cut",
                "!config" => "sdk",
                _ => "scrubbed",
            },
            tip: explain(remark, meta),
        }
    }

    /// The mark of everything that was noted about a whole value; `None` when nothing was.
    pub(crate) fn of_value(meta: &Meta) -> Option<Self> {
        let whole: Vec<Self> = meta
            .remarks
            .iter()
            .map(|remark| Self::of_remark(remark, meta))
            .collect();
        if let Some(first) = whole.first() {
            let tips: Vec<&str> = whole.iter().map(|mark| mark.tip.as_str()).collect();
            return Some(Self {
                kind: first.kind,
                tip: tips.join("; "),
            });
        }
        let reasons: Vec<String> = meta.errors.iter().map(reason).collect();
        if !reasons.is_empty() {
            return Some(Self {
                kind: "invalid",
                tip: reasons.join("; "),
            });
        }
        meta.original_length.map(|length| Self {
            kind: "cut",
            tip: format!("cut because of its size, {length} before"),
        })
    }

    /// The mark of a text that an SDK put in place of a secret, if this is one.
    pub(crate) fn of_sdk(text: &str) -> Option<Self> {
        SDK_FILTERED.contains(&text).then(|| Self {
            kind: "sdk",
            tip: "filtered by the SDK, before it was sent".to_owned(),
        })
    }
}

/// Where the rule comes from, in words; `None` when its id does not tell.
pub(crate) fn origin(rule: &str) -> Option<&'static str> {
    match rule {
        "strip-fields" => Some("the project's additional sensitive fields"),
        _ if rule.starts_with('@') => Some("the project's default scrubbing"),
        _ if rule.starts_with("organization:") => Some("the organization's scrubbing rules"),
        _ if rule.starts_with("project:") => Some("the project's scrubbing rules"),
        _ => None,
    }
}

fn explain(remark: &Remark, meta: &Meta) -> String {
    let before = match meta.original_length {
        Some(length) => format!(", {length} before"),
        None => String::new(),
    };
    match remark.rule.as_str() {
        "!limit" => return format!("cut because of its size{before}"),
        "!raw" => return format!("left out by the SDK because of its size{before}"),
        "!config" => return "filtered by the SDK, as it is configured".to_owned(),
        _ => {}
    }
    let verb = match remark.kind {
        RemarkKind::Removed | RemarkKind::Substituted => "removed",
        RemarkKind::Masked => "masked",
        RemarkKind::Pseudonymized => "replaced by its hash",
        RemarkKind::Encrypted => "encrypted",
        RemarkKind::Annotated => "noted",
    };
    match origin(&remark.rule) {
        Some(origin) => format!("{verb} by rule {}, from {origin}", remark.rule),
        None => format!("{verb} by rule {}", remark.rule),
    }
}

fn reason(error: &watchfire_event::MetaError) -> String {
    let kind = error.kind.replace('_', " ");
    match error.data.get_str("reason") {
        Some(reason) => format!("{kind}: {reason}"),
        None => kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remark(rule: &str, kind: RemarkKind) -> Meta {
        Meta {
            remarks: vec![Remark {
                rule: rule.to_owned(),
                kind,
                range: None,
            }],
            original_length: Some(5_000),
            ..Meta::default()
        }
    }

    #[track_caller]
    fn check(rule: &str, kind: RemarkKind, expected: &str) {
        assert_eq!(
            Mark::of_value(&remark(rule, kind)).expect("marked").tip,
            expected
        );
    }

    #[test]
    fn marks_name_the_rule_and_where_it_comes_from() {
        check(
            "@password:filter",
            RemarkKind::Substituted,
            "removed by rule @password:filter, from the project's default scrubbing",
        );
        check(
            "strip-fields",
            RemarkKind::Substituted,
            "removed by rule strip-fields, from the project's additional sensitive fields",
        );
        check(
            "organization:3",
            RemarkKind::Pseudonymized,
            "replaced by its hash by rule organization:3, from the organization's scrubbing rules",
        );
        check("own", RemarkKind::Masked, "masked by rule own");
        check(
            "!limit",
            RemarkKind::Substituted,
            "cut because of its size, 5000 before",
        );
    }

    #[test]
    fn what_an_sdk_filtered_is_said_to_be() {
        assert_eq!(Mark::of_sdk("[Filtered]").expect("marked").kind, "sdk");
        assert_eq!(Mark::of_sdk("filtered"), None);
    }
}
