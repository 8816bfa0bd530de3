//! Files that came with events. Their bytes lie in [`crate::Blobs`].

use diesel::prelude::*;
use sha2::{Digest, Sha256};
use watchfire_event::{EventId, ProjectId, Timestamp};

use crate::column::{EventIdBytes, Number};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::attachment;

pub(crate) mod removal;

pub use removal::sweep;

/// How many attachments of one event are kept; further ones are counted `invalid` with the reason
/// `too_many_attachments`.
pub const PER_EVENT_MAX: i64 = 100;

/// An attachment to be stored. Its bytes must be in the blob store already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAttachment {
    /// The project that it was sent to.
    pub project: ProjectId,
    /// The number of the key that it came with, 0 if none.
    pub key_id: i64,
    /// The event that it belongs to, which may come later or never.
    pub event_id: EventId,
    /// Its name as the client gave it.
    pub filename: String,
    /// Its media type, if the client named one.
    pub content_type: Option<String>,
    /// Its `attachment_type`, for example `event.attachment` (reference/PROTOCOL.md section 8).
    pub kind: String,
    /// How many bytes it has.
    pub size: u64,
    /// Where its bytes are: a key of [`new_blob_key`], best one [`with_digest`].
    pub blob_key: String,
    /// When it came in.
    pub received_at: Timestamp,
}

/// A stored attachment without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = attachment)]
pub struct Attachment {
    /// Its number.
    pub id: i64,
    /// The project that it was sent to.
    #[diesel(deserialize_as = Number)]
    pub project_id: ProjectId,
    /// The event that it belongs to.
    #[diesel(deserialize_as = EventIdBytes)]
    pub event_id: EventId,
    /// Its name as the client gave it: hostile text.
    pub filename: String,
    /// Its media type as the client gave it: hostile text.
    pub content_type: Option<String>,
    /// Its `attachment_type`, for example `event.attachment`.
    pub kind: String,
    /// How many bytes it has.
    pub size: i64,
    /// Where its bytes are.
    pub blob_key: String,
    /// When it came in.
    #[diesel(deserialize_as = Number)]
    pub received_at: Timestamp,
}

/// A key for the bytes of an attachment that no other has: `{project}/{event_id}/{uuid}`.
#[must_use]
pub fn new_blob_key(project: ProjectId, event_id: EventId) -> String {
    let unique = uuid::Uuid::new_v4();
    format!("{project}/{event_id}/{}", unique.as_simple())
}

/// The key with a digest of the bytes: `{project}/{event_id}/{uuid}-{digest}`.
///
/// A file is not stored again for an event that has one of the same name and digest; clients send
/// again what they do not know to have arrived.
#[must_use]
pub fn with_digest(blob_key: &str, bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    format!("{blob_key}-{digest:x}")
}

/// The digest in a key, if it has one.
pub(crate) fn digest_of(blob_key: &str) -> Option<&str> {
    let (_, digest) = blob_key.rsplit_once('-')?;
    Some(digest)
}

/// The attachments of an event, oldest first; at most [`PER_EVENT_MAX`].
///
/// # Errors
/// When the database fails.
pub fn of_event(
    conn: &mut Conn<'_>,
    project: ProjectId,
    event_id: EventId,
) -> Result<Vec<Attachment>> {
    Ok(on!(conn, |c| attachment::table
        .filter(attachment::project_id.eq(project.0))
        .filter(attachment::event_id.eq(event_id.as_bytes().as_slice()))
        .order(attachment::id)
        .limit(PER_EVENT_MAX)
        .select(Attachment::as_select())
        .load(c))?)
}

/// An attachment of a project.
///
/// # Errors
/// When the database fails.
pub fn get(conn: &mut Conn<'_>, project: ProjectId, id: i64) -> Result<Option<Attachment>> {
    Ok(on!(conn, |c| attachment::table
        .find(id)
        .filter(attachment::project_id.eq(project.0))
        .select(Attachment::as_select())
        .first(c)
        .optional())?)
}
