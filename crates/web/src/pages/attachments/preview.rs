use watchfire_store::Blobs;
use watchfire_store::attachment::Attachment;

use super::media;
use super::view::{AttachmentView, TextPreview};
use crate::number;

/// How many bytes of a text are shown.
const SHOWN_BYTES: usize = 16 << 10;
/// How many texts a page shows.
const TEXTS_MAX: usize = 5;

/// The files of the project of this slug as a page lists them, the first few texts with how they
/// begin. A file that cannot be read is listed without.
pub(crate) async fn with_texts(
    blobs: &Blobs,
    attachments: &[Attachment],
    slug: &str,
) -> Vec<AttachmentView> {
    let mut views = Vec::with_capacity(attachments.len());
    let mut texts = 0;
    for attachment in attachments {
        let mut view = AttachmentView::of(attachment, slug);
        let media_type = attachment.content_type.as_deref();
        if texts < TEXTS_MAX
            && media::may_be_text(&attachment.filename, media_type, attachment.size)
        {
            texts += 1;
            view.text = match blobs.get(&attachment.blob_key).await {
                Ok(bytes) => bytes.and_then(|bytes| preview(&bytes)),
                Err(error) => {
                    tracing::warn!(attachment = attachment.id, "no preview: {error}");
                    None
                }
            };
        }
        views.push(view);
    }
    views
}

/// How a text begins; nothing for bytes that are none.
fn preview(bytes: &[u8]) -> Option<TextPreview> {
    let shown = bytes.get(..SHOWN_BYTES).unwrap_or(bytes);
    if shown.is_empty() || shown.contains(&0) {
        return None;
    }
    let left_out = (shown.len() < bytes.len()).then(|| {
        let all = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
        format!(
            "the first 16 KiB of {}; download it for the rest",
            number::bytes(all)
        )
    });
    Some(TextPreview {
        text: String::from_utf8_lossy(shown).into_owned(),
        left_out,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_shown_up_to_a_limit_and_binary_files_are_not() {
        assert_eq!(preview(b"hello").unwrap().left_out, None);
        assert_eq!(preview(b"MDMP\0\0"), None);
        assert_eq!(preview(b""), None);
        let long = preview(&vec![b'x'; 20 << 10]).unwrap();
        assert_eq!(long.text.len(), SHOWN_BYTES);
        assert!(long.left_out.unwrap().contains("of 20 KiB"));
    }
}
