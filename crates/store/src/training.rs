//! Trains compression dictionaries from stored bodies, on a thread of its own.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use diesel::prelude::*;
use watchfire_event::{ProjectId, Timestamp};

use crate::conn::{Conn, on};
use crate::database::Database;
use crate::dictionary::NONE;
use crate::error::Result;
use crate::project;
use crate::schema::event;

/// After how many events the first dictionary is trained; each later one after ten times as many.
const FIRST_TRAINING_EVENTS: i64 = 200;
const GROWTH: i64 = 10;
/// How much zstd may put into a dictionary.
const DICTIONARY_BYTES_MAX: usize = 110 << 10;
/// How many of the newest bodies a training reads, and how much of them: its cost grows with it.
const SAMPLES_MAX: i64 = 400;
const SAMPLE_BYTES_MAX: usize = 2 << 20;
/// How many bodies one transaction compresses anew.
const RECOMPRESS_STEP: usize = 32;

/// Decides when a dictionary is due.
pub(crate) struct Training {
    database: Database,
    /// Events stored so far; `None` until the database was asked.
    stored: Option<i64>,
    /// No training before so many events, because the last one came to nothing.
    not_before: i64,
    is_running: Arc<AtomicBool>,
}

/// A body to learn from.
struct Sample {
    project_id: i64,
    event_id: Vec<u8>,
    dictionary_id: i64,
    body: Vec<u8>,
}

impl Training {
    pub(crate) fn new(database: &Database) -> Self {
        Self {
            database: database.clone(),
            stored: None,
            not_before: 0,
            is_running: Arc::default(),
        }
    }

    /// Notes that events were stored, and starts a training when one is due.
    pub(crate) fn stored(&mut self, events: i64) {
        let before = self.stored.or_else(|| self.count_stored());
        // What was just stored is in the database's count already.
        let now = self.stored.map_or(before, |before| Some(before + events));
        self.stored = now;
        let newest = self.database.dictionaries().newest_id();
        let due = (0..newest).fold(FIRST_TRAINING_EVENTS, |due, _| due.saturating_mul(GROWTH));
        let due = due.max(self.not_before);
        if now.is_none_or(|now| now < due) || self.is_running.swap(true, Ordering::AcqRel) {
            return;
        }
        self.not_before = due.saturating_mul(2);
        let (database, is_running) = (self.database.clone(), Arc::clone(&self.is_running));
        let started = std::thread::Builder::new()
            .name("store-training".to_owned())
            .spawn(move || {
                if let Err(error) = train(&database) {
                    tracing::warn!("no compression dictionary was trained: {error}");
                }
                is_running.store(false, Ordering::Release);
            });
        if let Err(error) = started {
            tracing::warn!("no compression dictionary is trained: {error}");
        }
    }

    /// About how many events were ever stored: their numbers rise by one.
    fn count_stored(&self) -> Option<i64> {
        let newest = self.database.read_blocking(|conn| {
            let newest: Option<i64> = on!(conn, |c| event::table
                .select(diesel::dsl::max(event::id))
                .get_result(c))?;
            Ok(newest.unwrap_or(0))
        });
        newest.ok()
    }
}

/// Trains a dictionary, uses it from now on, and compresses those samples anew that had none.
pub(crate) fn train(database: &Database) -> Result<()> {
    let dictionaries = database.dictionaries();
    let _alone = dictionaries.training();
    let newest = dictionaries.newest_id();
    database.read_blocking(|conn| dictionaries.load(conn))?;
    if dictionaries.newest_id() != newest {
        // Another process was faster.
        return Ok(());
    }
    let samples = database.read_blocking(|conn| samples(database, conn))?;
    let bodies: Vec<&[u8]> = samples
        .iter()
        .map(|sample| sample.body.as_slice())
        .collect();
    let Ok(dictionary) = zstd::dict::from_samples(&bodies, DICTIONARY_BYTES_MAX) else {
        // Too little or too uniform to learn from; a later batch tries again with more.
        return Ok(());
    };
    let now = Timestamp::now();
    let id = database.write_blocking(|conn| dictionaries.insert(conn, &dictionary, now))?;
    dictionaries.add(id, &dictionary);

    let plain: Vec<&Sample> = samples
        .iter()
        .filter(|sample| sample.dictionary_id == NONE)
        .collect();
    for step in plain.chunks(RECOMPRESS_STEP) {
        database.write_blocking(|conn| {
            let projects: BTreeSet<i64> = step.iter().map(|sample| sample.project_id).collect();
            for id in projects {
                project::lock(conn, ProjectId(id))?;
            }
            step.iter()
                .try_for_each(|sample| recompress(database, conn, sample))
        })?;
    }
    Ok(())
}

fn samples(database: &Database, conn: &mut Conn<'_>) -> Result<Vec<Sample>> {
    let rows: Vec<(i64, Vec<u8>, i64, Vec<u8>)> = on!(conn, |c| event::table
        .order(event::id.desc())
        .limit(SAMPLES_MAX)
        .select((
            event::project_id,
            event::event_id,
            event::dictionary_id,
            event::body
        ))
        .load(c))?;
    let mut samples = Vec::with_capacity(rows.len());
    let mut bytes = 0;
    for (project_id, event_id, dictionary_id, body) in rows {
        let body = database
            .dictionaries()
            .decompress(conn, &body, dictionary_id)?;
        bytes += body.len();
        if bytes > SAMPLE_BYTES_MAX {
            break;
        }
        samples.push(Sample {
            project_id,
            event_id,
            dictionary_id,
            body,
        });
    }
    Ok(samples)
}

/// Compresses a body anew as it is now: it may have been scrubbed, or be gone, since it was read.
fn recompress(database: &Database, conn: &mut Conn<'_>, sample: &Sample) -> Result<()> {
    let row = event::table
        .filter(event::project_id.eq(sample.project_id))
        .filter(event::event_id.eq(&sample.event_id))
        .filter(event::dictionary_id.eq(NONE));
    let body: Option<Vec<u8>> = on!(conn, |c| row.select(event::body).first(c).optional())?;
    let Some(body) = body else { return Ok(()) };
    let (body, dictionary_id) = database.dictionaries().renew(conn, &body, NONE)?;
    on!(conn, |c| diesel::update(row)
        .set((event::body.eq(body), event::dictionary_id.eq(dictionary_id)))
        .execute(c))?;
    Ok(())
}
