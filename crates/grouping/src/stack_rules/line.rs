//! What a line of stack-trace rules says.

use crate::glob::{Glob, GlobKind};

/// A rule: matchers that must all hold, and what is done then.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) matchers: Vec<Matcher>,
    pub(super) actions: Vec<Action>,
}

/// Something that must hold.
#[derive(Debug)]
pub(super) struct Matcher {
    /// The frame it looks at, seen from the one that the actions are for.
    pub(super) place: Place,
    /// Whether the test must fail.
    pub(super) is_negated: bool,
    pub(super) test: Test,
}

/// A frame, seen from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The frame that called it, one further out.
    Caller,
    /// The frame itself.
    Own,
    /// The frame that it called, one nearer to the crash.
    Callee,
}

/// A test of a frame or of the exception whose stack trace it is in.
#[derive(Debug)]
pub(super) enum Test {
    /// The family of its platform is one of these.
    Family(Families),
    /// Whether it is the application's.
    InApp(bool),
    /// What earlier rules sorted it into.
    Category(Glob),
    /// One of its texts.
    Text(Field, Glob),
    /// A text of the exception.
    Error(ErrorField, Glob),
}

/// A set of [`crate::platform::Family`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Families {
    pub(super) native: bool,
    pub(super) javascript: bool,
    pub(super) other: bool,
}

/// A text of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Function,
    Module,
    Package,
    Path,
}

impl Field {
    pub(super) const ALL: [Self; 4] = [Self::Function, Self::Module, Self::Package, Self::Path];

    /// How its patterns are matched: in paths case and the kind of slashes do not matter, and
    /// single stars stop at slashes.
    pub(super) fn kind(self) -> GlobKind {
        match self {
            Self::Function | Self::Module => GlobKind::Text,
            Self::Package | Self::Path => GlobKind::Path,
        }
    }
}

/// A text of an exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ErrorField {
    Kind,
    Value,
    Mechanism,
}

/// What is done to frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Sets a flag of one or several frames.
    Flag(FlagAction),
    /// Sorts the frame into this category.
    Category(String),
    /// At most so many frames of the stack trace count; 0 for all.
    MaxFrames(usize),
    /// The stack trace counts only if so many frames do; 0 for any.
    MinFrames(usize),
}

/// Sets a flag of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FlagAction {
    pub(super) flag: Flag,
    pub(super) value: bool,
    pub(super) range: Range,
}

/// A flag of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flag {
    /// Whether it is the application's.
    InApp,
    /// Whether it counts for the fingerprint.
    Group,
}

/// The frames that an action is for, seen from the one that matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// That frame.
    This,
    /// All frames nearer to the crash: `^`.
    Up,
    /// All frames further out: `v`.
    Down,
}
