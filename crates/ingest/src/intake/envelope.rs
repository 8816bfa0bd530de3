use actix_web::web::Bytes;
use watchfire_event::EventId;
use watchfire_store::NewEvent;
use watchfire_store::feedback::Source;
use watchfire_store::sampling::client::Client;

use super::crash;
use super::sizes::{self, TooLarge};
use super::{ATTACHMENT_TYPE_DEFAULT, File, Intake, Taken};
use crate::client_report;
use crate::envelope::{Envelope, ItemHeader, ItemKind, RawItem};
use crate::error::IngestError;
use crate::items::replay::Budget;
use crate::items::{self, Findings, user_report};
use crate::outcome::{Amount, DataCategory, Outcome};

impl<'a> Intake<'a> {
    /// Decides about every item of an envelope. A payload that cannot be read loses only its item.
    ///
    /// # Errors
    /// [`IngestError::ItemTooLarge`] when one item is over its limit, and [`IngestError::Overloaded`]
    /// when there is no memory to unpack its dump: then nothing is kept.
    pub(crate) fn take_envelope(
        &mut self,
        envelope: &Envelope<'_>,
    ) -> Result<Taken<'a>, IngestError> {
        self.check_sizes(&envelope.items)?;
        let bearers = envelope.items.iter().filter(|it| it.kind().bears_the_id());
        // The envelope's id is the id of its event. Several events cannot share it.
        if bearers.count() <= 1 {
            self.request.event_id = envelope.header.event_id;
        }
        self.request.sent_at = envelope.header.sent_at;
        self.dsc.clone_from(&envelope.header.dsc);
        let mut taken = Taken::default();
        taken.id = envelope.header.event_id;
        let is_crash = envelope.items.iter().any(crash::makes_event);
        if is_crash {
            self.take_crash(&envelope.items, &mut taken)?;
        }
        let is_of = |kind| move |item: &RawItem<'_>| item.kind() == kind;
        let has_recording = envelope.items.iter().any(is_of(ItemKind::ReplayRecording));
        let mut replays = Budget::new(self.limits.replay_bytes_max);
        for item in &envelope.items {
            match item.kind() {
                // The event of a crash is taken already.
                ItemKind::Event if is_crash => {}
                ItemKind::ReplayEvent if !has_recording => {
                    self.count(items::replay::without_recording(), &mut taken);
                }
                _ => self.take_item(item, &mut replays, &mut taken),
            }
        }
        self.note_client(envelope, &taken);
        // Attachments go with their event, wherever it stands in the envelope.
        if taken.id.is_none() && envelope.items.iter().any(|it| it.kind().needs_id()) {
            taken.id = Some(EventId::random());
        }
        let files = envelope
            .items
            .iter()
            .filter(|it| it.kind() == ItemKind::Attachment);
        for item in files {
            self.take_file(item, &mut taken);
        }
        Ok(taken)
    }

    /// Decides about any item but an attachment.
    fn take_item(&self, item: &RawItem<'_>, replays: &mut Budget, taken: &mut Taken<'a>) {
        match item.kind() {
            // Its outcome is counted; the other items are none the worse for it.
            ItemKind::Event => drop(self.take_event(item.payload, DataCategory::Error, taken)),
            ItemKind::Feedback => drop(self.take_feedback(item.payload, Source::Widget, taken)),
            ItemKind::Security if item.header.item_type == "raw_security" => {
                drop(self.take_reports(item.payload, None, None, taken));
            }
            ItemKind::Security => {
                drop(self.take_event(item.payload, DataCategory::Security, taken));
            }
            ItemKind::UserReport => self.take_user_report(item.payload, taken),
            ItemKind::Session | ItemKind::Sessions => self.take_sessions(item, taken),
            // Reports are counted at the end, when it is known who sends.
            ItemKind::ClientReport | ItemKind::Attachment | ItemKind::Unknown => {}
            kind => match self.look(kind, item, replays) {
                Some(findings) => self.count_unless_filtered(item, findings, taken),
                None => {
                    if let Some(amount) = item.amount() {
                        self.refuse_not_kept(amount, taken);
                    }
                }
            },
        }
    }

    /// Counts what the client says of its own sampling: its reports, and the rate of its traces.
    /// Release and environment are those of an event in the envelope, or else of its trace.
    fn note_client(&self, envelope: &Envelope<'_>, taken: &Taken<'a>) {
        let is_of = |kind| move |item: &&RawItem<'_>| item.kind() == kind;
        let items = || envelope.items.iter();
        let rate = self.dsc.as_ref().and_then(|dsc| dsc.sample_rate);
        let mut reports = items().filter(is_of(ItemKind::ClientReport)).peekable();
        if rate.is_none() && reports.peek().is_none() {
            return;
        }
        let trace = &envelope.header.trace;
        let event = taken.first_event();
        let hide = |name| self.project.scrubber.hide_secrets(name);
        let release = event.map_or(trace.release.as_deref(), NewEvent::release);
        let environment = event.map_or(trace.environment.as_deref(), NewEvent::environment);
        let client = Client::new(
            self.request.sdk_client.map(hide).as_deref(),
            release.map(hide).as_deref(),
            environment.map(hide).as_deref(),
        );
        let now = (self.client_now(), self.request.retention_days);
        reports.for_each(|it| client_report::count(it.payload, &client, self.ledger, now));
        if let Some(rate) = rate {
            let transactions = items().filter(is_of(ItemKind::Transaction)).count();
            let transactions = u32::try_from(transactions).unwrap_or(u32::MAX);
            self.ledger.count_rate(rate, transactions, &client);
        }
    }

    /// Counts what a look at an item found; transactions meet the inbound filters before.
    fn count_unless_filtered(&self, item: &RawItem<'_>, findings: Findings, taken: &mut Taken<'a>) {
        let is_transaction = item.kind() == ItemKind::Transaction && !findings.good.is_empty();
        let refusal = is_transaction.then(|| self.transaction_refusal(item.payload));
        match refusal.flatten() {
            Some(refusal) => self.count_filtered(findings, &refusal),
            None => self.count(findings, taken),
        }
    }

    /// Looks at an item of a kind that is not kept yet; `None` for the kinds that only a Relay
    /// sends, which nobody looks at, and for replays that a quota keeps out anyway.
    fn look(&self, kind: ItemKind, item: &RawItem<'_>, replays: &mut Budget) -> Option<Findings> {
        let (payload, header) = (item.payload, &item.header);
        let now = self.client_now();
        Some(match kind {
            ItemKind::Transaction => items::transaction::look(payload, header, now),
            ItemKind::Span => items::span::look(payload, header, now, self.limits),
            ItemKind::Log => items::log::look(payload, header, now, self.limits),
            ItemKind::TraceMetric => items::trace_metric::look(payload, header, now, self.limits),
            ItemKind::Profile => items::profile::look(payload, header, now),
            ItemKind::ProfileChunk => items::profile_chunk::look(payload, header, now),
            ItemKind::CheckIn => items::check_in::look(payload, header, now),
            ItemKind::ReplayEvent | ItemKind::ReplayRecording | ItemKind::ReplayVideo => {
                // To unpack a recording takes a while.
                let quotas = &self.project.quotas;
                quotas.check(item.amount()?, self.now_seconds()).ok()?;
                items::replay::look(payload, header, replays)
            }
            _ => return None,
        })
    }

    /// Takes the older form of feedback. Its id is its own, as the envelope's is that of the event
    /// that it is about.
    fn take_user_report(&self, payload: &[u8], taken: &mut Taken<'a>) {
        match user_report::read(payload) {
            Ok(report) => {
                let id = EventId::random();
                // The time is the server's: there is no drift in it.
                let now = self.request.received_at;
                let event = report.to_event_json(id, now);
                drop(self.take_feedback_as(Some(id), &event, Source::Report, taken));
            }
            Err(bad) => self.refuse_bad(bad),
        }
    }

    /// Takes an attachment of an envelope.
    fn take_file(&self, item: &RawItem<'_>, taken: &mut Taken<'a>) {
        let header = &item.header;
        let Some(event_id) = taken.id else {
            return;
        };
        if crash::is_part_of_event(item) {
            return;
        }
        if is_placeholder(item) {
            self.refuse_not_kept(Amount::attachment(item.payload.len()), taken);
            return;
        }
        let file = File {
            event_id,
            filename: header.filename.clone().unwrap_or_default(),
            content_type: header.content_type.clone(),
            kind: attachment_type(header).to_owned(),
            bytes: self.bytes_of(item.payload),
        };
        self.take_attachment(file, taken);
    }

    /// The bytes of a payload. One that is most of the body shares them with it; a smaller one
    /// would only keep the body in memory.
    pub(super) fn bytes_of(&self, payload: &[u8]) -> Bytes {
        match &self.body {
            Some(body) if payload.len() > body.len() / 2 => body.slice_ref(payload),
            _ => Bytes::copy_from_slice(payload),
        }
    }

    /// Refuses the whole envelope when something in it is over its limit.
    fn check_sizes(&self, items: &[RawItem<'_>]) -> Result<(), IngestError> {
        let Err(too_large) = sizes::check(items, self.limits) else {
            return Ok(());
        };
        Err(self.refuse_all(items, too_large))
    }

    /// Counts every item of an envelope for the one that is over its limit.
    pub(super) fn refuse_all(&self, items: &[RawItem<'_>], too_large: TooLarge) -> IngestError {
        let outcome = Outcome::Invalid(format!("too_large:{}", too_large.name).into());
        let refused = outcome.because(too_large.message);
        for amount in items.iter().filter_map(RawItem::amount) {
            self.ledger.refuse(amount, refused.clone());
        }
        IngestError::ItemTooLarge(too_large.name)
    }
}

/// The types that an attachment may have; any other is an ordinary one.
const ATTACHMENT_TYPES: [&str; 9] = [
    crash::MINIDUMP,
    "event.applecrashreport",
    "event.view_hierarchy",
    "unreal.context",
    "unreal.logs",
    "playstation.prosperodump",
    "nswitch.dying_message",
    "event.nv_gpudmp",
    "event.nv_shader_debug",
];

fn attachment_type(header: &ItemHeader) -> &'static str {
    let said = header.attachment_type.as_deref();
    let known = ATTACHMENT_TYPES.into_iter().find(|it| Some(*it) == said);
    known.unwrap_or(ATTACHMENT_TYPE_DEFAULT)
}

/// Whether an attachment only stands for something that is elsewhere, or goes with a span; neither
/// is kept yet.
fn is_placeholder(item: &RawItem<'_>) -> bool {
    let content_type = item.header.content_type.as_deref();
    content_type.is_some_and(|it| {
        it.starts_with("application/vnd.sentry.trace-attachment")
            || it.starts_with("application/vnd.sentry.attachment-ref")
    })
}
