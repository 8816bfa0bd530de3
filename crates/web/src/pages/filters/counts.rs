//! How much each filter refused lately.

use std::collections::HashMap;

use watchfire_event::{ProjectId, Timestamp};
use watchfire_store::outcome::{self, Outcome};
use watchfire_store::{self as store, Conn};

/// The days that are counted.
pub(super) const DAYS: i64 = 30;
const DAY_MICROS: i64 = 24 * 3_600 * 1_000_000;
/// What is counted besides the item that was refused: its spans, and the files that went with it.
const BESIDES: [&str; 3] = ["span", "attachment", "attachment_item"];

/// How many items were refused in the last [`DAYS`], by the outcome's reason.
pub(super) fn by_reason(
    conn: &mut Conn<'_>,
    project: ProjectId,
    now: Timestamp,
) -> store::Result<HashMap<String, i64>> {
    let from = now.plus_micros(-DAYS * DAY_MICROS);
    let mut counts = HashMap::new();
    for total in outcome::totals(conn, Some(project), from, now)? {
        if total.outcome == Outcome::Filtered && !BESIDES.contains(&total.category.as_str()) {
            let count: &mut i64 = counts.entry(total.reason).or_default();
            *count = count.saturating_add(total.quantity);
        }
    }
    Ok(counts)
}
