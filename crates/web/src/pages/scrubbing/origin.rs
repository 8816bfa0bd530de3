//! The settings that rules come from: their words, and where they stand on the settings page.

use watchfire_scrub::RuleOrigin;

use crate::address;

/// The setting, in words that end a sentence.
pub(in crate::pages) fn words(origin: RuleOrigin) -> &'static str {
    match origin {
        RuleOrigin::Default => "the default scrubbers",
        RuleOrigin::SensitiveFields => "the additional sensitive fields",
        RuleOrigin::IpAddresses => "the setting for IP addresses",
        RuleOrigin::Organization => "the organisation's advanced rules",
        RuleOrigin::Project => "the project's advanced rules",
        RuleOrigin::Secrets => "the secrets catalogue",
        RuleOrigin::Improved => "the improved mode",
    }
}

/// Where the setting is changed.
pub(in crate::pages) fn href(origin: RuleOrigin, slug: &str) -> String {
    let (page, anchor) = match origin {
        RuleOrigin::Organization => (address::scrubbing_of_organization(slug), "rules"),
        RuleOrigin::Default => (address::scrubbing(slug), "defaults"),
        RuleOrigin::SensitiveFields => (address::scrubbing(slug), "sensitive-fields"),
        RuleOrigin::IpAddresses => (address::scrubbing(slug), "ip-addresses"),
        RuleOrigin::Project => (address::scrubbing(slug), "rules"),
        RuleOrigin::Secrets => (address::scrubbing(slug), "secrets"),
        RuleOrigin::Improved => (address::scrubbing(slug), "mode"),
    };
    format!("{page}#{anchor}")
}

/// What the id of a rule tells by itself; `None` when it tells nothing, as with steps of the SDK.
pub(in crate::pages) fn of_id(rule: &str) -> Option<RuleOrigin> {
    match rule {
        "strip-fields" | "strip-fields:assigned" | "strip-fields:path" => {
            Some(RuleOrigin::SensitiveFields)
        }
        "@ip:replace" | "@anything:remove" => Some(RuleOrigin::IpAddresses),
        _ if rule.starts_with("@secret.") => Some(RuleOrigin::Secrets),
        _ if rule.starts_with('@') => Some(RuleOrigin::Default),
        _ if rule.starts_with("organization:") => Some(RuleOrigin::Organization),
        _ if rule.starts_with("project:") => Some(RuleOrigin::Project),
        _ => None,
    }
}

/// The name of a rule's place among the rules in force: `rule-password-filter`.
pub(in crate::pages) fn anchor(rule: &str) -> String {
    let word = |letter: char| {
        if letter.is_ascii_alphanumeric() {
            letter.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let name: String = rule.chars().map(word).collect();
    format!("rule-{}", name.trim_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_anchor_is_a_plain_word() {
        assert_eq!(anchor("@password:filter"), "rule-password-filter");
        assert_eq!(anchor("project:Order ids"), "rule-project-order-ids");
    }

    #[test]
    fn ids_tell_where_rules_come_from() {
        assert_eq!(of_id("@secret.jwt"), Some(RuleOrigin::Secrets));
        for rule in ["strip-fields", "strip-fields:assigned", "strip-fields:path"] {
            assert_eq!(of_id(rule), Some(RuleOrigin::SensitiveFields), "{rule}");
        }
        assert_eq!(of_id("own"), None);
    }
}
