use crate::selector::{Item, ItemKind, SelectorItem, Type};

/// One item of a path condition. Unlike a selector's item it may name many keys, so that the
/// hundred paths of a list of cookie names become a few conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ConditionItem {
    Type(Type),
    Index(usize),
    /// One of these keys, in lower case.
    Keys(Vec<String>),
    Wildcard,
    DeepWildcard,
}

impl From<&SelectorItem> for ConditionItem {
    fn from(item: &SelectorItem) -> Self {
        match item {
            SelectorItem::Type(kind) => Self::Type(*kind),
            SelectorItem::Index(index) => Self::Index(*index),
            SelectorItem::Key(key) => Self::Keys(vec![key.to_lowercase()]),
            SelectorItem::Wildcard => Self::Wildcard,
            SelectorItem::DeepWildcard => Self::DeepWildcard,
        }
    }
}

impl Item for ConditionItem {
    fn kind(&self) -> ItemKind<'_> {
        match self {
            Self::Type(kind) => ItemKind::Type(*kind),
            Self::Index(index) => ItemKind::Index(*index),
            Self::Keys(keys) => ItemKind::Keys(keys),
            Self::Wildcard => ItemKind::Wildcard,
            Self::DeepWildcard => ItemKind::DeepWildcard,
        }
    }
}

/// Adds `path` to `known`, if the two differ in the keys of one item at most.
pub(super) fn absorb(known: &mut [ConditionItem], path: &[ConditionItem]) -> bool {
    if known.len() != path.len() {
        return false;
    }
    let mut differing = known
        .iter_mut()
        .zip(path)
        .filter(|(left, right)| left != right);
    let first = differing.next();
    if differing.next().is_some() {
        return false;
    }
    match first {
        None => true,
        Some((ConditionItem::Keys(keys), ConditionItem::Keys(more))) => {
            keys.extend(more.iter().cloned());
            true
        }
        Some(_) => false,
    }
}
