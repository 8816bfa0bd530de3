//! Hashes of issues, and what discarded issues leave.

use serde_json::{Value, json};
use watchfire_store::event::EventRow;
use watchfire_store::issue::{Issue, IssueHash, format_short_id};
use watchfire_store::project::Project;
use watchfire_store::similar::Similar;
use watchfire_store::tombstone::Tombstone;
use watchfire_store::user::User;

use super::{author, time};

/// From which likeness on two issues look like one.
const GROUPED_SCORE_MIN: f32 = 0.9;

/// A hash with its latest event. The first four keys are Sentry's.
pub(crate) fn issue_hash(hash: &IssueHash, latest_event: Option<Value>) -> Value {
    json!({
        "id": hash.to_string(),
        "latestEvent": latest_event,
        "mergedBySeer": false,
        "seerMatchDistance": null,
        "isSentrys": hash.is_sentry,
        "count": hash.event_count,
        "firstSeen": time(hash.first_seen),
        "lastSeen": time(hash.last_seen),
        "mergedFrom": hash.merged_from.map(|id| id.to_string()),
    })
}

/// An event without anything that stands in its body.
pub(crate) fn event_row(row: &EventRow) -> Value {
    json!({
        "id": row.event_id,
        "eventID": row.event_id,
        "groupID": row.issue_id.to_string(),
        "projectID": row.project_id.to_string(),
        "dateCreated": time(row.timestamp),
        "dateReceived": time(row.received_at),
    })
}

/// An issue by its names.
pub(crate) fn issue_brief(issue: &Issue, project: &Project) -> Value {
    json!({
        "id": issue.id.to_string(),
        "shortId": format_short_id(&project.slug, issue.short_number),
        "title": issue.title,
    })
}

/// A discarded issue, and who discarded it.
pub(crate) fn tombstone(found: &Tombstone, user: Option<&User>) -> Value {
    json!({
        "id": found.id.to_string(),
        "level": found.level,
        "message": found.title,
        "culprit": found.culprit,
        "type": "error",
        "metadata": {"title": found.title},
        "actor": author(user),
        "dateAdded": time(found.created_at),
        "timesSeen": found.hit_count,
        "lastSeen": found.last_hit_at.map(time),
    })
}

/// How an issue is like another one. The first two keys are Sentry's.
pub(crate) fn similarity(similar: &Similar) -> Value {
    let is_one = similar.score >= GROUPED_SCORE_MIN;
    json!({
        "exception": similar.score,
        "shouldBeGrouped": if is_one { "Yes" } else { "No" },
        "reason": similar.reason,
        "difference": similar.difference,
        "latestEvent": similar.latest_event,
    })
}
