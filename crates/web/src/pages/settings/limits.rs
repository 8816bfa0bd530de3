//! Limits of how much is taken in a window of time, as the settings show them.

use chrono::{DateTime, Datelike, NaiveDate};
use serde::Serialize;
use watchfire_event::{ProjectId, Timestamp};
use watchfire_store::quota::{MONTH_SECONDS, Quota, Scope};
use watchfire_store::{self as store, Conn, outcome};

use crate::frame::Choice;
use crate::pages::stats::category::{self, ERRORS, Unit};

const SECOND_MICROS: i64 = 1_000_000;
const HOUR_SECONDS: i64 = 3_600;

/// The windows: seconds, and words behind a number.
pub(super) const WINDOWS: [(i64, &str); 4] = [
    (60, "a minute"),
    (HOUR_SECONDS, "an hour"),
    (86_400, "a day"),
    (MONTH_SECONDS, "a month"),
];

/// What a limit of a project may count.
pub(super) const CATEGORIES: [&str; 13] = [
    ERRORS,
    "attachment",
    "feedback",
    "session",
    "transaction",
    "span",
    "log_item",
    "trace_metric",
    "monitor",
    "replay",
    "profile",
    "profile_chunk",
    "",
];

/// A limit in words.
#[derive(Debug, Serialize)]
pub(super) struct LimitView {
    /// What it counts.
    pub(super) what: String,
    /// `1,000 a minute`.
    pub(super) limit: String,
    /// How much of it is used in the window that runs; absent where that is not kept.
    pub(super) used: Option<String>,
    /// The fields that name it to the form that removes it.
    pub(super) category: String,
    pub(super) window: i64,
}

/// The form that sets a limit of a project, as it was typed.
#[derive(Debug, Default, Serialize)]
pub(super) struct LimitForm {
    pub(super) categories: Vec<Choice>,
    pub(super) windows: Vec<Choice>,
    pub(super) quantity: String,
    pub(super) problem: Option<String>,
}

impl LimitForm {
    /// The form with these fields chosen.
    pub(super) fn of(
        category: &str,
        window: &str,
        quantity: &str,
        problem: Option<String>,
    ) -> Self {
        let choice = |value: String, label: String, current: &str| Choice {
            selected: value == current,
            value,
            label,
        };
        Self {
            categories: CATEGORIES
                .into_iter()
                .map(|one| choice(one.to_owned(), what(one), category))
                .collect(),
            windows: WINDOWS
                .into_iter()
                .map(|(seconds, words)| choice(seconds.to_string(), words.to_owned(), window))
                .collect(),
            quantity: quantity.to_owned(),
            problem,
        }
    }
}

/// The limits of a project itself, with how much of them is used now.
pub(super) fn of_project(
    conn: &mut Conn<'_>,
    project: ProjectId,
    quotas: &[Quota],
    now: Timestamp,
) -> store::Result<Vec<LimitView>> {
    let mut views = Vec::new();
    for quota in quotas.iter().filter(|quota| quota.scope == Scope::Project) {
        let unit = category::unit(&quota.category);
        let limit = match unit {
            Unit::Count => unit.exact(quota.limit),
            Unit::Bytes => unit.short(quota.limit),
        };
        let words = WINDOWS
            .into_iter()
            .find(|(seconds, _)| *seconds == quota.window_seconds)
            .map_or_else(
                || format!("in {} seconds", quota.window_seconds),
                |(_, words)| words.to_owned(),
            );
        views.push(LimitView {
            what: what(&quota.category),
            limit: format!("{limit} {words}"),
            used: used(conn, project, None, quota, now)?,
            category: quota.category.clone(),
            window: quota.window_seconds,
        });
    }
    Ok(views)
}

/// How much of a limit is used in the window that runs, in words: `310 of it used`. Counts are kept
/// by the hour, so that shorter windows tell nothing.
pub(super) fn used(
    conn: &mut Conn<'_>,
    project: ProjectId,
    key: Option<i64>,
    quota: &Quota,
    now: Timestamp,
) -> store::Result<Option<String>> {
    let Some(from) = window_start(quota.window_seconds, now) else {
        return Ok(None);
    };
    let counted = counted_as(&quota.category);
    let used = outcome::accepted_since(conn, Some(project), key, &counted, from)?;
    Ok(Some(category::unit(&quota.category).short(used)))
}

/// What a limit counts, in words.
fn what(category: &str) -> String {
    match category {
        "" => "Everything".to_owned(),
        ERRORS => "Errors, messages and security reports".to_owned(),
        other => category::label(other).into_owned(),
    }
}

/// The data categories that a limit's category stands for.
pub(super) fn counted_as(category: &str) -> Vec<&str> {
    match category {
        "" => category::words()
            .filter(|word| category::unit(word) == Unit::Count)
            .collect(),
        other => category::members(other),
    }
}

/// When the window of this length began that runs now; nothing for windows shorter than an hour.
fn window_start(seconds: i64, now: Timestamp) -> Option<Timestamp> {
    if seconds < HOUR_SECONDS {
        return None;
    }
    if seconds == MONTH_SECONDS {
        let today = DateTime::from_timestamp_micros(now.0)?.date_naive();
        let first = NaiveDate::from_ymd_opt(today.year(), today.month(), 1)?;
        let midnight = first.and_hms_opt(0, 0, 0)?.and_utc();
        return Some(Timestamp(midnight.timestamp_micros()));
    }
    let window = seconds.saturating_mul(SECOND_MICROS);
    Some(Timestamp(now.0.div_euclid(window) * window))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_begin_with_the_hour_the_day_and_the_month() {
        let now = Timestamp::parse("2026-11-20T12:34:56Z").unwrap();
        let start = |seconds| window_start(seconds, now).map(|start| start.to_string());
        let expected = |text: &str| Timestamp::parse(text).map(|start| start.to_string());
        assert_eq!(start(60), None);
        assert_eq!(start(HOUR_SECONDS), expected("2026-11-20T12:00:00Z"));
        assert_eq!(start(86_400), expected("2026-11-20T00:00:00Z"));
        assert_eq!(start(MONTH_SECONDS), expected("2026-11-01T00:00:00Z"));
    }

    #[test]
    fn a_limit_of_everything_counts_pieces_and_no_bytes() {
        let counted = counted_as("");
        assert!(counted.contains(&"error") && !counted.contains(&"attachment"));
        assert_eq!(counted_as("span"), ["span"]);
        assert_eq!(what("attachment"), "Attachments, size");
    }
}
