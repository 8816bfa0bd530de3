//! Issues with their counters, and what happened to them.

use serde_json::{Value, json};
use watchfire_event::Level;
use watchfire_store::activity::Activity;
use watchfire_store::issue::{Issue, Substatus, format_short_id};
use watchfire_store::organization::Organization;
use watchfire_store::project::Project;
use watchfire_store::sampling::Estimate;
use watchfire_store::tag::TagKey;
use watchfire_store::user::User;

use super::{author, seconds, time};

/// Where issues live: what their links and short ids are made of.
pub(crate) struct Place<'a> {
    /// The organisation.
    pub(crate) organization: &'a Organization,
    /// The issue's project.
    pub(crate) project: &'a Project,
    /// The public origin.
    pub(crate) public_url: &'a str,
}

/// An issue. `hours` are its events per hour from `from_hour` (hours since 1970) on.
pub(crate) fn issue(
    issue: &Issue,
    place: &Place<'_>,
    has_seen: bool,
    from_hour: i64,
    hours: &[i64],
) -> Value {
    let stats: Vec<(i64, i64)> = (from_hour..)
        .map(seconds)
        .zip(hours.iter().copied())
        .collect();
    json!({
        "id": issue.id.to_string(),
        "shareId": null,
        "shortId": format_short_id(&place.project.slug, issue.short_number),
        "title": issue.title,
        "culprit": issue.culprit,
        "permalink": permalink(issue, place),
        "logger": issue.logger,
        "level": issue.level,
        "status": issue.status.as_str(),
        "statusDetails": {},
        "substatus": issue.substatus.map(Substatus::as_str),
        "isPublic": false,
        "platform": issue.platform,
        "project": {
            "id": place.project.id.to_string(),
            "name": place.project.name,
            "slug": place.project.slug,
            "platform": place.project.platform,
        },
        "type": kind(issue),
        "metadata": metadata(issue),
        "numComments": 0,
        "assignedTo": null,
        "isBookmarked": false,
        "isSubscribed": false,
        "subscriptionDetails": null,
        "hasSeen": has_seen,
        "annotations": [],
        "issueType": "error",
        "issueCategory": "error",
        "priority": priority(issue.level),
        "priorityLockedAt": null,
        "isUnhandled": issue.is_unhandled,
        "count": issue.event_count.to_string(),
        "sampling": {
            "kept": issue.event_count - issue.sampled_count,
            "estimate": null,
        },
        "userCount": issue.user_count,
        "firstSeen": time(issue.first_seen),
        "lastSeen": time(issue.last_seen),
        "stats": {"24h": stats},
    })
}

/// Adds how many events there were to an issue, where some were lost before they came: with a 95 %
/// interval, beside the number of those that came.
pub(crate) fn add_estimate(shown: &mut Value, estimate: Option<&Estimate>) {
    let estimate = estimate.filter(|estimate| estimate.total > estimate.seen);
    if let (Some(estimate), Some(place)) = (estimate, shown.pointer_mut("/sampling/estimate")) {
        *place = json!({
            "count": estimate.total,
            "low": estimate.low,
            "high": estimate.high,
            "clientRate": estimate.share(),
        });
    }
}

/// The type of the issue's events, told by what normalisation gives each of them.
fn kind(issue: &Issue) -> &'static str {
    match issue.logger.as_deref() {
        _ if !issue.kind.is_empty() => "error",
        Some("csp") => "csp",
        _ => "default",
    }
}

/// One thing that happened to an issue, and the account that did it, if any.
pub(crate) fn activity(activity: &Activity, user: Option<&User>) -> Value {
    json!({
        "id": activity.id.to_string(),
        "type": activity.kind.as_str(),
        "user": author(user),
        "data": serde_json::from_str::<Value>(&activity.data).unwrap_or_default(),
        "dateCreated": time(activity.created_at),
    })
}

/// A tag of an issue with its most frequent values.
pub(crate) fn tag_key(tag: &TagKey) -> Value {
    let values: Vec<Value> = tag
        .top
        .iter()
        .map(|value| {
            json!({
                "key": tag.key,
                "name": value.value,
                "value": value.value,
                "count": value.count,
                "firstSeen": time(value.first_seen),
                "lastSeen": time(value.last_seen),
            })
        })
        .collect();
    json!({
        "key": tag.key,
        "name": tag.key,
        "totalValues": tag.event_count,
        "uniqueValues": tag.value_count,
        "topValues": values,
    })
}

fn permalink(issue: &Issue, place: &Place<'_>) -> String {
    format!(
        "{}/organizations/{}/issues/{}/",
        place.public_url, place.organization.slug, issue.id
    )
}

fn metadata(issue: &Issue) -> Value {
    if issue.kind.is_empty() {
        return json!({"title": issue.title});
    }
    json!({
        "type": issue.kind,
        "value": issue.value,
        "filename": issue.filename,
        "function": issue.function,
    })
}

/// How urgent an issue of a level is (reference/PRODUCT.md section 1.7).
fn priority(level: Level) -> &'static str {
    match level {
        Level::Debug | Level::Info => "low",
        Level::Warning => "medium",
        Level::Error | Level::Fatal => "high",
    }
}
