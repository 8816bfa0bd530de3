//! The rule that a form is about: made from the choices, or as it was typed.

use serde::Serialize;
use watchfire_event::Event;
use watchfire_grouping::Grouper;
use watchfire_store::grouping_rules::{self, NewRule, RULE_CHARS_MAX};
use watchfire_store::regroup::Change;
use watchfire_store::{self as store, Conn, Database};

use super::choices::{Choices, Kind};
use super::frames::{self, FramesView};
use super::merge::{self, MergeView};
use super::split::{self, SplitView};
use super::variable::{self, VariableView};
use crate::pages::grouping::form::{RuleField, Sent};
use crate::pages::issue::load::Found;

/// A rule that was made from choices.
pub(super) struct Made {
    text: String,
    /// Why there is none, or what to choose first.
    advice: Option<&'static str>,
}

impl Made {
    /// These lines.
    pub(super) fn of(text: String) -> Self {
        Self { text, advice: None }
    }

    /// Nothing, and why.
    pub(super) fn nothing(advice: &'static str) -> Self {
        Self {
            text: String::new(),
            advice: Some(advice),
        }
    }
}

/// What was posted besides the choices.
#[derive(Clone)]
pub(super) struct Typed {
    /// The rule, as it stood in its field.
    pub(super) text: String,
    /// [`Choices::mark`] of what the rule in the field was made of.
    pub(super) chosen: String,
    /// Why the rule is made.
    pub(super) note: String,
    pub(super) sent: Sent,
    /// Why it was refused when it was saved.
    pub(super) refused: Option<String>,
}

/// The choices of the kind that the form is for; the others are absent.
#[derive(Debug, Default, Serialize)]
pub(super) struct ChoicesView {
    merge: Option<MergeView>,
    split: Option<SplitView>,
    frames: Option<FramesView>,
    variable: Option<VariableView>,
}

/// A form that is filled in.
pub(super) struct Draft {
    /// The choices, completed.
    pub(super) choices: Choices,
    pub(super) view: ChoicesView,
    /// The text of the rule; empty where there is none yet.
    pub(super) text: String,
    /// What to choose first.
    pub(super) advice: Option<&'static str>,
}

impl Draft {
    /// Fills the form in from an event and what was chosen and typed.
    pub(super) fn of(
        conn: &mut Conn<'_>,
        database: &Database,
        found: &Found,
        event: &Event<'_>,
        mut choices: Choices,
        typed: Option<&Typed>,
    ) -> store::Result<Self> {
        let settings = grouping_rules::settings(conn, &found.project)?;
        let grouper = Grouper::new(&settings);
        let mut view = ChoicesView::default();
        let made = match choices.kind {
            Kind::Merge => {
                let (merge, made) = merge::make(conn, database, found, &grouper, &mut choices)?;
                view.merge = Some(merge);
                made
            }
            Kind::Split => {
                let (split, made) = split::make(&grouper, event, &mut choices);
                view.split = Some(split);
                made
            }
            Kind::IgnoreFrame => {
                let (frames, made) = frames::make(&grouper, event, &mut choices);
                view.frames = Some(frames);
                made
            }
            Kind::Variable => {
                let (variable, made) = variable::make(event, &mut choices);
                view.variable = Some(variable);
                made
            }
        };
        let text = text_of(&choices, &made, typed);
        Ok(Self {
            advice: made.advice.filter(|_| text.is_empty()),
            choices,
            view,
            text,
        })
    }

    /// The change that would be saved.
    pub(super) fn change(&self, found: &Found, note: &str) -> Change {
        Change::AddRule(NewRule {
            scope: self.choices.scope(&found.project),
            kind: self.choices.kind.rules(),
            action: self.choices.kind.action(),
            text: self.text.clone(),
            note: note.trim().to_owned(),
            issue_id: Some(found.issue.id),
        })
    }

    /// The field with the rule.
    pub(super) fn field(&self) -> RuleField {
        let kind = self.choices.kind.rules();
        let mut field = RuleField::new(kind, self.text.clone(), RULE_CHARS_MAX);
        field.chosen = self.choices.mark();
        field
    }
}

/// What was typed, as long as the choices are those that it began with; else what they make.
fn text_of(choices: &Choices, made: &Made, typed: Option<&Typed>) -> String {
    match typed {
        Some(typed) if typed.chosen == choices.mark() => typed.text.clone(),
        Some(typed) if typed.chosen.is_empty() && !typed.text.is_empty() => typed.text.clone(),
        _ => made.text.clone(),
    }
}
