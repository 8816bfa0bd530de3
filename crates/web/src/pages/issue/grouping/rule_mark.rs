//! The rule behind a decision, with the way to it.

use serde::Serialize;
use watchfire_grouping::{RuleKind, RuleSource};

use crate::address;
use crate::pages::issue::view::budget::first_chars;

/// Characters of a rule's line that are shown.
const LINE_CHARS_MAX: usize = 300;

/// A rule as an explanation names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct RuleMark {
    /// `rule 12`, `line 4 of the project rules`.
    pub(super) label: String,
    /// Its line.
    pub(super) text: String,
    /// Where it stands on the project's grouping page; the default rules stand nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) href: Option<String>,
}

impl RuleMark {
    /// The mark of a rule of the project of this slug.
    pub(super) fn of(rule: &RuleSource, kind: RuleKind, slug: &str) -> Self {
        let number = rule
            .origin
            .strip_prefix("rule ")
            .and_then(|number| number.parse::<i64>().ok());
        let page = address::grouping(slug);
        let (label, href) = match (number, rule.origin.as_str()) {
            (Some(number), _) => (rule.origin.clone(), Some(format!("{page}#rule-{number}"))),
            (None, origin @ ("project rules" | "organization rules")) => (
                format!("line {} of the {origin}", rule.line),
                Some(format!("{page}#text-{}", kind.as_str())),
            ),
            (None, origin) => (format!("{origin}, line {}", rule.line), None),
        };
        Self {
            label,
            text: first_chars(&rule.text, LINE_CHARS_MAX).to_owned(),
            href,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(origin: &str) -> RuleMark {
        let rule = RuleSource {
            origin: origin.to_owned(),
            line: 4,
            text: "stack.function:get -group".to_owned(),
        };
        RuleMark::of(&rule, RuleKind::StackTrace, "shop")
    }

    #[test]
    fn a_rule_leads_to_where_it_is_changed() {
        let own = mark("rule 12");
        assert_eq!(own.label, "rule 12");
        assert_eq!(
            own.href.as_deref(),
            Some("/projects/shop/grouping/#rule-12")
        );
        let text = mark("project rules");
        assert_eq!(text.label, "line 4 of the project rules");
        assert_eq!(
            text.href.as_deref(),
            Some("/projects/shop/grouping/#text-stack_trace")
        );
        assert_eq!(mark("default rules").href, None);
    }
}
