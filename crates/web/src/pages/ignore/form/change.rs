//! What the buttons of the form do.

use super::groups::Group;
use super::row::Row;
use super::{Form, GROUPS_MAX, ROWS_MAX};
use crate::error::WebError;
use watchfire_filter::ignore::to_toml;

/// What a button asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pages::ignore) enum Step {
    /// To see what the rule would match.
    Try,
    /// To save it.
    Save,
    /// Another row in this group.
    AddRow(usize),
    /// This row of this group goes.
    RemoveRow(usize, usize),
    /// Another group.
    AddGroup,
    /// This group goes.
    RemoveGroup(usize),
    /// The rule is edited as text.
    ToText,
    /// The rule is edited as rows.
    ToRows,
}

impl Step {
    /// The step of a button's value: `try`, `save`, `add:0`, `remove:0:1`, `add-group`,
    /// `remove-group:0`, `text`, `rows`.
    pub(in crate::pages::ignore) fn of(word: &str) -> Result<Self, WebError> {
        let mut parts = word.split(':');
        let name = parts.next().unwrap_or_default();
        let mut number = || parts.next().and_then(|part| part.parse().ok());
        let step = match name {
            "try" => Some(Self::Try),
            "save" => Some(Self::Save),
            "add" => number().map(Self::AddRow),
            "remove" => number().zip(number()).map(|(g, r)| Self::RemoveRow(g, r)),
            "add-group" => Some(Self::AddGroup),
            "remove-group" => number().map(Self::RemoveGroup),
            "text" => Some(Self::ToText),
            "rows" => Some(Self::ToRows),
            _ => None,
        };
        step.ok_or_else(|| WebError::BadRequest(format!("“{word}” is no button of this form.")))
    }
}

impl Form {
    /// Does what a button asks for with the form itself; the others change nothing.
    pub(in crate::pages::ignore) fn take(&mut self, step: Step) {
        match step {
            Step::Try | Step::Save => {}
            Step::AddRow(group) => {
                if let Some(group) = self.groups.get_mut(group)
                    && group.rows.len() < ROWS_MAX
                {
                    group.rows.push(Row::default());
                }
            }
            Step::RemoveRow(group, row) => self.remove_row(group, row),
            Step::AddGroup if self.groups.len() < GROUPS_MAX => self.groups.push(Group::empty()),
            Step::AddGroup => {}
            Step::RemoveGroup(group) => {
                if group < self.groups.len() {
                    self.groups.remove(group);
                }
            }
            Step::ToText => self.turn_to_text(),
            Step::ToRows => self.turn_to_rows(),
        }
        if self.groups.is_empty() {
            self.groups.push(Group::empty());
        }
    }

    /// A group without rows goes too.
    fn remove_row(&mut self, group: usize, row: usize) {
        let Some(rows) = self.groups.get_mut(group).map(|group| &mut group.rows) else {
            return;
        };
        if row < rows.len() {
            rows.remove(row);
        }
        if rows.is_empty() {
            self.groups.remove(group);
        }
    }

    /// What cannot be written as a rule yet stays as it is.
    fn turn_to_text(&mut self) {
        if self.text.is_none()
            && let Ok(rule) = self.rule_to_try()
        {
            self.text = Some(to_toml(&[rule]));
        }
    }

    /// A text that is no rule, or one that nests too deep, stays as it is.
    fn turn_to_rows(&mut self) {
        if self.text.is_some()
            && let Ok(rule) = self.rule()
        {
            *self = Self::of_rule(&rule);
        }
    }
}
