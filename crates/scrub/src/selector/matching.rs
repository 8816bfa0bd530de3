use watchfire_event::Event;

use super::{Selector, Type};
use crate::config::Mode;
use crate::path::Node;
use crate::plan::Place;
use crate::schema::Pii;
use crate::visit::{Descend, visit};

impl Selector {
    /// Whether the selector names the value at `node`.
    pub(crate) fn matches(&self, node: &Node<'_>) -> bool {
        node.pii != Pii::False && Place::new(self).matches(node)
    }

    /// Whether the selector names a value of an event, one that was removed included.
    #[must_use]
    pub fn occurs_in(&self, event: &Event<'_>) -> bool {
        let place = Place::new(self);
        let mut occurs = false;
        visit(&event.body, Mode::Improved, &mut |node, _| {
            occurs = occurs || node.pii != Pii::False && place.matches(node);
            if occurs { Descend::No } else { Descend::Yes }
        });
        occurs
    }
}

/// An item of a path that nodes can be tested against.
pub(crate) trait Item {
    /// The item as the rules of section 4.3 distinguish them.
    fn kind(&self) -> ItemKind<'_>;
}

/// What an item demands of a node.
pub(crate) enum ItemKind<'i> {
    Type(Type),
    Index(usize),
    /// One of these keys, in lower case.
    Keys(&'i [String]),
    Wildcard,
    DeepWildcard,
}

/// Whether a path selector matches the end of the path to `node`
/// (reference/SCRUBBING.md section 4.3).
pub(crate) fn path_matches<I: Item>(items: &[I], node: &Node<'_>) -> bool {
    if node.pii == Pii::False || items.len() > node.depth {
        return false;
    }
    let mut states = node.upwards();
    for (index, item) in items.iter().enumerate().rev() {
        let Some(state) = states.next() else {
            return false;
        };
        if matches!(item.kind(), ItemKind::DeepWildcard) {
            let left = items.get(..index).unwrap_or_default();
            return node.pii == Pii::True && above_matches(left, state.parent);
        }
        if !item_matches(item, node.pii, index, state) {
            return false;
        }
    }
    true
}

/// Whether what stands left of `**` is found in the path that ends at `bottom`: from the root
/// down, the first node that matches the first item must be followed by matches of all others. The
/// root counts, which only `*` matches.
pub(crate) fn above_matches<I: Item>(left: &[I], bottom: Option<&Node<'_>>) -> bool {
    let Some((first, others)) = left.split_first() else {
        return true;
    };
    let Some(bottom) = bottom else {
        return false;
    };
    // Only paths of rare selectors get here, and they are short: walking up repeatedly is fine.
    let at_depth = |depth: usize| {
        std::iter::successors(Some(bottom), |node| node.parent).find(|node| node.depth == depth)
    };
    let start = (0..=bottom.depth)
        .find(|depth| at_depth(*depth).is_some_and(|node| item_matches(first, Pii::True, 0, node)));
    let Some(start) = start else {
        return false;
    };
    others.iter().enumerate().all(|(offset, item)| {
        at_depth(start + offset + 1)
            .is_some_and(|node| item_matches(item, Pii::True, offset + 1, node))
    })
}

/// Whether one item matches one node, for a value with the flag `pii` at the end of the path;
/// `place` is the item's place in its selector.
pub(crate) fn item_matches<I: Item>(item: &I, pii: Pii, place: usize, node: &Node<'_>) -> bool {
    match (item.kind(), pii) {
        (_, Pii::False) | (ItemKind::DeepWildcard, Pii::Maybe) => false,
        (ItemKind::Wildcard, _) | (ItemKind::DeepWildcard, Pii::True) => true,
        (ItemKind::Type(kind), Pii::True) => node.types.contains(kind),
        (ItemKind::Type(kind), Pii::Maybe) => {
            !kind.is_basic() && place == 0 && node.types.contains(kind)
        }
        (ItemKind::Index(index), _) => node.index() == Some(index),
        (ItemKind::Keys(keys), _) => node
            .key()
            .is_some_and(|key| keys.iter().any(|lower| same_key(lower, key))),
    }
}

/// Whether `key` in lower case is `lower`.
pub(crate) fn same_key(lower: &str, key: &str) -> bool {
    if key.is_ascii() {
        return lower.eq_ignore_ascii_case(key);
    }
    key.to_lowercase() == lower
}
