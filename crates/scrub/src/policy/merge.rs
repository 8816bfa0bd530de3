use std::collections::BTreeMap;

use crate::config::{PiiConfig, RuleKind, RuleSpec};
use crate::selector::Selector;

/// Joins the configurations of an organisation and a project. Their custom rules keep apart by a
/// prefix to their ids; applications to the same selector run the organisation's rules first.
pub(super) fn configs(organization: &PiiConfig, project: &PiiConfig) -> PiiConfig {
    let mut merged = PiiConfig::default();
    for (prefix, config) in [("organization:", organization), ("project:", project)] {
        let renamed = |id: &str| {
            if config.rules.contains_key(id) {
                format!("{prefix}{id}")
            } else {
                id.to_owned()
            }
        };
        for (id, rule) in &config.rules {
            merged.rules.insert(renamed(id), rename(rule, &renamed));
        }
        let applications: &BTreeMap<Selector, Vec<String>> = &config.applications;
        for (selector, ids) in applications {
            let known = merged.applications.entry(selector.clone()).or_default();
            known.extend(ids.iter().map(|id| renamed(id)));
        }
    }
    merged
}

fn rename(rule: &RuleSpec, renamed: &impl Fn(&str) -> String) -> RuleSpec {
    let mut rule = rule.clone();
    match &mut rule.kind {
        RuleKind::Multiple { rules, .. } => {
            for id in rules {
                *id = renamed(id);
            }
        }
        RuleKind::Alias { rule, .. } => *rule = renamed(rule),
        _ => {}
    }
    rule
}
