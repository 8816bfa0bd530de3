//! Decides about every item of a request, and waits until what is kept is stored.

mod crash;
mod envelope;
mod file;
mod reports;
mod sessions;
mod sizes;
mod taken;

use std::sync::Arc;

use actix_web::http::header::HeaderMap;
use actix_web::web::Bytes;
use watchfire_event::{
    Dsc, Event, EventId, NormalizeContext, Timestamp, clock_drift_micros, decode,
};
use watchfire_filter::Refusal;
use watchfire_store::attachment::{NewAttachment, new_blob_key};
use watchfire_store::feedback::{NewFeedback, Source};
use watchfire_store::{Dictionaries, NewRecord};

pub(crate) use taken::{Taken, commit};

use crate::items::{Bad, Findings};
use crate::limits::Limits;
use crate::outcome::{Amount, DataCategory, Ledger, Outcome, Refused};
use crate::pipeline::{self, Context, Stopped};
use crate::project::Project;
use crate::quota::{Charge, Denied};
use crate::request::MemoryBudget;

/// What a file is called that comes without a name.
const FILENAME_DEFAULT: &str = "attachment";
/// How many characters of a file's name and of its media type are kept.
const NAME_CHARS_MAX: usize = 255;
/// The `attachment_type` of a file that names none (reference/PROTOCOL.md section 7).
pub(crate) const ATTACHMENT_TYPE_DEFAULT: &str = "event.attachment";

/// Decides about the items of one request. Make one with `Visit::intake`, hand it the items one by
/// one, and then the [`Taken`] to [`commit`].
pub(crate) struct Intake<'a> {
    /// Whose items they are.
    pub(crate) project: &'a Project,
    /// What the request tells about its events. Set `event_id` before [`Intake::take_event`] to
    /// give the event an id.
    pub(crate) request: NormalizeContext<'a>,
    /// The headers of the request.
    pub(crate) headers: &'a HeaderMap,
    /// The body that the items lie in, where it is not compressed: large files are not copied.
    pub(crate) body: Option<Bytes>,
    /// How the trace was sampled, as the envelope's header says.
    pub(crate) dsc: Option<Dsc>,
    /// What bodies are compressed with.
    pub(crate) dictionaries: &'a Dictionaries,
    /// Where outcomes are counted.
    pub(crate) ledger: &'a Ledger,
    /// What an item may cost.
    pub(crate) limits: &'a Limits,
    /// What holds the bytes of files until they are stored.
    pub(crate) memory: &'a MemoryBudget,
}

/// A file that goes with an event.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// The event, which may be in this request, may come later or never.
    pub(crate) event_id: EventId,
    /// The name that the client gave it; empty where it gave none.
    pub(crate) filename: String,
    /// Its media type, if the client named one.
    pub(crate) content_type: Option<String>,
    /// Its `attachment_type`, [`ATTACHMENT_TYPE_DEFAULT`] for an ordinary one.
    pub(crate) kind: String,
    /// What it holds.
    pub(crate) bytes: Bytes,
}

impl<'a> Intake<'a> {
    /// Takes an event through the pipeline, to be stored by [`commit`]; counts it if that ends its
    /// way. `category` is what it counts as: `Error`, or `Security` for a browser's report.
    /// Returns its id, which is also the answer's if that has none yet.
    ///
    /// # Errors
    /// [`Stopped`] when there is nothing to store; it is counted, a limit is noted for the answer,
    /// and files that are taken afterwards go with it.
    pub(crate) fn take_event(
        &self,
        payload: &[u8],
        category: DataCategory,
        taken: &mut Taken<'a>,
    ) -> Result<EventId, Stopped> {
        self.take_event_as(self.request.event_id, payload, category, taken)
    }

    /// The same for an event whose id is another than the envelope's.
    fn take_event_as(
        &self,
        event_id: Option<EventId>,
        payload: &[u8],
        category: DataCategory,
        taken: &mut Taken<'a>,
    ) -> Result<EventId, Stopped> {
        let amount = Amount::new(category, 1);
        let pending = self.ledger.pending(amount);
        match pipeline::prepare(payload, &self.context(event_id), category) {
            Ok(prepared) => {
                taken.add_event((pending, self.charge(amount)), prepared.id, prepared.event);
                Ok(prepared.id)
            }
            Err(mut stopped) => {
                if let Stopped::Filtered(filtered) = &mut stopped {
                    self.ledger.note_hits(std::mem::take(&mut filtered.hits));
                    taken.add_head(filtered.head.take());
                }
                pending.refuse(note(&stopped, taken));
                Err(stopped)
            }
        }
    }

    /// Takes what a person wrote through the same steps as an event, which it must be: with
    /// `contexts.feedback.message`. It has the id of the envelope, if that is there.
    ///
    /// # Errors
    /// As [`Intake::take_event`].
    pub(crate) fn take_feedback(
        &self,
        payload: &[u8],
        source: Source,
        taken: &mut Taken<'a>,
    ) -> Result<EventId, Stopped> {
        self.take_feedback_as(self.request.event_id, payload, source, taken)
    }

    /// The same for feedback whose id is another than the envelope's; `None` for the id in the
    /// payload.
    ///
    /// # Errors
    /// As [`Intake::take_event`].
    pub(crate) fn take_feedback_as(
        &self,
        feedback_id: Option<EventId>,
        payload: &[u8],
        source: Source,
        taken: &mut Taken<'a>,
    ) -> Result<EventId, Stopped> {
        let amount = Amount::new(DataCategory::Feedback, 1);
        let pending = self.ledger.pending(amount);
        let (project, key_id) = (self.project.id, self.project.key_id);
        let context = self.context(feedback_id);
        let scrubbed = pipeline::scrub_feedback(payload, &context);
        let feedback = scrubbed.and_then(|scrubbed| {
            NewFeedback::new(project, key_id, source, &scrubbed, self.dictionaries).ok_or_else(
                || {
                    self.charge(amount).give_back();
                    Stopped::NoMessage
                },
            )
        });
        match feedback {
            Ok(feedback) => {
                let id = feedback.feedback_id();
                taken.id.get_or_insert(id);
                let record = NewRecord::Feedback(Box::new(feedback));
                taken.add_record((pending, self.charge(amount)), record);
                Ok(id)
            }
            Err(stopped) => {
                pending.refuse(note(&stopped, taken));
                Err(stopped)
            }
        }
    }

    /// Takes a file, to be stored by [`commit`]. It shares the fate of an event that this request
    /// had before and that is not stored; alone it is kept, whether its event comes or not. When
    /// there is no memory to hold it, it is counted, the rest is none the worse for it, and
    /// [`commit`] says so at the end.
    pub(crate) fn take_attachment(&self, file: File, taken: &mut Taken<'a>) {
        let amount = Amount::attachment(file.bytes.len());
        let pending = self.ledger.pending(amount);
        if let Some(refused) = taken.refused_event() {
            pending.refuse(refused.clone());
            return;
        }
        if let Err(denied) = self.project.quotas.take(amount, self.now_seconds()) {
            pending.refuse(Outcome::RateLimited(denied.scope.reason()));
            taken.note_limit(denied);
            return;
        }
        let mut memory = self.memory.reservation();
        if memory.grow(file.bytes.len()).is_err() {
            let outcome = Outcome::invalid("queue_failed");
            pending.refuse(outcome.because("there is no memory to hold it"));
            self.charge(amount).give_back();
            taken.note_lost_file();
            return;
        }
        let attachment = NewAttachment {
            project: self.project.id,
            key_id: self.project.key_id,
            event_id: file.event_id,
            filename: match file.filename.trim() {
                "" => FILENAME_DEFAULT.to_owned(),
                name => self.name(name),
            },
            content_type: file.content_type.as_deref().map(|it| self.name(it)),
            kind: file.kind,
            size: u64::try_from(file.bytes.len()).unwrap_or(u64::MAX),
            blob_key: new_blob_key(self.project.id, file.event_id),
            received_at: self.request.received_at,
        };
        taken.add_file(
            (pending, self.charge(amount)),
            attachment,
            (file.bytes, memory),
            Arc::clone(&self.project.scrubber),
        );
    }

    /// A name that came beside a file, without secrets, as long as names may be.
    fn name(&self, name: &str) -> String {
        let hidden = self.project.scrubber.hide_secrets(name);
        hidden.chars().take(NAME_CHARS_MAX).collect()
    }

    /// Counts what a look at an item found: what is good is not kept yet, what is bad is invalid.
    pub(crate) fn count(&self, findings: Findings, taken: &mut Taken<'a>) {
        let good = &findings.good;
        let parts = good.iter().map(|part| Amount::from(*part));
        let now = self.now_seconds();
        // What is limited in one category goes as a whole: the bytes of a log with the log, the
        // spans of a transaction with the transaction. Only spans can go alone.
        let has_transaction = good.iter().any(|it| it.0 == DataCategory::Transaction);
        let denied = good
            .iter()
            .filter(|(category, _)| *category != DataCategory::Span || !has_transaction)
            .find_map(|part| self.project.quotas.check(Amount::from(*part), now).err());
        for part in parts {
            match denied {
                Some(denied) => self.refuse_limited(part, denied, taken),
                None => self.refuse_not_kept(part, taken),
            }
        }
        findings.bad.into_iter().for_each(|it| self.refuse_bad(it));
    }

    /// Counts what a look at an item found that an inbound filter refuses.
    pub(crate) fn count_filtered(&self, findings: Findings, refusal: &Refusal) {
        for part in findings.good {
            let outcome = Outcome::from(refusal.clone());
            self.ledger.refuse(Amount::from(part), outcome);
        }
        findings.bad.into_iter().for_each(|it| self.refuse_bad(it));
    }

    /// Why an inbound filter refuses a transaction, if one does. What cannot be read is refused by
    /// others.
    pub(crate) fn transaction_refusal(&self, payload: &[u8]) -> Option<Refusal> {
        let mut draft = decode(payload).ok()?;
        draft.body.insert("type", "transaction");
        let event = Event::from_draft(draft, self.request.received_at);
        self.project
            .filter
            .refuse(&event, &self.context(None).origin())
    }

    /// Counts a part of an item that cannot be used.
    pub(crate) fn refuse_bad(&self, bad: Bad) {
        let amount = Amount::new(bad.category, bad.quantity);
        let refused = Outcome::invalid(bad.reason).because(bad.message);
        self.ledger.refuse(amount, refused);
    }

    /// Counts an item of a kind that is not kept yet.
    pub(crate) fn refuse_not_kept(&self, amount: Amount, taken: &mut Taken<'a>) {
        let taking = self
            .project
            .quotas
            .take_not_kept(amount, self.now_seconds());
        match taking {
            Ok(()) => {
                let outcome = Outcome::invalid("feature_disabled");
                let refused = outcome.because("items of this kind are not kept yet");
                self.ledger.refuse(amount, refused);
            }
            Err(denied) => self.refuse_limited(amount, denied, taken),
        }
    }

    /// Counts an item that a quota did not let in, and notes the limit for the answer.
    fn refuse_limited(&self, amount: Amount, denied: Denied, taken: &mut Taken<'a>) {
        let outcome = Outcome::RateLimited(denied.scope.reason());
        self.ledger.refuse(amount, outcome);
        taken.note_limit(denied);
    }

    /// What an item took that the quotas let in.
    fn charge(&self, amount: Amount) -> Charge {
        self.project.quotas.charge(amount, self.now_seconds())
    }

    /// When the request began, in seconds since 1970.
    fn now_seconds(&self) -> i64 {
        self.request.received_at.0.div_euclid(1_000_000)
    }

    /// What is to be added to the client's times, if its clock is wrong.
    fn drift_micros(&self) -> i64 {
        clock_drift_micros(self.request.received_at, self.request.sent_at)
    }

    /// When the request began by the client's clock: what its times are compared with.
    fn client_now(&self) -> Timestamp {
        let received_at = self.request.received_at;
        received_at.plus_micros(self.drift_micros().saturating_neg())
    }

    fn context(&self, event_id: Option<EventId>) -> Context<'_> {
        Context {
            project: self.project,
            request: NormalizeContext {
                event_id,
                dsc: self.dsc.as_ref(),
                ..self.request
            },
            dictionaries: self.dictionaries,
        }
    }
}

/// Notes what a stopped event means for the answer and for the files that come with it.
fn note(stopped: &Stopped, taken: &mut Taken<'_>) -> Refused {
    if let Stopped::Limited(denied) = stopped {
        taken.note_limit(*denied);
    }
    let refused = Refused::from(stopped);
    taken.note_refused(refused.clone());
    refused
}
