//! Counts the different users of an hour.

use std::collections::BTreeMap;

use super::{Gain, Part, user_of};
use crate::conn::Conn;
use crate::error::Result;
use crate::release_health::{
    SessionRow, USER_CRASHED, USER_ERRORED, USER_SEEN, USERS_PER_HOUR_MAX,
};
use crate::rows::Column::Number;
use crate::rows::{Cell, Rows};
use crate::writer::names::number;

/// Number of an hour's row and of a user.
type Place = (i64, i64);

/// What befell a user, before and now.
#[derive(Clone, Copy, Default)]
struct Befell {
    before: i64,
    now: i64,
}

/// Adds the users to the gains of their hours, up to [`USERS_PER_HOUR_MAX`] in each.
pub(super) fn count(
    conn: &mut Conn<'_>,
    parts: &[Part<'_>],
    ids: &[i64],
    gains: &mut BTreeMap<i64, Gain>,
) -> Result<()> {
    let mut users: BTreeMap<Place, Befell> = BTreeMap::new();
    for (part, id) in parts.iter().zip(ids) {
        if let Some(user) = user_of(part.row) {
            users.entry((*id, user)).or_default().now |= mask_of(part.row);
        }
    }
    look_up(conn, &mut users)?;
    let mut counts = user_counts(conn, &users)?;
    let mut rows = Rows::new([Number; 3]);
    for ((id, user), befell) in users {
        let new = befell.now & !befell.before;
        let count = counts.entry(id).or_default();
        if new == 0 || (befell.before == 0 && *count >= USERS_PER_HOUR_MAX) {
            continue;
        }
        *count += i64::from(befell.before == 0);
        gains.entry(id).or_default().add_user(new);
        rows.push([
            Cell::Number(id),
            Cell::Number(user),
            Cell::Number(befell.now),
        ]);
    }
    rows.execute(
        conn,
        "INSERT INTO session_hour_user (session_hour_id, user_hash, mask) \
         SELECT e.column1, e.column2, e.column3",
        "WHERE true ON CONFLICT (session_hour_id, user_hash) DO UPDATE SET \
         mask = session_hour_user.mask | excluded.mask",
    )
}

impl Gain {
    /// Adds what is new of one user.
    fn add_user(&mut self, mask: i64) {
        self.users += i64::from(mask & USER_SEEN != 0);
        self.users_errored += i64::from(mask & USER_ERRORED != 0);
        self.users_crashed += i64::from(mask & USER_CRASHED != 0);
    }
}

fn mask_of(row: &SessionRow) -> i64 {
    let errored = if row.errored > 0 { USER_ERRORED } else { 0 };
    let crashed = if row.crashed > 0 { USER_CRASHED } else { 0 };
    USER_SEEN | errored | crashed
}

/// What befell the users before.
fn look_up(conn: &mut Conn<'_>, users: &mut BTreeMap<Place, Befell>) -> Result<()> {
    let mut rows = Rows::new([Number; 3]);
    for (place, (id, user)) in users.keys().enumerate() {
        rows.push([
            Cell::Number(*id),
            Cell::Number(*user),
            Cell::Number(number(place)),
        ]);
    }
    let found = rows.load(
        conn,
        "SELECT e.column3, u.mask",
        "JOIN session_hour_user AS u ON u.session_hour_id = e.column1 AND u.user_hash = e.column2",
    )?;
    let found: BTreeMap<i64, i64> = found.into_iter().collect();
    for (place, befell) in users.values_mut().enumerate() {
        befell.before = found.get(&number(place)).copied().unwrap_or(0);
    }
    Ok(())
}

/// How many users those hours have that get new ones.
fn user_counts(conn: &mut Conn<'_>, users: &BTreeMap<Place, Befell>) -> Result<BTreeMap<i64, i64>> {
    let new = users.iter().filter(|(_, befell)| befell.before == 0);
    let mut ids: Vec<i64> = new.map(|((id, _), _)| *id).collect();
    ids.dedup();
    let mut rows = Rows::new([Number]);
    ids.iter().for_each(|id| rows.push([Cell::Number(*id)]));
    let found = rows.load(
        conn,
        "SELECT h.id, h.users",
        "JOIN session_hour AS h ON h.id = e.column1",
    )?;
    Ok(found.into_iter().collect())
}
