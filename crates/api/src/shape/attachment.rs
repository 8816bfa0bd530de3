//! Attachments without their bytes.

use serde_json::{Value, json};
use watchfire_store::attachment::Attachment;

use super::time;

/// What a client is told of bytes whose kind is not known, or not to be shown.
pub(crate) const OPAQUE: &str = "application/octet-stream";
/// Media types that a browser may be told. None of them runs anything.
const HARMLESS: [&str; 10] = [
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/webp",
    "image/bmp",
    "text/plain",
    "text/csv",
    "application/json",
    "application/zip",
    "application/x-dmp",
];

/// An attachment in a list or alone.
pub(crate) fn attachment(attachment: &Attachment) -> Value {
    let mimetype = attachment.content_type.as_deref().unwrap_or(OPAQUE);
    json!({
        "id": attachment.id.to_string(),
        "event_id": attachment.event_id,
        "type": attachment.kind,
        "name": attachment.filename,
        "mimetype": mimetype,
        "dateCreated": time(attachment.received_at),
        "size": attachment.size,
        "headers": {"Content-Type": mimetype},
        // Not computed; clients want a text.
        "sha1": "",
    })
}

/// The media type to answer the bytes of an attachment with: never one that a browser would run.
pub(crate) fn safe_media_type(named: Option<&str>) -> &'static str {
    let essence = named.and_then(|named| named.split(';').next());
    let essence = essence.unwrap_or_default().trim().to_ascii_lowercase();
    HARMLESS
        .into_iter()
        .find(|known| *known == essence)
        .unwrap_or(OPAQUE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_never_told_to_run_what_a_client_sent() {
        assert_eq!(safe_media_type(Some("Image/PNG; a=b")), "image/png");
        for hostile in [
            None,
            Some("text/html"),
            Some("image/svg+xml"),
            Some("text/plain\r\nX-Evil: 1"),
            Some("application/javascript"),
        ] {
            assert_eq!(safe_media_type(hostile), OPAQUE, "{hostile:?}");
        }
    }
}
