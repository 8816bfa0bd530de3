//! What a change of the grouping would do.

use serde_json::{Value, json};
use watchfire_store::issue::format_short_id;
use watchfire_store::project::Project;
use watchfire_store::regroup::{IssueBrief, Move, Preview, Target};

use super::time;

/// A preview: how much was looked at, and which events would go where, most events first.
pub(crate) fn preview(preview: &Preview, project: &Project) -> Value {
    let moves = preview.moves.iter().map(|found| moved(found, project));
    json!({
        "events": preview.events,
        "issues": preview.issues,
        "oldest": preview.oldest.map(time),
        "changedEvents": preview.changed_events,
        "moves": moves.collect::<Vec<_>>(),
        "problems": preview.problems,
    })
}

/// Events that would leave an issue together. New issues that share a `place` are one issue.
fn moved(found: &Move, project: &Project) -> Value {
    let to = match &found.to {
        Target::Issue(issue) => json!({"issue": brief(issue, project), "new": null}),
        Target::New { title, place } => {
            json!({"issue": null, "new": {"title": title, "place": place}})
        }
    };
    let examples = found.examples.iter();
    let examples =
        examples.map(|example| json!({"eventID": example.event_id, "title": example.title}));
    json!({
        "from": brief(&found.from, project),
        "to": to,
        "events": found.events,
        "examples": examples.collect::<Vec<_>>(),
    })
}

fn brief(issue: &IssueBrief, project: &Project) -> Value {
    json!({
        "id": issue.id.to_string(),
        "shortId": format_short_id(&project.slug, issue.short_number),
        "title": issue.title,
        "count": issue.event_count.to_string(),
    })
}
