//! What a browser's report of a blocked resource says (reference/PROTOCOL.md section 9.10).

use serde::Serialize;

use super::budget::{Budget, first_chars};
use super::node::Node;
use super::text::Text;

/// Characters of a policy that are shown.
const POLICY_CHARS_MAX: usize = 8_192;

/// A report of a blocked resource.
#[derive(Debug, Serialize)]
pub(crate) struct SecurityReport {
    pub(crate) facts: Vec<Fact>,
    /// The whole policy, one directive a line.
    pub(crate) policy: Vec<Directive>,
}

/// One thing that the report says.
#[derive(Debug, Serialize)]
pub(crate) struct Fact {
    pub(crate) name: &'static str,
    pub(crate) value: Text,
}

/// A directive of the policy.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Directive {
    pub(crate) name: String,
    pub(crate) sources: String,
    /// Whether it is the one that blocked.
    pub(crate) is_violated: bool,
}

impl SecurityReport {
    /// The report of an event; nothing for events that are none.
    pub(crate) fn of(event: Node<'_>) -> Option<Self> {
        let csp = event.key("csp");
        if csp.is_empty() {
            return None;
        }
        let budget = Budget::default();
        let place = || {
            let file = csp.key("source_file").text()?;
            let line = csp.key("line_number").scalar();
            let column = csp.key("column_number").scalar();
            let parts = [Some(file.to_owned()), line, column];
            let place: Vec<String> = parts.into_iter().flatten().collect();
            Some(Text::plain(&place.join(":")))
        };
        let named = |name| Text::of(csp.key(name), &budget);
        let effective = named("effective_directive").or_else(|| named("violated_directive"));
        let facts = [
            ("directive", effective),
            ("blocked", named("blocked_uri")),
            ("on the page", named("document_uri")),
            ("in", place()),
            ("sample", named("script_sample")),
            ("referrer", named("referrer")),
            ("disposition", named("disposition")),
            ("status", named("status_code")),
        ];
        let violated = ["effective_directive", "violated_directive"]
            .iter()
            .find_map(|name| csp.key(name).text())
            .and_then(|text| text.split_whitespace().next())
            .unwrap_or_default();
        Some(Self {
            facts: facts
                .into_iter()
                .filter_map(|(name, value)| value.map(|value| Fact { name, value }))
                .collect(),
            policy: policy(
                csp.key("original_policy").text().unwrap_or_default(),
                violated,
            ),
        })
    }
}

fn policy(text: &str, violated: &str) -> Vec<Directive> {
    first_chars(text, POLICY_CHARS_MAX)
        .split(';')
        .map(str::trim)
        .filter(|directive| !directive.is_empty())
        .map(|directive| {
            let (name, sources) = directive.split_once(' ').unwrap_or((directive, ""));
            Directive {
                name: name.to_owned(),
                sources: sources.trim().to_owned(),
                // `script-src-elem` is judged by `script-src` where a policy has no own line.
                is_violated: !violated.is_empty()
                    && (name == violated || violated.starts_with(&format!("{name}-"))),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::issue::view::node::tests::Sample;

    #[test]
    fn a_report_says_what_was_blocked_where_and_by_which_line_of_the_policy() {
        let sample = Sample::new(
            r#"{"csp":{"effective_directive":"script-src-elem","blocked_uri":"https://evil.example/x.js",
                "document_uri":"https://shop.example/","source_file":"https://shop.example/a.js",
                "line_number":7,"column_number":3,
                "original_policy":"default-src 'self'; script-src 'self' https://cdn.example; "}}"#,
        );
        let report = SecurityReport::of(sample.root()).expect("there");
        let facts: Vec<_> = report
            .facts
            .iter()
            .map(|fact| format!("{}: {}", fact.name, fact.value.plain))
            .collect();
        assert_eq!(facts[3], "in: https://shop.example/a.js:7:3");
        assert_eq!(facts[0], "directive: script-src-elem");
        assert_eq!(report.policy.len(), 2);
        assert!(!report.policy[0].is_violated && report.policy[1].is_violated);
        assert_eq!(report.policy[1].sources, "'self' https://cdn.example");
        assert!(SecurityReport::of(Sample::new("{}").root()).is_none());
    }
}
