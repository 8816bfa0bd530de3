use std::collections::BTreeMap;

use watchfire_event::{Event, PathItem};

use super::Policy;
use crate::config::{PiiConfig, Redaction};
use crate::rules::{self, Collected};
use crate::secrets;
use crate::selector::Selector;
use crate::visit::{Descend, place_of, visit};

/// One rule that runs over the events of a project, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectiveRule {
    /// The id, as remarks carry it.
    pub id: String,
    /// Where it applies, as a selector.
    pub selector: String,
    /// What it looks for, in words.
    pub what: String,
    /// What becomes of it, in words.
    pub method: String,
    /// Which setting it comes from.
    pub origin: RuleOrigin,
    /// Whether the safe fields keep it away.
    pub guarded_by_safe_fields: bool,
}

/// Which setting a rule comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleOrigin {
    /// *Use Default Scrubbers*.
    Default,
    /// *Additional Sensitive Fields*.
    SensitiveFields,
    /// *Prevent Storing of IP Addresses*.
    IpAddresses,
    /// The organisation's advanced rules.
    Organization,
    /// The project's advanced rules.
    Project,
    /// The secrets catalogue.
    Secrets,
    /// What mode *improved* adds.
    Improved,
}

/// The rules of a policy: advanced ones first, then those of the settings, each group in the order
/// in which it runs, then the secrets catalogue as one.
#[must_use]
pub fn effective(policy: &Policy) -> Vec<EffectiveRule> {
    placed(policy)
        .into_iter()
        .map(|placed| placed.rule)
        .chain(catalogue(policy))
        .collect()
}

/// Which rule of a policy made a remark.
///
/// Takes the scrubbed event, the path of the value as in `_meta`, and the id that the remark
/// carries. The answer is the first rule with that id whose selector matches there; `None` when
/// none does, as after a change of the rules.
#[must_use]
pub fn blame(
    policy: &Policy,
    event: &Event<'_>,
    path: &[PathItem<'_>],
    rule: &str,
) -> Option<EffectiveRule> {
    if let Some(kind) = rule.strip_prefix("@secret.") {
        let known = secrets::kinds().iter().find(|known| known.id == kind)?;
        return catalogue(policy).map(|all| EffectiveRule {
            id: rule.to_owned(),
            what: format!("{} ({})", known.what, known.provider),
            ..all
        });
    }
    let candidates = placed(policy)
        .into_iter()
        .filter(|placed| placed.rule.id == rule);
    let mut candidates: Vec<_> = candidates.collect();
    let mut found = None;
    visit(&event.body, policy.mode, &mut |node, _| {
        let place = place_of(node);
        if !path.starts_with(&place) {
            return Descend::No;
        }
        if place.len() == path.len() {
            found = candidates
                .iter()
                .position(|placed| placed.selector.matches(node));
        }
        Descend::Yes
    });
    found.map(|index| candidates.swap_remove(index).rule)
}

struct Placed {
    selector: Selector,
    rule: EffectiveRule,
}

fn placed(policy: &Policy) -> Vec<Placed> {
    let mut all = Vec::new();
    for (selector, ids) in &policy.config.applications {
        let count = policy
            .of_organization
            .get(selector)
            .copied()
            .unwrap_or_default();
        let (organization, project) = ids.split_at_checked(count).unwrap_or((ids, &[]));
        let halves = [
            (RuleOrigin::Organization, organization),
            (RuleOrigin::Project, project),
        ];
        for (origin, ids) in halves {
            let from = Source {
                config: &policy.config,
                selector,
                origin,
                is_guarded: false,
            };
            all.extend(from.rules(policy, ids));
        }
    }
    let settings = policy.settings.to_config(policy.mode);
    // As they run: by selector, then by the id of the rule.
    let mut uses = BTreeMap::new();
    for used in policy.settings.uses(policy.mode) {
        uses.insert((used.selector.clone(), used.rule.clone()), used);
    }
    for used in uses.values() {
        let from = Source {
            config: &settings,
            selector: &used.selector,
            origin: used.origin,
            is_guarded: used.is_guarded,
        };
        all.extend(from.rules(policy, std::slice::from_ref(&used.rule)));
    }
    all
}

/// Where rules come from.
struct Source<'s> {
    config: &'s PiiConfig,
    selector: &'s Selector,
    origin: RuleOrigin,
    is_guarded: bool,
}

impl Source<'_> {
    fn rules(&self, policy: &Policy, ids: &[String]) -> Vec<Placed> {
        let collected = rules::collect(self.config, ids, policy.mode()).into_iter();
        collected.map(|rule| self.placed(&rule)).collect()
    }

    fn placed(&self, rule: &Collected) -> Placed {
        Placed {
            selector: self.selector.clone(),
            rule: EffectiveRule {
                id: rule.origin.clone(),
                selector: self.selector.to_string(),
                what: rules::label(&rule.kind),
                method: method(&rule.redaction),
                origin: self.origin,
                guarded_by_safe_fields: self.is_guarded,
            },
        }
    }
}

/// What becomes of a match, in words.
fn method(redaction: &Redaction) -> String {
    match redaction {
        Redaction::Default | Redaction::Remove => "removed".to_owned(),
        Redaction::Replace { text } if text.is_empty() => "replaced by nothing".to_owned(),
        Redaction::Replace { text } => format!("replaced by {text}"),
        Redaction::Mask => "masked with *".to_owned(),
        Redaction::Hash => "replaced by its hash".to_owned(),
        Redaction::Other => "removed without a remark".to_owned(),
    }
}

/// The secrets catalogue as one rule.
fn catalogue(policy: &Policy) -> Option<EffectiveRule> {
    policy.finds_secrets().then(|| EffectiveRule {
        id: "@secret".to_owned(),
        selector: "every text".to_owned(),
        what: format!(
            "{} kinds of tokens, keys and passwords",
            secrets::kinds().len()
        ),
        method: "replaced by [secret:<kind>]".to_owned(),
        origin: RuleOrigin::Secrets,
        guarded_by_safe_fields: true,
    })
}
