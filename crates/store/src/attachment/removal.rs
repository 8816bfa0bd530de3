//! Removing attachments: first the rows, with a note of what their bytes are called, then, outside
//! of the transaction, the bytes.

use diesel::prelude::*;
use watchfire_event::{ProjectId, Timestamp};

use crate::blob::{self, Blobs};
use crate::conn::{Conn, on};
use crate::database::Database;
use crate::error::Result;
use crate::job::{LONG_STEP, Task};
use crate::schema::{attachment, blob_removal};

/// How many blobs are removed in one go.
const BLOBS_MAX: i64 = 200;

/// Removes the attachments of events, and returns how many. Their bytes wait for [`sweep`].
pub(crate) fn of_events(
    conn: &mut Conn<'_>,
    project: ProjectId,
    event_ids: &[Vec<u8>],
    now: Timestamp,
) -> Result<usize> {
    let found: Vec<(i64, String)> = on!(conn, |c| attachment::table
        .filter(attachment::project_id.eq(project.0))
        .filter(attachment::event_id.eq_any(event_ids))
        .select((attachment::id, attachment::blob_key))
        .load(c))?;
    let count = found.len();
    for (id, blob_key) in found {
        on!(conn, |c| diesel::delete(attachment::table.find(id))
            .execute(c))?;
        remove_later(conn, &blob_key, now)?;
    }
    Ok(count)
}

/// Notes that nothing names the bytes of a key from a time on. Then they wait for [`sweep`].
///
/// Who is about to store bytes notes their key with a time to come, so that they do not stay when
/// no row is made for them; [`keep`] takes the note back.
pub(crate) fn remove_later(conn: &mut Conn<'_>, blob_key: &str, from: Timestamp) -> Result<()> {
    let row = (
        blob_removal::blob_key.eq(blob_key),
        blob_removal::created_at.eq(from.0),
    );
    on!(conn, |c| diesel::insert_into(blob_removal::table)
        .values(&row)
        .on_conflict_do_nothing()
        .execute(c))?;
    Ok(())
}

/// Takes back a note of [`remove_later`] whose time is to come; `false` when it is over, and the
/// bytes may be gone.
pub(crate) fn keep(conn: &mut Conn<'_>, blob_key: &str, now: Timestamp) -> Result<bool> {
    let note = blob_removal::table
        .find(blob_key)
        .filter(blob_removal::created_at.gt(now.0));
    let kept = on!(conn, |c| diesel::delete(note).execute(c))?;
    Ok(kept == 1)
}

/// Lets [`sweep`] have noted bytes at once; what is not noted any more stays.
pub(crate) fn let_go(conn: &mut Conn<'_>, blob_keys: &[&str], now: Timestamp) -> Result<()> {
    let notes = blob_removal::table.filter(blob_removal::blob_key.eq_any(blob_keys));
    on!(conn, |c| diesel::update(notes)
        .set(blob_removal::created_at.eq(now.0))
        .execute(c))?;
    Ok(())
}

/// What is left to say of a project's blobs that wait for [`sweep`]; nothing when there are none.
pub(crate) fn waiting(conn: &mut Conn<'_>, project: ProjectId) -> Result<Option<String>> {
    let blobs: i64 = on!(conn, |c| blob_removal::table
        .filter(blob_removal::blob_key.like(of_project(project)))
        .count()
        .get_result(c))?;
    Ok((blobs > 0).then(|| {
        format!(
            "{blobs} files of removed attachments wait to be deleted, which is tried every minute \
             (the log says why one cannot be)."
        )
    }))
}

/// Removes the bytes of attachments whose rows are gone, and returns of how many. What cannot be
/// removed waits for the next time; the log says why.
///
/// # Errors
/// When the database fails.
pub async fn sweep(database: &Database, blobs: &Blobs) -> Result<usize> {
    sweep_like(database, blobs, "%".to_owned()).await
}

async fn sweep_like(database: &Database, blobs: &Blobs, pattern: String) -> Result<usize> {
    let now = Timestamp::now();
    let (mut count, mut last) = (0, String::new());
    loop {
        let (after, like) = (last, pattern.clone());
        let keys: Vec<String> = database
            .read(move |conn| {
                Ok(on!(conn, |c| blob_removal::table
                    .filter(blob_removal::blob_key.gt(&after))
                    .filter(blob_removal::blob_key.like(&like))
                    .filter(blob_removal::created_at.le(now.0))
                    .order(blob_removal::blob_key)
                    .limit(BLOBS_MAX)
                    .select(blob_removal::blob_key)
                    .load(c))?)
            })
            .await?;
        let Some(key) = keys.last() else {
            return Ok(count);
        };
        last = key.clone();
        let mut removed = Vec::new();
        for key in keys {
            match blobs.delete(&key).await {
                Ok(()) => removed.push(key),
                Err(error) => tracing::warn!("the file {key} cannot be deleted: {error}"),
            }
        }
        count += removed.len();
        database
            .write(move |conn| {
                on!(conn, |c| diesel::delete(blob_removal::table)
                    .filter(blob_removal::blob_key.eq_any(&removed))
                    .execute(c))?;
                Ok(())
            })
            .await?;
    }
}

/// Does [`sweep`] for the project of a job, as a step of it, if the job knows where blobs are.
/// Returns whether the job is still ours.
pub(crate) fn sweep_for(task: &mut Task<'_>) -> Result<bool> {
    let Some(blobs) = task.blobs else {
        return Ok(true);
    };
    let is_ours = task.hold(LONG_STEP)?;
    if is_ours {
        let pattern = of_project(task.job.project_id);
        blob::wait(sweep_like(task.database, blobs, pattern))?;
    }
    Ok(is_ours)
}

/// A pattern for the keys of a project ([`super::new_blob_key`]).
fn of_project(project: ProjectId) -> String {
    format!("{project}/%")
}
