//! The rules in force, in words.

use std::collections::BTreeSet;

use serde::Serialize;
use watchfire_scrub::{EffectiveRule, Kind, Policy, RuleOrigin, effective, kinds};

use super::{origin, words};
use crate::pages::issue::view::budget::{counted, first_chars};

/// Characters of a selector that are shown without unfolding.
const SELECTOR_CHARS_MAX: usize = 90;

/// The rules that come from one setting.
#[derive(Debug, Serialize)]
pub(super) struct GroupView {
    heading: &'static str,
    /// Where the setting is.
    href: String,
    /// How many there are.
    words: String,
    /// Whether they are folded away at first.
    is_folded: bool,
    rules: Vec<RuleView>,
}

/// One rule in force.
#[derive(Debug, Serialize)]
struct RuleView {
    /// Its place on the page; nothing where the rule stands there already.
    anchor: Option<String>,
    id: String,
    what: String,
    method: String,
    selector: String,
    /// The begin of a selector that is long.
    short_selector: Option<String>,
    is_guarded: bool,
}

/// The order of the groups: that in which people look for them.
const ORDER: [RuleOrigin; 7] = [
    RuleOrigin::Project,
    RuleOrigin::Organization,
    RuleOrigin::SensitiveFields,
    RuleOrigin::IpAddresses,
    RuleOrigin::Default,
    RuleOrigin::Improved,
    RuleOrigin::Secrets,
];

/// The rules of a policy, for the project of this slug.
pub(super) fn groups(policy: &Policy, slug: &str) -> Vec<GroupView> {
    let rules = effective(policy);
    let mut seen = BTreeSet::new();
    ORDER
        .into_iter()
        .filter_map(|from| {
            let mut here: Vec<RuleView> = Vec::new();
            for rule in rules.iter().filter(|rule| rule.origin == from) {
                if from == RuleOrigin::Secrets {
                    here.extend(secrets(rule));
                } else {
                    here.push(RuleView::of(rule, seen.insert(rule.id.clone())));
                }
            }
            let noun = match from {
                RuleOrigin::Secrets => "kind",
                _ => "rule",
            };
            (!here.is_empty()).then(|| GroupView {
                heading: heading(from),
                href: origin::href(from, slug),
                words: counted(here.len(), noun),
                is_folded: from == RuleOrigin::Secrets,
                rules: here,
            })
        })
        .collect()
}

impl RuleView {
    fn of(rule: &EffectiveRule, is_first: bool) -> Self {
        let cut = first_chars(&rule.selector, SELECTOR_CHARS_MAX);
        Self {
            anchor: is_first.then(|| origin::anchor(&rule.id)),
            id: rule.id.clone(),
            what: rule.what.clone(),
            method: rule.method.clone(),
            short_selector: (cut.len() < rule.selector.len()).then(|| format!("{cut}…")),
            selector: rule.selector.clone(),
            is_guarded: rule.guarded_by_safe_fields,
        }
    }
}

/// The kinds of the secrets catalogue one by one, as remarks name them.
fn secrets(rule: &EffectiveRule) -> impl Iterator<Item = RuleView> {
    let of_kind = |kind: &Kind| {
        let id = format!("@secret.{}", kind.id);
        let one = EffectiveRule {
            what: words::what(&id),
            method: format!("replaced by [secret:{}]", kind.id),
            id,
            ..rule.clone()
        };
        RuleView::of(&one, true)
    };
    kinds().iter().map(of_kind)
}

fn heading(from: RuleOrigin) -> &'static str {
    match from {
        RuleOrigin::Default => "Default scrubbers",
        RuleOrigin::SensitiveFields => "Additional sensitive fields",
        RuleOrigin::IpAddresses => "No IP addresses",
        RuleOrigin::Organization => "Advanced rules of the organisation",
        RuleOrigin::Project => "Advanced rules of the project",
        RuleOrigin::Secrets => "Secrets catalogue",
        RuleOrigin::Improved => "Improved mode",
    }
}
