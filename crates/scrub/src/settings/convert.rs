use super::Settings;
use super::places::{self, FEEDBACK_RULES, REPLACE_ONLY_RULES};
use crate::config::{Mode, PiiConfig, Redaction, RuleKind, RuleSpec};
use crate::policy::RuleOrigin;
use crate::selector::Selector;

/// The rules made of the sensitive fields: for keys and texts, for paths, and for what stands
/// behind a name in a text.
const STRIP_FIELDS: &str = "strip-fields";
const STRIP_PATHS: &str = "strip-fields:path";
const STRIP_ASSIGNED: &str = "strip-fields:assigned";

/// What mode *improved* replaces in texts.
const TEXT_RULES: [&str; 8] = [
    "@bearer:replace",
    "@creditcard:replace",
    "@email:replace",
    "@iban:replace",
    "@password:assigned",
    "@pemkey:filter",
    "@urlauth:legacy",
    "@usssn:replace",
];

/// One rule that a setting applies somewhere.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    pub(crate) selector: Selector,
    pub(crate) rule: String,
    pub(crate) origin: RuleOrigin,
    /// Whether the safe fields keep it away.
    pub(crate) is_guarded: bool,
}

impl Settings {
    /// The rules that the settings stand for (reference/SCRUBBING.md section 1).
    pub(crate) fn to_config(&self, mode: Mode) -> PiiConfig {
        let mut config = PiiConfig {
            rules: self.custom_rules(mode).into_iter().collect(),
            ..PiiConfig::default()
        };
        for used in self.uses(mode) {
            let rules = config.applications.entry(used.selector).or_default();
            rules.push(used.rule);
        }
        config
    }

    /// The rules for the message of feedback, which Relay does not touch: card numbers and tokens
    /// that people type must not be stored either. Names and addresses stay, as they are to be
    /// answered.
    pub(crate) fn to_feedback_config(&self) -> PiiConfig {
        let mut config = PiiConfig::default();
        if self.scrub_data && self.scrub_defaults {
            let rules = FEEDBACK_RULES.map(str::to_owned).to_vec();
            config
                .applications
                .insert(places::feedback_message(), rules);
        }
        config
    }

    /// What the settings apply where, and why.
    pub(crate) fn uses(&self, mode: Mode) -> Vec<Use> {
        let mut uses = Uses::new(self.safe(mode));
        let (defaults, fields) = (RuleOrigin::Default, RuleOrigin::SensitiveFields);
        if self.scrub_data && self.scrub_defaults {
            uses.guarded(places::main(), &["@common:filter"], defaults);
            uses.plain(places::session_cookies(), &["@anything:filter"], defaults);
            uses.plain(places::cookie_header(), &["@cookies:filter"], defaults);
            uses.plain(places::replace_only(), &REPLACE_ONLY_RULES, defaults);
        }
        if self.scrub_ip_addresses {
            uses.guarded(places::main(), &["@ip:replace"], RuleOrigin::IpAddresses);
            uses.plain(
                places::known_ip(),
                &["@anything:remove"],
                RuleOrigin::IpAddresses,
            );
        }
        if self.scrub_data && self.sensitive_pattern(mode).is_some() {
            uses.guarded(places::main(), &[STRIP_FIELDS], fields);
        }
        if mode == Mode::Improved {
            self.improve(&mut uses);
        }
        uses.list
    }

    /// What mode *improved* applies besides.
    fn improve(&self, uses: &mut Uses) {
        let (added, fields) = (RuleOrigin::Improved, RuleOrigin::SensitiveFields);
        if self.scrub_data && self.scrub_defaults {
            uses.guarded(places::texts(), &TEXT_RULES, added);
            uses.guarded(places::any_cookie(), &["@cookies:named"], added);
            uses.guarded(places::cookie_headers(), &["@cookies:filter"], added);
        }
        if self.scrub_ip_addresses {
            uses.guarded(
                places::address_texts(),
                &["@ip:replace"],
                RuleOrigin::IpAddresses,
            );
            uses.plain(
                places::geo(),
                &["@anything:remove"],
                RuleOrigin::IpAddresses,
            );
        }
        if self.scrub_data && self.assigned_pattern().is_some() {
            uses.guarded(places::texts(), &[STRIP_ASSIGNED], fields);
        }
        if self.scrub_data {
            for path in self.sensitive_paths() {
                uses.guarded(path, &[STRIP_PATHS], fields);
            }
        }
    }

    /// The rules made of the sensitive fields.
    pub(crate) fn custom_rules(&self, mode: Mode) -> Vec<(String, RuleSpec)> {
        let filter = |id: &str, kind| {
            let redaction = Redaction::filter();
            (id.to_owned(), RuleSpec { kind, redaction })
        };
        let mut rules = Vec::new();
        rules.extend(
            self.sensitive_pattern(mode)
                .map(|key_pattern| filter(STRIP_FIELDS, RuleKind::RedactPair { key_pattern })),
        );
        if mode == Mode::Improved {
            rules.push(filter(STRIP_PATHS, RuleKind::Anything));
            rules.extend(
                self.assigned_pattern().map(|names| {
                    filter(STRIP_ASSIGNED, RuleKind::Assignment { names: Some(names) })
                }),
            );
        }
        rules
    }
}

struct Uses {
    safe: Vec<Selector>,
    list: Vec<Use>,
}

impl Uses {
    fn new(safe: Vec<Selector>) -> Self {
        Self {
            safe,
            list: Vec::new(),
        }
    }

    /// Rules that the safe fields keep away.
    fn guarded(&mut self, selector: Selector, rules: &[&str], origin: RuleOrigin) {
        let mut parts = match selector {
            Selector::And(parts) => parts,
            other => vec![other],
        };
        let safe = self.safe.iter().cloned();
        parts.extend(safe.map(|part| Selector::Not(Box::new(part))));
        let selector = match parts.pop() {
            Some(only) if parts.is_empty() => only,
            last => {
                parts.extend(last);
                Selector::And(parts)
            }
        };
        self.add(&selector, rules, origin, true);
    }

    fn plain(&mut self, selector: Selector, rules: &[&str], origin: RuleOrigin) {
        self.add(&selector, rules, origin, false);
    }

    fn add(&mut self, selector: &Selector, rules: &[&str], origin: RuleOrigin, is_guarded: bool) {
        self.list.extend(rules.iter().map(|rule| Use {
            selector: selector.clone(),
            rule: (*rule).to_owned(),
            origin,
            is_guarded,
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_applications_run_in_the_order_of_their_selectors() {
        let all_on = Settings {
            scrub_ip_addresses: true,
            sensitive_fields: vec!["a.b".to_owned(), " ".to_owned()],
            exclude_fields: vec!["x".to_owned(), "a b".to_owned()],
            ..Settings::default()
        };
        let config = all_on.to_config(Mode::Compatible);
        let rules: Vec<_> = config
            .applications
            .values()
            .map(|rules| rules.join(" "))
            .collect();
        assert_eq!(
            rules,
            [
                "@common:filter @ip:replace strip-fields",
                "@anything:remove",
                "@email:replace @creditcard:replace @iban:replace @usssn:replace @bearer:replace",
                "@anything:filter",
                "@cookies:filter",
            ]
        );
        let main = config.applications.keys().next().unwrap();
        assert!(main.to_string().ends_with("&& !x && !'a b'"), "{main}");
    }

    #[test]
    fn nothing_is_applied_when_scrubbing_is_off() {
        let off = Settings {
            scrub_defaults: true,
            sensitive_fields: vec!["a".to_owned()],
            ..Settings::off()
        };
        assert!(off.to_config(Mode::Improved).applications.is_empty());
        assert!(
            Settings::off()
                .to_config(Mode::Improved)
                .applications
                .is_empty()
        );
    }
}
