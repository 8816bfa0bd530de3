use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

number_id! {
    /// An organisation, as numbered by the database.
    OrganizationId
}
number_id! {
    /// A project, as numbered by the database; the last part of a DSN.
    ProjectId
}
number_id! {
    /// An issue, as numbered by the database.
    IssueId
}
number_id! {
    /// A user account, as numbered by the database.
    UserId
}

/// The id that the SDK gave an event: 128 bits, written as 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId(pub Uuid);

/// A text that is not an event id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an event id has 32 hexadecimal digits")]
pub struct ParseEventIdError;

impl EventId {
    /// A fresh random id (UUID version 4).
    #[must_use]
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }

    /// The sixteen bytes of the id, as stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// The id of these sixteen bytes; `None` when there are not sixteen.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        Uuid::from_slice(bytes).ok().map(Self)
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_simple().fmt(formatter)
    }
}

impl FromStr for EventId {
    type Err = ParseEventIdError;

    /// Reads 32 hexadecimal digits of any case, or the 36-character form with dashes
    /// (reference/PROTOCOL.md section 4).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if !matches!(text.len(), 32 | 36) {
            return Err(ParseEventIdError);
        }
        Uuid::try_parse(text).map(Self).or(Err(ParseEventIdError))
    }
}

impl Serialize for EventId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
