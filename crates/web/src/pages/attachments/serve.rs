use actix_web::http::header;
use actix_web::{HttpResponse, web};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use watchfire_store::attachment::{self, Attachment};
use watchfire_store::{self as store};

use super::media;
use super::view::visible;
use crate::error::WebError;
use crate::session::CurrentUser;
use crate::{Web, access};

/// Whatever a file is, opened as a page it may neither run nor load anything, and has no origin.
const POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// `GET /projects/{slug}/attachments/{id}`: the file, always to be saved and never to be shown.
pub(crate) async fn download(
    web: web::Data<Web>,
    user: CurrentUser,
    path: web::Path<(String, i64)>,
) -> Result<HttpResponse, WebError> {
    let (attachment, bytes) = load(&web, user, path.into_inner()).await?;
    let mut response = answer("application/octet-stream");
    response.insert_header((
        header::CONTENT_DISPOSITION,
        disposition(&attachment.filename),
    ));
    Ok(response.body(bytes))
}

/// `GET /projects/{slug}/attachments/{id}/image`: the file, if its bytes are an image.
pub(crate) async fn image(
    web: web::Data<Web>,
    user: CurrentUser,
    path: web::Path<(String, i64)>,
) -> Result<HttpResponse, WebError> {
    let (_, bytes) = load(&web, user, path.into_inner()).await?;
    let media_type = media::image_type(&bytes).ok_or(WebError::NotFound)?;
    Ok(answer(media_type).body(bytes))
}

async fn load(
    web: &Web,
    user: CurrentUser,
    (slug, id): (String, i64),
) -> Result<(Attachment, web::Bytes), WebError> {
    let found = web
        .database
        .read(move |conn| {
            let project = access::project(conn, &user.account, &slug)?;
            attachment::get(conn, project.id, id)?.ok_or(store::Error::NotFound)
        })
        .await?;
    let bytes = web.blobs.get(&found.blob_key).await?;
    Ok((found, bytes.ok_or(WebError::NotFound)?))
}

fn answer(media_type: &'static str) -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.content_type(media_type);
    response.insert_header((header::CONTENT_SECURITY_POLICY, POLICY));
    response.insert_header(("Cross-Origin-Resource-Policy", "same-origin"));
    response
}

/// The header that names the file to save, in both of its forms (RFC 6266): a plain one of the
/// letters that are safe in it, and the whole name in UTF-8.
fn disposition(filename: &str) -> String {
    let plain: String = filename
        .chars()
        .map(|letter| match letter {
            letter if letter.is_ascii_alphanumeric() || "._- ".contains(letter) => letter,
            _ => '_',
        })
        .take(100)
        .collect();
    let plain = plain.trim_matches(['.', ' ']);
    let plain = if plain.is_empty() {
        "attachment"
    } else {
        plain
    };
    let whole: String = visible(filename).chars().take(200).collect();
    let whole = utf8_percent_encode(&whole, NON_ALPHANUMERIC);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_header() {
        assert_eq!(
            disposition("a b.png"),
            "attachment; filename=\"a b.png\"; filename*=UTF-8''a%20b%2Epng"
        );
        let hostile = disposition("../..\"\r\nX: y/ä");
        assert!(
            hostile.starts_with("attachment; filename=\"_..___X_ y__\"; "),
            "{hostile}"
        );
        assert!(!hostile.contains('\n') && !hostile.contains("../"));
        assert!(disposition("").contains("filename=\"attachment\""));
    }
}
