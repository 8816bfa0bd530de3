//! The explanation of a fingerprint.

use std::collections::BTreeMap;

use serde::Serialize;
use watchfire_event::Event;

use crate::compiled::Compiled;
use crate::context::Context;
use crate::culprit::culprit;
use crate::decide::{Candidate, Depth, FINGERPRINT, decide, hashes};
use crate::title::title;
use crate::{Hash, RuleProblem, RuleSource, Variant, Version};

/// Everything that led to a fingerprint: the output of `watchfire explain grouping`.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation<'e> {
    /// The version of the algorithm.
    #[serde(skip)]
    pub version: Version,
    /// Our hashes, the primary one first.
    pub hashes: Vec<Hash>,
    /// What Sentry's configuration of that version computes, the primary one first.
    pub sentry_hashes: Vec<String>,
    /// See [`crate::Grouping::title`].
    pub title: String,
    /// See [`crate::Grouping::culprit`].
    pub culprit: String,
    /// All variants by name, also those that do not contribute.
    pub variants: BTreeMap<&'static str, Variant<'e>>,
    /// The lines of the project's rules that were left out.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub problems: &'e [RuleProblem],
}

/// Explains the fingerprint of an event; the hashes, title and culprit are those of
/// [`crate::Grouper::describe`].
pub(crate) fn explain<'e>(
    event: &'e Event<'_>,
    compiled: &'e Compiled,
    problems: &'e [RuleProblem],
) -> Explanation<'e> {
    let context = Context::new(event, compiled);
    let candidates = decide(&context, Depth::Everything);
    let hashes = hashes(&candidates);
    let mut sentry_hashes: Vec<String> = Vec::new();
    for hash in candidates.iter().filter_map(Candidate::sentry_text) {
        if !sentry_hashes.contains(&hash) {
            sentry_hashes.push(hash);
        }
    }
    let rule = context.rule().map(|rule| &rule.source);
    let variants = candidates.into_iter();
    Explanation {
        version: compiled.version,
        hashes,
        sentry_hashes,
        title: title(&context).0,
        culprit: culprit(&context),
        variants: variants.map(|it| (it.name, variant(it, rule))).collect(),
        problems,
    }
}

fn variant<'e>(candidate: Candidate<'e>, rule: Option<&'e RuleSource>) -> Variant<'e> {
    let is_by_rule = candidate.component.id == FINGERPRINT;
    Variant {
        contributes: candidate.component.contributes,
        hash: candidate.sentry_text(),
        own_hash: candidate.hash(),
        hint: candidate.component.hint.clone(),
        rule: rule.filter(|_| is_by_rule),
        kind: candidate.kind,
        components: candidate.component,
    }
}
