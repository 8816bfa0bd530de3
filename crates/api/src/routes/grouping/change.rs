//! A change of the grouping as a client describes it, for previews and for doing it.

use serde::Deserialize;
use watchfire_event::IssueId;
use watchfire_grouping::{RULE_TEXT_CHARS_MAX, RuleKind, RuleProblem, Version, check};
use watchfire_store::grouping_rules::{self, Action, NewRule, RULE_CHARS_MAX, Scope};
use watchfire_store::project::Project;
use watchfire_store::regroup::Change;
use watchfire_store::{Conn, Error, Result as StoreResult};

use crate::error::ApiError;

/// How many broken lines an answer names.
const PROBLEMS_SHOWN_MAX: usize = 20;

/// A change. `change` says which kind it is, and with it what else belongs to it.
#[derive(Clone, Debug, Deserialize)]
#[serde(
    tag = "change",
    rename_all = "snake_case",
    rename_all_fields = "camelCase"
)]
pub(super) enum Wanted {
    /// A new rule.
    AddRule(WantedRule),
    /// Another text for a rule.
    EditRule { id: i64, text: String },
    /// A rule is switched on or off.
    SwitchRule { id: i64, is_active: bool },
    /// A rule goes.
    RemoveRule { id: i64 },
    /// Another text of rules.
    SetText {
        kind: String,
        text: String,
        #[serde(default)]
        scope: WantedScope,
    },
    /// Another version of the algorithm.
    SetVersion { version: String },
}

/// A rule to make.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct WantedRule {
    kind: String,
    text: String,
    #[serde(default)]
    action: Option<String>,
    #[serde(default)]
    note: String,
    #[serde(default)]
    issue: Option<IssueId>,
    #[serde(default)]
    scope: WantedScope,
}

/// Whose rule it is.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum WantedScope {
    /// The project's.
    #[default]
    Project,
    /// The organisation's, for all its projects.
    Organization,
}

impl WantedScope {
    pub(super) fn of(self, project: &Project) -> Scope {
        match self {
            Self::Project => Scope::Project(project.id),
            Self::Organization => Scope::Organization(project.organization_id),
        }
    }
}

impl Wanted {
    /// Checks what can be checked without the database.
    ///
    /// # Errors
    /// What to write instead, with line numbers.
    pub(super) fn check(&self) -> Result<(), ApiError> {
        match self {
            Self::AddRule(rule) => {
                rule_text(kind(&rule.kind)?, &rule.text)?;
                action(rule.action.as_deref()).map(|_| ())
            }
            Self::SetText { kind, text, .. } => text_of(self::kind(kind)?, text, "text"),
            Self::SetVersion { version } => self::version("version", version).map(|_| ()),
            // The kind of the rule is not known yet.
            Self::EditRule { text, .. } => is_rule(text),
            Self::SwitchRule { .. } | Self::RemoveRule { .. } => Ok(()),
        }
    }

    /// The change in this project.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is about a rule that the project does not have,
    /// [`Error::Refused`] when the text is none of the rule's kind.
    pub(super) fn change(self, conn: &mut Conn<'_>, project: &Project) -> StoreResult<Change> {
        let refused = |error: ApiError| Error::Refused(error.to_string());
        Ok(match self {
            Self::AddRule(rule) => Change::AddRule(NewRule {
                scope: rule.scope.of(project),
                kind: kind(&rule.kind).map_err(refused)?,
                action: action(rule.action.as_deref()).map_err(refused)?,
                text: rule.text,
                note: rule.note,
                issue_id: rule.issue,
            }),
            Self::EditRule { id, text } => {
                let rule = own_rule(conn, project, id)?;
                rule_text(rule.kind, &text).map_err(refused)?;
                Change::EditRule { id, text }
            }
            Self::SwitchRule { id, is_active } => {
                own_rule(conn, project, id)?;
                Change::SwitchRule { id, is_active }
            }
            Self::RemoveRule { id } => {
                own_rule(conn, project, id)?;
                Change::RemoveRule { id }
            }
            Self::SetText { kind, text, scope } => Change::SetText {
                scope: scope.of(project),
                kind: self::kind(&kind).map_err(refused)?,
                text,
            },
            Self::SetVersion { version } => {
                Change::SetVersion(self::version("version", &version).map_err(refused)?)
            }
        })
    }

    /// Whether it reaches beyond the project.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is about a rule that the project does not have.
    pub(super) fn is_of_organization(
        &self,
        conn: &mut Conn<'_>,
        project: &Project,
    ) -> StoreResult<bool> {
        let scope = match self {
            Self::AddRule(rule) => rule.scope.of(project),
            Self::SetText { scope, .. } => scope.of(project),
            Self::EditRule { id, .. } | Self::SwitchRule { id, .. } | Self::RemoveRule { id } => {
                own_rule(conn, project, *id)?.scope
            }
            Self::SetVersion { .. } => Scope::Project(project.id),
        };
        Ok(matches!(scope, Scope::Organization(_)))
    }
}

/// A rule that is in force in a project or was until it was switched off.
pub(super) fn own_rule(
    conn: &mut Conn<'_>,
    project: &Project,
    id: i64,
) -> StoreResult<grouping_rules::Rule> {
    let found = grouping_rules::rule(conn, id)?.filter(|rule| match rule.scope {
        Scope::Project(id) => id == project.id,
        Scope::Organization(id) => id == project.organization_id,
    });
    found.filter(|rule| !rule.is_removed).ok_or(Error::NotFound)
}

/// The kind of rules of a word.
pub(super) fn kind(word: &str) -> Result<RuleKind, ApiError> {
    let kind = word.parse().ok();
    kind.ok_or_else(|| ApiError::field("kind", "Must be fingerprint, stack_trace or variable."))
}

/// The version of the algorithm of a name.
pub(in crate::routes) fn version(field: &'static str, name: &str) -> Result<Version, ApiError> {
    Version::from_id(name).ok_or_else(|| {
        let known = Version::ALL.map(Version::id).join(" or ");
        ApiError::field(field, format!("Must be {known}."))
    })
}

fn action(word: Option<&str>) -> Result<Action, ApiError> {
    let Some(word) = word else {
        return Ok(Action::Written);
    };
    let action = Action::of(word);
    if action.as_str() == word {
        return Ok(action);
    }
    Err(ApiError::field(
        "action",
        "Must be merge, split, ignore_frame, variable or written.",
    ))
}

/// Checks a rule's text: it has at least one line, and every line is a rule.
fn rule_text(kind: RuleKind, text: &str) -> Result<(), ApiError> {
    is_rule(text)?;
    refuse(check(kind, text), "text")
}

fn is_rule(text: &str) -> Result<(), ApiError> {
    if text.trim().is_empty() {
        return Err(ApiError::field("text", "This field may not be blank."));
    }
    if text.chars().count() > RULE_CHARS_MAX {
        return Err(ApiError::field(
            "text",
            format!("A rule has at most {RULE_CHARS_MAX} characters."),
        ));
    }
    Ok(())
}

/// Checks a whole text of rules, which may be empty.
pub(in crate::routes) fn text_of(
    kind: RuleKind,
    text: &str,
    field: &'static str,
) -> Result<(), ApiError> {
    if text.chars().count() > RULE_TEXT_CHARS_MAX {
        return Err(ApiError::field(
            field,
            format!("The rules have at most {RULE_TEXT_CHARS_MAX} characters."),
        ));
    }
    refuse(check(kind, text), field)
}

/// Names the broken lines, if there are any.
fn refuse(problems: Vec<RuleProblem>, field: &'static str) -> Result<(), ApiError> {
    if problems.is_empty() {
        return Ok(());
    }
    let total = problems.len();
    let shown = problems.iter().take(PROBLEMS_SHOWN_MAX);
    let mut messages: Vec<String> = shown
        .map(|problem| {
            format!(
                "line {}: {}: {}",
                problem.line, problem.reason, problem.text
            )
        })
        .collect();
    if total > PROBLEMS_SHOWN_MAX {
        messages.push(format!("and {} more lines", total - PROBLEMS_SHOWN_MAX));
    }
    Err(ApiError::Field { field, messages })
}
