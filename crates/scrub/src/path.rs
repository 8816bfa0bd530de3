use std::cell::Cell;

use crate::plan::Below;
use crate::schema::Pii;
use crate::selector::Types;
use crate::text::{Look, Seen};

/// How a node hangs below its parent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'p> {
    /// The event itself.
    Root,
    /// Under a key of an object.
    Key(&'p str),
    /// At a place in a list.
    Index(usize),
    /// The value of the pair at a place in a list of pairs; selectors see the pair's key
    /// (reference/SCRUBBING.md section 6.5).
    Pair { key: Option<&'p str>, index: usize },
    /// At a place in a list that says what the value is called; only rules see the name.
    Named { key: &'p str, index: usize },
}

impl<'p> Step<'p> {
    /// The key that selectors see.
    pub(crate) fn key(&self) -> Option<&'p str> {
        match *self {
            Self::Key(key) => Some(key),
            Self::Pair { key, .. } => key,
            Self::Root | Self::Index(_) | Self::Named { .. } => None,
        }
    }

    /// The key that rules see.
    pub(crate) fn rule_key(&self) -> Option<&'p str> {
        match *self {
            Self::Named { key, .. } => Some(key),
            _ => self.key(),
        }
    }
}

/// A value on the way from the root to where the walk is. The nodes live on the stack of the
/// walk, so that a path costs no allocation until something is found at its end.
#[derive(Clone, Debug)]
pub(crate) struct Node<'p> {
    pub(crate) parent: Option<&'p Node<'p>>,
    pub(crate) step: Step<'p>,
    pub(crate) depth: usize,
    pub(crate) pii: Pii,
    pub(crate) types: Types,
    /// What the path to here decides for the values below, once somebody asked.
    pub(crate) below: Cell<Option<Below>>,
    /// What one look at the key that rules see found, once somebody asked …
    key: Cell<Option<Seen>>,
    /// … and one look at the value, where it is a text of which somebody told.
    text: Cell<Option<Seen>>,
}

impl<'p> Node<'p> {
    pub(crate) fn root() -> Self {
        Self {
            parent: None,
            step: Step::Root,
            depth: 0,
            pii: Pii::False,
            types: Types::NONE,
            below: Cell::new(None),
            key: Cell::new(None),
            text: Cell::new(None),
        }
    }

    /// The value that hangs below this one by `step`.
    pub(crate) fn child<'c>(&'c self, step: Step<'c>, pii: Pii, types: Types) -> Node<'c> {
        Node {
            parent: Some(self),
            step,
            depth: self.depth + 1,
            pii,
            types,
            below: Cell::new(None),
            key: Cell::new(None),
            text: Cell::new(None),
        }
    }

    /// The key that selectors see; `None` in a list.
    pub(crate) fn key(&self) -> Option<&'p str> {
        self.step.key()
    }

    /// The key that rules see.
    pub(crate) fn rule_key(&self) -> Option<&'p str> {
        self.step.rule_key()
    }

    /// The same place with another flag and other types, for another value.
    pub(crate) fn with(&self, pii: Pii, types: Types) -> Self {
        Self {
            pii,
            types,
            below: Cell::new(None),
            text: Cell::new(None),
            ..self.clone()
        }
    }

    /// A look at the key that rules see; none in a list.
    pub(crate) fn key_look(&self) -> Option<Look<'p>> {
        let text = self.rule_key()?;
        let seen = self.key.get().unwrap_or_else(|| Seen::of(text.as_bytes()));
        self.key.set(Some(seen));
        Some(Look { text, seen })
    }

    /// A look at the text that stands here.
    pub(crate) fn look<'t>(&self, text: &'t str) -> Look<'t> {
        let seen = self.text.get().unwrap_or_else(|| Seen::of(text.as_bytes()));
        Look { text, seen }
    }

    /// This node, of which looks are known.
    pub(crate) fn seen(self, key: Option<Seen>, text: Option<Seen>) -> Self {
        self.key.set(key);
        self.text.set(text);
        self
    }

    /// The place in a list that selectors see.
    pub(crate) fn index(&self) -> Option<usize> {
        match self.step {
            Step::Index(index) | Step::Named { index, .. } | Step::Pair { key: None, index } => {
                Some(index)
            }
            Step::Root | Step::Key(_) | Step::Pair { .. } => None,
        }
    }

    /// This node and its ancestors upwards, without the root.
    pub(crate) fn upwards(&'p self) -> impl Iterator<Item = &'p Node<'p>> {
        std::iter::successors(Some(self), |node| node.parent).filter(|node| node.depth > 0)
    }
}
