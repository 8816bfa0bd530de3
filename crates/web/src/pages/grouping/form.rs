//! What the forms of this folder have in common: the field with the rule, the end with the note
//! and the buttons, and what was posted.

use serde::Serialize;
use watchfire_event::UserId;
use watchfire_grouping::{RuleKind, check};
use watchfire_store::grouping_rules::{NOTE_CHARS_MAX, RULE_CHARS_MAX};
use watchfire_store::regroup::Change;

use super::kind;
use super::preview::digest;
use crate::csrf::Posted;
use crate::error::WebError;
use crate::pages::issue::view::budget::grouped_count;

/// The largest form of these pages in bytes: a text of rules in which every character is escaped.
pub(in crate::pages) const FORM_BYTES_MAX: usize = 1 << 20;
/// Lines of the field at least and at most; longer texts scroll.
const ROWS: (usize, usize) = (4, 24);

/// The field with the rule.
#[derive(Debug, Serialize)]
pub(in crate::pages) struct RuleField {
    label: &'static str,
    note: &'static str,
    /// What the line was made of, so that another choice makes another line; else empty.
    pub(in crate::pages) chosen: String,
    pub(in crate::pages) text: String,
    rows: usize,
    chars_max: usize,
    /// What is wrong with the whole of it.
    pub(in crate::pages) problem: Option<String>,
}

impl RuleField {
    /// The field for rules of a kind with this text.
    pub(in crate::pages) fn new(kind: RuleKind, text: String, chars_max: usize) -> Self {
        let lines = text.lines().count() + 1;
        Self {
            label: kind::words(kind).label,
            note: "Lines that begin with # are comments.",
            chosen: String::new(),
            rows: lines.clamp(ROWS.0, ROWS.1),
            text,
            chars_max,
            problem: None,
        }
    }
}

/// The end of a form.
#[derive(Debug, Serialize)]
pub(in crate::pages) struct SaveView {
    pub(in crate::pages) heading: &'static str,
    /// What the button says.
    pub(in crate::pages) label: String,
    pub(in crate::pages) takes_note: bool,
    pub(in crate::pages) note: String,
    note_chars_max: usize,
    pub(in crate::pages) note_problem: Option<String>,
    /// Whether stored events are to be moved too.
    pub(in crate::pages) past: bool,
    /// Why it was not saved.
    pub(in crate::pages) problem: Option<String>,
}

impl SaveView {
    /// The end of a form whose button says this, with stored events moved too.
    pub(in crate::pages) fn new(label: impl Into<String>) -> Self {
        Self {
            heading: "Save",
            label: label.into(),
            takes_note: false,
            note: String::new(),
            note_chars_max: NOTE_CHARS_MAX,
            note_problem: None,
            past: true,
            problem: None,
        }
    }
}

/// What a button of these forms asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pages) enum Asked {
    /// To see what would happen.
    Preview,
    /// To do it.
    Save,
}

/// What was posted besides the rule itself.
#[derive(Clone, Debug)]
pub(in crate::pages) struct Sent {
    pub(in crate::pages) asked: Asked,
    /// Names the change that the form showed a preview of.
    previewed: String,
    /// Whether stored events are to be moved too.
    pub(in crate::pages) past: bool,
}

impl Sent {
    /// Reads the fields `action` (`preview` or `save`), `previewed` and `past`.
    pub(in crate::pages) fn read(form: &Posted) -> Result<Self, WebError> {
        let asked = match form.one("action") {
            "preview" => Asked::Preview,
            "save" => Asked::Save,
            other => {
                return Err(WebError::BadRequest(format!(
                    "“{other}” is no action. Use preview or save."
                )));
            }
        };
        Ok(Self {
            asked,
            previewed: form.one("previewed").to_owned(),
            past: form.one("past") == "1",
        })
    }

    /// Whether this change is to be saved: it was asked for, and the form showed what it does.
    pub(in crate::pages) fn may_save(&self, change: &Change) -> bool {
        self.asked == Asked::Save && self.previewed == digest(change)
    }

    /// Why a change that was to be saved is shown again instead: nobody saw what it does.
    pub(in crate::pages) fn not_tried(&self, change: &Change) -> Option<String> {
        (self.asked == Asked::Save && self.previewed != digest(change)).then(|| {
            "The preview above is new: nobody had seen yet what exactly this would do. Look at it, \
             then save."
                .to_owned()
        })
    }
}

/// The text of a field with the line ends of the store and nothing behind its last line.
pub(in crate::pages) fn lines_of(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end().to_owned()
}

/// Why a single rule cannot be saved; nothing where it can. Unlike a whole text, which is kept with
/// its bad lines, a rule of a few lines is corrected first.
pub(in crate::pages) fn rule_problem(kind: RuleKind, text: &str) -> Option<String> {
    if rule_lines(text) == 0 {
        return Some("Write at least one rule.".to_owned());
    }
    if text.chars().count() > RULE_CHARS_MAX {
        return Some(format!(
            "A rule has at most {} characters. Longer ones belong into the texts of the project.",
            grouped_count(RULE_CHARS_MAX)
        ));
    }
    let problems = check(kind, text);
    let first = problems.first()?;
    Some(format!(
        "Line {} cannot be used: {}. Correct it, then save.",
        first.line, first.reason
    ))
}

/// How many lines of a text are rules: those that are neither empty nor comments.
pub(super) fn rule_lines(text: &str) -> usize {
    let is_rule = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    text.lines().filter(is_rule).count()
}

/// The name of an account from those that were looked up; nothing where it is gone.
pub(in crate::pages) fn name_of(
    names: &std::collections::HashMap<UserId, String>,
    id: Option<UserId>,
) -> Option<String> {
    id.and_then(|id| names.get(&id).cloned())
}
