use super::condition::ConditionItem;
use crate::path::Node;
use crate::selector::{Selector, path_matches};

/// A selector ready to be asked about single values.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    All(Vec<Place>),
    Any(Vec<Place>),
    Not(Box<Place>),
    Path(Vec<ConditionItem>),
}

impl Place {
    /// The places that a selector names.
    pub(crate) fn new(selector: &Selector) -> Self {
        let each = |parts: &[Selector]| parts.iter().map(Self::new).collect();
        match selector {
            Selector::And(parts) => Self::All(each(parts)),
            Selector::Or(parts) => Self::Any(each(parts)),
            Selector::Not(part) => Self::Not(Box::new(Self::new(part))),
            Selector::Path(items) => Self::Path(items.iter().map(ConditionItem::from).collect()),
        }
    }

    /// Whether this is the place of a value.
    pub(crate) fn matches(&self, node: &Node<'_>) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.matches(node)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(node)),
            Self::Not(part) => !part.matches(node),
            Self::Path(items) => path_matches(items, node),
        }
    }
}
