//! Adds moved events to the issue that they go to.

use diesel::prelude::*;

use super::{Moving, Reading};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::new_event::Looks;
use crate::schema::issue;
use crate::writer::{Counted, Totals, add_stored};

pub(super) fn add(
    conn: &mut Conn<'_>,
    reading: &Reading<'_>,
    id: i64,
    moving: &[&Moving<'_, '_>],
) -> Result<()> {
    let Some(totals) = Totals::of(moving.iter().map(|it| &it.facts)) else {
        return Ok(());
    };
    let Some(newest) = moving.get(totals.newest) else {
        return Ok(());
    };
    let first = moving.iter().min_by_key(|it| it.facts.timestamp);
    let first_release = first.and_then(|it| it.facts.release.as_deref());
    let grouping = reading.grouper.describe(newest.event);
    let looks = Looks::of(newest.event, &grouping);
    add_counted(conn, id, totals, first_release, &looks)
}

/// Adds what is counted of some events to the issue that has them now. `first_release` is the
/// release of the first of them, `looks` those of the last.
pub(super) fn add_counted(
    conn: &mut Conn<'_>,
    id: i64,
    totals: Totals<'_>,
    first_release: Option<&str>,
    looks: &Looks,
) -> Result<()> {
    begin(conn, id, first_release, &totals)?;
    let counted = Counted {
        id,
        is_new: false,
        regressed: false,
        totals,
        looks,
    };
    add_stored(conn, &[counted])
}

/// An issue without events begins with these; one whose first event comes now notes its release.
fn begin(
    conn: &mut Conn<'_>,
    id: i64,
    first_release: Option<&str>,
    totals: &Totals<'_>,
) -> Result<()> {
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
