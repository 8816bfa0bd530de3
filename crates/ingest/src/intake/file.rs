//! Files on their way to the blob store.

use std::sync::Arc;

use actix_web::web::{self, Bytes};
use watchfire_scrub::Scrubber;
use watchfire_store::attachment::{NewAttachment, with_digest};
use watchfire_store::{Blobs, NewRecord, Saved, WriteError, Writer};

use super::taken::Receipt;
use crate::outcome::Outcome;

/// The bytes are scrubbed before they are anywhere else, and must be on the disk before the row
/// that names them.
pub(super) async fn store_file(
    receipt: Receipt,
    (attachment, bytes, scrubber): (NewAttachment, Bytes, Arc<Scrubber>),
    blobs: &Blobs,
    writer: &Writer,
) -> Result<(), WriteError> {
    let preparing = web::block(move || prepare_file(attachment, bytes, &scrubber)).await;
    // It ends early only when the server does.
    let Ok((attachment, bytes)) = preparing else {
        receipt.refuse(WriteError::Down);
        return Err(WriteError::Down);
    };
    let key = attachment.blob_key.clone();
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

/// Scrubs a file, and names it by what is left. Takes long for large files.
fn prepare_file(
    mut attachment: NewAttachment,
    bytes: Bytes,
    scrubber: &Scrubber,
) -> (NewAttachment, Bytes) {
    let scrubbed = scrubber.scrub_attachment(&attachment.filename, &attachment.kind, &bytes);
    let bytes = scrubbed.map_or(bytes, Bytes::from);
    attachment.size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    attachment.blob_key = with_digest(&attachment.blob_key, &bytes);
    (attachment, bytes)
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
