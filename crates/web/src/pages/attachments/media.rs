//! What a file is. The client's word decides what a page offers; only the bytes decide as what
//! they are sent.

/// The largest image that a page shows, in bytes.
const IMAGE_BYTES_MAX: i64 = 10 << 20;
/// The largest file whose beginning a page shows as text, in bytes.
const TEXT_BYTES_MAX: i64 = 1 << 20;
/// Endings of files that are text, beside those whose media type says so.
const TEXT_ENDINGS: [&str; 18] = [
    "txt", "log", "json", "xml", "csv", "md", "yml", "yaml", "ini", "toml", "conf", "html", "svg",
    "js", "css", "py", "ips", "crash",
];
const IMAGE_ENDINGS: [&str; 6] = ["png", "jpg", "jpeg", "gif", "webp", "avif"];

/// Whether the file may be an image of a kind that is safe to show.
pub(super) fn may_be_image(filename: &str, media_type: Option<&str>, size: i64) -> bool {
    let is_said = [
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "image/avif",
    ]
    .iter()
    .any(|known| is(media_type, known));
    size <= IMAGE_BYTES_MAX && (is_said || has_ending(filename, &IMAGE_ENDINGS))
}

/// Whether the file may be text.
pub(super) fn may_be_text(filename: &str, media_type: Option<&str>, size: i64) -> bool {
    let is_said = media_type.is_some_and(|media_type| {
        let media_type = media_type.to_ascii_lowercase();
        media_type.starts_with("text/")
            || media_type.starts_with("application/json")
            || media_type.starts_with("application/xml")
            || media_type.contains("+json")
            || media_type.contains("+xml")
    });
    size <= TEXT_BYTES_MAX && (is_said || has_ending(filename, &TEXT_ENDINGS))
}

/// The media type of these bytes if they are an image that runs no script and holds no markup;
/// never what a client says.
pub(super) fn image_type(bytes: &[u8]) -> Option<&'static str> {
    let at = |from: usize, mark: &[u8]| {
        let rest = bytes.get(from..);
        rest.is_some_and(|rest| rest.starts_with(mark))
    };
    match () {
        () if at(0, b"\x89PNG\r\n\x1a\n") => Some("image/png"),
        () if at(0, b"\xff\xd8\xff") => Some("image/jpeg"),
        () if at(0, b"GIF87a") || at(0, b"GIF89a") => Some("image/gif"),
        () if at(0, b"RIFF") && at(8, b"WEBP") => Some("image/webp"),
        () if at(4, b"ftypavif") || at(4, b"ftypavis") => Some("image/avif"),
        () => None,
    }
}

fn is(media_type: Option<&str>, known: &str) -> bool {
    let bare = media_type.and_then(|media_type| media_type.split(';').next());
    bare.is_some_and(|bare| bare.trim().eq_ignore_ascii_case(known))
}

fn has_ending(filename: &str, endings: &[&str]) -> bool {
    let ending = filename.rsplit_once('.').map(|(_, ending)| ending);
    ending.is_some_and(|ending| {
        endings
            .iter()
            .any(|known| known.eq_ignore_ascii_case(ending))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bytes_of_a_known_image_are_one() {
        assert_eq!(image_type(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(image_type(b"RIFF....WEBPVP8 "), Some("image/webp"));
        assert_eq!(image_type(b"\0\0\0\x20ftypavif"), Some("image/avif"));
        for other in [
            &b"<svg xmlns="[..],
            b"<html>",
            b"",
            b"RIFF....WAVE",
            b"%PDF-1.7",
        ] {
            assert_eq!(image_type(other), None);
        }
    }

    #[test]
    fn what_is_offered_follows_name_type_and_size() {
        assert!(may_be_image("a.PNG", None, 10) && may_be_image("a", Some("image/png; q=1"), 10));
        assert!(!may_be_image("a.svg", Some("image/svg+xml"), 10));
        assert!(!may_be_image("a.png", None, IMAGE_BYTES_MAX + 1));
        assert!(may_be_text("server.log", None, 10) && may_be_text("x", Some("text/plain"), 10));
        assert!(!may_be_text(
            "core.dmp",
            Some("application/octet-stream"),
            10
        ));
    }
}
