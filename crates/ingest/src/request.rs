//! What a request says before its payload is looked at: who sends (`auth`), how much (`body`), and
//! how it is compressed (`decompress`).

mod auth;
mod body;
mod decompress;
mod dsn;
mod memory;
mod origin;
mod public_key;
mod pulse;

pub(crate) use auth::{Auth, authenticate};
pub(crate) use body::read_body;
pub(crate) use decompress::{Encoding, inflate_zlib, inflated_bytes_max, with_decompressed};
pub(crate) use dsn::Dsn;
pub(crate) use memory::{MemoryBudget, Reservation};
pub(crate) use origin::{AllowedOrigins, Origin};
pub(crate) use public_key::PublicKey;
pub(crate) use pulse::Pulse;

use actix_web::HttpRequest;
use watchfire_event::ProjectId;

use crate::error::IngestError;

/// The project that the path names.
///
/// # Errors
/// [`IngestError::BadProject`] when it is not a decimal number.
pub(crate) fn project_in_path(request: &HttpRequest) -> Result<Option<ProjectId>, IngestError> {
    let Some(text) = request.match_info().get("project_id") else {
        return Ok(None);
    };
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(id) if is_number => Ok(Some(id)),
        _ => Err(IngestError::BadProject),
    }
}
