//! The older statistics of one project, which scripts still ask for.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};
use watchfire_event::Timestamp;
use watchfire_store::outcome::{self, Outcome};

use super::find;
use crate::Api;
use crate::auth::Caller;
use crate::category;
use crate::error::ApiError;
use crate::period::{Period, PeriodQuery};

/// What is shown when the client does not say since when.
const DAY_MICROS: i64 = 86_400 * MICROS_PER_SECOND;
const MICROS_PER_SECOND: i64 = 1_000_000;

/// The parameters of the older statistics of one project.
#[derive(Deserialize)]
pub(crate) struct OldQuery {
    stat: Option<String>,
    since: Option<f64>,
    until: Option<f64>,
    resolution: Option<String>,
}

/// `GET …/projects/{organization}/{project}/stats/` with `stat` (received, rejected, blacklisted,
/// generated), `since` and `until` (seconds) and `resolution` (1h or 1d): pairs of time and count
/// of errors.
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    query: web::Query<OldQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.require("project:read")?;
    let outcomes: &[Outcome] = match query.stat.as_deref() {
        None | Some("received") => &[Outcome::Accepted, Outcome::Filtered, Outcome::RateLimited],
        Some("rejected") => &[Outcome::RateLimited],
        Some("blacklisted") => &[Outcome::Filtered],
        Some("generated") => &[Outcome::Accepted],
        Some(other) => {
            return Err(ApiError::BadRequest(format!(
                "Invalid stat: {other:?}; use received, rejected, blacklisted or generated"
            )));
        }
    };
    let period = query.period(Timestamp::now())?;
    let place = find::ProjectName::of(&request, &caller);
    let found = api.database.read(move |conn| {
        let (project, _) = find::named_project(conn, &place)?;
        let (from, to, hours) = (period.from, period.to, period.bucket_hours);
        outcome::series(conn, &[project.id], None, from, to, hours)
    });
    let mut counts = vec![0; usize::try_from(period.len()).unwrap_or(0)];
    for bucket in found.await? {
        let is_error = category::shown(&bucket.category) == "error";
        let place = period.index_of(bucket.start);
        if let Some(count) = place.and_then(|index| counts.get_mut(index))
            && is_error
            && outcomes.contains(&bucket.outcome)
        {
            *count += bucket.quantity;
        }
    }
    let seconds = |at: Timestamp| at.0.div_euclid(MICROS_PER_SECOND);
    let shown: Vec<Value> = period
        .starts()
        .zip(counts)
        .map(|(at, count)| json!([seconds(at), count]))
        .collect();
    Ok(HttpResponse::Ok().json(shown))
}

impl OldQuery {
    fn period(&self, now: Timestamp) -> Result<Period, ApiError> {
        let read = |name, seconds: Option<f64>, absent: Timestamp| match seconds {
            None => Ok(absent),
            Some(seconds) => Timestamp::from_seconds(seconds).ok_or_else(|| {
                ApiError::BadRequest(format!("{name} must be in seconds since 1970"))
            }),
        };
        let until = read("until", self.until, now)?;
        let since = read("since", self.since, until.plus_micros(-DAY_MICROS))?;
        let resolution = match self.resolution.as_deref() {
            // Counters are kept by the hour, however fine the client would like them.
            None | Some("10s") => "1h",
            Some(named) => named,
        };
        PeriodQuery::between(since, until, resolution).read(now)
    }
}
