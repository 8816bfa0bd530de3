//! Which variants an event has and which of them give it a hash.

use crate::component::Content;
use crate::context::Context;
use crate::fingerprint::{Entry, Fingerprint};
use crate::strategy::STRATEGIES;
use crate::{Component, Hash};

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

/// All variants of an event, those that contribute in the order of their hashes: `system` last
/// (reference/GROUPING.md section 1). At least one contributes.
pub(crate) fn decide<'e>(context: &Context<'e>, depth: Depth) -> Vec<Candidate<'e>> {
    if let Some(checksum) = context.text("checksum") {
        return vec![Candidate {
            name: if is_md5(checksum) {
                "checksum"
            } else {
                "hashed-checksum"
            },
            kind: "checksum",
            component: Component::leaf("checksum", checksum),
        }];
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
        Fingerprint::BuiltIn(entry) => {
            by_fingerprint(context, depth, "built-in-fingerprint", &[entry])
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
    let contributing = candidates
        .iter()
        .filter(|found| found.component.contributes);
    for candidate in contributing {
        let hash = Hash::of(candidate.component.values());
        if !hashes.contains(&hash) {
            hashes.push(hash);
        }
    }
    hashes
}

/// Whether a client's checksum is taken as Sentry's hash as it is.
pub(crate) fn is_md5(checksum: &str) -> bool {
    let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    checksum.len() == 32 && checksum.bytes().all(is_digit)
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
        component: Component::node("fingerprint", leaves.collect()),
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
    let mut salted = Component::node("fingerprint", parts.collect());
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
        if let Some(hint) = &precedence {
            for (_, component) in components.iter_mut().filter(|found| found.1.contributes) {
                component.switch_off(hint.clone());
            }
        } else {
            let winners = components.iter().filter(|found| found.1.contributes);
            let winners: Vec<_> = winners.map(|found| found.0).collect();
            if !winners.is_empty() {
                let (name, winners) = (strategy.name, winners.join("/"));
                precedence = Some(format!("{name} of {winners} {} precedence", strategy.takes));
            }
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

/// Adds a strategy's component to the variant of that name.
fn add<'e>(candidates: &mut Vec<Candidate<'e>>, name: &'static str, component: Component<'e>) {
    match candidates.iter_mut().find(|found| found.name == name) {
        Some(candidate) => {
            candidate.component.contributes |= component.contributes;
            if let Content::Parts(parts) = &mut candidate.component.content {
                parts.push(component);
            }
        }
        None => candidates.push(Candidate {
            name,
            kind: "component",
            component: Component::node(name, vec![component]),
        }),
    }
}
