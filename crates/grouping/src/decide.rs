//! Which variants an event has and which of them give it a hash.

use std::sync::Arc;

use crate::component::Content;
use crate::context::Context;
use crate::fingerprint::{Entry, Fingerprint};
use crate::strategy::{DEFAULT, STRATEGIES, Strategy};
use crate::{Component, Hash, SentryHash, Version};

/// Longer checksums never were hashes of their own (reference/GROUPING.md section 1).
const RAW_CHECKSUM_BYTES_MAX: usize = 32;

/// The component that holds the entries of a fingerprint.
pub(crate) const FINGERPRINT: &str = "fingerprint";

/// How much of an event is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Only what decides the hashes.
    Hashes,
    /// Also what would count if something else did not.
    Everything,
}

/// One variant before it is hashed.
pub(crate) struct Candidate<'e> {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) component: Component<'e>,
}

impl Candidate<'_> {
    /// Our hash of it, if it contributes.
    pub(crate) fn hash(&self) -> Option<Hash> {
        self.component
            .contributes
            .then(|| Hash::of(&self.component))
    }

    /// Sentry's hash of it, if it contributes; `None` also for the text that takes the place of a
    /// hash in old versions.
    pub(crate) fn sentry_hash(&self) -> Option<SentryHash> {
        if !self.component.contributes {
            return None;
        }
        match &self.component.content {
            Content::Text(checksum) if self.name == "checksum" => checksum.parse().ok(),
            _ => Some(SentryHash::of(&self.component)),
        }
    }

    /// Sentry's hash of it as Sentry prints it.
    pub(crate) fn sentry_text(&self) -> Option<String> {
        match &self.component.content {
            Content::Text(checksum) if self.name == "checksum" => Some(checksum.to_string()),
            _ => self.sentry_hash().map(|hash| hash.to_string()),
        }
    }
}

/// All variants of an event, those that contribute in the order of their hashes: `system` last
/// (reference/GROUPING.md section 1). At least one contributes.
pub(crate) fn decide<'e>(context: &Context<'e>, depth: Depth) -> Vec<Candidate<'e>> {
    if let Some(checksum) = context.text("checksum") {
        return by_checksum(checksum, context.compiled.version);
    }
    let mut candidates = match Fingerprint::read(context) {
        Fingerprint::Default => by_strategies(context, depth),
        Fingerprint::Hybrid(entries) => {
            let mut candidates = by_strategies(context, depth);
            for candidate in &mut candidates {
                salt(candidate, &entries);
            }
            candidates
        }
        Fingerprint::Custom(entries) => {
            by_fingerprint(context, depth, "custom-fingerprint", &entries)
        }
        Fingerprint::BuiltIn(entries) => {
            by_fingerprint(context, depth, "built-in-fingerprint", &entries)
        }
    };
    if !candidates
        .iter()
        .any(|candidate| candidate.component.contributes)
    {
        let mut component = Component::node("fallback", Vec::new());
        component.contributes = true;
        candidates.push(Candidate {
            name: "fallback",
            kind: "fallback",
            component,
        });
    }
    candidates
}

/// Our hashes of the variants that contribute, without repetitions.
pub(crate) fn hashes(candidates: &[Candidate<'_>]) -> Vec<Hash> {
    let mut hashes = Vec::with_capacity(2);
    for hash in candidates.iter().filter_map(Candidate::hash) {
        if !hashes.contains(&hash) {
            hashes.push(hash);
        }
    }
    hashes
}

/// Sentry's hashes of the variants that contribute, as far as they are hashes.
pub(crate) fn sentry_hashes(candidates: &[Candidate<'_>]) -> Vec<SentryHash> {
    let mut hashes = Vec::with_capacity(2);
    for candidate in candidates {
        if let Some(hash) = candidate.sentry_hash()
            && !hashes.contains(&hash)
        {
            hashes.push(hash);
        }
    }
    hashes
}

/// Whether a client's checksum is taken as Sentry's hash as it is.
fn is_md5(checksum: &str) -> bool {
    let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    checksum.len() == 32 && checksum.bytes().all(is_digit)
}

/// Nothing else counts for an event with a checksum.
fn by_checksum(checksum: &str, version: Version) -> Vec<Candidate<'_>> {
    let candidate = |name| Candidate {
        name,
        kind: "checksum",
        component: Component::leaf("checksum", checksum),
    };
    if is_md5(checksum) {
        return vec![candidate("checksum")];
    }
    match version {
        Version::Newstyle2023 if checksum.len() <= RAW_CHECKSUM_BYTES_MAX => {
            vec![candidate("hashed-checksum"), candidate("checksum")]
        }
        Version::Newstyle2023 | Version::Newstyle2026 => vec![candidate("hashed-checksum")],
    }
}

fn by_fingerprint<'e>(
    context: &Context<'e>,
    depth: Depth,
    name: &'static str,
    entries: &[Entry<'e>],
) -> Vec<Candidate<'e>> {
    let leaves = entries.iter().map(|entry| entry.component(None));
    let custom = Candidate {
        name,
        kind: name,
        component: Component::node(FINGERPRINT, leaves.collect()),
    };
    let mut candidates = vec![custom];
    if depth == Depth::Everything {
        let mut others = by_strategies(context, depth);
        for other in &mut others {
            other
                .component
                .switch_off("custom fingerprint takes precedence");
        }
        candidates.extend(others);
    }
    candidates
}

/// Replaces a variant's tree by the client's entries, of which some stand for the tree.
fn salt<'e>(candidate: &mut Candidate<'e>, entries: &[Entry<'e>]) {
    candidate.kind = "salted-component";
    let base = &candidate.component;
    let parts = entries.iter().map(|entry| entry.component(Some(base)));
    let mut salted = Component::node(FINGERPRINT, parts.collect());
    salted.contributes = base.contributes;
    salted.hint.clone_from(&base.hint);
    candidate.component = salted;
}

/// Runs the strategies; the first that contributes switches the later ones off.
fn by_strategies<'e>(context: &Context<'e>, depth: Depth) -> Vec<Candidate<'e>> {
    let mut candidates: Vec<Candidate<'e>> = Vec::new();
    let mut precedence: Option<String> = None;
    for strategy in &STRATEGIES {
        let mut components = (strategy.run)(context);
        match &precedence {
            Some(hint) => {
                for (_, component) in components.iter_mut().filter(|found| found.1.contributes) {
                    component.switch_off(hint.clone());
                }
            }
            None => precedence = hint_of_winner(strategy, &components),
        }
        for (name, component) in components {
            add(&mut candidates, name, component);
        }
        if depth == Depth::Hashes && precedence.is_some() {
            break;
        }
    }
    for candidate in &mut candidates {
        if let (false, Some(hint)) = (candidate.component.contributes, &precedence) {
            candidate.component.switch_off(hint.clone());
        }
    }
    candidates
}

/// Why later strategies do not count, if this one does.
fn hint_of_winner(strategy: &Strategy, components: &[(&str, Component<'_>)]) -> Option<String> {
    let contributing = components.iter().filter(|found| found.1.contributes);
    let names: Vec<_> = contributing.map(|found| found.0).collect();
    match names.as_slice() {
        [] => None,
        [name] if *name == DEFAULT => {
            Some(format!("{} {} precedence", strategy.name, strategy.takes))
        }
        names => Some(format!(
            "{} of {} {} precedence",
            strategy.name,
            names.join("/"),
            strategy.takes
        )),
    }
}

/// Adds a strategy's component to the variant of that name.
fn add<'e>(candidates: &mut Vec<Candidate<'e>>, name: &'static str, component: Component<'e>) {
    match candidates.iter_mut().find(|found| found.name == name) {
        Some(candidate) => {
            candidate.component.contributes |= component.contributes;
            if let Content::Parts(parts) = &mut candidate.component.content {
                Arc::make_mut(parts).push(component);
            }
        }
        None => candidates.push(Candidate {
            name,
            kind: "component",
            component: Component::node(name, vec![component]),
        }),
    }
}
