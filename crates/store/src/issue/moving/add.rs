//! Adds moved events to the issue that they go to.

use diesel::prelude::*;

use super::{Moving, Reading};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::new_event::{Facts, Looks};
use crate::schema::issue;
use crate::writer::{Counted, Totals, add_stored};

pub(super) fn add(
    conn: &mut Conn<'_>,
    reading: &Reading<'_>,
    id: i64,
    moving: &[&Moving<'_, '_>],
) -> Result<()> {
    let facts = || moving.iter().map(|it| &it.facts);
    let Some(totals) = Totals::of(facts()) else {
        return Ok(());
    };
    let Some(newest) = moving.get(totals.newest) else {
        return Ok(());
    };
    begin(conn, id, facts(), &totals)?;
    let grouping = reading.grouper.describe(newest.event);
    let counted = Counted {
        id,
        is_new: false,
        regressed: false,
        totals,
        looks: &Looks::of(newest.event, &grouping),
    };
    add_stored(conn, &[counted])
}

/// An issue without events begins with these; one whose first event comes now notes its release.
fn begin<'f>(
    conn: &mut Conn<'_>,
    id: i64,
    facts: impl Iterator<Item = &'f Facts>,
    totals: &Totals<'_>,
) -> Result<()> {
    let first = facts.min_by_key(|facts| facts.timestamp);
    let first_release = first.and_then(|facts| facts.release.as_deref());
    on!(conn, |c| diesel::update(issue::table.find(id))
        .filter(issue::event_count.le(0))
        .set((
            issue::first_seen.eq(totals.seen.first),
            issue::last_seen.eq(totals.seen.first),
            issue::first_release.eq(None::<&str>),
            issue::last_release.eq(None::<&str>),
            issue::is_unhandled.eq(false),
        ))
        .execute(c))?;
    on!(conn, |c| diesel::update(issue::table.find(id))
        .filter(
            issue::event_count
                .le(0)
                .or(issue::first_seen.gt(totals.seen.first))
        )
        .set(issue::first_release.eq(first_release))
        .execute(c))?;
    Ok(())
}
