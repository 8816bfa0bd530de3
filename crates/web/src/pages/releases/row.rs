use serde::Serialize;
use watchfire_event::Timestamp;
use watchfire_store::release_health::{HealthBucket, OTHER, ReleaseHealth};

use super::bars::Bars;
use crate::{address, number};

/// A release as the page shows it.
#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) version: String,
    /// Its issues; absent where the search cannot say the version.
    pub(super) href: Option<String>,
    pub(super) first_seen: Option<Timestamp>,
    pub(super) last_seen: Option<Timestamp>,
    /// What its sessions tell; absent when it had none in the period.
    pub(super) health: Option<Health>,
}

/// The sessions of a release in the period.
#[derive(Debug, Serialize)]
pub(super) struct Health {
    pub(super) sessions: i64,
    /// Whether there is a single session, which is named so.
    pub(super) is_one: bool,
    pub(super) users: i64,
    pub(super) crash_free_sessions: String,
    /// Absent where sessions name no users.
    pub(super) crash_free_users: Option<String>,
    /// How worried one should be: `good`, `warn`, `bad`.
    pub(super) tone: &'static str,
    pub(super) errored: i64,
    pub(super) crashed: i64,
    pub(super) abnormal: i64,
    /// Its part of all sessions of the period.
    pub(super) adoption: String,
    /// The length of its bar, of 100.
    pub(super) adoption_length: i64,
    pub(super) bars: Bars,
}

/// Sums over the period, of one release.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    pub(super) total: i64,
    pub(super) errored: i64,
    pub(super) abnormal: i64,
    pub(super) crashed: i64,
    pub(super) users: i64,
    pub(super) users_crashed: i64,
}

impl From<&HealthBucket> for Sums {
    fn from(bucket: &HealthBucket) -> Self {
        Self {
            total: bucket.total,
            errored: bucket.errored,
            abnormal: bucket.abnormal,
            crashed: bucket.crashed,
            users: bucket.users,
            users_crashed: bucket.users_crashed,
        }
    }
}

impl From<&ReleaseHealth> for Sums {
    fn from(health: &ReleaseHealth) -> Self {
        Self {
            total: health.total,
            errored: health.errored,
            abnormal: health.abnormal,
            crashed: health.crashed,
            users: health.users,
            users_crashed: health.users_crashed,
        }
    }
}

impl Health {
    /// The health of a release among `all` sessions of the period; nothing without sessions.
    pub(super) fn of(sums: Sums, all: i64, bars: Bars) -> Option<Self> {
        if sums.total <= 0 {
            return None;
        }
        Some(Self {
            sessions: sums.total,
            is_one: sums.total == 1,
            users: sums.users,
            crash_free_sessions: number::rate_without(sums.crashed, sums.total),
            crash_free_users: (sums.users > 0)
                .then(|| number::rate_without(sums.users_crashed, sums.users)),
            tone: tone(sums.crashed, sums.total),
            errored: sums
                .errored
                .saturating_sub(sums.crashed)
                .saturating_sub(sums.abnormal)
                .max(0),
            crashed: sums.crashed,
            abnormal: sums.abnormal,
            adoption: number::share(sums.total, all),
            adoption_length: (sums.total.saturating_mul(100) / all.max(1)).clamp(1, 100),
            bars,
        })
    }
}

/// Sentry's thresholds: below 99.5 % free of crashes is worth a look, below 98 % is bad.
fn tone(crashed: i64, total: i64) -> &'static str {
    let (crashed, total) = (i128::from(crashed) * 1_000, i128::from(total));
    match () {
        () if crashed > total * 20 => "bad",
        () if crashed > total * 5 => "warn",
        () => "good",
    }
}

/// The issues of a release; nothing where the search cannot say its name.
pub(super) fn issues(slug: &str, version: &str, environment: &str) -> Option<String> {
    let is_sayable = version != OTHER
        && !version.contains(['"', '*', '\\'])
        && !version.chars().any(char::is_control);
    let query = format!("release:\"{version}\"");
    is_sayable.then(|| {
        address::with_query(
            &address::issues(slug),
            &[
                ("query", &query),
                ("environment", environment),
                ("period", "all"),
            ],
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crashes_and_errors_are_told_apart() {
        let sums = Sums {
            total: 1_000,
            errored: 40,
            abnormal: 5,
            crashed: 10,
            users: 100,
            users_crashed: 1,
        };
        let health = Health::of(sums, 4_000, Bars::default()).unwrap();
        assert_eq!(health.crash_free_sessions, "99 %");
        assert_eq!(health.crash_free_users.as_deref(), Some("99 %"));
        assert_eq!((health.errored, health.adoption.as_str()), (25, "25 %"));
        assert_eq!(health.tone, "warn");
        assert_eq!(
            [tone(5, 1_000), tone(6, 1_000), tone(2, 97)],
            ["good", "warn", "bad"]
        );
        assert!(Health::of(Sums::default(), 10, Bars::default()).is_none());
    }

    #[test]
    fn a_release_leads_to_its_issues_if_the_search_can_say_it() {
        assert_eq!(
            issues("shop", "shop@1.4", "").as_deref(),
            Some("/projects/shop/issues?query=release:%22shop%401.4%22&period=all")
        );
        assert_eq!(issues("shop", "a\"b", ""), None);
        assert_eq!(issues("shop", OTHER, ""), None);
    }
}
