//! What is wrong with an entry or an item, and what that comes to.

use std::borrow::Cow;

use super::raw::Broken;
use super::{Bad, Findings};
use crate::outcome::DataCategory;

/// What is wrong with one entry of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flaw {
    /// The reason of the outcome (reference/PROTOCOL.md section 12).
    pub(crate) reason: &'static str,
    /// What is wrong, to follow the entry's name and position: `lacks trace_id`.
    pub(crate) words: Cow<'static, str>,
}

impl Flaw {
    pub(crate) const fn new(reason: &'static str, words: &'static str) -> Self {
        Self {
            reason,
            words: Cow::Borrowed(words),
        }
    }
}

impl From<Broken> for Flaw {
    fn from(broken: Broken) -> Self {
        Self::new(broken.reason(), broken.words())
    }
}

/// What a look at one whole item comes to that counts as one; `name` is what the item is called in
/// messages.
pub(crate) fn judge(category: DataCategory, name: &str, checked: Result<(), Flaw>) -> Findings {
    match checked {
        Ok(()) => Findings {
            good: vec![(category, 1)],
            bad: Vec::new(),
        },
        Err(flaw) => Findings {
            good: Vec::new(),
            bad: vec![Bad {
                category,
                quantity: 1,
                reason: flaw.reason,
                message: format!("the {name} {}", flaw.words).into(),
            }],
        },
    }
}
