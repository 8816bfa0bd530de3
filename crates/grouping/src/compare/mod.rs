//! What separates or joins two events.

use serde::Serialize;

use crate::{Component, Explanation, Hash};

mod align;
mod difference;
mod rows;
mod words;

/// Rows of a comparison; further components are compared but not listed.
const ROWS_MAX: usize = 2_000;

/// Two explanations side by side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Whether the events share a hash, so that they share an issue if nobody merged or unmerged.
    pub shares_hash: bool,
    /// One sentence that names the component that separates or joins them, without a full stop:
    /// `Different function in the frame nearest to the crash: checkout / pay`.
    pub sentence: String,
    /// The variants of both, by name.
    pub variants: Vec<VariantPair>,
    /// The components of the variants that the sentence speaks of, in order; at most 2,000 and
    /// the one that decides.
    pub rows: Vec<ComparedPart>,
}

/// One variant of two events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VariantPair {
    /// Its name, for example `app`.
    pub name: &'static str,
    /// The left event's hash, if the variant contributes to it.
    pub left: Option<Hash>,
    /// The right event's hash.
    pub right: Option<Hash>,
    /// Whether both contribute and are equal.
    pub is_same: bool,
}

/// One component of two events; `None` where an event has no such component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComparedPart {
    /// What it is, for example `exception/stacktrace/frame/function`.
    pub path: String,
    /// The left event's.
    pub left: Option<PartText>,
    /// The right event's.
    pub right: Option<PartText>,
    /// Whether both say the same, or neither counts.
    pub is_same: bool,
    /// Whether it is the component that the sentence names.
    pub decides: bool,
}

/// A text of one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartText {
    /// The text, normalised.
    pub text: String,
    /// Whether it counts.
    pub contributes: bool,
    /// Why it does not count, or how it was changed.
    pub hint: Option<String>,
}

/// Compares the explanations of two events.
///
/// What is compared are the variants that share a hash, or else those that give the events their
/// primary hashes.
#[must_use]
pub fn compare<'e>(left: &Explanation<'e>, right: &Explanation<'e>) -> Comparison {
    let shared = left.hashes.iter().find(|hash| right.hashes.contains(hash));
    let tree = |side: &'_ Explanation<'e>, hash: Option<&Hash>| {
        let mut variants = side.variants.values();
        let found = variants.find(|variant| variant.own_hash.as_ref() == hash);
        found.map(|variant| variant.components.clone())
    };
    let (left_tree, right_tree) = (
        tree(left, shared.or(left.hashes.first())),
        tree(right, shared.or(right.hashes.first())),
    );
    let mut parts = Vec::new();
    if let (Some(left), Some(right)) = (&left_tree, &right_tree) {
        rows::pair(left, right, &mut parts);
    }
    let (sentence, deciding) = match (&left_tree, &right_tree) {
        (Some(tree), _) if shared.is_some() => difference::joined(tree, &parts),
        (Some(left), Some(right)) => difference::separated(left, right, &parts),
        _ => ("Nothing is known of one of the events".to_owned(), None),
    };
    Comparison {
        shares_hash: shared.is_some(),
        sentence,
        variants: variants(left, right),
        rows: listed(&parts, deciding),
    }
}

fn variants(left: &Explanation<'_>, right: &Explanation<'_>) -> Vec<VariantPair> {
    let mut names: Vec<_> = left.variants.keys().chain(right.variants.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let hash = |side: &Explanation<'_>, name| side.variants.get(name)?.own_hash;
    let pair = |name: &'static str| {
        let (left, right) = (hash(left, name), hash(right, name));
        VariantPair {
            name,
            left,
            right,
            is_same: left.is_some() && left == right,
        }
    };
    names.into_iter().map(|name| pair(name)).collect()
}

fn listed(parts: &[rows::Part<'_, '_>], deciding: Option<usize>) -> Vec<ComparedPart> {
    let text = |side: Option<&Component<'_>>, contributes| {
        side.map(|component| PartText {
            text: rows::text(component).to_owned(),
            contributes,
            hint: component.hint.as_ref().map(ToString::to_string),
        })
    };
    let places = parts.iter().enumerate();
    let kept = places.filter(|(place, _)| *place < ROWS_MAX || deciding == Some(*place));
    kept.map(|(place, part)| ComparedPart {
        path: part.path.join("/"),
        left: text(part.left, part.counts_left),
        right: text(part.right, part.counts_right),
        is_same: part.is_same(),
        decides: deciding == Some(place),
    })
    .collect()
}

#[cfg(test)]
mod tests;
