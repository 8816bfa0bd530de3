use actix_web::web::{self, Bytes};
use futures_util::future::join_all;
use watchfire_event::EventId;
use watchfire_store::attachment::{NewAttachment, with_digest};
use watchfire_store::release_health::NewSessions;
use watchfire_store::tombstone::DISCARDED_HASH;
use watchfire_store::{Blobs, NewEvent, NewRecord, Saved, Stored, WriteError, Writer};

use crate::error::IngestError;
use crate::ingest::Ingest;
use crate::outcome::{Ledger, Outcome, Pending, Refused};
use crate::quota::{Charge, Denied, RateLimits};
use crate::request::Reservation;

/// What came of the items of one request so far.
#[derive(Default)]
pub(crate) struct Taken<'a> {
    /// The id for the answer, if the request has one.
    pub(crate) id: Option<EventId>,
    /// The limits that items ran into.
    limits: RateLimits,
    /// What is still to be stored.
    waiting: Vec<Waiting<'a>>,
    /// Why the request's event is not stored, if it is not.
    refused: Option<Refused>,
    /// Whether there was no memory for a file, which is counted.
    is_file_lost: bool,
    /// The memory that waits with what is to be stored.
    memory: Option<Reservation>,
}

/// Something that waits to be stored.
struct Waiting<'a> {
    pending: Pending<'a>,
    charge: Charge,
    work: Work,
}

/// The same, free of the request.
struct Detached {
    receipt: Receipt,
    work: Work,
}

/// What is to be undone and counted if something is not stored. What is stored, or was there
/// already, is counted by the writer.
struct Receipt {
    ledger: Ledger,
    charge: Charge,
}

/// What is stored, and how.
#[expect(
    clippy::large_enum_variant,
    reason = "the largest is nearly always the only one"
)]
enum Work {
    Event(NewEvent),
    Record(NewRecord),
    File(NewAttachment, Bytes),
}

impl Waiting<'_> {
    fn detach(self) -> Detached {
        let Self {
            pending,
            charge,
            work,
        } = self;
        let ledger = pending.detach();
        Detached {
            receipt: Receipt { ledger, charge },
            work,
        }
    }
}

impl Receipt {
    /// Notes what the writer said: whether the item is new.
    fn settle(self, is_new: Result<bool, WriteError>) -> Result<(), WriteError> {
        match is_new {
            Ok(true) => Ok(()),
            Ok(false) => {
                self.charge.give_back();
                Ok(())
            }
            Err(error) => {
                self.refuse(error);
                Err(error)
            }
        }
    }

    /// Counts an item that is not stored, and gives back what it took of the quotas.
    fn refuse(self, refused: impl Into<Refused>) {
        self.ledger.refuse(self.charge.amount(), refused);
        self.charge.give_back();
    }
}

impl<'a> Taken<'a> {
    /// Keeps an event for [`commit`].
    pub(super) fn add_event(
        &mut self,
        (pending, charge): (Pending<'a>, Charge),
        id: EventId,
        event: NewEvent,
    ) {
        self.id.get_or_insert(id);
        self.add(pending, charge, Work::Event(event));
    }

    /// Keeps a record for [`commit`].
    pub(super) fn add_record(
        &mut self,
        (pending, charge): (Pending<'a>, Charge),
        record: NewRecord,
    ) {
        self.add(pending, charge, Work::Record(record));
    }

    /// Keeps a file for [`commit`], with the memory that it takes.
    pub(super) fn add_file(
        &mut self,
        (pending, charge): (Pending<'a>, Charge),
        attachment: NewAttachment,
        (bytes, memory): (Bytes, Reservation),
    ) {
        match &mut self.memory {
            Some(all) => all.join(memory),
            None => self.memory = Some(memory),
        }
        self.add(pending, charge, Work::File(attachment, bytes));
    }

    fn add(&mut self, pending: Pending<'a>, charge: Charge, work: Work) {
        self.waiting.push(Waiting {
            pending,
            charge,
            work,
        });
    }

    /// Notes a limit for the answer.
    pub(super) fn note_limit(&mut self, denied: Denied) {
        self.limits.add(denied);
    }

    /// Notes that there was no memory for a file: [`commit`] stores the rest and then says so.
    pub(super) fn note_lost_file(&mut self) {
        self.is_file_lost = true;
    }

    /// Notes that an event is not stored: its attachments go with it.
    pub(super) fn note_refused(&mut self, refused: Refused) {
        self.refused.get_or_insert(refused);
    }

    /// Why the attachments are not to be stored either: the request has an event, and that is not
    /// stored.
    pub(super) fn refused_event(&self) -> Option<&Refused> {
        let is_event = |it: &Waiting<'_>| match &it.work {
            Work::Event(_) | Work::Record(NewRecord::Feedback(_)) => true,
            Work::Record(_) | Work::File(..) => false,
        };
        self.refused
            .as_ref()
            .filter(|_| !self.waiting.iter().any(is_event))
    }
}

/// Stores everything that was taken, all of it at once but sessions, and returns when it is
/// committed: the limits that other items ran into. The caller answers 429 with them
/// ([`RateLimits::or_limited`]), unless its endpoint never does. A client that goes away meanwhile
/// changes nothing.
///
/// # Errors
/// [`IngestError::NotStored`] when something is not stored; each item is counted.
pub(crate) async fn commit(taken: Taken<'_>, ingest: &Ingest) -> Result<RateLimits, IngestError> {
    let Taken {
        limits,
        waiting,
        memory,
        is_file_lost,
        ..
    } = taken;
    let so_far = match is_file_lost {
        true => Err(WriteError::Busy),
        false => Ok(()),
    };
    if waiting.is_empty() {
        return so_far.map_err(IngestError::NotStored).map(|()| limits);
    }
    let detached: Vec<_> = waiting.into_iter().map(Waiting::detach).collect();
    let (blobs, writer) = (ingest.blobs.clone(), ingest.writer.clone());
    let storing = actix_web::rt::spawn(async move {
        let result = store_all(detached, so_far, blobs, writer).await;
        // The bytes of the files are held until here, whether or not the request is.
        drop(memory);
        result
    });
    let stored = storing.await.unwrap_or(Err(WriteError::Down));
    stored.map_err(IngestError::NotStored)?;
    Ok(limits)
}

/// Sessions come last, and only when everything else is stored: a client that is told of a failure
/// sends all of it again, and of these only sessions would be counted twice.
async fn store_all(
    detached: Vec<Detached>,
    so_far: Result<(), WriteError>,
    blobs: Blobs,
    writer: Writer,
) -> Result<(), WriteError> {
    let (so_far, detached) = event_first(detached, so_far, &writer).await;
    let mut stores = Vec::with_capacity(detached.len());
    let mut sessions: Option<NewSessions> = None;
    let mut receipts = Vec::new();
    for Detached { receipt, work } in detached {
        match (work, &mut sessions) {
            (Work::Record(NewRecord::Sessions(more)), Some(all)) => {
                all.quantity = all.quantity.saturating_add(more.quantity);
                all.rows.extend(more.rows);
                receipts.push(receipt);
            }
            (Work::Record(NewRecord::Sessions(first)), all) => {
                *all = Some(first);
                receipts.push(receipt);
            }
            (work, _) => stores.push(store(receipt, work, &blobs, &writer)),
        }
    }
    let stored: Result<(), _> = join_all(stores).await.into_iter().collect();
    let mut result = so_far.and(stored);
    if let Some(sessions) = sessions {
        if result.is_ok() {
            let saved = writer.save(NewRecord::Sessions(sessions)).await;
            result = saved.map(drop);
        }
        if let Err(error) = result {
            receipts.into_iter().for_each(|it| it.refuse(error));
        }
    }
    result
}

/// Where files came with an event, the event goes first: those of an event that belongs to a
/// discarded issue go with it. Returns what is left to store.
async fn event_first(
    detached: Vec<Detached>,
    so_far: Result<(), WriteError>,
    writer: &Writer,
) -> (Result<(), WriteError>, Vec<Detached>) {
    let is_event = |it: &Detached| matches!(it.work, Work::Event(_));
    let is_file = |it: &Detached| matches!(it.work, Work::File(..));
    if !(detached.iter().any(is_event) && detached.iter().any(is_file)) {
        return (so_far, detached);
    }
    let mut result = so_far;
    let mut is_discarded = false;
    let mut left = Vec::with_capacity(detached.len());
    for Detached { receipt, work } in detached {
        let Work::Event(event) = work else {
            left.push(Detached { receipt, work });
            continue;
        };
        let stored = writer.store(event).await;
        is_discarded |= stored == Ok(Stored::Discarded);
        result = result.and(receipt.settle(stored.map(is_new)));
    }
    if !is_discarded {
        return (result, left);
    }
    let (files, left): (Vec<_>, Vec<_>) = left.into_iter().partition(is_file);
    for file in files {
        file.receipt
            .refuse(Outcome::Filtered(DISCARDED_HASH.into()));
    }
    (result, left)
}

fn is_new(stored: Stored) -> bool {
    stored.kept().is_some_and(|kept| !kept.duplicate)
}

async fn store(
    receipt: Receipt,
    work: Work,
    blobs: &Blobs,
    writer: &Writer,
) -> Result<(), WriteError> {
    let is_new = match work {
        Work::Event(event) => writer.store(event).await.map(is_new),
        Work::Record(record) => writer.save(record).await.map(|it| it == Saved::New),
        Work::File(attachment, bytes) => {
            return store_file(receipt, (attachment, bytes), blobs, writer).await;
        }
    };
    receipt.settle(is_new)
}

/// The bytes must be on the disk before the row that names them.
async fn store_file(
    receipt: Receipt,
    (mut attachment, bytes): (NewAttachment, Bytes),
    blobs: &Blobs,
    writer: &Writer,
) -> Result<(), WriteError> {
    let (short_key, content) = (attachment.blob_key.clone(), bytes.clone());
    let digesting = web::block(move || with_digest(&short_key, &content)).await;
    // It ends early only when the server does.
    let Ok(key) = digesting else {
        receipt.refuse(WriteError::Down);
        return Err(WriteError::Down);
    };
    attachment.blob_key.clone_from(&key);
    if let Err(error) = blobs.put(&key, bytes).await {
        tracing::error!("cannot keep an attachment: {error}");
        let outcome = Outcome::invalid("upload_failed");
        receipt.refuse(outcome.because("the bytes could not be written"));
        return Err(WriteError::Down);
    }
    let saved = writer.save(NewRecord::Attachment(attachment)).await;
    if is_without_row(saved)
        && let Err(error) = blobs.delete(&key).await
    {
        tracing::warn!("cannot remove the bytes of an attachment that is not kept: {error}");
    }
    receipt.settle(saved.map(|it| it == Saved::New))
}

/// Whether certainly no row names the bytes. A database that went away may have committed before
/// it could say so: bytes that nothing names are better than a row without its bytes.
const fn is_without_row(saved: Result<Saved, WriteError>) -> bool {
    match saved {
        Ok(Saved::Duplicate | Saved::Refused) | Err(WriteError::Busy) => true,
        Ok(Saved::New) | Err(WriteError::Down) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_removed_only_when_no_row_can_name_them() {
        assert!(is_without_row(Ok(Saved::Duplicate)));
        assert!(is_without_row(Ok(Saved::Refused)));
        assert!(is_without_row(Err(WriteError::Busy)));
        assert!(!is_without_row(Ok(Saved::New)));
        assert!(!is_without_row(Err(WriteError::Down)));
    }
}
