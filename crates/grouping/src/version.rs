//! The versions of the algorithm that a project can pin.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A version of the grouping algorithm; later ones are greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// What Sentry's configuration `newstyle:2023-01-11` does.
    Newstyle2023,
    /// What Sentry's configuration `newstyle:2026-01-20` does.
    #[default]
    Newstyle2026,
}

/// A text that names no version of the algorithm.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown grouping version {0:?}")]
pub struct UnknownVersion(String);

impl Version {
    /// What new projects get.
    pub const LATEST: Self = Self::Newstyle2026;

    /// All versions, the oldest first.
    pub const ALL: [Self; 2] = [Self::Newstyle2023, Self::Newstyle2026];

    /// Its name, which is that of Sentry's configuration.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Newstyle2023 => "newstyle:2023-01-11",
            Self::Newstyle2026 => "newstyle:2026-01-20",
        }
    }

    /// The version of this name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|version| version.id() == id)
    }

    /// What it does differently from the version before it, a sentence each
    /// (reference/GROUPING.md sections 1, 4, 7, 8 and 9).
    #[must_use]
    pub fn changes(self) -> &'static [&'static str] {
        match self {
            Self::Newstyle2023 => &[],
            Self::Newstyle2026 => &[
                "The frames of the application decide first; all frames are the second hash.",
                "The type of an exception that an SDK made up never counts.",
                "Messages hide more of what differs from event to event: trace identifiers, Git \
                 commits, hexadecimal numbers without 0x.",
                "The default stack-trace rules hold for every platform, and helper frames no \
                 longer count as frames of the application.",
                "Unknown variables in a fingerprint are named as such instead of being kept as \
                 they are written.",
            ],
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

impl FromStr for Version {
    type Err = UnknownVersion;

    fn from_str(id: &str) -> Result<Self, Self::Err> {
        Self::from_id(id).ok_or_else(|| UnknownVersion(id.to_owned()))
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        id.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_survives_its_name() {
        for version in Version::ALL {
            assert_eq!(Version::from_id(version.id()), Some(version));
            let text = serde_json::to_string(&version).unwrap();
            assert_eq!(serde_json::from_str::<Version>(&text).unwrap(), version);
        }
        assert_eq!(Version::from_id("newstyle:2019-05-08"), None);
        assert!(serde_json::from_str::<Version>("\"x\"").is_err());
    }

    #[test]
    fn the_latest_version_is_the_last_and_says_what_it_changes() {
        assert_eq!(Version::ALL.last(), Some(&Version::LATEST));
        assert!(!Version::LATEST.changes().is_empty());
    }
}
