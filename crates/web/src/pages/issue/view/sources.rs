//! Which setting a rule comes from that changed a value, with the way there.

use watchfire_scrub::{EffectiveRule, RuleOrigin};

use crate::address;
use crate::pages::scrubbing::origin;

/// Rules that safe fields keep away from a value, as far as an id tells: those of the default
/// scrubbers that look at keys and whole texts, and the sensitive fields
/// (reference/SCRUBBING.md section 1).
const GUARDED_TAILS: [&str; 2] = [":filter", ":legacy"];

/// What a page knows of the settings that change values, for the links in its marks.
#[derive(Clone, Debug)]
pub(crate) struct Sources {
    slug: String,
    /// The page of the event, to come back to.
    back: String,
    may_change: bool,
}

/// Where one rule comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    /// The setting, in words; empty when nothing tells.
    pub(crate) setting: &'static str,
    /// The setting on its page.
    pub(crate) setting_href: Option<String>,
    /// The rule among those in force.
    pub(crate) rule_href: Option<String>,
    /// Whether it is known that the rule is not in force at this place any more.
    pub(crate) is_former: bool,
    /// Whether safe fields keep a value from it.
    pub(crate) is_guarded: bool,
}

impl Sources {
    /// What the page `back` of an event of the project of this slug knows; `may_change` says
    /// whether the person may change the project's settings.
    pub(crate) fn new(slug: &str, back: String, may_change: bool) -> Self {
        Self {
            slug: slug.to_owned(),
            back,
            may_change,
        }
    }

    /// Where the rule of an id comes from; `blamed` is the one in force that does this at the
    /// place, if there is one and somebody looked ([`super::notes::Notes::blamed`]).
    pub(crate) fn of(&self, rule: &str, blamed: Option<Option<&EffectiveRule>>) -> Source {
        let Some(Some(blamed)) = blamed else {
            let known = origin::of_id(rule);
            return Source {
                setting_href: known.map(|origin| origin::href(origin, &self.slug)),
                is_former: blamed.is_some(),
                ..Source::of_id(rule)
            };
        };
        let page = address::scrubbing(&self.slug);
        Source {
            setting: origin::words(blamed.origin),
            setting_href: Some(origin::href(blamed.origin, &self.slug)),
            rule_href: Some(format!("{page}#{}", origin::anchor(rule))),
            is_former: false,
            is_guarded: blamed.guarded_by_safe_fields,
        }
    }

    /// Where the value at this place can be made safe; nothing for those who may not.
    pub(crate) fn safe_href(&self, place: &str) -> Option<String> {
        let page = address::scrubbing_safe(&self.slug);
        let fields = [("field", place), ("back", &self.back)];
        self.may_change.then(|| address::with_query(&page, &fields))
    }
}

impl Source {
    /// What the id of a rule tells by itself.
    pub(crate) fn of_id(rule: &str) -> Self {
        let known = origin::of_id(rule);
        let is_default = known == Some(RuleOrigin::Default);
        Self {
            setting: known.map_or("", origin::words),
            setting_href: None,
            rule_href: None,
            is_former: false,
            is_guarded: known == Some(RuleOrigin::SensitiveFields)
                || (is_default && GUARDED_TAILS.iter().any(|tail| rule.ends_with(tail))),
        }
    }
}
