use serde::{Deserialize, Serialize};
use watchfire_event::{Level, Timestamp};

use super::read;
use super::{Field, Operator, RuleError};

/// An ignore rule: which events it is about, and what becomes of them.
///
/// JSON and TOML have one shape: `{"name":"Bots","action":"drop","when":{"field":"user_agent",
/// "op":"contains","value":"bot"}}`, with `"enabled":false`, `"expires":"2026-12-31T00:00:00Z"`
/// and `"note":"…"` where they say something.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "serde_json::Value")]
pub struct Rule {
    /// What people call it; up to [`super::NAME_CHARS_MAX`] letters on one line.
    pub name: String,
    /// Whether it does anything.
    pub enabled: bool,
    /// What becomes of events that it matches.
    pub action: Action,
    /// Which events it matches.
    pub when: Condition,
    /// When it stops doing anything.
    pub expires: Option<Timestamp>,
    /// Why it is there; up to [`super::NOTE_CHARS_MAX`] letters.
    pub note: String,
}

/// What becomes of an event that a rule matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It is refused, and counted as filtered.
    Drop,
    /// One event in so many is kept, the others are only counted: 2 to
    /// [`super::KEEP_ONE_IN_MAX`].
    KeepOneIn(u32),
    /// It is kept and counted in an archived issue, and nobody is alerted.
    Archive,
    /// It gets this level if its own is worse; a level is never raised.
    Level(Level),
}

/// Which events a rule matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// All of these must hold; at least one.
    All(Vec<Condition>),
    /// One of these must hold; at least one.
    Any(Vec<Condition>),
    /// This must not hold.
    Not(Box<Condition>),
    /// This field must pass this test.
    #[serde(untagged)]
    Test(Test),
}

/// A test of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    /// What is tested. Where it has several values (exceptions, frames), one that passes is enough.
    pub field: Field,
    /// How.
    pub op: Operator,
    /// Against what, as text: several for [`Operator::OneOf`], `true` or `false` for
    /// [`Operator::Exists`], else one. Texts are compared without regard to case, but for regular
    /// expressions.
    pub values: Vec<String>,
}

/// A rule with the number that the database gave it.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbered {
    /// The number, which outcomes and hits name.
    pub id: i64,
    /// The rule.
    pub rule: Rule,
}

impl TryFrom<serde_json::Value> for Rule {
    type Error = RuleError;

    fn try_from(value: serde_json::Value) -> Result<Self, RuleError> {
        read::rule(&value, &read::Place::root(), &mut read::Budget::default())
    }
}
