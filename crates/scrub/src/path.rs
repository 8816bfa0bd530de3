use crate::plan::Above;
use crate::schema::Pii;
use crate::selector::Types;

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
}

/// A value on the way from the root to where the walk is. The nodes live on the stack of the
/// walk, so that a path costs no allocation until something is found at its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node<'p> {
    pub(crate) parent: Option<&'p Node<'p>>,
    pub(crate) step: Step<'p>,
    pub(crate) depth: usize,
    pub(crate) pii: Pii,
    pub(crate) types: Types,
    /// What the path above decides.
    pub(crate) above: Above,
}

impl<'p> Node<'p> {
    pub(crate) fn root() -> Self {
        Self {
            parent: None,
            step: Step::Root,
            depth: 0,
            pii: Pii::False,
            types: Types::NONE,
            above: Above::default(),
        }
    }

    /// The key that rules and selectors see; `None` in a list.
    pub(crate) fn key(&self) -> Option<&'p str> {
        match self.step {
            Step::Key(key) => Some(key),
            Step::Pair { key, .. } => key,
            Step::Root | Step::Index(_) => None,
        }
    }

    /// The place in a list that selectors see.
    pub(crate) fn index(&self) -> Option<usize> {
        match self.step {
            Step::Index(index) | Step::Pair { key: None, index } => Some(index),
            Step::Root | Step::Key(_) | Step::Pair { .. } => None,
        }
    }

    /// This node and its ancestors upwards, without the root.
    pub(crate) fn upwards(&'p self) -> impl Iterator<Item = &'p Node<'p>> {
        std::iter::successors(Some(self), |node| node.parent).filter(|node| node.depth > 0)
    }
}
