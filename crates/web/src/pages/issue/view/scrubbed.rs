//! How many values of an event were scrubbed, by which rules, and where the first of each is.

use std::collections::BTreeMap;

use serde::Serialize;
use watchfire_scrub::EffectiveRule;

use super::budget::counted;
use super::notes::Notes;
use super::sources::{Source, Sources};
use crate::pages::scrubbing::words;

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
    /// What it looks for.
    pub(crate) what: String,
    /// The setting that it comes from.
    pub(crate) setting: &'static str,
    /// Where the setting is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) setting_href: Option<String>,
    /// How many values.
    pub(crate) count: usize,
    /// The section that the first value is in, as a link within the page.
    pub(crate) href: &'static str,
}

/// What one rule did, while it is counted.
struct Count<'n> {
    values: usize,
    /// The section of the first value, and the rule in force that changes it.
    href: &'static str,
    blamed: Option<Option<&'n EffectiveRule>>,
}

impl Scrubbed {
    /// The summary of an event's notes; `None` when no rule changed anything.
    pub(crate) fn of(notes: &Notes, sources: Option<&Sources>) -> Option<Self> {
        let mut found: BTreeMap<&str, Count<'_>> = BTreeMap::new();
        let mut values = 0;
        for (section, below) in notes.children() {
            values += walk(below, anchor(section), &mut found);
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
            .map(|(rule, count)| {
                let source = match sources {
                    Some(sources) => sources.of(rule, count.blamed),
                    None => Source::of_id(rule),
                };
                ScrubbedBy {
                    rule: rule.to_owned(),
                    what: words::what(rule),
                    setting: source.setting,
                    setting_href: source.setting_href,
                    count: count.values,
                    href: count.href,
                }
            })
            .collect();
        rules.sort_by_key(|rule| std::cmp::Reverse(rule.count));
        rules.truncate(RULES_MAX);
        Some(Self { label, rules })
    }
}

/// Counts the scrubbed values at and below a place; returns how many there are.
fn walk<'n>(
    notes: &'n Notes,
    href: &'static str,
    found: &mut BTreeMap<&'n str, Count<'n>>,
) -> usize {
    let mut rules: Vec<&str> = notes
        .meta
        .remarks
        .iter()
        .map(|remark| remark.rule.as_str())
        .filter(|rule| !rule.starts_with('!'))
        .collect();
    rules.sort_unstable();
    rules.dedup();
    for rule in &rules {
        let first = || Count {
            values: 0,
            href,
            blamed: notes.blamed(rule),
        };
        found.entry(rule).or_insert_with(first).values += 1;
    }
    let below: usize = notes
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
    use watchfire_event::MetaTree;
    use watchfire_event::json::{Object, parse};

    #[test]
    fn values_and_rules_are_counted_and_limits_are_not() {
        let json = r#"{"request":{"data":{"pw":{"":{"rem":[["@password:filter","s",0,10]]}},
                          "mail":{"":{"rem":[["@email:replace","s",0,7],["@email:replace","s",9,16]]}}}},
                       "extra":{"k":{"":{"rem":[["@password:filter","s",0,10]]}},"long":{"":{"rem":[["!limit","s",1,2]]}}}}"#;
        let tree = MetaTree::from_value(&parse(json.as_bytes()).expect("reads"));
        let notes = Notes::of(&tree, &Object::default());
        let summary = Scrubbed::of(&notes, None).expect("scrubbed");
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
        assert!(Scrubbed::of(&Notes::default(), None).is_none());
    }
}
