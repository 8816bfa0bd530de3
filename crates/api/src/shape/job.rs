//! Work in the background.

use serde_json::{Value, json};
use watchfire_store::job::Job;

use super::time;

/// A job and how far it is.
pub(crate) fn job(job: &Job) -> Value {
    json!({
        "id": job.id.to_string(),
        "kind": job.kind.as_str(),
        "state": job.state.as_str(),
        "done": job.done,
        "total": job.total,
        "moved": job.moved,
        "problem": job.problem,
        "ruleId": job.rule_id.map(|id| id.to_string()),
        "issueId": job.issue_id.map(|id| id.to_string()),
        "dateCreated": time(job.created_at),
        "dateChanged": time(job.changed_at),
    })
}
