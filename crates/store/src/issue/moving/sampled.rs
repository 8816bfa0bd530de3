//! Moves what is counted of events without a body from issue to issue, with their hashes.

use super::Reading;
use super::add::add_counted;
use super::take::take_counted;
use crate::conn::Conn;
use crate::error::Result;
use crate::new_event::Looks;
use crate::sampling;

/// Lets the events without a body follow their hashes: everything that is counted of them, exactly.
/// Returns how many there were. Where their looks are not known, those of `looks` are taken. The
/// project must be locked.
pub(in crate::issue) fn move_sampled(
    conn: &mut Conn<'_>,
    reading: &Reading<'_>,
    (from, to): (i64, i64),
    hash_keys: &[i64],
    looks: &Looks,
) -> Result<i64> {
    let sums = sampling::load(conn, from, hash_keys)?;
    sampling::shift(conn, from, to, Some(hash_keys))?;
    let mut moved = 0;
    for sum in &sums {
        let totals = sum.totals();
        moved += totals.event_count;
        take_counted(conn, reading, from, &totals)?;
        let looks = sum.looks.as_ref().unwrap_or(looks);
        add_counted(conn, to, totals, sum.first_release.as_deref(), looks)?;
    }
    Ok(moved)
}
