//! Ignore rules and what they would match.

use serde_json::{Value, json};
use watchfire_store::grouping_rules::Scope;
use watchfire_store::ignore_rule::{
    Hits, RuleChange, StoredRule, Tally, Trial, TriedIssue, TriedTitle, sentence,
};
use watchfire_store::issue::format_short_id;
use watchfire_store::project::Project;
use watchfire_store::user::User;

use super::{author, time};

/// A rule, its place in the order, what it matched, and who made it. One that cannot be read has
/// its text under `text` and the reason under `problem`. `version` is for a change to say what it was
/// made from.
pub(crate) fn ignore_rule(
    rule: &StoredRule,
    position: Option<usize>,
    hits: &Hits,
    user: Option<&User>,
) -> Value {
    let mut shown = match &rule.rule {
        Ok(said) => json!(said),
        Err(_) => json!({ "name": rule.name, "text": rule.text }),
    };
    let known = json!({
        "id": rule.id.to_string(),
        "scope": match rule.scope {
            Scope::Organization(_) => "organization",
            Scope::Project(_) => "project",
        },
        "position": position,
        "isRemoved": rule.is_removed,
        "enabled": rule.rule.as_ref().is_ok_and(|said| said.enabled),
        "sentence": rule.rule.as_ref().ok().map(sentence),
        "problem": rule.rule.as_ref().err().map(ToString::to_string),
        "issueId": rule.issue_id.map(|id| id.to_string()),
        "createdBy": author(user),
        "dateCreated": time(rule.created_at),
        "dateChanged": time(rule.changed_at),
        "version": rule.changed_at.0.to_string(),
        "hits": {
            "last24Hours": hits.hours,
            "total": hits.total,
            "lastHit": hits.last_hit_at.map(time),
            "lastTitle": hits.last_title,
        },
    });
    if let (Some(shown), Value::Object(known)) = (shown.as_object_mut(), known) {
        shown.extend(known);
    }
    shown
}

/// A step of a rule's history. `rule` is what it said before, of an added rule what it said first,
/// and `after` what it said then; `id` names the latter.
pub(crate) fn ignore_rule_change(step: &RuleChange, user: Option<&User>) -> Value {
    let rule = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| json!(text));
    json!({
        "id": step.id.to_string(),
        "change": step.change.as_str(),
        "rule": rule(&step.before),
        "after": rule(&step.after),
        "user": author(user),
        "dateCreated": time(step.created_at),
    })
}

/// What a rule would match. `newly` and `noLonger` count against the rule that it would replace.
pub(crate) fn ignore_trial(trial: &Trial, projects: &[Project]) -> Value {
    let issue = |issue: &TriedIssue| {
        let project = projects.iter().find(|it| it.id == issue.project_id)?;
        let examples = issue.examples.iter();
        let examples: Vec<Value> = examples
            .map(|event| json!({ "eventId": event.event_id, "dateCreated": time(event.timestamp) }))
            .collect();
        Some(json!({
            "id": issue.id.to_string(),
            "shortId": format_short_id(&project.slug, issue.short_number),
            "project": project.slug,
            "title": issue.title,
            "events": tally(issue.tally),
            "examples": examples,
        }))
    };
    let title = |title: &TriedTitle| json!({ "title": title.title, "reason": title.reason, "events": tally(title.tally) });
    let hidden: Vec<Value> = trial
        .hidden
        .iter()
        .map(|it| json!({ "field": it.field, "events": it.events, "rules": it.rules }))
        .collect();
    json!({
        "events": tally(trial.events),
        "dropped": tally(trial.heads),
        "oldest": trial.oldest.map(time),
        "issuesLookedAt": trial.issues_looked_at,
        "issuesMatched": trial.issues_matched,
        "issues": trial.issues.iter().filter_map(issue).collect::<Vec<_>>(),
        "droppedTitles": trial.titles.iter().map(title).collect::<Vec<_>>(),
        "scrubbed": hidden,
        "isCut": trial.is_cut,
    })
}

fn tally(tally: Tally) -> Value {
    json!({
        "lookedAt": tally.looked_at,
        "matched": tally.matched,
        "newly": tally.newly,
        "noLonger": tally.no_longer,
    })
}
