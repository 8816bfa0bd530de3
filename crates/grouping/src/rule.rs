//! Rules as people write them: kinds, texts, and what is wrong with a line.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Characters of one text of rules that are read; a longer text is cut at the last whole line
/// and reported.
pub const RULE_TEXT_CHARS_MAX: usize = 65_536;

/// Rules of one text that are compiled; further lines are left out and reported.
pub const RULES_MAX: usize = 2_000;

/// What a rule works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleKind {
    /// Gives matching events a fingerprint and perhaps a title.
    Fingerprint,
    /// Says of matching frames whether they are the application's and whether they count.
    StackTrace,
    /// Names text of messages that differs from event to event.
    Variable,
}

/// A text that names no kind of rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown kind of rule {0:?}")]
pub struct UnknownRuleKind(String);

impl RuleKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Fingerprint, Self::StackTrace, Self::Variable];

    /// Its name: `fingerprint`, `stack_trace` or `variable`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fingerprint => "fingerprint",
            Self::StackTrace => "stack_trace",
            Self::Variable => "variable",
        }
    }
}

impl fmt::Display for RuleKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for RuleKind {
    type Err = UnknownRuleKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text)
            .ok_or_else(|| UnknownRuleKind(text.to_owned()))
    }
}

/// A text of rules, one per line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleText {
    /// What the rules work on.
    pub kind: RuleKind,
    /// Where it stands, as explanations print it: `project rules`, `organization rules`,
    /// `rule 12`.
    pub origin: String,
    /// The lines.
    pub text: String,
}

/// A line that is no rule. It is left out; the other lines work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleProblem {
    /// The kind of rule that was expected.
    pub kind: RuleKind,
    /// The text that the line stands in; empty if it was checked alone.
    pub origin: String,
    /// The line's number, from 1.
    pub line: usize,
    /// The line as written, at most 200 characters of it.
    pub text: String,
    /// What is wrong, in one sentence without a full stop.
    pub reason: String,
}

/// The line of a rule, where an explanation says which rule did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleSource {
    /// The text that the line stands in: [`RuleText::origin`], or `default rules`.
    pub origin: String,
    /// The line's number, from 1.
    pub line: usize,
    /// The line as written.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_survives_its_name() {
        for kind in RuleKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            let json = serde_json::to_string(&kind).unwrap();
            assert_eq!(json, format!("\"{kind}\""));
        }
        assert!("other".parse::<RuleKind>().is_err());
    }
}
