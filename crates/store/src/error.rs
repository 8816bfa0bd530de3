use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// What a query answers.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a query failed. The text is for the log; it may hold words of the database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The row that was asked for does not exist.
    #[error("not found")]
    NotFound,
    /// Another row has the same unique value, for example the same slug or e-mail address.
    #[error("already taken: {0}")]
    Taken(String),
    /// It cannot be done as things are; the text is one sentence for whoever asked.
    #[error("{0}")]
    Refused(String),
    /// Somebody else changed it since whoever asked had read it, and nothing was saved; the text is
    /// one sentence that says who and when.
    #[error("{0}")]
    Overtaken(String),
    /// As many previews as may run at once do so ([`crate::Database::preview`]); worth trying again
    /// in a few seconds.
    #[error("too many previews run at this moment; try again in a few seconds")]
    Busy,
    /// The database cannot be reached, is locked, or every connection is in use.
    #[error("the database is away: {0}")]
    Away(String),
    /// Anything else.
    #[error("the database refused a query: {0}")]
    Query(#[source] DieselError),
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Self::NotFound,
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, information) => {
                Self::Taken(information.message().to_owned())
            }
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, information) => {
                Self::Away(information.message().to_owned())
            }
            DieselError::DatabaseError(DatabaseErrorKind::UnableToSendCommand, information) => {
                Self::Away(information.message().to_owned())
            }
            DieselError::DatabaseError(DatabaseErrorKind::Unknown, information)
                if information.message().contains("database is locked") =>
            {
                Self::Away(information.message().to_owned())
            }
            DieselError::BrokenTransactionManager => Self::Away("a broken transaction".to_owned()),
            other => Self::Query(other),
        }
    }
}
