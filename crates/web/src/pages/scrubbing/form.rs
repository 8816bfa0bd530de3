//! The form of the settings, as the pages show it.

use serde::Serialize;
use watchfire_scrub::{Document, Mode, Policy, Problem};

use super::draft::{Draft, Field};
use super::switch::Switch;
use crate::frame::Choice;
use crate::pages::owner::Owner;

/// The largest form of these pages in bytes: a document in which every character is escaped.
pub(super) const FORM_BYTES_MAX: usize = 1 << 20;
/// Lines of a field at least and at most; longer texts scroll.
const ROWS: (usize, usize) = (3, 16);
/// Lines of the field of the rules.
const RULE_ROWS: (usize, usize) = (8, 28);

/// The form.
#[derive(Debug, Serialize)]
pub(super) struct FormView {
    switches: Vec<SwitchView>,
    modes: Vec<Choice>,
    sensitive: ListView,
    safe: ListView,
    rules: ListView,
    /// Problems that belong to no field.
    problems: Vec<ProblemView>,
    /// The version that the form was made of.
    base: i64,
}

/// One switch.
#[derive(Debug, Serialize)]
struct SwitchView {
    key: &'static str,
    anchor: &'static str,
    label: &'static str,
    note: &'static str,
    is_on: bool,
    /// Whether the organisation turned it on for all projects.
    is_required: bool,
}

/// A field of several lines: a list of fields, or the advanced rules.
#[derive(Debug, Serialize)]
pub(super) struct ListView {
    text: String,
    rows: usize,
    problems: Vec<ProblemView>,
    /// What else to know about its lines.
    hints: Vec<String>,
    /// What the organisation adds, for reading.
    inherited: Vec<String>,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct ProblemView {
    at: String,
    /// The line of the field, where the place is one.
    line: Option<usize>,
    reason: String,
}

/// What the organisation of a project says, for the project's form.
#[derive(Clone, Debug, Default)]
pub(super) struct Inherited(pub(super) Document);

impl Inherited {
    /// The switches that the organisation turned on for all projects.
    pub(super) fn required(&self) -> Vec<Switch> {
        let is_required = |switch: &Switch| switch.of(&self.0) == Some(true);
        Switch::ALL.into_iter().filter(is_required).collect()
    }

    /// Whether saying nothing of the mode means something of its own: that somebody else decides.
    pub(super) fn may_follow(&self, owner: Owner) -> bool {
        owner == Owner::Organization || self.0.mode.is_some()
    }
}

impl FormView {
    /// The form with this draft, made of the version `base` (0 where there is none). `inherited` is
    /// the organisation's where the form is a project's, and `problems` are the draft's.
    pub(super) fn of(
        draft: &Draft,
        owner: Owner,
        inherited: &Inherited,
        problems: &[(Field, Problem)],
        base: i64,
    ) -> Self {
        let of = |field: Field| -> Vec<ProblemView> {
            let here = problems.iter().filter(|(place, _)| *place == field);
            here.map(|(_, problem)| ProblemView::of(problem)).collect()
        };
        let list = |text: &str, field, inherited: &[String]| ListView {
            rows: rows(text, ROWS),
            text: text.to_owned(),
            problems: of(field),
            hints: Vec::new(),
            inherited: inherited.to_vec(),
        };
        let required = inherited.required();
        let says = &inherited.0;
        Self {
            switches: Switch::ALL
                .into_iter()
                .map(|switch| SwitchView {
                    key: switch.key(),
                    anchor: switch.anchor(),
                    label: switch.label(),
                    note: switch.note(),
                    is_on: draft.on.contains(&switch) || required.contains(&switch),
                    is_required: required.contains(&switch),
                })
                .collect(),
            modes: modes(draft, owner, inherited),
            sensitive: list(
                &draft.sensitive_fields,
                Field::SensitiveFields,
                &says.sensitive_fields,
            ),
            safe: list(&draft.safe_fields, Field::SafeFields, &says.exclude_fields),
            rules: ListView {
                rows: rows(&draft.rules, RULE_ROWS),
                ..list(&draft.rules, Field::Rules, &[])
            },
            problems: of(Field::Other),
            base,
        }
    }

    /// The form with hints about its safe fields.
    pub(super) fn with_hints(mut self, hints: Vec<String>) -> Self {
        self.safe.hints = hints;
        self
    }
}

impl ProblemView {
    /// A problem as pages show it.
    pub(super) fn of(problem: &Problem) -> Self {
        let line = problem.at.strip_prefix("line ");
        let line = line.and_then(|rest| rest.split(',').next()?.trim().parse().ok());
        Self {
            at: problem.at.clone(),
            line,
            reason: problem.reason.clone(),
        }
    }
}

/// The choices of the mode. What says nothing follows the organisation, or is improved.
fn modes(draft: &Draft, owner: Owner, inherited: &Inherited) -> Vec<Choice> {
    let unsaid = Policy::of(&inherited.0, &Document::default()).mode();
    let follows = match owner {
        Owner::Project => format!("as the organisation says: {}", unsaid.name()),
        Owner::Organization => "each project decides".to_owned(),
    };
    let choice = |mode: Option<Mode>, label: String| Choice {
        value: mode.map_or("", Mode::name).to_owned(),
        label,
        selected: draft.mode == mode,
    };
    let mut choices = vec![
        choice(Some(Mode::Improved), "improved".to_owned()),
        choice(Some(Mode::Compatible), "compatible with Sentry".to_owned()),
    ];
    if inherited.may_follow(owner) {
        choices.insert(0, choice(None, follows));
    } else if draft.mode.is_none()
        && let Some(first) = choices.first_mut()
    {
        first.selected = true;
    }
    choices
}

fn rows(text: &str, (least, most): (usize, usize)) -> usize {
    (text.lines().count() + 1).clamp(least, most)
}
