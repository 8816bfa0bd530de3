//! Forms with files, as crash reporters and uploads of attachments send them (reference/PROTOCOL.md
//! sections 2 and 7).

use std::convert::Infallible;

use actix_web::web::{Bytes, BytesMut};
use futures_util::stream;

/// How many fields a form may have.
const PARTS_MAX: usize = 500;
/// The longest boundary line that is looked for, with its two dashes (RFC 2046 section 5.1.1).
const BOUNDARY_BYTES_MAX: usize = 72;

/// One field of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its name; empty if it has none.
    pub(crate) name: String,
    /// The name of the file; a field without one is text.
    pub(crate) file_name: Option<String>,
    /// What the sender says of the file's type.
    pub(crate) content_type: Option<String>,
    /// What it holds.
    pub(crate) bytes: Bytes,
}

/// The form cannot be read: it is cut off, malformed, or has over [`PARTS_MAX`] fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the multipart body cannot be read")]
pub(crate) struct MultipartError;

/// The boundary that a `Content-Type` tells; `None` when that is of no form with files.
pub(crate) fn boundary(content_type: &str) -> Option<String> {
    multer::parse_boundary(content_type).ok()
}

/// Reads a form that is in memory already.
///
/// # Errors
/// [`MultipartError`].
pub(crate) async fn read(body: Bytes, boundary: &str) -> Result<Vec<Part>, MultipartError> {
    let chunks = stream::iter([Ok::<_, Infallible>(body)]);
    let mut form = multer::Multipart::new(chunks, boundary);
    let mut parts = Vec::new();
    while let Some(mut field) = form.next_field().await.or(Err(MultipartError))? {
        if parts.len() == PARTS_MAX {
            return Err(MultipartError);
        }
        parts.push(Part {
            name: field.name().unwrap_or_default().to_owned(),
            file_name: field.file_name().map(str::to_owned),
            content_type: field.content_type().map(ToString::to_string),
            bytes: bytes(&mut field).await?,
        });
    }
    Ok(parts)
}

/// What a field holds. All of it is there at once, so that it is in one piece, which is not copied.
async fn bytes(field: &mut multer::Field<'_>) -> Result<Bytes, MultipartError> {
    let mut joined = BytesMut::new();
    let mut first = Bytes::new();
    while let Some(chunk) = field.chunk().await.or(Err(MultipartError))? {
        if first.is_empty() && joined.is_empty() {
            first = chunk;
        } else {
            joined.extend_from_slice(&std::mem::take(&mut first));
            joined.extend_from_slice(&chunk);
        }
    }
    Ok(if joined.is_empty() {
        first
    } else {
        joined.freeze()
    })
}

/// Reads a form that does not come with its boundary but begins with it: old versions of Electron
/// send one inside of another. `None` when the bytes do not look like one.
///
/// # Errors
/// [`MultipartError`].
pub(crate) async fn read_nested(body: &Bytes) -> Option<Result<Vec<Part>, MultipartError>> {
    let boundary = first_line(body).strip_prefix(b"--")?;
    let boundary = std::str::from_utf8(boundary).ok()?.to_owned();
    match boundary.as_str() {
        "" => None,
        boundary => Some(read(body.clone(), boundary).await),
    }
}

fn first_line(body: &[u8]) -> &[u8] {
    let start = body.get(..BOUNDARY_BYTES_MAX + 2).unwrap_or(body);
    let mut lines = start.split(|byte| *byte == b'\n');
    match (lines.next(), lines.next()) {
        (Some(line), Some(_)) => line.strip_suffix(b"\r").unwrap_or(line),
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    const FORM: &str = "--xyz\r\n\
        content-disposition: form-data; name=\"sentry[release]\"\r\n\r\n\
        a@1\r\n\
        --xyz\r\n\
        content-disposition: form-data; name=\"log\"; filename=\"log.txt\"\r\n\
        content-type: text/plain\r\n\r\n\
        two\r\nlines\r\n\
        --xyz--\r\n";

    fn parts() -> Vec<Part> {
        let field = Part {
            name: "sentry[release]".to_owned(),
            file_name: None,
            content_type: None,
            bytes: Bytes::from_static(b"a@1"),
        };
        let file = Part {
            name: "log".to_owned(),
            file_name: Some("log.txt".to_owned()),
            content_type: Some("text/plain".to_owned()),
            bytes: Bytes::from_static(b"two\r\nlines"),
        };
        vec![field, file]
    }

    fn read_now(form: &str) -> Result<Vec<Part>, MultipartError> {
        let form = Bytes::copy_from_slice(form.as_bytes());
        read(form, "xyz").now_or_never().expect("waits for nothing")
    }

    #[test]
    fn fields_and_files_are_told_apart() {
        assert_eq!(read_now(FORM), Ok(parts()));
    }

    #[test]
    fn the_boundary_is_that_of_the_content_type() {
        let of = |text| boundary(text);
        assert_eq!(
            of("multipart/form-data; boundary=xyz").as_deref(),
            Some("xyz")
        );
        assert_eq!(
            of("multipart/form-data; boundary=\"x y\"").as_deref(),
            Some("x y")
        );
        assert_eq!(of("multipart/form-data"), None);
        assert_eq!(of("application/octet-stream"), None);
    }

    #[test]
    fn a_nested_form_brings_its_boundary() {
        let nested = |text: &'static str| {
            let body = Bytes::from_static(text.as_bytes());
            read_nested(&body)
                .now_or_never()
                .expect("waits for nothing")
        };
        assert_eq!(nested(FORM), Some(Ok(parts())));
        assert_eq!(nested("MDMP"), None);
        assert_eq!(nested("--"), None);
        assert_eq!(nested("--xyz\r\nrubbish"), Some(Err(MultipartError)));
    }

    #[test]
    fn what_is_cut_off_or_endless_cannot_be_read() {
        assert_eq!(
            read_now(FORM.get(..150).expect("a start")),
            Err(MultipartError)
        );
        assert_eq!(read_now("no form"), Err(MultipartError));
        let field = "--xyz\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\nb\r\n";
        let form = format!("{}--xyz--\r\n", field.repeat(PARTS_MAX + 1));
        assert_eq!(read_now(&form), Err(MultipartError));
    }
}
