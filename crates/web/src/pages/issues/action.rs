//! What the buttons of the issue list and of an issue's page do.

use watchfire_store::issue::{Change, Substatus};

use crate::error::WebError;

/// The change that the field `action` of a form names, and the verb that tells it was done.
///
/// # Errors
/// [`WebError::BadRequest`] for any other word.
pub(crate) fn read(action: &str) -> Result<(Change, &'static str), WebError> {
    match action {
        "resolve" => Ok((Change::Resolve, "Resolved")),
        "unresolve" => Ok((Change::Unresolve, "Reopened")),
        "archive" => Ok((
            Change::Archive(Substatus::ArchivedUntilEscalating),
            "Archived",
        )),
        "archive_forever" => Ok((Change::Archive(Substatus::ArchivedForever), "Archived")),
        other => Err(WebError::BadRequest(format!(
            "“{other}” is no action. Use resolve, unresolve, archive or archive_forever."
        ))),
    }
}
