//! What becomes of everything that comes in (reference/PROTOCOL.md section 12).

use std::borrow::Cow;

use watchfire_event::{DecodeError, ProjectId, Rejected, Timestamp, json::JsonError};
use watchfire_filter::Refusal;
use watchfire_store::outcome::{Outcome as Kind, OutcomeCount};
use watchfire_store::{WriteError, Writer};

/// What an item counts as (reference/PROTOCOL.md section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DataCategory {
    /// Whatever could not even be told apart.
    Default,
    Error,
    Transaction,
    Security,
    /// In bytes; [`DataCategory::AttachmentItem`] counts pieces.
    Attachment,
    AttachmentItem,
    Session,
    Profile,
    ProfileChunk,
    ProfileChunkUi,
    Replay,
    Monitor,
    Span,
    Feedback,
    LogItem,
    /// In bytes; [`DataCategory::LogItem`] counts pieces.
    LogByte,
    TraceMetric,
}

/// Why an item was not stored. What is stored, or was there already, is counted by the writer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A filter or rule refused it.
    Filtered(Cow<'static, str>),
    /// There were too many, as a Relay before us says.
    RateLimited(&'static str),
    /// It could not be read, was too large, or is not kept here.
    Invalid(Cow<'static, str>),
    /// The SDK itself dropped it.
    ClientDiscard(&'static str),
}

/// Counts the outcomes of one request, for its project and key.
pub(crate) struct Ledger {
    writer: Writer,
    project: Option<ProjectId>,
    key_id: Option<i64>,
    at: Timestamp,
}

/// An item whose outcome is not decided yet. Dropping it undecided counts `invalid` with the
/// reason `internal`, so that nothing disappears unseen, not even in a panic.
pub(crate) struct Pending<'a> {
    ledger: &'a Ledger,
    category: DataCategory,
    quantity: u64,
    decided: bool,
}

/// An item whose outcome is the writer's to count, unless the writer refuses it.
pub(crate) struct HandedOver<'a> {
    ledger: &'a Ledger,
    category: DataCategory,
    quantity: u64,
}

impl DataCategory {
    /// Sentry's name of the category.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Error => "error",
            Self::Transaction => "transaction",
            Self::Security => "security",
            Self::Attachment => "attachment",
            Self::AttachmentItem => "attachment_item",
            Self::Session => "session",
            Self::Profile => "profile",
            Self::ProfileChunk => "profile_chunk",
            Self::ProfileChunkUi => "profile_chunk_ui",
            Self::Replay => "replay",
            Self::Monitor => "monitor",
            Self::Span => "span",
            Self::Feedback => "feedback",
            Self::LogItem => "log_item",
            Self::LogByte => "log_byte",
            Self::TraceMetric => "trace_metric",
        }
    }
}

impl Outcome {
    /// `invalid` with this reason.
    pub(crate) const fn invalid(reason: &'static str) -> Self {
        Self::Invalid(Cow::Borrowed(reason))
    }

    fn parts(self) -> (Kind, Cow<'static, str>) {
        match self {
            Self::Filtered(reason) => (Kind::Filtered, reason),
            Self::RateLimited(reason) => (Kind::RateLimited, reason.into()),
            Self::Invalid(reason) => (Kind::Invalid, reason),
            Self::ClientDiscard(reason) => (Kind::ClientDiscard, reason.into()),
        }
    }
}

impl From<&DecodeError> for Outcome {
    fn from(error: &DecodeError) -> Self {
        match error {
            DecodeError::Json(JsonError::TooDeep) => Self::invalid("nesting_too_deep"),
            DecodeError::Json(JsonError::Syntax(_)) | DecodeError::NotAnObject => {
                Self::invalid("invalid_json")
            }
        }
    }
}

impl From<&Rejected> for Outcome {
    fn from(error: &Rejected) -> Self {
        match error {
            Rejected::Stale => Self::invalid("timestamp"),
        }
    }
}

impl From<Refusal> for Outcome {
    fn from(refusal: Refusal) -> Self {
        Self::Filtered(refusal.reason.into())
    }
}

impl From<WriteError> for Outcome {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Busy => Self::invalid("queue_failed"),
            WriteError::Down => Self::invalid("project_unavailable"),
        }
    }
}

impl Ledger {
    /// A ledger for a request whose project and key are not known yet.
    pub(crate) fn new(writer: Writer, at: Timestamp) -> Self {
        Self {
            writer,
            project: None,
            key_id: None,
            at,
        }
    }

    /// Counts for this project and key from now on.
    pub(crate) fn count_for(&mut self, project: ProjectId, key_id: i64) {
        self.project = Some(project);
        self.key_id = Some(key_id);
    }

    /// Counts items that were not stored.
    pub(crate) fn count(
        &self,
        category: impl Into<Cow<'static, str>>,
        outcome: Outcome,
        quantity: u64,
    ) {
        let (outcome, reason) = outcome.parts();
        self.writer.count(OutcomeCount {
            project: self.project,
            key_id: self.key_id,
            category: category.into(),
            outcome,
            reason,
            at: self.at,
            quantity,
        });
    }

    /// An item that waits for its outcome.
    pub(crate) fn pending(&self, category: DataCategory, quantity: u64) -> Pending<'_> {
        Pending {
            ledger: self,
            category,
            quantity,
            decided: false,
        }
    }
}

impl<'a> Pending<'a> {
    /// The item goes to the writer, which counts it as accepted or as a duplicate in the
    /// transaction that stores it. It does so even if the client goes away meanwhile.
    pub(crate) fn hand_over(mut self) -> HandedOver<'a> {
        self.decided = true;
        HandedOver {
            ledger: self.ledger,
            category: self.category,
            quantity: self.quantity,
        }
    }

    /// The item is not stored.
    pub(crate) fn refuse(mut self, outcome: Outcome) {
        self.decided = true;
        self.ledger
            .count(self.category.name(), outcome, self.quantity);
    }
}

impl HandedOver<'_> {
    /// The writer could not store the item, and did not count it.
    pub(crate) fn refuse(self, outcome: Outcome) {
        self.ledger
            .count(self.category.name(), outcome, self.quantity);
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        if !self.decided {
            let outcome = Outcome::invalid("internal");
            self.ledger
                .count(self.category.name(), outcome, self.quantity);
        }
    }
}

#[cfg(test)]
mod tests {
    use watchfire_store::{WriterOptions, outcome};
    use watchfire_testkit::database::TestDatabase;

    use super::*;

    #[test]
    fn an_item_that_nobody_decided_about_is_counted_as_internal() {
        let test = TestDatabase::sqlite();
        let database = test.database();
        let writer = Writer::start(database, &WriterOptions::default()).expect("a writer");
        let at = Timestamp::now();
        let ledger = Ledger::new(writer.clone(), at);
        drop(ledger.pending(DataCategory::Error, 2));
        ledger
            .pending(DataCategory::Session, 1)
            .refuse(Outcome::invalid("feature_disabled"));
        ledger.pending(DataCategory::Error, 1).hand_over();
        actix_web::rt::System::new().block_on(writer.shutdown());
        let end = at.plus_micros(3_600_000_000);
        let totals = database
            .read_blocking(|conn| outcome::totals(conn, None, at, end))
            .expect("reads");
        let mut lines: Vec<_> = totals
            .iter()
            .map(|it| format!("{} {} {}", it.category, it.reason, it.quantity))
            .collect();
        lines.sort();
        assert_eq!(lines, ["error internal 2", "session feature_disabled 1"]);
    }
}
