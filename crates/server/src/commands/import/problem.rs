//! What went wrong with one issue while the others went on.

/// An issue, or a line of a file, that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// The id at its source; where it has none, the place in the file, such as `line 7`.
    pub(super) id: String,
    /// Why, as a sentence.
    pub(super) reason: String,
}

impl Problem {
    /// A problem with an issue.
    pub(super) fn new(id: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            reason: reason.into(),
        }
    }
}
