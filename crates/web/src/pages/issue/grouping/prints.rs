//! The fingerprints of an issue: what brings events to it, where each came from, and what can be
//! taken out again.

use std::collections::HashMap;

use serde::Serialize;
use watchfire_event::{IssueId, Timestamp};
use watchfire_store::issue::{IssueHash, format_short_id};
use watchfire_store::{self as store, Conn};

use super::unmerge::{HASHES_MAX, by_origin, what};
use super::variant::SHORT_DIGITS;
use crate::address;
use crate::pages::issue::load::Found;
use crate::pages::issue::view::budget::counted;

/// Fingerprints that the page shows.
const PRINTS_MAX: usize = 200;

/// The fingerprints as the page shows them.
#[derive(Debug, Serialize)]
pub(super) struct Prints {
    /// `3 fingerprints`.
    pub(super) count: String,
    /// Those that brought events or were merged first.
    pub(super) rows: Vec<PrintRow>,
    /// How many are left out, in words.
    pub(super) left_out: Option<String>,
    /// The issues that were merged into this one, with the pages that ask before one of them is
    /// taken out again.
    pub(super) sources: Vec<Source>,
    /// Whether there is more than one, so that some can leave.
    pub(super) can_unmerge: bool,
    /// Where the form is posted to.
    pub(super) href: String,
}

/// An issue that was merged into this one.
#[derive(Debug, Serialize)]
pub(super) struct Source {
    pub(super) short_id: String,
    /// `2 fingerprints with 14 events`.
    pub(super) what: String,
    pub(super) href: String,
}

/// One fingerprint.
#[derive(Debug, Serialize)]
pub(super) struct PrintRow {
    /// All digits.
    pub(super) hash: String,
    /// The first ones.
    pub(super) short: String,
    /// Whether Sentry computed it.
    pub(super) is_sentry: bool,
    /// How many events had it as their first hash.
    pub(super) events: i64,
    pub(super) first_seen: Option<Timestamp>,
    pub(super) last_seen: Option<Timestamp>,
    /// The page of its latest event.
    pub(super) latest_href: Option<String>,
    /// The comparison of its latest event with that of the issue.
    pub(super) compare_href: Option<String>,
    /// The short id of the issue that it was merged from.
    pub(super) merged_from: Option<String>,
}

impl Prints {
    /// The fingerprints of an issue.
    pub(super) fn of(
        conn: &mut Conn<'_>,
        found: &Found,
        hashes: &[IssueHash],
    ) -> store::Result<Self> {
        let names = names(conn, found, hashes)?;
        let slug = &found.project.slug;
        let address = found.address();
        let compare = address::compare_events(slug, found.issue.id);
        let row = |hash: &IssueHash| {
            let text = hash.to_string();
            let latest = hash.latest_event.map(|id| id.to_string());
            PrintRow {
                short: text.chars().take(SHORT_DIGITS).collect(),
                hash: text,
                is_sentry: hash.is_sentry,
                events: hash.event_count,
                first_seen: (hash.event_count > 0).then_some(hash.first_seen),
                last_seen: (hash.event_count > 0).then_some(hash.last_seen),
                latest_href: latest.as_ref().map(|id| format!("{address}/events/{id}")),
                compare_href: latest
                    .as_ref()
                    .map(|id| address::with_query(&compare, &[("left", "latest"), ("right", id)])),
                merged_from: hash.merged_from.and_then(|id| names.get(&id).cloned()),
            }
        };
        let href = format!("{address}/unmerge");
        // Those that brought events first.
        let mut sorted: Vec<&IssueHash> = hashes.iter().collect();
        sorted.sort_by_key(|hash| hash.event_count == 0);
        let left_out = hashes.len().saturating_sub(PRINTS_MAX);
        Ok(Self {
            count: counted(hashes.len(), "fingerprint"),
            rows: sorted.into_iter().take(PRINTS_MAX).map(row).collect(),
            left_out: (left_out > 0).then(|| counted(left_out, "further fingerprint")),
            can_unmerge: hashes.len() > 1,
            sources: sources(hashes, &names, &href),
            href,
        })
    }
}

/// The issues that can be taken out again as a whole.
fn sources(hashes: &[IssueHash], names: &HashMap<IssueId, String>, href: &str) -> Vec<Source> {
    let all: Vec<&IssueHash> = hashes.iter().collect();
    let source = |(from, group): (Option<IssueId>, Vec<&IssueHash>)| {
        let short_id = names.get(&from?)?.clone();
        let digits: Vec<String> = group
            .iter()
            .take(HASHES_MAX)
            .map(ToString::to_string)
            .collect();
        let is_whole = group.len() <= HASHES_MAX && group.len() < all.len();
        is_whole.then(|| Source {
            what: what(&group),
            href: address::with_query(href, &[("hash", &digits.join(","))]),
            short_id,
        })
    };
    by_origin(&all).into_iter().filter_map(source).collect()
}

/// The short ids of the issues that fingerprints were merged from.
fn names(
    conn: &mut Conn<'_>,
    found: &Found,
    hashes: &[IssueHash],
) -> store::Result<HashMap<IssueId, String>> {
    let mut ids: Vec<IssueId> = hashes.iter().filter_map(|hash| hash.merged_from).collect();
    ids.sort_unstable_by_key(|id| id.0);
    ids.dedup();
    let issues = store::issue::get_many(conn, &ids)?;
    let name = |number| format_short_id(&found.project.slug, number);
    Ok(issues
        .into_iter()
        .map(|issue| (issue.id, name(issue.short_number)))
        .collect())
}
