use watchfire_event::{Meta, Remark, RemarkKind};

use crate::config::Redaction;
use crate::plan::Needs;
use crate::rules::{Groups, Match, Rule, Target};
use crate::text::{Features, Hints, Look, Passage};

/// What becomes of a value as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stays, perhaps with parts redacted.
    Keep,
    /// It becomes null.
    Delete,
}

/// The key of a value, for rules that look at it.
pub(super) struct Key<'k> {
    look: Look<'k>,
    needs: Needs,
    /// What is known of it, once a rule asked.
    features: Option<Features>,
}

impl<'k> Key<'k> {
    /// The key, which rules with these needs look at; `None` in a list.
    pub(super) fn new(key: Option<Look<'k>>, needs: Needs) -> Self {
        Self {
            look: key.unwrap_or_else(|| Look::at("")),
            needs,
            features: None,
        }
    }

    /// Whether a rule may hit the key.
    pub(super) fn may_hit(&mut self) -> bool {
        self.may_hit_by(self.needs.in_key)
    }

    /// Whether a rule that looks for these hints may hit the key.
    fn may_hit_by(&mut self, hints: Hints) -> bool {
        hints != Hints::NONE && self.features().hints().overlap(hints)
    }

    fn is_hit(&mut self, search: &Match) -> bool {
        if search.target == Target::Value {
            return false;
        }
        let key = self.look.text;
        let features = self.features();
        features.allow(search.hint, key)
            && (features.assure(search.hint, search.spares, key) || search.is_in_key(key))
    }

    fn features(&mut self) -> &mut Features {
        let (look, wanted) = (self.look, self.needs.in_key);
        self.features
            .get_or_insert_with(|| Features::of(look, false, wanted))
    }
}

/// Applies rules that look for the `wanted` to a passage that was `text`, with these features,
/// before anything was hidden.
pub(super) fn apply<'r>(
    rules: impl Iterator<Item = &'r Rule>,
    wanted: Hints,
    key: &mut Key<'_>,
    passage: &mut Passage<'_, '_>,
    (text, mut features): (&str, Features),
) -> Fate {
    for rule in rules {
        if rule.anything && removes(rule) {
            return delete(rule, passage.meta());
        }
        if !features.hints().overlap(rule.in_text) && !key.may_hit_by(rule.in_key) {
            continue;
        }
        for search in &rule.matches {
            let key_hit = key.is_hit(search) && !search.spares_value(text);
            if key_hit && removes(rule) {
                return delete(rule, passage.meta());
            }
            let changed = if key_hit {
                passage.redact_whole(rule)
            } else if search.target != Target::Key && features.allow(search.hint, text) {
                let is_whole = search.groups == Groups::WholeText;
                if is_whole && features.assure(search.hint, search.spares, text) {
                    passage.redact_whole(rule)
                } else {
                    passage.redact(rule, search)
                }
            } else {
                false
            };
            if changed && passage.is_wholly_redacted() {
                features.exhausted();
            } else if changed {
                features.redacted(passage.left(), wanted);
            }
        }
    }
    Fate::Keep
}

/// Applies rules to a value that is not a text.
pub(super) fn apply_without_text<'r>(
    rules: impl Iterator<Item = &'r Rule>,
    key: &mut Key<'_>,
    meta: &mut Meta,
) -> Fate {
    for rule in rules {
        if rule.anything || rule.matches.iter().any(|search| key.is_hit(search)) {
            return delete(rule, meta);
        }
    }
    Fate::Keep
}

fn delete(rule: &Rule, meta: &mut Meta) -> Fate {
    meta.remarks.push(Remark {
        rule: rule.origin.clone(),
        kind: RemarkKind::Removed,
        range: None,
    });
    Fate::Delete
}

/// Whether a rule that hits a value as a whole takes it out.
fn removes(rule: &Rule) -> bool {
    matches!(rule.redaction, Redaction::Default | Redaction::Remove)
}
