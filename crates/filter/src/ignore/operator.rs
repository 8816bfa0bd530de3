use serde::{Serialize, Serializer};

/// How a test compares a field with its value. In JSON and TOML the name in brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// The same text in any case; of an address also: in this network (`is`).
    Is,
    /// Not the same; the opposite of `is`, so a field without value passes (`is_not`).
    IsNot,
    /// Contains the text in any case (`contains`).
    Contains,
    /// Starts with the text in any case (`starts_with`).
    StartsWith,
    /// Ends with the text in any case (`ends_with`).
    EndsWith,
    /// The whole text matches a glob in any case: `*`, `?`, `[a-z]`, `{a,b}` (`wildcard`).
    Wildcard,
    /// Part of the text matches a regular expression, in this case unless it says `(?i)` (`regex`).
    Regex,
    /// `is` for one of several values (`one_of`).
    OneOf,
    /// Whether the field has a value (`exists`).
    Exists,
    /// Less than (`<`).
    Less,
    /// Less than or equal to (`<=`).
    AtMost,
    /// More than (`>`).
    More,
    /// More than or equal to (`>=`).
    AtLeast,
    /// A version in a range such as `>=1.2, <2` or `^1.4` (`in_range`).
    InRange,
}

impl Operator {
    /// All of them, in the order in which people should see them.
    pub const ALL: [Self; 14] = [
        Self::Is,
        Self::IsNot,
        Self::Contains,
        Self::StartsWith,
        Self::EndsWith,
        Self::Wildcard,
        Self::Regex,
        Self::OneOf,
        Self::Exists,
        Self::Less,
        Self::AtMost,
        Self::More,
        Self::AtLeast,
        Self::InRange,
    ];

    /// Its name in JSON and TOML.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::IsNot => "is_not",
            Self::Contains => "contains",
            Self::StartsWith => "starts_with",
            Self::EndsWith => "ends_with",
            Self::Wildcard => "wildcard",
            Self::Regex => "regex",
            Self::OneOf => "one_of",
            Self::Exists => "exists",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
            Self::InRange => "in_range",
        }
    }

    /// Its name for people: `starts with`, `matches wildcard`.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::IsNot => "is not",
            Self::Contains => "contains",
            Self::StartsWith => "starts with",
            Self::EndsWith => "ends with",
            Self::Wildcard => "matches wildcard",
            Self::Regex => "matches regular expression",
            Self::OneOf => "is one of",
            Self::Exists => "exists",
            Self::Less => "is less than",
            Self::AtMost => "is at most",
            Self::More => "is more than",
            Self::AtLeast => "is at least",
            Self::InRange => "is in the version range",
        }
    }

    /// The operator of such a name in JSON and TOML.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|op| op.name() == name)
    }
}

impl Serialize for Operator {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}
