//! The groups that the page sorts outcomes into.

use watchfire_store::outcome::Outcome;

use super::reason::NOT_KEPT;

/// A group of outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Stored.
    Accepted,
    /// Arrived correctly, of a kind that is not kept yet.
    NotKept,
    /// Left out by a filter or rule.
    Filtered,
    /// Over a limit.
    RateLimited,
    /// Could not be used.
    Invalid,
    /// Never sent by the SDK.
    Discarded,
}

impl Kind {
    /// The groups that came in, from the ground of a bar up.
    pub(crate) const DRAWN: [Self; 5] = [
        Self::Accepted,
        Self::NotKept,
        Self::Filtered,
        Self::RateLimited,
        Self::Invalid,
    ];

    /// The group of an outcome with its reason.
    pub(crate) fn of(outcome: Outcome, reason: &str) -> Self {
        match outcome {
            Outcome::Accepted => Self::Accepted,
            Outcome::Invalid if reason == NOT_KEPT => Self::NotKept,
            Outcome::Filtered => Self::Filtered,
            Outcome::RateLimited => Self::RateLimited,
            Outcome::Invalid => Self::Invalid,
            Outcome::ClientDiscard => Self::Discarded,
        }
    }

    /// The outcome that it is part of.
    pub(crate) fn outcome(self) -> Outcome {
        match self {
            Self::Accepted => Outcome::Accepted,
            Self::Filtered => Outcome::Filtered,
            Self::RateLimited => Outcome::RateLimited,
            Self::NotKept | Self::Invalid => Outcome::Invalid,
            Self::Discarded => Outcome::ClientDiscard,
        }
    }

    /// Its place among those that are drawn.
    pub(crate) fn place(self) -> Option<usize> {
        Self::DRAWN.into_iter().position(|kind| kind == self)
    }

    /// The end of a style class.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::NotKept => "not-kept",
            Self::Filtered => "filtered",
            Self::RateLimited => "limited",
            Self::Invalid => "invalid",
            Self::Discarded => "discarded",
        }
    }

    /// Its name for people.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Accepted => "Accepted",
            Self::NotKept => "Arrives, not kept yet",
            Self::Filtered => "Filtered",
            Self::RateLimited => "Rate limited",
            Self::Invalid => "Invalid",
            Self::Discarded => "Dropped by SDKs",
        }
    }

    /// What the name means.
    pub(crate) fn hint(self) -> &'static str {
        match self {
            Self::Accepted => "Stored.",
            Self::NotKept => {
                "Arrives correctly, is counted and answered; Watchfire does not keep this kind yet."
            }
            Self::Filtered => "Left out by the project's filters.",
            Self::RateLimited => "Refused because a limit was reached; SDKs were told to wait.",
            Self::Invalid => "Could not be used: unreadable, too large, or stored already.",
            Self::Discarded => "Never left the application. SDKs report how many, not what.",
        }
    }
}
