//! The free space of a database's files, where deleted rows stay until something else is written
//! there.

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};

use crate::conn::{Conn, PgConnection};
use crate::error::Result;
use crate::job::{LONG_STEP, Task};

/// An SQLite database that is larger is not written anew, because nothing can be stored meanwhile:
/// so much takes a few seconds.
const REWRITE_BYTES_MAX: i64 = 512 << 20;

/// The tables that hold texts of events, for PostgreSQL.
const TABLES: [&str; 21] = [
    "event",
    "issue",
    "issue_tag",
    "issue_tag_key",
    "issue_user",
    "feedback",
    "attachment",
    "activity",
    "tombstone",
    "project_release",
    "project_environment",
    "session_hour",
    "session_hour_user",
    "dropped_head",
    "ignore_rule_hour",
    "sampled_hash",
    "sampled_tag",
    "sampled_user",
    "trace_rate_hour",
    "client_discard_hour",
    "dictionary",
];

/// What stays on PostgreSQL.
const LEFT_BY_PG: &str = "PostgreSQL gave the space of removed rows free, but overwrites it only when \
    it needs it; its write-ahead log and archives keep them for as long as it is set up to.";

/// What a step came to.
pub(crate) struct Cleaned {
    /// Where the next step begins; nothing when there is no more to do.
    pub(crate) next: Option<i64>,
    /// What could not be done, a sentence for people.
    pub(crate) left: Option<String>,
}

/// Cleans free space, outside of every transaction: all of an SQLite database, or of PostgreSQL the
/// table of the job's cursor. Returns nothing when the job is no longer ours.
pub(crate) fn clean(task: &mut Task<'_>) -> Result<Option<Cleaned>> {
    if !task.hold(LONG_STEP)? {
        return Ok(None);
    }
    let place = task.job.cursor;
    let cleaned = task.database.with_writer(|conn| match conn {
        Conn::Sqlite(c) => Ok(Cleaned {
            next: None,
            left: clean_sqlite(c)?,
        }),
        Conn::Pg(c) => Ok(clean_table(c, place)),
    });
    cleaned.map(Some)
}

fn clean_table(c: &mut PgConnection, place: i64) -> Cleaned {
    let table = usize::try_from(place).ok().and_then(|it| TABLES.get(it));
    let Some(table) = table else {
        return Cleaned {
            next: None,
            left: Some(LEFT_BY_PG.to_owned()),
        };
    };
    let vacuumed = c.batch_execute(&format!("VACUUM {table}"));
    let left = vacuumed.err().map(|error| {
        tracing::warn!("the table {table} was not vacuumed: {error}");
        format!(
            "The space of removed rows of the table {table} could not be given free (the log says \
             why): run `VACUUM {table}`."
        )
    });
    Cleaned {
        next: Some(place + 1),
        left,
    }
}

/// Deleted rows were overwritten when they were deleted (`secure_delete`); what earlier splits of
/// pages left beside them goes when the file is written anew. At last the write-ahead log is
/// emptied, which holds pages as they were.
fn clean_sqlite(c: &mut SqliteConnection) -> Result<Option<String>> {
    let bytes: i64 =
        sql::<BigInt>("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
            .get_result(c)?;
    let mut left = None;
    if bytes <= REWRITE_BYTES_MAX {
        // The copy is as large as the database: not in memory.
        c.batch_execute("PRAGMA temp_store = FILE")?;
        let rewritten = c.batch_execute("VACUUM");
        c.batch_execute("PRAGMA temp_store = MEMORY")?;
        if let Err(error) = rewritten {
            tracing::warn!("the database file was not written anew: {error}");
            left = Some(
                "The database file could not be written anew (the log says why): copies that \
                 earlier changes left between its rows stay until `VACUUM` is run on it."
                    .to_owned(),
            );
        }
    } else {
        left = Some(format!(
            "The database file is larger than {} MiB and was not written anew, because nothing \
             could be stored meanwhile: copies that earlier changes left between its rows stay \
             until `VACUUM` is run on it.",
            REWRITE_BYTES_MAX >> 20
        ));
    }
    let (busy, _, _): (i32, i32, i32) =
        sql::<(Integer, Integer, Integer)>("PRAGMA wal_checkpoint(TRUNCATE)").get_result(c)?;
    if busy != 0 {
        left.get_or_insert_with(|| {
            "The write-ahead log was in use and could not be emptied: it goes when the server stops."
                .to_owned()
        });
    }
    Ok(left)
}
