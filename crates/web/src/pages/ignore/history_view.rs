//! What was done to a rule: who changed what when, and the way back to each version.

use serde::Serialize;
use watchfire_event::{Timestamp, UserId};
use watchfire_filter::ignore::{Rule, parse_json};
use watchfire_store::ignore_rule::{self, ChangeKind, RuleChange, StoredRule, sentence};
use watchfire_store::{self as store, Conn};

use crate::people;

/// A step of the rule's history.
#[derive(Serialize)]
pub(super) struct StepView {
    id: i64,
    what: &'static str,
    author: Option<String>,
    at: Timestamp,
    /// What an added rule said first, in words.
    said: Option<String>,
    changes: Vec<ChangeView>,
    /// Whether what the rule said after the step differs from what it says now, and can be said
    /// again.
    can_go_back: bool,
}

/// A part of the rule that a step changed.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct ChangeView {
    part: &'static str,
    before: String,
    after: String,
}

/// The steps of a rule, newest first.
///
/// # Errors
/// When the database fails.
pub(super) fn views(conn: &mut Conn<'_>, rule: &StoredRule) -> store::Result<Vec<StepView>> {
    let past = ignore_rule::history(conn, rule)?;
    let users: Vec<UserId> = past.iter().filter_map(|step| step.user_id).collect();
    let names = people::names(conn, users)?;
    let view = |step: RuleChange| StepView {
        id: step.id,
        what: what(step.change),
        author: step.user_id.and_then(|id| names.get(&id).cloned()),
        at: step.created_at,
        said: (step.change == ChangeKind::Added).then(|| said(&step.after)),
        changes: match step.change {
            ChangeKind::Edited | ChangeKind::WentBack => changes(&step.before, &step.after),
            _ => Vec::new(),
        },
        can_go_back: says_something_new(step.change)
            && step.after != rule.text
            && parse_json(&step.after).is_ok(),
    };
    Ok(past.into_iter().map(view).collect())
}

fn what(change: ChangeKind) -> &'static str {
    match change {
        ChangeKind::Added => "Made",
        ChangeKind::Edited => "Edited",
        ChangeKind::SwitchedOn => "Switched on",
        ChangeKind::SwitchedOff => "Switched off",
        ChangeKind::Removed => "Removed",
        ChangeKind::Restored => "Brought back",
        ChangeKind::Moved => "Moved in the order",
        ChangeKind::WentBack => "Went back to an earlier version",
    }
}

/// Whether a step made a version.
fn says_something_new(change: ChangeKind) -> bool {
    match change {
        ChangeKind::Added
        | ChangeKind::Edited
        | ChangeKind::SwitchedOn
        | ChangeKind::SwitchedOff
        | ChangeKind::WentBack => true,
        ChangeKind::Removed | ChangeKind::Restored | ChangeKind::Moved => false,
    }
}

fn said(text: &str) -> String {
    parse_json(text).map_or_else(|_| text.to_owned(), |rule| sentence(&rule))
}

/// What a part of a rule is called, and how it is said.
type Part = (&'static str, fn(&Rule) -> String);

/// What is different, part by part; the texts as they are stored where one cannot be read.
fn changes(before: &str, after: &str) -> Vec<ChangeView> {
    let (Ok(old), Ok(new)) = (parse_json(before), parse_json(after)) else {
        return vec![ChangeView {
            part: "Text",
            before: before.to_owned(),
            after: after.to_owned(),
        }];
    };
    let parts: [Part; 5] = [
        ("Name", |rule| rule.name.clone()),
        ("Does", sentence),
        ("Note", |rule| or_none(&rule.note)),
        ("Ends", |rule| {
            rule.expires.map_or("never".to_owned(), |at| at.to_string())
        }),
        ("State", |rule| {
            let state = if rule.enabled { "on" } else { "off" };
            state.to_owned()
        }),
    ];
    let views = parts.into_iter().map(|(part, of)| ChangeView {
        part,
        before: of(&old),
        after: of(&new),
    });
    views.filter(|it| it.before != it.after).collect()
}

fn or_none(text: &str) -> String {
    match text.is_empty() {
        true => "none".to_owned(),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_names_the_parts_that_it_changed() {
        let before = r#"{"name": "Bots", "action": "drop",
            "when": {"field": "user_agent", "op": "contains", "value": "bot"}}"#;
        let after = before
            .replace("Bots", "Robots")
            .replace("\"bot\"", "\"crawler\"");
        let parts: Vec<_> = changes(before, &after).iter().map(|it| it.part).collect();
        assert_eq!(parts, ["Name", "Does"]);
        assert_eq!(changes(before, before), []);
        assert_eq!(changes("{", before)[0].part, "Text");
    }
}
