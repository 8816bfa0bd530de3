//! The form of a rule: what was posted or what a rule says, and back. Conditions are groups of
//! rows; what nests deeper is edited as text.

use watchfire_event::{Level, Timestamp};
use watchfire_filter::ignore::{Action, Condition, Rule, parse_toml, to_toml};

use crate::csrf::Posted;

mod change;
mod conditions;
mod groups;
mod row;
pub(super) mod view;

pub(super) use change::Step;
use groups::{Group, Join};

/// How many groups a form has at most.
const GROUPS_MAX: usize = 20;
/// How many rows a group has at most.
const ROWS_MAX: usize = 50;

/// What the form holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) name: String,
    note: String,
    is_enabled: bool,
    /// `drop`, `keep`, `archive` or `level`.
    action: String,
    one_in: String,
    level: String,
    /// A day, or an instant as TOML has it; empty for never.
    expires: String,
    join: Join,
    groups: Vec<Group>,
    /// The rule as TOML, where it is edited so.
    text: Option<String>,
}

/// What is wrong with a part of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// `name`, `one_in`, `expires`, `text`, `conditions`, or `g0r1` for the second row of the
    /// first group.
    pub(super) at: String,
    pub(super) reason: String,
}

impl Problem {
    fn new(at: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            at: at.into(),
            reason: reason.into(),
        }
    }
}

impl Form {
    /// A form for a rule that does not exist yet: one empty row.
    pub(super) fn empty() -> Self {
        Self {
            is_enabled: true,
            action: "drop".to_owned(),
            one_in: "10".to_owned(),
            level: "info".to_owned(),
            groups: vec![Group::empty()],
            ..Self::default()
        }
    }

    /// A form filled in from a rule. Conditions that the rows cannot show are text.
    pub(super) fn of_rule(rule: &Rule) -> Self {
        let mut form = Self {
            name: rule.name.clone(),
            note: rule.note.clone(),
            is_enabled: rule.enabled,
            expires: rule.expires.map(|at| at.to_string()).unwrap_or_default(),
            ..Self::empty()
        };
        match rule.action {
            Action::Drop => {}
            Action::KeepOneIn(count) => {
                "keep".clone_into(&mut form.action);
                form.one_in = count.to_string();
            }
            Action::Archive => "archive".clone_into(&mut form.action),
            Action::Level(level) => {
                "level".clone_into(&mut form.action);
                level.as_str().clone_into(&mut form.level);
            }
        }
        match conditions::to_groups(&rule.when) {
            Some((join, groups)) => (form.join, form.groups) = (join, groups),
            None => form.text = Some(to_toml(std::slice::from_ref(rule))),
        }
        form
    }

    /// A form with a rule that cannot be read: its stored text as comments.
    pub(super) fn of_broken(name: &str, stored: &str) -> Self {
        let lines: Vec<String> = stored.lines().map(|line| format!("# {line}")).collect();
        let text = format!(
            "# This rule cannot be read. It was stored as\n{}\n\n[[rule]]\nname = {}\naction = \
             \"drop\"\n",
            lines.join("\n"),
            serde_json::Value::from(name)
        );
        Self {
            text: Some(text),
            ..Self::empty()
        }
    }

    /// What was posted.
    pub(super) fn read(form: &Posted) -> Self {
        let one = |name: &str| form.one(name).to_owned();
        let mut groups: Vec<Group> = (0..GROUPS_MAX)
            .map_while(|number| Group::read(form, number))
            .collect();
        if groups.is_empty() {
            groups.push(Group::empty());
        }
        Self {
            name: one("name"),
            note: one("note").replace("\r\n", "\n"),
            is_enabled: form.one("enabled") == "1",
            action: one("action"),
            one_in: one("one_in"),
            level: one("level"),
            expires: one("expires"),
            join: Join::of(form.one("join")),
            groups,
            text: (form.one("editor") == "text").then(|| one("text").replace("\r\n", "\n")),
        }
    }

    /// The rule that the form says.
    ///
    /// # Errors
    /// Everything that is wrong, each with its place.
    pub(super) fn rule(&self) -> Result<Rule, Vec<Problem>> {
        if let Some(text) = &self.text {
            return rule_of_text(text);
        }
        let mut problems = Vec::new();
        let name = self.name.trim();
        if name.is_empty() {
            problems.push(Problem::new(
                "name",
                "Name the rule, so that others know it.",
            ));
        }
        let action = self.action().map_err(|problem| problems.push(problem));
        let expires = self.expires().map_err(|problem| problems.push(problem));
        let when = conditions::of_groups(self.join, &self.groups, &mut problems);
        match (action, expires, when) {
            (Ok(action), Ok(expires), Some(when)) if problems.is_empty() => checked(&Rule {
                name: name.to_owned(),
                enabled: self.is_enabled,
                action,
                when,
                expires,
                note: self.note.trim().to_owned(),
            }),
            _ => Err(problems),
        }
    }

    /// What the form would match, whatever else is missing: for a trial before it has a name.
    ///
    /// # Errors
    /// What is wrong with the conditions.
    pub(super) fn rule_to_try(&self) -> Result<Rule, Vec<Problem>> {
        let named = Self {
            name: if self.name.trim().is_empty() {
                "unnamed".to_owned()
            } else {
                self.name.clone()
            },
            ..self.clone()
        };
        named.rule()
    }

    /// Why a rule is text still although rows were asked for.
    pub(super) fn left_as_text(&self, wants_rows: bool) -> Vec<Problem> {
        if !wants_rows || self.text.is_none() {
            return Vec::new();
        }
        vec![Problem::new(
            "text",
            "The form shows groups of conditions and no groups within groups, so this rule stays \
             as text.",
        )]
    }

    fn action(&self) -> Result<Action, Problem> {
        match self.action.as_str() {
            "keep" => {
                let count = self.one_in.trim().parse::<u32>().ok();
                let count = count.filter(|count| (2..=KEEP_MAX).contains(count));
                count.map(Action::KeepOneIn).ok_or_else(|| {
                    let reason = format!("Write a whole number from 2 to {KEEP_MAX}.");
                    Problem::new("one_in", reason)
                })
            }
            "archive" => Ok(Action::Archive),
            "level" => Level::parse(&self.level)
                .map(Action::Level)
                .ok_or_else(|| Problem::new("level", "Choose a level.")),
            _ => Ok(Action::Drop),
        }
    }

    fn expires(&self) -> Result<Option<Timestamp>, Problem> {
        let said = self.expires.trim();
        if said.is_empty() {
            return Ok(None);
        }
        // A day ends when the next one begins; the field of the page gives a day alone.
        let instant = if said.len() == "2026-12-31".len() {
            Timestamp::parse(&format!("{said}T00:00:00Z")).map(|at| at.plus_micros(DAY_MICROS))
        } else {
            Timestamp::parse(said)
        };
        instant.map(Some).ok_or_else(|| {
            Problem::new(
                "expires",
                "Write a day such as 2026-12-31, or leave it empty.",
            )
        })
    }
}

const KEEP_MAX: u32 = watchfire_filter::ignore::KEEP_ONE_IN_MAX;
const DAY_MICROS: i64 = 24 * 3_600 * 1_000_000;

/// The one rule of a text.
fn rule_of_text(text: &str) -> Result<Rule, Vec<Problem>> {
    let rules = parse_toml(text).map_err(|errors| -> Vec<Problem> {
        let problems = errors.into_iter();
        problems
            .map(|error| Problem::new("text", error.to_string()))
            .collect()
    })?;
    match <[Rule; 1]>::try_from(rules) {
        Ok([rule]) => checked(&rule),
        Err(rules) => Err(vec![Problem::new(
            "text",
            format!(
                "The text has {} rules; it needs exactly one [[rule]]. Several come in through \
                 “Import” on the list.",
                rules.len()
            ),
        )]),
    }
}

/// A rule that reads back as it is written, so that nothing is saved that cannot be read.
fn checked(rule: &Rule) -> Result<Rule, Vec<Problem>> {
    let json = serde_json::to_string(rule).unwrap_or_default();
    watchfire_filter::ignore::parse_json(&json).map_err(|error| {
        let at = match error.at.as_str() {
            at @ ("name" | "note" | "expires") => at,
            _ => "conditions",
        };
        vec![Problem::new(at, error.to_string())]
    })
}

/// Which events a rule matches and what becomes of them, as one text: two rules that do the same
/// have the same.
pub(super) fn effect(rule: &Rule) -> String {
    #[derive(serde::Serialize)]
    struct Effect<'a> {
        action: Action,
        when: &'a Condition,
    }
    let effect = Effect {
        action: rule.action,
        when: &rule.when,
    };
    serde_json::to_string(&effect).unwrap_or_default()
}
