//! Selectors: which values a rule applies to (reference/SCRUBBING.md section 4).

mod matching;
mod parse;
mod print;
mod types;

pub use parse::SelectorError;
pub use types::Type;

pub(crate) use matching::{Item, ItemKind, above_matches, item_matches, path_matches};
pub(crate) use types::Types;

/// A boolean expression over paths. The derived order is the order in which the applications of a
/// configuration run (section 4.4).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Selector {
    /// Every part matches.
    And(Vec<Selector>),
    /// At least one part matches.
    Or(Vec<Selector>),
    /// The part does not match.
    Not(Box<Selector>),
    /// The end of the path matches.
    Path(Vec<SelectorItem>),
}

/// One item of a path selector (section 4.1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SelectorItem {
    /// `$type`: a value of this kind.
    Type(Type),
    /// `0`: this place in a list.
    Index(usize),
    /// `key`: this key, in any case of letters.
    Key(String),
    /// `*`: one item of any kind.
    Wildcard,
    /// `**`: one or more items of any kind.
    DeepWildcard,
}
