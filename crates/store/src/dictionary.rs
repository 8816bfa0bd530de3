use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use diesel::prelude::*;
use watchfire_event::Timestamp;
use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

use crate::conn::{Conn, on};
use crate::error::{Error, Result};
use crate::schema::dictionary;

/// The dictionary's number of bodies that were compressed without one.
pub(crate) const NONE: i64 = 0;
/// The dictionary's number of bodies that are kept as they came, because there was no memory to
/// compress them.
const RAW: i64 = -1;
/// Fast: with a dictionary the small gain of higher levels costs more than it saves.
const LEVEL_WITH_DICTIONARY: i32 = 1;
/// Before the first dictionary there are few events, so they may cost a little more.
const LEVEL_WITHOUT_DICTIONARY: i32 = 3;
/// No stored body unpacks to more, so a larger claim is a broken row.
const BODY_BYTES_MAX: u64 = 64 << 20;

thread_local! {
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// The compression dictionaries of stored bodies: the newest one for writing, all of them for
/// reading. Cheap to clone; clones share what they know.
#[derive(Clone, Default)]
pub struct Dictionaries {
    known: Arc<RwLock<Known>>,
    /// Held while a dictionary is trained.
    training: Arc<Mutex<()>>,
}

#[derive(Default)]
struct Known {
    newest: Option<(i64, &'static EncoderDictionary<'static>)>,
    /// Readers of each dictionary.
    decoders: HashMap<i64, &'static DecoderDictionary<'static>>,
    /// Those that nothing is compressed with any more.
    retired: BTreeSet<i64>,
}

/// A dictionary ready for use.
struct Prepared {
    decoder: DecoderDictionary<'static>,
    /// Made when something is to be compressed with it.
    encoder: OnceLock<EncoderDictionary<'static>>,
}

/// All that this process prepared, by their bytes. They live until the process ends: there are
/// few, and the compressors of all threads may refer to them.
static PREPARED: Mutex<BTreeMap<Vec<u8>, &'static Prepared>> = Mutex::new(BTreeMap::new());

impl Prepared {
    fn of(bytes: &[u8]) -> &'static Self {
        let mut known = PREPARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(prepared) = known.get(bytes) {
            return prepared;
        }
        let prepared: &'static Self = Box::leak(Box::new(Self {
            decoder: DecoderDictionary::copy(bytes),
            encoder: OnceLock::new(),
        }));
        known.insert(bytes.to_vec(), prepared);
        prepared
    }
}

impl Dictionaries {
    /// How many dictionaries this process knows.
    #[must_use]
    pub fn count(&self) -> usize {
        self.read().decoders.len()
    }

    /// Compresses a body and tells the number of the dictionary that was used.
    pub(crate) fn compress(&self, body: &[u8]) -> (Vec<u8>, i64) {
        let newest = self.read().newest;
        COMPRESSOR.with_borrow_mut(|slot| {
            if let Some((id, dictionary)) = newest
                && let Ok(bytes) = compress_with(slot, dictionary, body)
            {
                return (bytes, id);
            }
            match zstd::bulk::compress(body, LEVEL_WITHOUT_DICTIONARY) {
                Ok(bytes) => (bytes, NONE),
                Err(_) => (body.to_vec(), RAW),
            }
        })
    }

    /// Unpacks a body. Asks the database for a dictionary that another process has trained.
    pub(crate) fn decompress(
        &self,
        conn: &mut Conn<'_>,
        bytes: &[u8],
        dictionary_id: i64,
    ) -> Result<Vec<u8>> {
        let dictionary = match dictionary_id {
            RAW => return Ok(bytes.to_vec()),
            NONE => None,
            id => Some(self.decoder(conn, id)?),
        };
        let broken = |reason: String| {
            Error::Query(diesel::result::Error::DeserializationError(reason.into()))
        };
        let length = zstd::zstd_safe::get_frame_content_size(bytes)
            .ok()
            .flatten()
            .filter(|length| *length <= BODY_BYTES_MAX)
            .and_then(|length| usize::try_from(length).ok())
            .ok_or_else(|| broken("a stored body is broken".to_owned()))?;
        match dictionary {
            None => zstd::bulk::decompress(bytes, length),
            Some(dictionary) => DECOMPRESSOR.with_borrow_mut(|slot| {
                let decompressor = match slot {
                    Some(decompressor) => decompressor,
                    empty => empty.insert(Decompressor::new()?),
                };
                decompressor.set_prepared_dictionary(dictionary)?;
                decompressor.decompress(bytes, length)
            }),
        }
        .map_err(|error| broken(error.to_string()))
    }

    /// Reads all dictionaries of the database.
    pub(crate) fn load(&self, conn: &mut Conn<'_>) -> Result<()> {
        let rows: Vec<(i64, Vec<u8>, Option<i64>)> = on!(conn, |c| dictionary::table
            .select((dictionary::id, dictionary::bytes, dictionary::retired_at))
            .order(dictionary::id)
            .load(c))?;
        for (id, bytes, retired_at) in rows {
            if retired_at.is_some() {
                self.retire(&[id]);
            }
            if !bytes.is_empty() {
                self.add(id, &bytes);
            }
        }
        Ok(())
    }

    /// Compresses nothing more with these dictionaries. What was compressed with them stays
    /// readable for this process.
    pub(crate) fn retire(&self, ids: &[i64]) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.retired.extend(ids);
        if known.newest.is_some_and(|(id, _)| ids.contains(&id)) {
            known.newest = None;
        }
    }

    /// Those of the dictionaries that nobody may use any more. This process uses them no more
    /// either.
    pub(crate) fn retired(&self, conn: &mut Conn<'_>, ids: &BTreeSet<i64>) -> Result<Vec<i64>> {
        let retired: Vec<i64> = on!(conn, |c| dictionary::table
            .filter(dictionary::id.eq_any(ids))
            .filter(dictionary::retired_at.is_not_null())
            .select(dictionary::id)
            .load(c))?;
        if !retired.is_empty() {
            self.retire(&retired);
            self.load(conn)?;
        }
        Ok(retired)
    }

    /// Waits until no dictionary is being trained by this process, and keeps it from training one.
    pub(crate) fn training(&self) -> MutexGuard<'_, ()> {
        self.training.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Compresses bodies that are stored at once, with no dictionary that another process has
    /// retired meanwhile. Their projects must be locked: who retires a dictionary waits for all
    /// locks before it looks for bodies that need it.
    pub(crate) fn compress_locked(
        &self,
        conn: &mut Conn<'_>,
        bodies: &[&[u8]],
    ) -> Result<Vec<(Vec<u8>, i64)>> {
        loop {
            let packed: Vec<(Vec<u8>, i64)> =
                bodies.iter().map(|body| self.compress(body)).collect();
            let ids = packed.iter().map(|(_, id)| *id);
            let used: BTreeSet<i64> = ids.filter(|id| *id > NONE).collect();
            // Each round knows of a retired dictionary more.
            if used.is_empty() || self.retired(conn, &used)?.is_empty() {
                return Ok(packed);
            }
        }
    }

    /// Compresses a body anew, with the newest dictionary. Its project must be locked, as for
    /// [`Dictionaries::compress_locked`].
    pub(crate) fn renew(
        &self,
        conn: &mut Conn<'_>,
        bytes: &[u8],
        dictionary_id: i64,
    ) -> Result<(Vec<u8>, i64)> {
        let body = self.decompress(conn, bytes, dictionary_id)?;
        let packed = self.compress_locked(conn, &[&body])?.pop();
        Ok(packed.unwrap_or_else(|| self.compress(&body)))
    }

    /// The number of the newest dictionary; 0 before the first.
    pub(crate) fn newest_id(&self) -> i64 {
        self.read().newest.map_or(NONE, |(id, _)| id)
    }

    /// Stores a dictionary under the next number and uses it from now on.
    pub(crate) fn insert(&self, conn: &mut Conn<'_>, bytes: &[u8], now: Timestamp) -> Result<i64> {
        let newest: Option<i64> = on!(conn, |c| dictionary::table
            .select(diesel::dsl::max(dictionary::id))
            .get_result(c))?;
        let id = newest.unwrap_or(NONE) + 1;
        let row = (
            dictionary::id.eq(id),
            dictionary::bytes.eq(bytes),
            dictionary::created_at.eq(now.0),
        );
        on!(conn, |c| diesel::insert_into(dictionary::table)
            .values(row)
            .execute(c))?;
        Ok(id)
    }

    /// Uses a dictionary from now on. Only after its row is committed: a body must never refer to
    /// a dictionary that is not there.
    pub(crate) fn add(&self, id: i64, bytes: &[u8]) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.decoders.contains_key(&id) {
            return;
        }
        let prepared = Prepared::of(bytes);
        known.decoders.insert(id, &prepared.decoder);
        let is_retired = known.retired.contains(&id);
        if !is_retired && known.newest.is_none_or(|(newest, _)| newest < id) {
            let copy = || EncoderDictionary::copy(bytes, LEVEL_WITH_DICTIONARY);
            known.newest = Some((id, prepared.encoder.get_or_init(copy)));
        }
    }

    fn decoder(&self, conn: &mut Conn<'_>, id: i64) -> Result<&'static DecoderDictionary<'static>> {
        if let Some(decoder) = self.read().decoders.get(&id) {
            return Ok(decoder);
        }
        self.load(conn)?;
        self.read()
            .decoders
            .get(&id)
            .copied()
            .ok_or(Error::NotFound)
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }
}

fn compress_with(
    slot: &mut Option<Compressor<'static>>,
    dictionary: &'static EncoderDictionary<'static>,
    body: &[u8],
) -> std::io::Result<Vec<u8>> {
    let compressor = match slot {
        Some(compressor) => compressor,
        empty => empty.insert(Compressor::new(LEVEL_WITH_DICTIONARY)?),
    };
    compressor.set_prepared_dictionary(dictionary)?;
    compressor.compress(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_reads_a_dictionary_again_prepares_it_no_second_time() {
        let [one, other] = [Dictionaries::default(), Dictionaries::default()];
        one.add(1, b"the words of a dictionary");
        other.add(7, b"the words of a dictionary");
        let decoder = |of: &Dictionaries, id| of.read().decoders.get(&id).copied().unwrap();
        assert!(std::ptr::eq(decoder(&one, 1), decoder(&other, 7)));
        let encoder = |of: &Dictionaries| of.read().newest.unwrap().1;
        assert!(std::ptr::eq(encoder(&one), encoder(&other)));
    }
}
