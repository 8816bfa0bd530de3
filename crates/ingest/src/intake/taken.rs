use std::sync::Arc;

use actix_web::web::Bytes;
use futures_util::future::join_all;
use watchfire_event::EventId;
use watchfire_scrub::Scrubber;
use watchfire_store::attachment::NewAttachment;
use watchfire_store::dropped::NewHead;
use watchfire_store::release_health::NewSessions;
use watchfire_store::sampling::SAMPLED_EVENT;
use watchfire_store::tombstone::DISCARDED_HASH;
use watchfire_store::{Blobs, NewEvent, NewRecord, Saved, Stored, WriteError, Writer};

use super::file::store_file;
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
    /// What is to be remembered of events that a filter refused.
    heads: Vec<NewHead>,
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
pub(super) struct Receipt {
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
    File(NewAttachment, Bytes, Arc<Scrubber>),
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
    pub(super) fn settle(self, is_new: Result<bool, WriteError>) -> Result<(), WriteError> {
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
    pub(super) fn refuse(self, refused: impl Into<Refused>) {
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

    /// Keeps a file for [`commit`], which scrubs it, with the memory that it takes.
    pub(super) fn add_file(
        &mut self,
        (pending, charge): (Pending<'a>, Charge),
        attachment: NewAttachment,
        (bytes, memory): (Bytes, Reservation),
        scrubber: Arc<Scrubber>,
    ) {
        match &mut self.memory {
            Some(all) => all.join(memory),
            None => self.memory = Some(memory),
        }
        self.add(pending, charge, Work::File(attachment, bytes, scrubber));
    }

    fn add(&mut self, pending: Pending<'a>, charge: Charge, work: Work) {
        self.waiting.push(Waiting {
            pending,
            charge,
            work,
        });
    }

    /// Keeps what is remembered of an event that a filter refused, for [`commit`].
    pub(super) fn add_head(&mut self, head: Option<NewHead>) {
        self.heads.extend(head);
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

    /// The first event that waits to be stored.
    pub(super) fn first_event(&self) -> Option<&NewEvent> {
        self.waiting.iter().find_map(|waiting| match &waiting.work {
            Work::Event(event) => Some(event),
            Work::Record(_) | Work::File(..) => None,
        })
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
        heads,
        memory,
        is_file_lost,
        ..
    } = taken;
    if !heads.is_empty() {
        // Nobody waits for them: they are only there to try rules on.
        actix_web::rt::spawn(save_heads(heads, ingest.writer.clone()));
    }
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

async fn save_heads(heads: Vec<NewHead>, writer: Writer) {
    for head in heads {
        if let Err(error) = writer.save(NewRecord::Head(head)).await {
            tracing::debug!("a dropped event is not remembered: {error}");
        }
    }
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
/// discarded issue, or that is counted without its body, go with it. Returns what is left to store.
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
    let mut refused = None;
    let mut left = Vec::with_capacity(detached.len());
    for Detached { receipt, work } in detached {
        let Work::Event(event) = work else {
            left.push(Detached { receipt, work });
            continue;
        };
        let stored = writer.store(event).await;
        refused = refused.or(stored.ok().and_then(reason_for_files));
        result = result.and(receipt.settle(stored.map(is_new)));
    }
    let Some(reason) = refused else {
        return (result, left);
    };
    let (files, left): (Vec<_>, Vec<_>) = left.into_iter().partition(is_file);
    for file in files {
        file.receipt.refuse(Outcome::Filtered(reason.into()));
    }
    (result, left)
}

/// Why the files that came with an event are not stored; nothing when they are.
const fn reason_for_files(stored: Stored) -> Option<&'static str> {
    match stored {
        Stored::Kept(_) => None,
        Stored::Counted(_) => Some(SAMPLED_EVENT),
        Stored::Discarded => Some(DISCARDED_HASH),
    }
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
        Work::File(attachment, bytes, scrubber) => {
            let file = (attachment, bytes, scrubber);
            return store_file(receipt, file, blobs, writer).await;
        }
    };
    receipt.settle(is_new)
}
