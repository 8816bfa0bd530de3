//! Decides about every item of an envelope, and waits until what is kept is stored.

use std::borrow::Cow;

use futures_util::future::join_all;
use watchfire_event::EventId;
use watchfire_store::{WriteError, Writer};

use crate::client_report;
use crate::envelope::{Envelope, ItemKind, RawItem};
use crate::error::IngestError;
use crate::limits::Limits;
use crate::outcome::{DataCategory, Ledger, Outcome, Pending};
use crate::pipeline::{Context, Prepared, Stopped, prepare};

/// What deciding about the items of one request needs.
pub(crate) struct Intake<'a> {
    /// What the pipeline needs.
    pub(crate) context: Context<'a>,
    /// Where outcomes are counted.
    pub(crate) ledger: &'a Ledger,
    /// What an item may cost.
    pub(crate) limits: &'a Limits,
}

/// An event that waits for the writer.
pub(crate) struct Waiting<'a> {
    prepared: Prepared,
    pending: Pending<'a>,
}

/// What came of the items of one request.
#[derive(Default)]
pub(crate) struct Taken<'a> {
    /// The id for the answer, if the request has one.
    pub(crate) id: Option<EventId>,
    /// What is still to be stored.
    pub(crate) events: Vec<Waiting<'a>>,
}

impl<'a> Intake<'a> {
    /// Decides about every item: events go through the pipeline, everything else is counted. A
    /// payload that cannot be read loses only its item.
    ///
    /// # Errors
    /// [`IngestError::ItemTooLarge`] when one item is over its limit: then nothing is kept.
    pub(crate) fn take_envelope(
        &mut self,
        envelope: &Envelope<'_>,
    ) -> Result<Taken<'a>, IngestError> {
        self.check_sizes(envelope)?;
        let is_event =
            |item: &&RawItem<'_>| ItemKind::of(&item.header.item_type) == ItemKind::Event;
        // The envelope's id is the id of its event. Several events cannot share it.
        if envelope.items.iter().filter(is_event).count() <= 1 {
            self.context.request.event_id = envelope.header.event_id;
        }
        self.context.request.sent_at = envelope.header.sent_at;
        let mut taken = Taken {
            id: envelope.header.event_id,
            events: Vec::new(),
        };
        for item in &envelope.items {
            match ItemKind::of(&item.header.item_type) {
                // The outcome is counted; the other items are none the worse for it.
                ItemKind::Event => drop(self.take_event(item.payload, &mut taken)),
                ItemKind::ClientReport => {
                    let request = &self.context.request;
                    client_report::count(
                        item.payload,
                        self.ledger,
                        request.received_at,
                        request.retention_days,
                    );
                }
                ItemKind::NotKept(_) => self.refuse(item, &Outcome::invalid("feature_disabled")),
                ItemKind::Unknown => {}
            }
        }
        Ok(taken)
    }

    /// Takes one event through the pipeline and counts it if that ends its way.
    ///
    /// # Errors
    /// [`Stopped`] when there is nothing to store.
    pub(crate) fn take_event(&self, payload: &[u8], taken: &mut Taken<'a>) -> Result<(), Stopped> {
        let pending = self.ledger.pending(DataCategory::Error, 1);
        match prepare(payload, &self.context) {
            Ok(prepared) => {
                taken.id.get_or_insert(prepared.id);
                taken.events.push(Waiting { prepared, pending });
                Ok(())
            }
            Err(stopped) => {
                pending.refuse(Outcome::from(&stopped));
                Err(stopped)
            }
        }
    }

    /// Refuses the whole envelope when one item is over its limit.
    fn check_sizes(&self, envelope: &Envelope<'_>) -> Result<(), IngestError> {
        let too_large = envelope.items.iter().find_map(|item| {
            let kind = ItemKind::of(&item.header.item_type);
            (item.payload.len() > kind.bytes_max(self.limits)).then(|| kind.name())
        });
        let Some(name) = too_large else {
            return Ok(());
        };
        let outcome = Outcome::Invalid(Cow::Owned(format!("too_large:{name}")));
        for item in &envelope.items {
            self.refuse(item, &outcome);
        }
        Err(IngestError::ItemTooLarge(name))
    }

    /// Counts an item as not stored, in each of its categories.
    fn refuse(&self, item: &RawItem<'_>, outcome: &Outcome) {
        for (category, quantity) in item.quantities() {
            self.ledger
                .pending(category, quantity)
                .refuse(outcome.clone());
        }
    }
}

/// Hands the events to the writer, all before waiting for any, and returns when they are committed.
///
/// # Errors
/// [`IngestError::NotStored`] when one of them is not.
pub(crate) async fn commit(taken: Taken<'_>, writer: &Writer) -> Result<(), IngestError> {
    let stores = taken.events.into_iter().map(|event| store(event, writer));
    let stored: Result<(), WriteError> = join_all(stores).await.into_iter().collect();
    stored.map_err(IngestError::NotStored)
}

async fn store(waiting: Waiting<'_>, writer: &Writer) -> Result<(), WriteError> {
    let Waiting { prepared, pending } = waiting;
    let handed_over = pending.hand_over();
    match writer.store(prepared.event).await {
        Ok(_) => Ok(()),
        Err(error) => {
            handed_over.refuse(error.into());
            Err(error)
        }
    }
}
