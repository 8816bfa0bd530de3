//! Counts what went wrong, once for each session however often it tells of it.

use std::collections::BTreeMap;

use super::{Gain, Part};
use crate::conn::Conn;
use crate::error::Result;
use crate::release_health::SessionRow;
use crate::rows::Column::Number;
use crate::rows::{Cell, Rows};
use crate::writer::names::number;

const ERRORED: i64 = 1;
const ABNORMAL: i64 = 2;
const UNHANDLED: i64 = 4;
const CRASHED: i64 = 8;

/// Project and both halves of the id of a session.
type SessionKey = (i64, i64, i64);

/// What was counted of a session.
#[derive(Clone, Copy)]
struct Counted {
    before: i64,
    now: i64,
    started_at: i64,
}

/// Adds the problems to the gains of their hours.
pub(super) fn count(
    conn: &mut Conn<'_>,
    parts: &[Part<'_>],
    ids: &[i64],
    gains: &mut BTreeMap<i64, Gain>,
) -> Result<()> {
    let mut sessions = look_up(conn, parts)?;
    for (part, id) in parts.iter().zip(ids) {
        let gain = gains.entry(*id).or_default();
        let session = session_of(part).and_then(|key| sessions.get_mut(&key));
        match session {
            Some(session) => {
                let new = mask_of(part.row) & !session.now;
                session.now |= new;
                gain.add_mask(new);
            }
            None => gain.add_row(part.row),
        }
    }
    save(conn, &sessions)
}

impl Gain {
    /// Adds one session's problems.
    fn add_mask(&mut self, mask: i64) {
        self.errored += i64::from(mask & ERRORED != 0);
        self.abnormal += i64::from(mask & ABNORMAL != 0);
        self.unhandled += i64::from(mask & UNHANDLED != 0);
        self.crashed += i64::from(mask & CRASHED != 0);
    }

    /// Adds the problems of many sessions.
    fn add_row(&mut self, row: &SessionRow) {
        self.errored += i64::from(row.errored);
        self.abnormal += i64::from(row.abnormal);
        self.unhandled += i64::from(row.unhandled);
        self.crashed += i64::from(row.crashed);
    }
}

fn mask_of(row: &SessionRow) -> i64 {
    let bit = |count: u32, bit: i64| if count > 0 { bit } else { 0 };
    bit(row.errored, ERRORED)
        | bit(row.abnormal, ABNORMAL)
        | bit(row.unhandled, UNHANDLED)
        | bit(row.crashed, CRASHED)
}

fn session_of(part: &Part<'_>) -> Option<SessionKey> {
    let (halves, _) = part.row.session_id.as_ref()?.as_chunks::<8>();
    let [high, low] = halves else { return None };
    Some((
        part.project,
        i64::from_be_bytes(*high),
        i64::from_be_bytes(*low),
    ))
}

/// What was counted already of the sessions that have problems.
fn look_up(conn: &mut Conn<'_>, parts: &[Part<'_>]) -> Result<BTreeMap<SessionKey, Counted>> {
    let mut sessions = BTreeMap::new();
    for part in parts.iter().filter(|part| mask_of(part.row) != 0) {
        if let Some(key) = session_of(part) {
            sessions.insert(
                key,
                Counted {
                    before: 0,
                    now: 0,
                    started_at: part.row.started.0,
                },
            );
        }
    }
    let mut rows = Rows::new([Number, Number, Number, Number]);
    for (place, (project, high, low)) in sessions.keys().enumerate() {
        rows.push([
            Cell::Number(*project),
            Cell::Number(*high),
            Cell::Number(*low),
            Cell::Number(number(place)),
        ]);
    }
    let found = rows.load(
        conn,
        "SELECT e.column4, p.mask",
        "JOIN session_problem AS p ON p.project_id = e.column1 \
         AND p.id_high = e.column2 AND p.id_low = e.column3",
    )?;
    let found: BTreeMap<i64, i64> = found.into_iter().collect();
    for (place, session) in sessions.values_mut().enumerate() {
        session.before = found.get(&number(place)).copied().unwrap_or(0);
        session.now = session.before;
    }
    Ok(sessions)
}

fn save(conn: &mut Conn<'_>, sessions: &BTreeMap<SessionKey, Counted>) -> Result<()> {
    let mut rows = Rows::new([Number; 5]);
    for ((project, high, low), session) in sessions {
        if session.now != session.before {
            rows.push([
                Cell::Number(*project),
                Cell::Number(*high),
                Cell::Number(*low),
                Cell::Number(session.now),
                Cell::Number(session.started_at),
            ]);
        }
    }
    rows.execute(
        conn,
        "INSERT INTO session_problem (project_id, id_high, id_low, mask, started_at) \
         SELECT e.column1, e.column2, e.column3, e.column4, e.column5",
        "WHERE true ON CONFLICT (project_id, id_high, id_low) DO UPDATE SET \
         mask = session_problem.mask | excluded.mask",
    )
}
