use diesel::prelude::*;
use watchfire_event::Timestamp;

use super::KEY_MICROS;
use super::data::Data;
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::job::{JobKind, JobState};
use crate::schema::job;

/// How many keys one step forgets.
const STEP: i64 = 100;

/// Forgets keys of receipts whose jobs were done, failed or paused [`KEY_MICROS`] before `now`.
///
/// Salts that earlier receipts had go at once. A job that was not done cannot go on without its key.
/// Returns whether there may be more.
///
/// # Errors
/// When the database fails.
pub fn forget_keys(conn: &mut Conn<'_>, now: Timestamp) -> Result<bool> {
    let states = [JobState::Done, JobState::Failed, JobState::Paused].map(JobState::as_str);
    let is_old = job::changed_at.lt(now.plus_micros(-KEY_MICROS).0);
    let has_key = job::data.like(r#"%"key":"%"#);
    let has_salt = job::data.like(r#"%"salt":"%"#);
    let rows: Vec<(i64, String, i64)> = on!(conn, |c| job::table
        .filter(job::kind.eq(JobKind::Erase.as_str()))
        .filter(job::state.eq_any(states))
        .filter(is_old.and(has_key).or(has_salt))
        .limit(STEP)
        .select((job::id, job::data, job::changed_at))
        .load(c))?;
    let mut forgotten = 0;
    for (id, text, changed_at) in rows {
        let Ok(mut data) = serde_json::from_str::<Data>(&text) else {
            continue;
        };
        data.forget_person();
        // Unless somebody resumed it meanwhile.
        let row = job::table
            .find(id)
            .filter(job::state.eq_any(states))
            .filter(job::changed_at.eq(changed_at));
        forgotten += on!(conn, |c| diesel::update(row)
            .set(job::data.eq(data.to_json()))
            .execute(c))?;
    }
    Ok(i64::try_from(forgotten) == Ok(STEP))
}
