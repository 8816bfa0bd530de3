//! Removing attachments: first the rows, with a note of what their bytes are called, then, outside
//! of the transaction, the bytes.

use diesel::prelude::*;
use watchfire_event::{ProjectId, Timestamp};

use crate::blob::Blobs;
use crate::conn::{Conn, on};
use crate::database::Database;
use crate::error::Result;
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
        let row = (
            blob_removal::blob_key.eq(blob_key),
            blob_removal::created_at.eq(now.0),
        );
        on!(conn, |c| diesel::insert_into(blob_removal::table)
            .values(&row)
            .on_conflict_do_nothing()
            .execute(c))?;
    }
    Ok(count)
}

/// How many blobs of a project wait for [`sweep`].
pub(crate) fn waiting(conn: &mut Conn<'_>, project: ProjectId) -> Result<i64> {
    Ok(on!(conn, |c| blob_removal::table
        .filter(blob_removal::blob_key.like(format!("{project}/%")))
        .count()
        .get_result(c))?)
}

/// Removes the bytes of attachments whose rows are gone, and returns of how many. What cannot be
/// removed waits for the next time.
///
/// # Errors
/// When the database or the blob store fails.
pub async fn sweep(database: &Database, blobs: &Blobs) -> Result<usize> {
    let mut count = 0;
    loop {
        let keys: Vec<String> = database
            .read(|conn| {
                Ok(on!(conn, |c| blob_removal::table
                    .order(blob_removal::blob_key)
                    .limit(BLOBS_MAX)
                    .select(blob_removal::blob_key)
                    .load(c))?)
            })
            .await?;
        if keys.is_empty() {
            return Ok(count);
        }
        for key in &keys {
            blobs.delete(key).await?;
        }
        count += keys.len();
        database
            .write(move |conn| {
                on!(conn, |c| diesel::delete(blob_removal::table)
                    .filter(blob_removal::blob_key.eq_any(&keys))
                    .execute(c))?;
                Ok(())
            })
            .await?;
    }
}
