//! The team's own grouping rules.

use serde_json::{Value, json};
use watchfire_store::grouping_rules::{Rule, RuleChange, Scope, TextVersion};
use watchfire_store::user::User;

use super::{author, time};

/// A rule, and who made it.
pub(crate) fn rule(rule: &Rule, user: Option<&User>) -> Value {
    json!({
        "id": rule.id.to_string(),
        "scope": match rule.scope {
            Scope::Organization(_) => "organization",
            Scope::Project(_) => "project",
        },
        "kind": rule.kind.as_str(),
        "action": rule.action.as_str(),
        "text": rule.text,
        "note": rule.note,
        "issueId": rule.issue_id.map(|id| id.to_string()),
        "isActive": rule.is_active,
        "createdBy": author(user),
        "dateCreated": time(rule.created_at),
        "dateChanged": time(rule.changed_at),
    })
}

/// A step of a rule's history. `text` is that of before; of an added rule its first one.
pub(crate) fn rule_change(step: &RuleChange, user: Option<&User>) -> Value {
    json!({
        "change": step.change.as_str(),
        "text": step.text,
        "user": author(user),
        "dateCreated": time(step.created_at),
    })
}

/// A text that is or was in force.
pub(crate) fn rule_text(version: &TextVersion, user: Option<&User>) -> Value {
    json!({
        "id": version.id.to_string(),
        "text": version.text,
        "user": author(user),
        "dateCreated": time(version.created_at),
    })
}
