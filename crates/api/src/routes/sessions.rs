//! Sessions over time: how many there were, how many crashed, and how many users that hit.
//!
//! Users are told apart per release and environment. Groups that hold several of those add them up,
//! so that somebody who used two releases counts twice there.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};
use watchfire_event::{ProjectId, Timestamp};
use watchfire_store::outcome::hour_of;
use watchfire_store::release_health::{self, HealthBucket, ROWS_MAX};

use super::scope::{Scope, repeated};
use crate::Api;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::period::{Period, PeriodQuery};
use crate::series::{By, Series, too_much};

/// The fields that can be asked for.
const FIELDS: [&str; 6] = [
    "sum(session)",
    "count_unique(user)",
    "crash_rate(session)",
    "crash_rate(user)",
    "crash_free_rate(session)",
    "crash_free_rate(user)",
];
/// What sessions can be grouped by.
const DIMENSIONS: [&str; 4] = ["project", "release", "environment", STATUS];
const STATUS: &str = "session.status";
/// The ways in which a session goes.
const STATUSES: [&str; 5] = ["healthy", "errored", "unhandled", "abnormal", "crashed"];

/// Sums of sessions and users. Where they are grouped by status, `total` and `users` are those of
/// the status.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    total: i64,
    crashed: i64,
    users: i64,
    users_crashed: i64,
}

/// Which sessions are asked for.
struct Question {
    fields: Vec<String>,
    group_by: Vec<&'static str>,
    environments: Vec<String>,
    releases: Vec<String>,
}

/// `GET …/sessions/` with `field`, `groupBy`, `project`, `environment`, `query` (`release:V` and
/// `environment:E`), `interval`, and `statsPeriod` or `start` and `end`.
pub(crate) async fn show(
    api: web::Data<Api>,
    caller: Caller,
    request: HttpRequest,
    period: web::Query<PeriodQuery>,
) -> Result<HttpResponse, ApiError> {
    caller.require("org:read")?;
    let question = Question::read(&request)?;
    let period = period.read(Timestamp::now())?;
    let scope = Scope::of(&request, &caller);
    let found = api.database.read(move |conn| {
        let (_, projects) = scope.read(conn)?;
        let projects: Vec<ProjectId> = projects.iter().map(|project| project.id).collect();
        let (from, to) = (period.from, period.to);
        let buckets = release_health::series(conn, &projects, from, to, period.bucket_hours)?;
        // One bucket as long as all time tells users of the whole period apart.
        let whole = release_health::series(conn, &projects, from, to, hour_of(to) + 1)?;
        Ok((buckets, whole))
    });
    let (buckets, whole) = found.await?;
    let rows_max = usize::try_from(ROWS_MAX).unwrap_or(usize::MAX);
    if buckets.len() >= rows_max || whole.len() >= rows_max {
        return Err(too_much());
    }
    Ok(HttpResponse::Ok().json(question.answer(period, &buckets, &whole)?))
}

impl Question {
    fn read(request: &HttpRequest) -> Result<Self, ApiError> {
        let fields = repeated(request, "field");
        if fields.is_empty() {
            return Err(invalid("Request is missing a \"field\"".to_owned()));
        }
        if let Some(field) = fields
            .iter()
            .find(|field| !FIELDS.contains(&field.as_str()))
        {
            return Err(invalid(format!(
                "Invalid field: {field:?}; use {}",
                FIELDS.join(", ")
            )));
        }
        let mut group_by = Vec::new();
        for name in repeated(request, "groupBy") {
            let known = DIMENSIONS.into_iter().find(|known| *known == name);
            let known = known.ok_or_else(|| {
                invalid(format!(
                    "Invalid groupBy: {name:?}; use {}",
                    DIMENSIONS.join(", ")
                ))
            })?;
            if !group_by.contains(&known) {
                group_by.push(known);
            }
        }
        if group_by.contains(&STATUS)
            && let Some(field) = fields.iter().find(|field| field.contains("rate("))
        {
            return Err(invalid(format!(
                "Cannot group field {field} by {STATUS}; leave one of them out"
            )));
        }
        let (mut environments, mut releases) = (repeated(request, "environment"), Vec::new());
        for query in repeated(request, "query") {
            for term in query.split_whitespace() {
                match term.split_once(':') {
                    Some(("release", value)) => releases.push(value.trim_matches('"').to_owned()),
                    Some(("environment", value)) => {
                        environments.push(value.trim_matches('"').to_owned());
                    }
                    _ => {
                        return Err(invalid(format!(
                            "Invalid query: {term:?}; use release:VERSION and environment:NAME"
                        )));
                    }
                }
            }
        }
        environments.retain(|name| !name.is_empty());
        Ok(Self {
            fields,
            group_by,
            environments,
            releases,
        })
    }

    fn answer(
        &self,
        period: Period,
        buckets: &[HealthBucket],
        whole: &[HealthBucket],
    ) -> Result<Value, ApiError> {
        let mut series = Series::<Sums>::new(period);
        for bucket in buckets.iter().filter(|bucket| self.is_wanted(bucket)) {
            for (by, sums) in self.split(bucket) {
                series.add(by, bucket.start, |total| total.add(sums));
            }
        }
        // Somebody who came back on another day is one user of the whole.
        series.reset_totals(|total| (total.users, total.users_crashed) = (0, 0));
        for bucket in whole.iter().filter(|bucket| self.is_wanted(bucket)) {
            for (by, sums) in self.split(bucket) {
                series.add_to_total(by, |total| {
                    total.users += sums.users;
                    total.users_crashed += sums.users_crashed;
                });
            }
        }
        series.shape(&self.group_by, &self.fields, |field, sums| match field {
            "sum(session)" => json!(sums.total),
            "count_unique(user)" => json!(sums.users),
            "crash_rate(session)" => rate(sums.crashed, sums.total),
            "crash_rate(user)" => rate(sums.users_crashed, sums.users),
            "crash_free_rate(session)" => rate(sums.total - sums.crashed, sums.total),
            _ => rate(sums.users - sums.users_crashed, sums.users),
        })
    }

    fn is_wanted(&self, bucket: &HealthBucket) -> bool {
        let is_in = |wanted: &[String], name: &String| wanted.is_empty() || wanted.contains(name);
        is_in(&self.environments, &bucket.environment) && is_in(&self.releases, &bucket.release)
    }

    /// The groups that a bucket belongs to with what it adds to each: one, or one a status.
    fn split(&self, bucket: &HealthBucket) -> Vec<(Vec<By>, Sums)> {
        let by = |status: &str| {
            let part = |name: &&'static str| match *name {
                "project" => By::Number(bucket.project_id.0),
                "release" => By::Text(bucket.release.clone()),
                "environment" => By::Text(bucket.environment.clone()),
                _ => By::Text(status.to_owned()),
            };
            self.group_by.iter().map(part).collect()
        };
        if !self.group_by.contains(&STATUS) {
            return vec![(by(""), Sums::of(bucket))];
        }
        STATUSES
            .into_iter()
            .map(|status| (by(status), Sums::of_status(bucket, status)))
            .collect()
    }
}

impl Sums {
    fn of(bucket: &HealthBucket) -> Self {
        Self {
            total: bucket.total,
            crashed: bucket.crashed,
            users: bucket.users,
            users_crashed: bucket.users_crashed,
        }
    }

    /// The sessions that went one way. `errored` of a bucket holds every other way than healthy.
    fn of_status(bucket: &HealthBucket, status: &str) -> Self {
        let worse = bucket.crashed + bucket.abnormal + bucket.unhandled;
        let (total, users) = match status {
            "healthy" => (
                bucket.total - bucket.errored,
                bucket.users - bucket.users_errored,
            ),
            "errored" => (
                bucket.errored - worse,
                bucket.users_errored - bucket.users_crashed,
            ),
            "unhandled" => (bucket.unhandled, 0),
            "abnormal" => (bucket.abnormal, 0),
            _ => (bucket.crashed, bucket.users_crashed),
        };
        Self {
            total: total.max(0),
            users: users.max(0),
            ..Self::default()
        }
    }

    fn add(&mut self, other: Self) {
        self.total += other.total;
        self.crashed += other.crashed;
        self.users += other.users;
        self.users_crashed += other.users_crashed;
    }
}

/// A part of a whole; null where there is no whole.
fn rate(part: i64, whole: i64) -> Value {
    if whole <= 0 {
        return Value::Null;
    }
    #[expect(
        clippy::as_conversions,
        reason = "counts of sessions fit a float well enough"
    )]
    let rate = part.clamp(0, whole) as f64 / whole as f64;
    json!(rate)
}

fn invalid(detail: String) -> ApiError {
    ApiError::BadRequest(detail)
}
