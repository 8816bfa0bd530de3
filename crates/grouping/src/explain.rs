//! The explanation of a fingerprint.

use std::collections::BTreeMap;

use serde::Serialize;
use watchfire_event::Event;

use crate::component::Content;
use crate::context::Context;
use crate::culprit::culprit;
use crate::decide::{Candidate, Depth, decide, hashes, is_md5};
use crate::hash::sentry_hash;
use crate::title::title;
use crate::{Hash, Variant};

/// Everything that led to a fingerprint: the output of `watchfire explain grouping`.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation<'e> {
    /// Our hashes, the primary one first.
    pub hashes: Vec<Hash>,
    /// What Sentry's configuration `newstyle:2026-01-20` computes, the primary one first.
    pub sentry_hashes: Vec<String>,
    /// See [`crate::Grouping::title`].
    pub title: String,
    /// See [`crate::Grouping::culprit`].
    pub culprit: String,
    /// All variants by name, also those that do not contribute.
    pub variants: BTreeMap<&'static str, Variant<'e>>,
}

/// Explains the fingerprint of an event; the hashes, title and culprit are those of
/// [`crate::group`].
#[must_use]
pub fn explain<'e>(event: &'e Event<'_>) -> Explanation<'e> {
    let context = Context::new(event);
    let candidates = decide(&context, Depth::Everything);
    let hashes = hashes(&candidates);
    let mut sentry_hashes: Vec<String> = Vec::new();
    let mut variants = BTreeMap::new();
    for candidate in candidates {
        let name = candidate.name;
        let variant = variant(candidate);
        if let Some(hash) = variant
            .hash
            .as_ref()
            .filter(|hash| !sentry_hashes.contains(hash))
        {
            sentry_hashes.push(hash.clone());
        }
        variants.insert(name, variant);
    }
    Explanation {
        hashes,
        sentry_hashes,
        title: title(&context).0,
        culprit: culprit(&context),
        variants,
    }
}

fn variant(candidate: Candidate<'_>) -> Variant<'_> {
    let component = candidate.component;
    Variant {
        contributes: component.contributes,
        hash: component.contributes.then(|| match &component.content {
            Content::Text(checksum) if is_md5(checksum) => checksum.to_string(),
            _ => sentry_hash(component.values()),
        }),
        hint: component.hint.clone(),
        kind: candidate.kind,
        components: component,
    }
}
