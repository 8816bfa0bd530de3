//! The version of the grouping, as the overview shows it.

use serde::Serialize;
use watchfire_event::Timestamp;
use watchfire_grouping::Version;
use watchfire_store::grouping_rules::{OLDER_VERSION_DAYS, ProjectVersion};

use crate::{address, moment};

const DAY_MICROS: i64 = 24 * 60 * 60 * 1_000_000;

/// The version in force and what else there is.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct VersionView {
    current: &'static str,
    is_latest: bool,
    /// The version before, while its fingerprints are still looked up.
    older: Option<&'static str>,
    older_until: Option<Timestamp>,
    older_until_words: String,
    /// The newest version, where it is another.
    newer: Option<OtherVersion>,
    /// The version to go back to.
    back: Option<OtherVersion>,
}

/// A version that could be chosen.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct OtherVersion {
    id: &'static str,
    /// Where it can be tried.
    href: String,
    /// What it does differently, a sentence each.
    changes: Vec<&'static str>,
}

impl VersionView {
    /// The version of the project of this slug.
    pub(super) fn of(known: ProjectVersion, slug: &str) -> Self {
        let current = known.version;
        let newest = Version::LATEST;
        Self {
            current: current.id(),
            is_latest: current == newest,
            older: known.older.map(|(version, _)| version.id()),
            older_until: known.older.map(|(_, until)| until),
            older_until_words: known
                .older
                .map_or_else(String::new, |(_, until)| day(until)),
            newer: (current < newest).then(|| other(newest, current, slug)),
            back: before(current).map(|version| other(version, current, slug)),
        }
    }
}

/// What differs between two versions, in sentences; those of going back are the same ones.
pub(super) fn changes(one: Version, other: Version) -> Vec<&'static str> {
    let (from, to) = if one < other {
        (one, other)
    } else {
        (other, one)
    };
    let between = Version::ALL
        .into_iter()
        .filter(|version| *version > from && *version <= to);
    between
        .flat_map(|version| version.changes().iter().copied())
        .collect()
}

/// The last day on which the version before is looked up if it is changed now: `2027-02-19`.
pub(super) fn fallback_day(now: Timestamp) -> String {
    day(now.plus_micros(OLDER_VERSION_DAYS * DAY_MICROS))
}

fn day(at: Timestamp) -> String {
    moment::exact(at).chars().take(10).collect()
}

fn before(version: Version) -> Option<Version> {
    Version::ALL.into_iter().rev().find(|one| *one < version)
}

fn other(version: Version, current: Version, slug: &str) -> OtherVersion {
    let page = address::grouping_version(slug);
    OtherVersion {
        id: version.id(),
        href: address::with_query(&page, &[("to", version.id())]),
        changes: changes(current, version),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(version: Version, older: Option<(Version, Timestamp)>) -> ProjectVersion {
        ProjectVersion {
            version,
            older,
            knows_sentry: false,
        }
    }

    #[test]
    fn an_old_version_is_offered_the_newest_and_the_newest_the_way_back() {
        let old = VersionView::of(known(Version::Newstyle2023, None), "shop");
        let newer = old.newer.unwrap();
        assert_eq!(newer.id, Version::LATEST.id());
        assert!(!newer.changes.is_empty() && newer.href.contains("/grouping/version?to="));
        assert_eq!(old.back, None);
        let until = Timestamp(1_800_000_000_000_000);
        let older = Some((Version::Newstyle2023, until));
        let new = VersionView::of(known(Version::LATEST, older), "shop");
        assert!(new.is_latest && new.newer.is_none());
        assert_eq!(new.back.unwrap().id, Version::Newstyle2023.id());
        assert_eq!(new.older_until_words, "2027-01-15");
    }

    #[test]
    fn the_fallback_lasts_ninety_days() {
        let now = Timestamp::parse("2026-11-21T12:00:00Z").unwrap();
        assert_eq!(fallback_day(now), "2027-02-19");
    }
}
