use std::fmt;

use serde::{Deserialize, Serialize};

/// How bad an event is, from harmless to deadly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// For developers.
    Debug,
    /// For the record.
    Info,
    /// Something looks wrong.
    Warning,
    /// Something went wrong. The default of events.
    Error,
    /// The process died of it.
    Fatal,
}

impl Level {
    /// The level's number in Python's and Sentry's scale: 10, 20, 30, 40 or 50.
    #[must_use]
    pub fn number(self) -> i16 {
        match self {
            Self::Debug => 10,
            Self::Info => 20,
            Self::Warning => 30,
            Self::Error => 40,
            Self::Fatal => 50,
        }
    }

    /// The level of such a number; `None` for any other number.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        match number {
            10 => Some(Self::Debug),
            20 => Some(Self::Info),
            30 => Some(Self::Warning),
            40 => Some(Self::Error),
            50 => Some(Self::Fatal),
            _ => None,
        }
    }

    /// Reads the names that SDKs send, with the aliases `log` and `critical`
    /// (reference/PROTOCOL.md section 8.0). Any other name gives `None`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "debug" => Some(Self::Debug),
            "info" | "log" => Some(Self::Info),
            "warning" => Some(Self::Warning),
            "error" => Some(Self::Error),
            "fatal" | "critical" => Some(Self::Fatal),
            _ => None,
        }
    }

    /// The level's name in lower case.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
            Self::Fatal => "fatal",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
