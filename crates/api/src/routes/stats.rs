//! What became of everything that came in, over time.

use std::collections::BTreeSet;

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use watchfire_event::{ProjectId, Timestamp};
use watchfire_store::outcome::{self, Outcome, OutcomeBucket, SERIES_ROWS_MAX};

use super::scope::{Scope, repeated};
use crate::Api;
use crate::auth::Caller;
use crate::category;
use crate::error::ApiError;
use crate::period::{Period, PeriodQuery};
use crate::series::{By, Series, too_much};

const QUANTITY: &str = "sum(quantity)";
const TIMES_SEEN: &str = "sum(times_seen)";
const OUTCOMES: [Outcome; 5] = [
    Outcome::Accepted,
    Outcome::Filtered,
    Outcome::RateLimited,
    Outcome::Invalid,
    Outcome::ClientDiscard,
];

/// How much, and how many pieces: attachments are counted in bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    quantity: i64,
    times_seen: i64,
}

/// Which outcomes are asked for and how they are put together.
struct Question {
    fields: Vec<String>,
    group_by: Vec<Dimension>,
    /// Stored names; empty for all.
    categories: BTreeSet<&'static str>,
    outcomes: Vec<Outcome>,
    reasons: Vec<String>,
}

/// What outcomes can be grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dimension {
    Outcome,
    Reason,
    Category,
    Project,
}

/// `GET …/stats_v2/` with `field` (`sum(quantity)`, `sum(times_seen)`), `groupBy` (outcome, reason,
/// category, project), `category`, `outcome`, `reason`, `project` (numbers), `interval` and
/// `statsPeriod` or `start` and `end` (reference/PRODUCT.md section 5.3).
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
    let asked = question.stored_categories();
    let found = api.database.read(move |conn| {
        let (_, projects) = scope.read(conn)?;
        let projects: Vec<ProjectId> = projects.iter().map(|project| project.id).collect();
        let (from, to, hours) = (period.from, period.to, period.bucket_hours);
        let mut buckets = Vec::new();
        for category in asked {
            buckets.push(outcome::series(conn, &projects, category, from, to, hours)?);
        }
        Ok(buckets)
    });
    let found = found.await?;
    let rows_max = usize::try_from(SERIES_ROWS_MAX).unwrap_or(usize::MAX);
    if found.iter().any(|buckets| buckets.len() >= rows_max) {
        return Err(too_much());
    }
    question.answer(period, &found.concat())
}

impl Question {
    fn read(request: &HttpRequest) -> Result<Self, ApiError> {
        let fields = repeated(request, "field");
        if fields.is_empty() {
            return Err(invalid("At least one \"field\" is required."));
        }
        if let Some(field) = fields
            .iter()
            .find(|field| ![QUANTITY, TIMES_SEEN].contains(&field.as_str()))
        {
            return Err(invalid(format!(
                "Invalid field: {field:?}; use {QUANTITY} or {TIMES_SEEN}"
            )));
        }
        let mut group_by: Vec<Dimension> = Vec::new();
        for name in repeated(request, "groupBy") {
            let dimension = Dimension::parse(&name)?;
            if !group_by.contains(&dimension) {
                group_by.push(dimension);
            }
        }
        let mut categories = BTreeSet::new();
        for name in repeated(request, "category") {
            let found = category::parse(&name);
            let found = found.ok_or_else(|| invalid(format!("Invalid category: {name:?}")))?;
            categories.extend(category::members(found));
        }
        if categories.is_empty() && !group_by.contains(&Dimension::Category) {
            // Bytes and pieces do not add up.
            return Err(invalid("Query must have category as groupby or filter"));
        }
        let outcomes = repeated(request, "outcome");
        let outcomes = outcomes.iter().map(|name| parse_outcome(name));
        Ok(Self {
            fields,
            group_by,
            categories,
            outcomes: outcomes.collect::<Result<_, _>>()?,
            reasons: repeated(request, "reason"),
        })
    }

    /// The stored categories to read one by one; nothing stands for all at once.
    fn stored_categories(&self) -> Vec<Option<&'static str>> {
        let mut names: BTreeSet<&'static str> = self.categories.clone();
        if names.contains("attachment") {
            // The pieces of attachments are counted in a category of their own.
            names.insert("attachment_item");
        }
        if names.is_empty() {
            return vec![None];
        }
        names.into_iter().map(Some).collect()
    }

    fn answer(&self, period: Period, buckets: &[OutcomeBucket]) -> Result<HttpResponse, ApiError> {
        let mut series = Series::<Sums>::new(period);
        for bucket in buckets.iter().filter(|bucket| self.is_wanted(bucket)) {
            for (category, sums) in contributions(bucket) {
                if self.categories.is_empty() || self.categories.contains(category) {
                    let by = self.group_by.iter().map(|by| by.of(bucket, category));
                    series.add(by.collect(), bucket.start, |total| {
                        total.quantity += sums.quantity;
                        total.times_seen += sums.times_seen;
                    });
                }
            }
        }
        let names: Vec<&str> = self.group_by.iter().map(|by| by.name()).collect();
        let shown = series.shape(&names, &self.fields, |field, sums| match field {
            QUANTITY => json!(sums.quantity),
            _ => json!(sums.times_seen),
        })?;
        Ok(HttpResponse::Ok().json(shown))
    }

    fn is_wanted(&self, bucket: &OutcomeBucket) -> bool {
        let outcome = self.outcomes.is_empty() || self.outcomes.contains(&bucket.outcome);
        outcome && (self.reasons.is_empty() || self.reasons.contains(&bucket.reason))
    }
}

impl Dimension {
    fn parse(name: &str) -> Result<Self, ApiError> {
        let all = [Self::Outcome, Self::Reason, Self::Category, Self::Project];
        let found = all.into_iter().find(|dimension| dimension.name() == name);
        found.ok_or_else(|| {
            invalid(format!(
                "Invalid groupBy: {name:?}; use outcome, reason, category or project"
            ))
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Outcome => "outcome",
            Self::Reason => "reason",
            Self::Category => "category",
            Self::Project => "project",
        }
    }

    fn of(self, bucket: &OutcomeBucket, category: &str) -> By {
        match self {
            Self::Outcome => By::Text(bucket.outcome.as_str().to_owned()),
            Self::Reason if bucket.reason.is_empty() => By::Text("none".to_owned()),
            Self::Reason => By::Text(bucket.reason.clone()),
            Self::Category => By::Text(category::shown(category).to_owned()),
            Self::Project => By::Number(bucket.project.map_or(0, |project| project.0)),
        }
    }
}

/// What a stored count adds to which category. Attachments are two counts: bytes, and pieces.
fn contributions(bucket: &OutcomeBucket) -> Vec<(&str, Sums)> {
    let sums = |quantity, times_seen| Sums {
        quantity,
        times_seen,
    };
    let count = bucket.quantity;
    match bucket.category.as_str() {
        "attachment" => vec![("attachment", sums(count, 0))],
        "attachment_item" => vec![
            ("attachment_item", sums(count, count)),
            ("attachment", sums(0, count)),
        ],
        other => vec![(other, sums(count, count))],
    }
}

fn parse_outcome(name: &str) -> Result<Outcome, ApiError> {
    let found = OUTCOMES
        .into_iter()
        .find(|outcome| outcome.as_str() == name);
    found.ok_or_else(|| {
        let known: Vec<&str> = OUTCOMES.iter().map(|outcome| outcome.as_str()).collect();
        invalid(format!(
            "Invalid outcome: {name:?}; use {}",
            known.join(", ")
        ))
    })
}

fn invalid(detail: impl Into<String>) -> ApiError {
    ApiError::BadRequest(detail.into())
}
