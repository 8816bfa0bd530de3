//! What becomes of everything that comes in (reference/PROTOCOL.md section 12).

mod category;

pub(crate) use category::{Amount, DataCategory};

use std::borrow::Cow;

use watchfire_event::{DecodeError, ProjectId, Rejected, Timestamp, json::JsonError};
use watchfire_filter::Refusal;
use watchfire_store::ignore_rule::Hit;
use watchfire_store::outcome::{Outcome as Kind, OutcomeCount};
use watchfire_store::sampling::client::{Client, NewDiscard, NewRate};
use watchfire_store::{WriteError, Writer};

use crate::pipeline::RuleHits;

/// Why an item was not stored. What is stored, or was there already, is counted by the writer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A filter or rule refused it.
    Filtered(Cow<'static, str>),
    /// There were too many, by a quota here or as a Relay before us says.
    RateLimited(&'static str),
    /// It could not be read, was too large, or is not kept here.
    Invalid(Cow<'static, str>),
    /// The SDK itself dropped it.
    ClientDiscard(&'static str),
}

/// Why an item was not stored, and the same in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    outcome: Outcome,
    message: Option<Cow<'static, str>>,
}

/// Counts the outcomes of one request, for its project and key.
#[derive(Clone)]
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
    amount: Amount,
    decided: bool,
}

impl Outcome {
    /// `invalid` with this reason.
    pub(crate) const fn invalid(reason: &'static str) -> Self {
        Self::Invalid(Cow::Borrowed(reason))
    }

    /// The outcome with what is wrong in words: positions, names of fields and sizes, never text
    /// of the payload. The stats page shows the last one of each reason.
    pub(crate) fn because(self, message: impl Into<Cow<'static, str>>) -> Refused {
        Refused {
            outcome: self,
            message: Some(message.into()),
        }
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

impl From<Outcome> for Refused {
    fn from(outcome: Outcome) -> Self {
        Self {
            outcome,
            message: None,
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
        Self::Filtered(refusal.reason)
    }
}

impl From<WriteError> for Refused {
    fn from(error: WriteError) -> Self {
        let outcome = match error {
            WriteError::Busy => Outcome::invalid("queue_failed"),
            WriteError::Down => Outcome::invalid("project_unavailable"),
        };
        outcome.because(error.to_string())
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
        refused: impl Into<Refused>,
        quantity: u64,
    ) {
        let Refused { outcome, message } = refused.into();
        let (outcome, reason) = outcome.parts();
        self.writer.count(OutcomeCount {
            project: self.project,
            key_id: self.key_id,
            category: category.into(),
            outcome,
            reason,
            at: self.at,
            quantity,
            message,
        });
    }

    /// Counts items that a client discarded, as outcomes and by who it is.
    pub(crate) fn count_discard(
        &self,
        category: &'static str,
        reason: &'static str,
        quantity: u64,
        client: &Client,
    ) {
        self.count(category, Outcome::ClientDiscard(reason), quantity);
        if let Some(project) = self.project {
            self.writer.note_discard(NewDiscard {
                project,
                at: self.at,
                client: client.clone(),
                category: category.into(),
                reason: reason.into(),
                quantity,
            });
        }
    }

    /// Counts an envelope with so many transactions whose trace was sampled at this rate.
    pub(crate) fn count_rate(&self, rate: f64, transactions: u32, client: &Client) {
        if let Some(project) = self.project {
            self.writer.note_rate(NewRate {
                project,
                at: self.at,
                client: client.clone(),
                rate,
                transactions,
            });
        }
    }

    /// Counts the ignore rules that matched an event of the project that is not stored.
    pub(crate) fn note_hits(&self, hits: RuleHits) {
        let Some(project) = self.project else {
            return;
        };
        for rule in hits.rules {
            self.writer.note_hit(Hit {
                project,
                rule,
                at: self.at,
                title: hits.title.clone(),
            });
        }
    }

    /// An item that waits for its outcome.
    pub(crate) fn pending(&self, amount: impl Into<Amount>) -> Pending<'_> {
        Pending {
            ledger: self,
            amount: amount.into(),
            decided: false,
        }
    }

    /// Counts an item that was not stored, in each of its categories.
    pub(crate) fn refuse(&self, amount: Amount, refused: impl Into<Refused>) {
        let refused = refused.into();
        for (category, quantity) in amount.parts() {
            self.count(category.name(), refused.clone(), quantity);
        }
    }
}

impl Pending<'_> {
    /// The item goes to the writer, even if the client goes away meanwhile. The writer counts it as
    /// accepted or as a duplicate in the transaction that stores it; if it fails to, whoever has
    /// the ledger counts.
    pub(crate) fn detach(mut self) -> Ledger {
        self.decided = true;
        self.ledger.clone()
    }

    /// The item is not stored.
    pub(crate) fn refuse(mut self, refused: impl Into<Refused>) {
        self.decided = true;
        self.ledger.refuse(self.amount, refused);
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        if !self.decided {
            let outcome = Outcome::invalid("internal");
            let refused = outcome.because("the request ended before it was decided");
            self.ledger.refuse(self.amount, refused);
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
        drop(ledger.pending((DataCategory::Error, 2)));
        ledger
            .pending((DataCategory::Session, 1))
            .refuse(Outcome::invalid("feature_disabled"));
        ledger.pending((DataCategory::Error, 1)).detach();
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
