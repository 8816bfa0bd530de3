//! How many values of an event were scrubbed, by which rules, and where the first of each is.

use std::collections::BTreeMap;

use serde::Serialize;
use watchfire_event::MetaTree;

use super::budget::counted;
use super::mark;

/// Rules that are named one by one.
const RULES_MAX: usize = 10;

/// What scrubbing did to an event.
#[derive(Debug, Serialize)]
pub(crate) struct Scrubbed {
    /// `4 values, by 2 rules`.
    pub(crate) label: String,
    /// The rules, the busiest first.
    pub(crate) rules: Vec<ScrubbedBy>,
}

/// What one rule did.
#[derive(Debug, Serialize)]
pub(crate) struct ScrubbedBy {
    /// The rule's id.
    pub(crate) rule: String,
    /// Where it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) origin: Option<&'static str>,
    /// How many values.
    pub(crate) count: usize,
    /// The section that the first value is in, as a link within the page.
    pub(crate) href: &'static str,
}

impl Scrubbed {
    /// The summary of an event's notes; `None` when no rule changed anything.
    pub(crate) fn of(notes: &MetaTree) -> Option<Self> {
        let mut found: BTreeMap<&str, (usize, &'static str)> = BTreeMap::new();
        let mut values = 0;
        for (section, tree) in notes.children() {
            values += walk(tree, anchor(section), &mut found);
        }
        if found.is_empty() {
            return None;
        }
        let label = format!(
            "{}, by {}",
            counted(values, "value"),
            counted(found.len(), "rule")
        );
        let mut rules: Vec<ScrubbedBy> = found
            .into_iter()
            .map(|(rule, (count, href))| ScrubbedBy {
                rule: rule.to_owned(),
                origin: mark::origin(rule),
                count,
                href,
            })
            .collect();
        rules.sort_by_key(|rule| std::cmp::Reverse(rule.count));
        rules.truncate(RULES_MAX);
        Some(Self { label, rules })
    }
}

/// Counts the scrubbed values at and below a place; returns how many there are.
fn walk<'m>(
    tree: &'m MetaTree,
    href: &'static str,
    found: &mut BTreeMap<&'m str, (usize, &'static str)>,
) -> usize {
    let mut rules: Vec<&str> = tree
        .meta
        .remarks
        .iter()
        .map(|remark| remark.rule.as_str())
        .filter(|rule| !rule.starts_with('!'))
        .collect();
    rules.sort_unstable();
    rules.dedup();
    for rule in &rules {
        found.entry(rule).or_insert((0, href)).0 += 1;
    }
    let below: usize = tree
        .children()
        .map(|(_, child)| walk(child, href, found))
        .sum();
    below + usize::from(!rules.is_empty())
}

/// The section of the page that shows a field of the event.
fn anchor(field: &str) -> &'static str {
    match field {
        "exception" | "threads" | "stacktrace" => "#stack-trace",
        "logentry" | "message" => "#message",
        "breadcrumbs" => "#breadcrumbs",
        "request" => "#request",
        "user" => "#user",
        "tags" => "#tags",
        "contexts" => "#contexts",
        "extra" => "#extra",
        "modules" => "#packages",
        "sdk" => "#sdk",
        _ => "#highlights",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use watchfire_event::json::parse;

    #[test]
    fn values_and_rules_are_counted_and_limits_are_not() {
        let json = r#"{"request":{"data":{"pw":{"":{"rem":[["@password:filter","s",0,10]]}},
                          "mail":{"":{"rem":[["@email:replace","s",0,7],["@email:replace","s",9,16]]}}}},
                       "extra":{"k":{"":{"rem":[["@password:filter","s",0,10]]}},"long":{"":{"rem":[["!limit","s",1,2]]}}}}"#;
        let notes = MetaTree::from_value(&parse(json.as_bytes()).expect("reads"));
        let summary = Scrubbed::of(&notes).expect("scrubbed");
        assert_eq!(summary.label, "3 values, by 2 rules");
        assert_eq!(summary.rules[0].rule, "@password:filter");
        assert_eq!(
            (summary.rules[0].count, summary.rules[0].href),
            (2, "#extra")
        );
        assert_eq!(summary.rules[1].href, "#request");
    }

    #[test]
    fn an_event_without_remarks_has_no_summary() {
        assert!(Scrubbed::of(&MetaTree::default()).is_none());
    }
}
