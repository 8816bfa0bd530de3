//! The mark on a value that scrubbing, a size limit or the SDK changed, and the words for why
//! (reference/SCRUBBING.md section 7).

use serde::Serialize;
use watchfire_event::{Remark, RemarkKind};

use super::node::Node;
use super::sources::Source;
use crate::pages::scrubbing::words;

/// Texts that SDKs put in place of a secret without leaving a remark.
const SDK_FILTERED: [&str; 7] = [
    "[Filtered]",
    "[FILTERED]",
    "[SCRUBBED]",
    "[Scrubbed]",
    "[REDACTED]",
    "[Redacted]",
    "*********",
];

/// A mark on a value or on a part of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Mark {
    /// What happened, the end of a style class: `scrubbed`, `cut`, `sdk` or `invalid`.
    pub(crate) kind: &'static str,
    /// Why, as a sentence without a full stop.
    pub(crate) tip: String,
    /// The rules that changed it; empty where it was no rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) reasons: Vec<Reason>,
    /// How long it was before, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<String>,
    /// Where the value can be made safe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) safe_href: Option<String>,
    /// Why it cannot be made safe.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unsafe_note: Option<&'static str>,
}

/// What one rule did to a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Reason {
    /// What became of it: `Removed`, `Masked` …
    verb: &'static str,
    /// What the rule looks for.
    what: String,
    /// The rule's id.
    rule: String,
    /// The rule among those in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_href: Option<String>,
    /// The setting that it comes from.
    setting: &'static str,
    /// Where the setting is.
    #[serde(skip_serializing_if = "Option::is_none")]
    setting_href: Option<String>,
    /// Whether it is not in force any more.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    is_former: bool,
}

impl Mark {
    /// The mark of one remark about the value at a node.
    pub(crate) fn of_remark(remark: &Remark, node: Node<'_>) -> Self {
        Self::of_remarks(&[remark], node)
    }

    /// The mark of everything that was noted about a whole value; `None` when nothing was.
    pub(crate) fn of_value(node: Node<'_>) -> Option<Self> {
        let meta = node.meta();
        if !meta.remarks.is_empty() {
            let remarks: Vec<&Remark> = meta.remarks.iter().collect();
            return Some(Self::of_remarks(&remarks, node));
        }
        let reasons: Vec<String> = meta.errors.iter().map(reason).collect();
        if !reasons.is_empty() {
            return Some(Self {
                kind: "invalid",
                tip: reasons.join("; "),
                ..Self::default()
            });
        }
        meta.original_length.map(|length| Self {
            kind: "cut",
            tip: format!("cut because of its size, {length} before"),
            ..Self::default()
        })
    }

    /// The mark of a text that an SDK put in place of a secret.
    pub(crate) fn of_sdk() -> Self {
        Self {
            kind: "sdk",
            tip: "filtered by the SDK, before it was sent".to_owned(),
            ..Self::default()
        }
    }

    fn of_remarks(remarks: &[&Remark], node: Node<'_>) -> Self {
        let meta = node.meta();
        let tips: Vec<String> = remarks
            .iter()
            .map(|remark| sentence(remark, node))
            .collect();
        let mut mark = Self {
            kind: remarks.first().map_or("scrubbed", |remark| kind(remark)),
            tip: tips.join("; "),
            before: meta.original_length.map(|length| length.to_string()),
            ..Self::default()
        };
        let rules = remarks.iter().filter(|remark| kind(remark) == "scrubbed");
        let sources: Vec<(&Remark, Source)> = rules
            .map(|remark| (*remark, node.source(&remark.rule)))
            .collect();
        mark.offer_safety(&sources, node);
        mark.reasons = sources
            .into_iter()
            .map(|(remark, source)| Reason::of(remark, source))
            .collect();
        mark
    }

    /// Says how the value can be kept, or why it cannot.
    fn offer_safety(&mut self, sources: &[(&Remark, Source)], node: Node<'_>) {
        let Some(href) = node.safe_href().filter(|_| !sources.is_empty()) else {
            return;
        };
        if sources.iter().all(|(_, source)| source.is_guarded) {
            self.safe_href = Some(href);
        } else {
            self.unsafe_note = Some(
                "Safe fields do not hold this rule back: change the rule or switch it off where \
                 it comes from.",
            );
        }
    }
}

impl Reason {
    fn of(remark: &Remark, source: Source) -> Self {
        Self {
            verb: verb(remark.kind),
            what: words::what(&remark.rule),
            rule: remark.rule.clone(),
            rule_href: source.rule_href,
            setting: source.setting,
            setting_href: source.setting_href,
            is_former: source.is_former,
        }
    }
}

/// The parts of a text that no rule changed: those that an SDK put in place of a secret, and what
/// stands between them.
pub(crate) fn sdk_parts(text: &str) -> Vec<(&str, bool)> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((start, word)) = first_filtered(rest) {
        let (before, from) = rest.split_at(start);
        let (found, after) = from.split_at(word.len());
        parts.push((before, false));
        parts.push((found, true));
        rest = after;
    }
    parts.push((rest, false));
    parts.retain(|(part, _)| !part.is_empty());
    parts
}

fn first_filtered(text: &str) -> Option<(usize, &'static str)> {
    let found = SDK_FILTERED.iter().filter_map(|word| {
        // A row of asterisks is one only when it is the whole text; elsewhere it is decoration.
        if word.starts_with('[') {
            Some((text.find(word)?, *word))
        } else {
            (text == *word).then_some((0, *word))
        }
    });
    found.min_by_key(|(start, _)| *start)
}

fn kind(remark: &Remark) -> &'static str {
    match remark.rule.as_str() {
        "!limit" | "!raw" => "cut",
        "!config" => "sdk",
        _ => "scrubbed",
    }
}

fn verb(kind: RemarkKind) -> &'static str {
    match kind {
        RemarkKind::Removed => "Removed",
        RemarkKind::Substituted => "Replaced",
        RemarkKind::Masked => "Masked",
        RemarkKind::Pseudonymized => "Replaced by its hash",
        RemarkKind::Encrypted => "Encrypted",
        RemarkKind::Annotated => "Noted",
    }
}

fn sentence(remark: &Remark, node: Node<'_>) -> String {
    let before = match node.meta().original_length {
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
    let setting = node.source(&remark.rule).setting;
    if setting.is_empty() {
        format!("{verb} by rule {}", remark.rule)
    } else {
        format!("{verb} by rule {}, from {setting}", remark.rule)
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
    use crate::pages::issue::view::node::tests::Sample;

    fn mark(rule: &str, kind: &str) -> Mark {
        let json = format!(
            r#"{{"v":null,"_meta":{{"v":{{"":{{"rem":[["{rule}","{kind}"]],"len":5000}}}}}}}}"#
        );
        Mark::of_value(Sample::new(&json).root().key("v")).unwrap()
    }

    #[test]
    fn marks_name_the_rule_what_it_looks_for_and_the_setting() {
        let cases = [
            (
                "@password:filter",
                "s",
                "removed by rule @password:filter, from the default scrubbers",
            ),
            (
                "strip-fields",
                "s",
                "removed by rule strip-fields, from the additional sensitive fields",
            ),
            (
                "organization:3",
                "p",
                "replaced by its hash by rule organization:3, from the organisation's advanced rules",
            ),
            ("own", "m", "masked by rule own"),
            ("!limit", "s", "cut because of its size, 5000 before"),
        ];
        for (rule, kind, tip) in cases {
            assert_eq!(mark(rule, kind).tip, tip);
        }
        let secret = mark("@secret.github-token", "s");
        assert!(secret.reasons[0].what.contains("GitHub"), "{secret:?}");
        assert_eq!(secret.reasons[0].setting, "the secrets catalogue");
        assert_eq!(mark("!limit", "s").reasons, []);
    }

    #[test]
    fn without_a_way_to_the_settings_nothing_is_offered() {
        let mark = mark("@password:filter", "s");
        assert_eq!((mark.safe_href, mark.unsafe_note), (None, None));
    }

    #[test]
    fn what_an_sdk_filtered_is_found_in_a_text() {
        assert_eq!(sdk_parts("[Filtered]"), [("[Filtered]", true)]);
        assert_eq!(
            sdk_parts("a=[Filtered]&b=[REDACTED]"),
            [
                ("a=", false),
                ("[Filtered]", true),
                ("&b=", false),
                ("[REDACTED]", true)
            ]
        );
        assert_eq!(sdk_parts("a *********"), [("a *********", false)]);
        assert_eq!(sdk_parts("*********"), [("*********", true)]);
    }
}
