//! Stored bodies that a disk or a lost dictionary made unreadable.

use diesel::result::Error as DieselError;

use crate::error::{Error, Result};

/// What unpacking the body of an event gave: nothing, and a warning, when the body cannot be read.
/// One such event must not hold up what is done with all the others.
///
/// # Errors
/// When it failed for another reason, such as a database that is away.
pub(crate) fn readable<T>(unpacked: Result<T>) -> Result<Option<T>> {
    match unpacked {
        Ok(body) => Ok(Some(body)),
        Err(error @ (Error::NotFound | Error::Query(DieselError::DeserializationError(_)))) => {
            tracing::warn!("the body of a stored event cannot be read: {error}");
            Ok(None)
        }
        Err(other) => Err(other),
    }
}
