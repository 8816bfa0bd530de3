use std::borrow::Cow;

use watchfire_event::{Meta, Remark, RemarkKind};

use crate::config::Redaction;
use crate::plan::Needs;
use crate::rules::{Groups, Match, Rule, Target};
use crate::text::{Features, Hints, redact, redact_whole};

/// What becomes of a value as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stays, perhaps with parts redacted.
    Keep,
    /// It becomes null.
    Delete,
}

/// A value while rules are applied to it.
pub(super) struct Subject<'s> {
    key: Option<&'s str>,
    /// What is known of the key, once a rule asked.
    key_features: Option<Features>,
    meta: &'s mut Meta,
}

impl<'s> Subject<'s> {
    /// A value under `key` about which `meta` is noted.
    pub(super) fn new(key: Option<&'s str>, meta: &'s mut Meta) -> Self {
        Self {
            key,
            key_features: None,
            meta,
        }
    }

    /// What is known about the value's text.
    pub(super) fn features(&self, text: &str) -> Features {
        let remarks = &self.meta.remarks;
        Features::of(text, remarks.iter().any(|remark| remark.range.is_some()))
    }

    /// Whether a rule with these needs may hit the key.
    pub(super) fn may_hit_key(&mut self, needs: Needs) -> bool {
        needs.in_key != Hints::NONE && self.key_features().hints().overlap(needs.in_key)
    }

    /// Applies rules to a text with these features.
    pub(super) fn apply<'r>(
        &mut self,
        rules: impl Iterator<Item = &'r Rule>,
        text: &mut Cow<'_, str>,
        mut features: Features,
    ) -> Fate {
        for rule in rules {
            if rule.anything && removes(rule) {
                return self.delete(rule);
            }
            for search in &rule.matches {
                let key_hit = self.key_hit(search);
                if key_hit && removes(rule) {
                    return self.delete(rule);
                }
                let changed = if key_hit {
                    redact_whole(text, self.meta, rule)
                } else if search.target != Target::Key && features.allow(search.hint, text) {
                    if search.groups == Groups::WholeText && features.assure(search.hint, text) {
                        redact_whole(text, self.meta, rule)
                    } else {
                        redact(text, self.meta, rule, search.regex(), &search.groups)
                    }
                } else {
                    false
                };
                if changed {
                    features.set_redacted();
                }
            }
        }
        Fate::Keep
    }

    /// Applies rules to a value that is not a text.
    pub(super) fn apply_without_text<'r>(&mut self, rules: impl Iterator<Item = &'r Rule>) -> Fate {
        for rule in rules {
            if rule.anything || rule.matches.iter().any(|search| self.key_hit(search)) {
                return self.delete(rule);
            }
        }
        Fate::Keep
    }

    fn key_hit(&mut self, search: &Match) -> bool {
        if search.target == Target::Value {
            return false;
        }
        let key = self.key.unwrap_or_default();
        let features = self.key_features();
        features.allow(search.hint, key)
            && (features.assure(search.hint, key) || search.regex().is_match(key))
    }

    fn key_features(&mut self) -> &mut Features {
        let key = self.key.unwrap_or_default();
        self.key_features
            .get_or_insert_with(|| Features::of(key, false))
    }

    fn delete(&mut self, rule: &Rule) -> Fate {
        self.meta.remarks.push(Remark {
            rule: rule.origin.clone(),
            kind: RemarkKind::Removed,
            range: None,
        });
        Fate::Delete
    }
}

/// Whether a rule that hits a value as a whole takes it out.
fn removes(rule: &Rule) -> bool {
    matches!(rule.redaction, Redaction::Default | Redaction::Remove)
}
