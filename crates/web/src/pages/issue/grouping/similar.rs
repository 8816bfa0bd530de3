//! Issues that look like this one, each with what differs and the way to merge it.

use serde::Serialize;
use watchfire_event::Timestamp;
use watchfire_store::issue::format_short_id;
use watchfire_store::{self as store, Conn, Database};

use super::words;
use crate::address;
use crate::pages::issue::load::Found;

/// A similar issue as the page shows it.
#[derive(Debug, Serialize)]
pub(in crate::pages::issue) struct SimilarRow {
    id: i64,
    href: String,
    short_id: String,
    level: &'static str,
    title: String,
    culprit: String,
    events: i64,
    last_seen: Timestamp,
    /// `92 %` alike.
    alike: String,
    /// What both share.
    reason: String,
    /// What differs.
    difference: String,
    /// The comparison of the latest events of both.
    compare_href: String,
}

/// The issues that look like this one, the likest first, at most `count`.
pub(in crate::pages::issue) fn rows(
    conn: &mut Conn<'_>,
    database: &Database,
    found: &Found,
    count: usize,
) -> store::Result<Vec<SimilarRow>> {
    let slug = &found.project.slug;
    let compare = address::compare_events(slug, found.issue.id);
    let similar = store::similar::find(conn, database.dictionaries(), found.issue.id)?;
    let row = |one: store::similar::Similar| {
        let event = one.latest_event.to_string();
        SimilarRow {
            id: one.issue.id.0,
            href: address::issue(slug, one.issue.id),
            short_id: format_short_id(slug, one.issue.short_number),
            level: one.issue.level.as_str(),
            title: one.issue.title,
            culprit: one.issue.culprit,
            events: one.issue.event_count,
            last_seen: one.issue.last_seen,
            alike: percent(one.score),
            reason: words::capital(&one.reason),
            difference: words::capital(&one.difference),
            compare_href: address::with_query(
                &compare,
                &[("left", "latest"), ("right", event.as_str())],
            ),
        }
    };
    Ok(similar.into_iter().take(count).map(row).collect())
}

/// `92 %` of a share from 0 to 1.
fn percent(score: f32) -> String {
    format!("{:.0} %", (score * 100.0).clamp(0.0, 100.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_a_percentage() {
        assert_eq!(percent(0.916), "92 %");
        assert_eq!(percent(7.0), "100 %");
    }
}
