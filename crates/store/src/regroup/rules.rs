//! The rules of a project with a change, tried in memory or saved.

use watchfire_event::{Timestamp, UserId};
use watchfire_grouping::{RuleKind, RuleProblem, check};

use super::Change;
use crate::conn::Conn;
use crate::error::{Error, Result};
use crate::grouping_rules::{self, NewRule, Rule, RuleSet, Scope, older_until};
use crate::project::Project;

/// Where a rule stands that has no number yet: before all others.
const NEW_RULE: i64 = i64::MAX;

/// The rules with the change made in memory.
///
/// # Errors
/// [`Error::NotFound`] when the change is about a rule or an organisation of somebody else.
pub(super) fn changed(
    rules: &RuleSet,
    project: &Project,
    change: &Change,
    now: Timestamp,
) -> Result<RuleSet> {
    let mut rules = rules.clone();
    match change {
        Change::AddRule(new) => {
            check_scope(new.scope, project)?;
            rules.rules.insert(0, in_memory(new, now));
        }
        Change::EditRule { id, text } => find(&mut rules, *id)?.text.clone_from(text),
        Change::SwitchRule { id, is_active } => find(&mut rules, *id)?.is_active = *is_active,
        Change::RemoveRule { id } => {
            find(&mut rules, *id)?;
            rules.rules.retain(|rule| rule.id != *id);
        }
        Change::SetText { scope, kind, text } => {
            check_scope(*scope, project)?;
            rules
                .texts
                .retain(|(other, of, _)| (other, of) != (scope, kind));
            if !text.is_empty() {
                rules.texts.push((*scope, *kind, text.clone()));
            }
        }
        Change::SetVersion(version) if *version != rules.version.version => {
            rules.version.older = Some((rules.version.version, older_until(now)));
            rules.version.version = *version;
        }
        Change::SetVersion(_) => {}
    }
    Ok(rules)
}

/// What is wrong with lines of the text that is to be saved.
pub(super) fn problems(rules: &RuleSet, change: &Change) -> Vec<RuleProblem> {
    match change {
        Change::AddRule(new) => check(new.kind, &new.text),
        Change::EditRule { id, text } => rules
            .rules
            .iter()
            .find(|rule| rule.id == *id)
            .map_or_else(Vec::new, |rule| check(rule.kind, text)),
        Change::SetText { kind, text, .. } => check(*kind, text),
        Change::SwitchRule { .. } | Change::RemoveRule { .. } | Change::SetVersion(_) => Vec::new(),
    }
}

/// Saves the change, unless everything is so already, and returns the rule that it is about.
pub(super) fn save(
    conn: &mut Conn<'_>,
    rules: &RuleSet,
    project: &Project,
    change: &Change,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<Option<i64>> {
    let rule = |id: i64| {
        let mut all = rules.rules.iter();
        all.find(|rule| rule.id == id).ok_or(Error::NotFound)
    };
    match change {
        Change::AddRule(new) => grouping_rules::add(conn, new, author, now).map(Some),
        Change::EditRule { id, text } => {
            if rule(*id)?.text != *text {
                grouping_rules::edit(conn, rule(*id)?, text, author, now)?;
            }
            Ok(Some(*id))
        }
        Change::SwitchRule { id, is_active } => {
            if rule(*id)?.is_active != *is_active {
                grouping_rules::switch(conn, rule(*id)?, *is_active, author, now)?;
            }
            Ok(Some(*id))
        }
        Change::RemoveRule { id } => {
            grouping_rules::remove(conn, rule(*id)?, author, now)?;
            Ok(Some(*id))
        }
        Change::SetText { scope, kind, text } => {
            if text_of(rules, *scope, *kind) != text {
                grouping_rules::set_text(conn, *scope, *kind, text, author, now)?;
            }
            Ok(None)
        }
        Change::SetVersion(version) => {
            let before = rules.version.version;
            if before != *version {
                grouping_rules::set_version(conn, project.id, before, *version, now)?;
            }
            Ok(None)
        }
    }
}

/// The scope of a change that reaches beyond the project; nothing for the project's own.
pub(super) fn scope(rules: &RuleSet, change: &Change) -> Option<Scope> {
    match change {
        Change::AddRule(new) => Some(new.scope),
        Change::EditRule { id, .. } | Change::SwitchRule { id, .. } | Change::RemoveRule { id } => {
            let mut all = rules.rules.iter();
            all.find(|rule| rule.id == *id).map(|rule| rule.scope)
        }
        Change::SetText { scope, .. } => Some(*scope),
        Change::SetVersion(_) => None,
    }
}

pub(super) fn text_of(rules: &RuleSet, scope: Scope, kind: RuleKind) -> &str {
    let mut texts = rules.texts.iter();
    let found = texts.find(|(other, of, _)| (*other, *of) == (scope, kind));
    found.map_or("", |(_, _, text)| text.as_str())
}

fn check_scope(scope: Scope, project: &Project) -> Result<()> {
    if scope.holds_for(project) {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

fn find(rules: &mut RuleSet, id: i64) -> Result<&mut Rule> {
    let mut all = rules.rules.iter_mut();
    all.find(|rule| rule.id == id).ok_or(Error::NotFound)
}

fn in_memory(new: &NewRule, now: Timestamp) -> Rule {
    Rule {
        id: NEW_RULE,
        scope: new.scope,
        kind: new.kind,
        action: new.action,
        text: new.text.clone(),
        note: String::new(),
        issue_id: new.issue_id,
        is_active: true,
        is_removed: false,
        user_id: None,
        created_at: now,
        changed_at: now,
    }
}
