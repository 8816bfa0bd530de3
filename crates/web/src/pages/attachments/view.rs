use serde::Serialize;
use watchfire_store::attachment::Attachment;

use super::media;
use crate::{address, number};

/// Characters of a name or type that are shown.
const NAME_CHARS_MAX: usize = 200;

/// A file as a page lists it. Its name and type are a stranger's.
#[derive(Debug, Serialize)]
pub(crate) struct AttachmentView {
    pub(crate) id: i64,
    pub(crate) name: String,
    /// What it is: a known kind in words, else its media type.
    pub(crate) kind: Option<String>,
    pub(crate) size: String,
    pub(crate) exact_size: String,
    /// Where it is downloaded.
    pub(crate) href: String,
    /// Where it is shown as an image.
    pub(crate) image_href: Option<String>,
    /// How it begins, where it is text.
    pub(crate) text: Option<TextPreview>,
}

/// The beginning of a text.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct TextPreview {
    pub(crate) text: String,
    /// How much is shown, where that is not all.
    pub(crate) left_out: Option<String>,
}

impl AttachmentView {
    /// A file of the project of this slug, without its text.
    pub(crate) fn of(attachment: &Attachment, slug: &str) -> Self {
        let media_type = attachment.content_type.as_deref();
        let href = address::attachment(slug, attachment.id);
        let is_image = media::may_be_image(&attachment.filename, media_type, attachment.size);
        let short = |text: &str| text.chars().take(NAME_CHARS_MAX).collect::<String>();
        Self {
            id: attachment.id,
            name: match short(&visible(attachment.filename.trim())) {
                name if name.is_empty() => "without a name".to_owned(),
                name => name,
            },
            kind: kind(&attachment.kind)
                .map(str::to_owned)
                .or_else(|| media_type.map(short)),
            size: number::bytes(attachment.size),
            exact_size: format!("{} bytes", number::exact(attachment.size)),
            image_href: is_image.then(|| format!("{href}/image")),
            href,
            text: None,
        }
    }
}

/// A name without the characters that nobody sees: those that turn the direction of writing would
/// show `exe.txt` for a file that ends with `txt.exe`.
pub(super) fn visible(name: &str) -> String {
    let is_hidden = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    name.replace(is_hidden, "\u{fffd}")
}

/// The kinds that SDKs name (reference/PROTOCOL.md section 7), other than the plain one.
fn kind(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "event.minidump" => "minidump",
        "event.applecrashreport" => "Apple crash report",
        "event.view_hierarchy" => "view hierarchy",
        "unreal.context" => "Unreal context",
        "unreal.logs" => "Unreal log",
        "event.payload" | "event.breadcrumbs" => "event data",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use watchfire_event::{EventId, ProjectId, Timestamp};

    #[test]
    fn a_name_cannot_turn_its_end_around() {
        assert_eq!(visible("\u{202e}txt.exe"), "\u{fffd}txt.exe");
        assert_eq!(visible("יומן שרת.log"), "יומן שרת.log");
    }

    #[test]
    fn a_file_says_what_it_is_and_where_it_is() {
        let mut attachment = Attachment {
            id: 7,
            project_id: ProjectId(1),
            event_id: EventId::random(),
            filename: "screen.png".to_owned(),
            content_type: Some("image/png".to_owned()),
            kind: "event.attachment".to_owned(),
            size: 1_536,
            blob_key: "1/a/b".to_owned(),
            received_at: Timestamp(0),
        };
        let view = AttachmentView::of(&attachment, "shop");
        assert_eq!(view.href, "/projects/shop/attachments/7");
        assert_eq!(
            view.image_href.as_deref(),
            Some("/projects/shop/attachments/7/image")
        );
        assert_eq!(
            (view.kind.as_deref(), view.size.as_str()),
            (Some("image/png"), "1.5 KiB")
        );
        attachment.kind = "event.minidump".to_owned();
        attachment.filename = " ".to_owned();
        attachment.content_type = None;
        let view = AttachmentView::of(&attachment, "shop");
        assert_eq!(
            (view.kind.as_deref(), view.name.as_str()),
            (Some("minidump"), "without a name")
        );
        assert_eq!(view.image_href, None);
    }
}
