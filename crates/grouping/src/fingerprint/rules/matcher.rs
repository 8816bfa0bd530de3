//! What one matcher of a rule asks for, as `!path:"**/vendor/**"` does.

use crate::glob::{Glob, GlobError, GlobKind};

/// The kinds of things in an event that matchers look at. Matchers of one kind must all hold for
/// one and the same thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Item {
    Family,
    Sdk,
    Release,
    LogInfo,
    Tags,
    Thread,
    Message,
    Exception,
    Frame,
}

/// What a matcher compares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Family,
    Sdk,
    Release,
    Logger,
    Level,
    Tag(Box<str>),
    ThreadId,
    ThreadName,
    ThreadState,
    ThreadCrashed,
    ThreadCurrent,
    Message,
    Type,
    Value,
    Module,
    Path,
    Package,
    Function,
    App,
}

impl Key {
    /// The key of this name, of which some have a long and a short one.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "family" => Self::Family,
            "sdk" => Self::Sdk,
            "release" => Self::Release,
            "logger" => Self::Logger,
            "level" => Self::Level,
            "thread.id" => Self::ThreadId,
            "thread.name" => Self::ThreadName,
            "thread.state" => Self::ThreadState,
            "thread.crashed" => Self::ThreadCrashed,
            "thread.current" => Self::ThreadCurrent,
            "message" => Self::Message,
            "type" | "error.type" => Self::Type,
            "value" | "error.value" => Self::Value,
            "module" | "stack.module" => Self::Module,
            "path" | "stack.abs_path" => Self::Path,
            "package" | "stack.package" => Self::Package,
            "function" | "stack.function" => Self::Function,
            "app" => Self::App,
            _ => Self::Tag(name.strip_prefix("tags.")?.into()),
        })
    }

    pub(super) fn item(&self) -> Item {
        match self {
            Self::Family => Item::Family,
            Self::Sdk => Item::Sdk,
            Self::Release => Item::Release,
            Self::Logger | Self::Level => Item::LogInfo,
            Self::Tag(_) => Item::Tags,
            Self::ThreadId
            | Self::ThreadName
            | Self::ThreadState
            | Self::ThreadCrashed
            | Self::ThreadCurrent => Item::Thread,
            Self::Message => Item::Message,
            Self::Type | Self::Value => Item::Exception,
            Self::Module | Self::Path | Self::Package | Self::Function | Self::App => Item::Frame,
        }
    }
}

/// How an argument is compared.
#[derive(Clone, Debug)]
enum Test {
    Text(Glob),
    Path(Glob),
    OneOf(Box<[Box<str>]>),
    /// `None` for an argument that is neither yes nor no, which nothing is equal to.
    Flag(Option<bool>),
}

/// A matcher of a rule.
#[derive(Clone, Debug)]
pub(super) struct Matcher {
    pub(super) key: Key,
    is_negated: bool,
    test: Test,
}

impl Matcher {
    pub(super) fn new(key: Key, is_negated: bool, argument: &str) -> Result<Self, GlobError> {
        let text = |kind| Glob::new(argument, kind).map(Test::Text);
        let test = match &key {
            Key::Family | Key::Sdk => Test::OneOf(argument.split(',').map(Into::into).collect()),
            Key::App | Key::ThreadCrashed | Key::ThreadCurrent => Test::Flag(flag(argument)),
            Key::Path | Key::Package | Key::Release => {
                Test::Path(Glob::new(argument, GlobKind::Path)?)
            }
            Key::Message
            | Key::Value
            | Key::Level
            | Key::ThreadId
            | Key::ThreadName
            | Key::ThreadState => text(GlobKind::AnyCase)?,
            Key::Type | Key::Logger | Key::Tag(_) | Key::Module | Key::Function => {
                text(GlobKind::Text)?
            }
        };
        Ok(Self {
            key,
            is_negated,
            test,
        })
    }

    /// Whether it holds for a thing that has these texts in the matcher's place; one that matches
    /// is enough. Without any it holds only if it is negated.
    pub(super) fn holds<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> bool {
        let is_match = |text: &str| match &self.test {
            Test::Text(glob) => glob.matches(text),
            Test::Path(glob) => glob.matches_path(text),
            Test::OneOf(names) => names.iter().any(|name| **name == *text || **name == *"all"),
            Test::Flag(_) => false,
        };
        texts.into_iter().any(is_match) != self.is_negated
    }

    /// Whether it holds for a thing that is, or is not, what the matcher asks.
    pub(super) fn holds_flag(&self, is: Option<bool>) -> bool {
        let is_match =
            matches!(&self.test, Test::Flag(wanted) if wanted.is_some() && *wanted == is);
        is_match != self.is_negated
    }
}

fn flag(argument: &str) -> Option<bool> {
    match argument.to_ascii_lowercase().as_str() {
        "1" | "yes" | "true" => Some(true),
        "0" | "no" | "false" => Some(false),
        _ => None,
    }
}
