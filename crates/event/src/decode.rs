use crate::Draft;
use crate::json::{JsonError, Value, parse};

/// Why a payload is not an event.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// It is not JSON.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// It is JSON, but not an object.
    #[error("expected an object")]
    NotAnObject,
}

/// Reads an event's JSON and gives each field its schema's shape.
///
/// # Errors
/// [`DecodeError`] when there is no object to read.
pub fn decode(bytes: &[u8]) -> Result<Draft<'_>, DecodeError> {
    match parse(bytes)? {
        Value::Object(body) => Ok(Draft {
            body,
            meta: Default::default(),
        }),
        _ => Err(DecodeError::NotAnObject),
    }
}
