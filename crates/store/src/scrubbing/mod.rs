//! What organisations and projects say of scrubbing: documents in Relay's terms.
//!
//! Documents are append-only: the newest of an organisation or project is in force, the others are
//! its history, and going back means storing an old one again. [`policy()`] puts those of a project
//! and its organisation together. A part of a stored document that cannot be read is named, and
//! says nothing: what it might have changed is as in a new project, where scrubbing is on. Of a
//! document that cannot be read at all, the version before it is followed.

use watchfire_event::{Timestamp, UserId};
use watchfire_scrub::Problem;

mod document;
mod policy;

pub use crate::grouping_rules::Scope;
pub use document::{document, history, set, version};
pub use policy::{InForce, in_force, policy};

pub(crate) use policy::policy_of;

/// How many entries of a history are shown.
pub const HISTORY_MAX: i64 = 100;

/// A document that is or was in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its number.
    pub id: i64,
    /// The document as it was written ([`watchfire_scrub::Document`]).
    pub document: String,
    /// Who stored it; nobody when it came through a token without an account, that account is
    /// gone, or an upgrade carried it over.
    pub user_id: Option<UserId>,
    /// Since when it is or was in force.
    pub created_at: Timestamp,
}

/// What storing a document came to: the version that is in force now, or everything that is wrong
/// with the document, of which nothing was stored then.
pub type Stored = Result<Version, Vec<Problem>>;
