//! One issue.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use watchfire_event::{IssueId, Timestamp, UserId};
use watchfire_store::issue::{self as stored, Change, Substatus};
use watchfire_store::{Conn, Result as StoreResult, activity, feedback, sampling, tag};

use super::accounts::{self, Accounts};
use super::find;
use crate::Api;
use crate::auth::Caller;
use crate::body;
use crate::error::ApiError;
use crate::shape::{self, Place};

/// Hours of statistics that an issue carries (`stats.24h`).
pub(super) const STATS_HOURS: usize = 24;
/// Days of statistics that a single issue carries (`stats.30d`).
const STATS_DAYS: i64 = 30;
const HOURS_PER_DAY: usize = 24;
const MICROS_PER_HOUR: i64 = 3_600_000_000;
/// How much of its activity an issue carries (reference/PRODUCT.md section 1.9).
const ACTIVITY_MAX: i64 = 100;
/// How many values of each tag an issue carries.
const TAG_VALUES: usize = 10;

/// What a client changes on issues.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IssueUpdate {
    status: Option<String>,
    substatus: Option<String>,
    has_seen: Option<bool>,
    /// `1` or `true`.
    merge: Option<Value>,
    /// `1` or `true`.
    discard: Option<Value>,
}

impl IssueUpdate {
    /// The status as the client named it.
    pub(super) fn status(&self) -> Option<&str> {
        self.status.as_deref()
    }

    /// Whether the issues are to become one.
    pub(super) fn merges(&self) -> Result<bool, ApiError> {
        flag("merge", self.merge.as_ref())
    }

    /// Whether the issues are to be deleted and their later events dropped.
    pub(super) fn discards(&self) -> Result<bool, ApiError> {
        flag("discard", self.discard.as_ref())
    }

    /// The change of status that is asked for, if one is.
    pub(super) fn change(&self) -> Result<Option<Change>, ApiError> {
        let Some(status) = self.status.as_deref() else {
            return Ok(None);
        };
        match status {
            "resolved" => Ok(Some(Change::Resolve)),
            "unresolved" => Ok(Some(Change::Unresolve)),
            "ignored" | "archived" | "muted" => {
                Ok(Some(Change::Archive(match self.substatus.as_deref() {
                    Some("archived_until_escalating") => Substatus::ArchivedUntilEscalating,
                    _ => Substatus::ArchivedForever,
                })))
            }
            other => Err(ApiError::BadRequest(format!(
                "status must be resolved, unresolved or ignored, but is {other:?}"
            ))),
        }
    }
}

/// Yes or no, as clients write it.
fn flag(field: &'static str, value: Option<&Value>) -> Result<bool, ApiError> {
    let value = value.filter(|value| !value.is_null());
    value.map_or(Ok(false), |value| {
        body::truth(value).ok_or_else(|| ApiError::field(field, "Must be a valid boolean."))
    })
}

/// The first of the hours (since 1970) that `stats.24h` counts.
pub(super) fn stats_from_hour(now: Timestamp) -> i64 {
    let hours = i64::try_from(STATS_HOURS).unwrap_or(0);
    now.0 / MICROS_PER_HOUR - hours + 1
}

/// `GET …/issues/{issue}/`: by number or short id, with activity and tags.
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:read")?;
    let name = find::IssueName::of(&request, &caller);
    let public_url = api.public_url.clone();
    let user = caller.user();
    let shown = api
        .database
        .read(move |conn| detail(conn, &name, user, &public_url));
    Ok(HttpResponse::Ok().json(shown.await?))
}

/// `PUT …/issues/{issue}/` with `status`, `substatus` or `hasSeen`: the issue after the change. With
/// `discard` the issue goes and its later events are dropped: 204, needs `event:admin`.
pub(crate) async fn update(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    update: web::Json<IssueUpdate>,
) -> Result<HttpResponse, ApiError> {
    caller.require("event:write")?;
    if update.discards()? {
        remove(&api, &caller, &request, stored::discard).await?;
        return Ok(HttpResponse::NoContent().finish());
    }
    if update.merges()? {
        return Err(ApiError::field(
            "merge",
            "Merging takes several issues: PUT …/issues/?id=…&id=…",
        ));
    }
    let name = find::IssueName::of(&request, &caller);
    let public_url = api.public_url.clone();
    let change = update.change()?;
    let user = caller.user();
    let seen = update.has_seen.unwrap_or(false);
    let shown = api.database.write(move |conn| {
        let (issue, _, _) = find::issue(conn, &name)?;
        let now = Timestamp::now();
        if let Some(change) = change {
            stored::change_status(conn, &[issue.id], change, user, now)?;
        }
        if let (true, Some(user)) = (seen, user) {
            stored::mark_seen(conn, issue.id, user, now)?;
        }
        detail(conn, &name, user, &public_url)
    });
    Ok(HttpResponse::Ok().json(shown.await?))
}

/// `DELETE …/issues/{issue}/`: 202; it is hidden at once and its rows go in the background. A later
/// event of it makes a new issue.
pub(crate) async fn delete(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    remove(&api, &caller, &request, stored::delete).await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Deletes or discards issues.
pub(super) type Removal =
    fn(&mut Conn<'_>, &[IssueId], Option<UserId>, Timestamp) -> StoreResult<usize>;

async fn remove(
    api: &Api,
    caller: &Caller,
    request: &HttpRequest,
    how: Removal,
) -> Result<(), ApiError> {
    caller.require("event:admin")?;
    let name = find::IssueName::of(request, caller);
    let user = caller.user();
    let removed = api.database.write(move |conn| {
        let (issue, _, _) = find::issue(conn, &name)?;
        how(conn, &[issue.id], user, Timestamp::now())
    });
    removed.await?;
    Ok(())
}

fn detail(
    conn: &mut Conn<'_>,
    name: &find::IssueName,
    user: Option<UserId>,
    public_url: &str,
) -> StoreResult<Value> {
    let (issue, project, organization) = find::issue(conn, name)?;
    let from_hour = stats_from_hour(Timestamp::now());
    let hours = stored::sparklines(conn, &[issue.id], from_hour, STATS_HOURS)?;
    let place = Place {
        organization: &organization,
        project: &project,
        public_url,
    };
    let hours = hours.into_iter().next().unwrap_or_default();
    let has_seen = match user {
        Some(user) => !stored::seen_by(conn, &[issue.id], user)?.is_empty(),
        None => false,
    };
    let mut shown = shape::issue(&issue, &place, has_seen, from_hour, &hours);
    let estimates = sampling::estimates(conn, std::slice::from_ref(&issue), Timestamp::now())?;
    shape::add_estimate(&mut shown, estimates.get(&issue.id));
    let activity = activities(conn, issue.id)?;
    let days = days(conn, issue.id)?;
    if let Some(stats) = shown.get_mut("stats").and_then(Value::as_object_mut) {
        stats.insert("30d".into(), json!(days));
    }
    let tags = tag::distribution(conn, issue.id, TAG_VALUES)?;
    let report_count = feedback::count_of_issue(conn, issue.id)?;
    if let Some(shown) = shown.as_object_mut() {
        let release =
            |version: &Option<String>| version.as_ref().map(|version| json!({"version": version}));
        shown.insert("activity".into(), json!(activity));
        shown.insert("tags".into(), tags.iter().map(shape::tag_key).collect());
        shown.insert("firstRelease".into(), json!(release(&issue.first_release)));
        shown.insert("lastRelease".into(), json!(release(&issue.last_release)));
        shown.insert("seenBy".into(), json!([]));
        shown.insert("participants".into(), json!([]));
        shown.insert("userReportCount".into(), json!(report_count));
        shown.insert("pluginActions".into(), json!([]));
    }
    Ok(shown)
}

/// What happened to an issue, with the accounts that did it.
fn activities(conn: &mut Conn<'_>, issue: IssueId) -> StoreResult<Vec<Value>> {
    let found = activity::list(conn, issue, ACTIVITY_MAX)?;
    let mut known = Accounts::new();
    let shown = found.iter().map(|activity| {
        let user = accounts::of(conn, &mut known, activity.user_id)?;
        Ok(shape::activity(activity, user))
    });
    shown.collect()
}

/// Events per day in UTC, as `[start of the day in seconds, events]`.
fn days(conn: &mut Conn<'_>, issue: IssueId) -> StoreResult<Vec<(i64, i64)>> {
    let hours_per_day = i64::try_from(HOURS_PER_DAY).unwrap_or(24);
    let today = Timestamp::now().0 / (MICROS_PER_HOUR * hours_per_day);
    let from_hour = (today - STATS_DAYS + 1) * hours_per_day;
    let hours = usize::try_from(STATS_DAYS * hours_per_day).unwrap_or(0);
    let found = stored::sparklines(conn, &[issue], from_hour, hours)?;
    let line = found.into_iter().next().unwrap_or_default();
    let starts = (from_hour..).step_by(HOURS_PER_DAY).map(shape::seconds);
    Ok(starts
        .zip(line.chunks(HOURS_PER_DAY).map(|day| day.iter().sum()))
        .collect())
}
