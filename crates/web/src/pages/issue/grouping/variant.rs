//! One way of looking at an event, and whether it gave the event a hash.

use serde::Serialize;
use watchfire_grouping::{Explanation, Hash, Variant};
use watchfire_store::issue::IssueHash;

use super::tree::{self, Block};
use super::words;
use crate::pages::issues::asked::events_word;

/// Digits of a hash that are shown.
pub(super) const SHORT_DIGITS: usize = 12;

/// A variant as the page shows it.
#[derive(Debug, Serialize)]
pub(super) struct VariantView {
    /// `The application's own frames`.
    pub(super) name: String,
    /// Sentry's name, `app`.
    pub(super) id: &'static str,
    /// Whether it gives the event a hash.
    pub(super) counts: bool,
    /// Whether it starts unfolded: the one that gives the first hash.
    pub(super) open: bool,
    /// `gives the first hash`, `gives no hash` …
    pub(super) verdict: &'static str,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<String>,
    /// Our hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hash: Option<HashView>,
    /// Sentry's hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sentry_hash: Option<String>,
    /// What was looked at.
    pub(super) blocks: Vec<Block>,
    /// How many blocks are left out, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) left_out: Option<String>,
}

/// A hash as the page shows it.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct HashView {
    /// Its first digits.
    pub(super) short: String,
    /// All of them.
    pub(super) full: String,
    /// What the issue knows of it: `of this issue, with 12 events`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) known: Option<String>,
}

impl HashView {
    /// A hash; `known` are the hashes of the issue.
    pub(super) fn of(hash: Hash, known: &[IssueHash]) -> Self {
        let full = hash.to_string();
        let found = known.iter().find(|one| one.to_string() == full);
        Self {
            short: full.chars().take(SHORT_DIGITS).collect(),
            known: found.map(|one| match one.event_count {
                0 => "belongs to this issue".to_owned(),
                count => format!("belongs to this issue, {} had it first", events_word(count)),
            }),
            full,
        }
    }
}

/// The variants of an event, those that give a hash first; `known` are the hashes of its issue.
pub(super) fn variants(
    explanation: &Explanation<'_>,
    known: &[IssueHash],
    slug: &str,
) -> Vec<VariantView> {
    let mut found: Vec<_> = explanation.variants.iter().collect();
    let place = |variant: &Variant<'_>| {
        let hash = variant.own_hash?;
        explanation.hashes.iter().position(|one| *one == hash)
    };
    found.sort_by_key(|(_, variant)| place(variant).unwrap_or(usize::MAX));
    let view = |(id, variant): (&&'static str, &Variant<'_>)| {
        let (blocks, left_out) = tree::blocks(&variant.components, slug);
        VariantView {
            name: words::capital(&words::variant(id)),
            id,
            counts: variant.contributes,
            open: place(variant) == Some(0),
            verdict: match place(variant) {
                Some(0) => "gives the first hash",
                Some(_) => "gives a further hash",
                None => "gives no hash",
            },
            why: variant
                .hint
                .as_deref()
                .map(|hint| words::sentence(&words::hint(hint)))
                .or_else(|| words::kind(variant.kind).map(str::to_owned)),
            hash: variant.own_hash.map(|hash| HashView::of(hash, known)),
            sentry_hash: variant.hash.as_ref().map(ToString::to_string),
            blocks,
            left_out,
        }
    };
    found.into_iter().map(view).collect()
}
