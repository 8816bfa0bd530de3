//! Removing everything that is stored of one user.
//!
//! A user is named by id, e-mail or IP address. [`preview()`] says what there is, [`queue()`] starts
//! a job that removes it, and the job leaves a [`Receipt`]. What goes: the user's events with their
//! bodies, attachments and feedback, and everything that was counted of them; the user among those
//! of issues and sessions; remembered heads of dropped events. Issues that have no event left go
//! too, because their titles are those of the user's events.
//!
//! The job never stores who the user is: it knows a keyed digest, and compares. The key is part of
//! the receipt until [`KEY_MICROS`] after the job is done or given up, and nowhere afterwards: whoever kept that
//! receipt can prove that it belongs to an id or address, and nobody else can find out by trying
//! them all. Later events of the same user are stored as any other's.

use std::collections::BTreeMap;

use serde::Serialize;
use watchfire_event::{ProjectId, Timestamp, UserId};

mod data;
mod events;
mod identity;
mod issues;
mod keys;
mod person;
mod preview;
mod queue;
mod receipt;
mod rest;
mod work;

pub use keys::forget_keys;
pub use person::{Person, PersonError};
pub use preview::preview;
pub use queue::queue;
pub use receipt::receipt;

pub(crate) use work::work;

/// For how long the receipt of a job that is done, failed or paused holds the key of its digest.
pub const KEY_MICROS: i64 = 24 * 3_600 * 1_000_000;

/// What is stored of a user, as far as it was looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Found {
    /// Their events.
    pub events: usize,
    /// The issues that these belong to.
    pub issues: usize,
    /// Those of the issues that have no other event, and would go as a whole.
    pub issues_emptied: usize,
    /// Their messages, and those about their events.
    pub feedback: usize,
    /// The attachments of these events and messages.
    pub attachments: usize,
    /// Hours in which they are counted among the users of sessions.
    pub session_hours: usize,
    /// How many events of the project were looked at, newest first.
    pub looked_at: usize,
    /// Whether these were all; if not, there may be more than the numbers say.
    pub is_complete: bool,
}

/// What a job removed: the answer to whoever asked for it. Its JSON is the download.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The number of the job.
    pub job: i64,
    /// The project.
    #[serde(serialize_with = "number")]
    pub project: ProjectId,
    /// How far the job is ([`crate::job::JobState::as_str`]).
    pub state: &'static str,
    /// Who asked for it; nobody when it came through a token without an account, or that account
    /// is gone.
    #[serde(serialize_with = "maybe_number")]
    pub asked_by: Option<UserId>,
    /// When, in UTC.
    #[serde(serialize_with = "rfc3339")]
    pub asked_at: Timestamp,
    /// When everything was done; nothing before that.
    #[serde(serialize_with = "maybe_rfc3339")]
    pub finished_at: Option<Timestamp>,
    /// Whose data it was.
    pub identity: Identity,
    /// How many rows of each table were removed.
    pub removed: BTreeMap<String, i64>,
    /// How many events of the project were looked at.
    pub events_looked_at: i64,
    /// How many issues lost events.
    pub issues_changed: i64,
    /// What was not, or could not be removed, a sentence each.
    pub left: Vec<String>,
}

/// Who somebody is, without saying it: who knows can check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// `id`, `email` or `ip`.
    pub kind: &'static str,
    /// How the digest is made.
    pub algorithm: &'static str,
    /// The key, hexadecimal: with it the digest can be checked, by
    /// `printf 'email\0anna@example.com' | openssl dgst -sha256 -mac HMAC -macopt hexkey:KEY`.
    /// Nothing once the server forgot it ([`KEY_MICROS`]).
    pub key: Option<String>,
    /// The digest, hexadecimal.
    pub digest: String,
}

fn number<S: serde::Serializer>(id: &ProjectId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(id.0)
}

fn maybe_number<S: serde::Serializer>(
    id: &Option<UserId>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    id.map(|id| id.0).serialize(serializer)
}

fn rfc3339<S: serde::Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

fn maybe_rfc3339<S: serde::Serializer>(
    time: &Option<Timestamp>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    time.map(|time| time.to_string()).serialize(serializer)
}
