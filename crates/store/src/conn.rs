use diesel::SqliteConnection;
use diesel::connection::Connection;
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::AsyncConnectionWrapper;

use crate::error::{Error, Result};

/// A synchronous diesel connection over the asynchronous PostgreSQL client, which needs no libpq.
pub(crate) type PgConnection = AsyncConnectionWrapper<AsyncPgConnection>;

/// A connection that a query runs on. Queries are written once, inside `on!`.
pub enum Conn<'a> {
    /// SQLite.
    #[doc(hidden)]
    Sqlite(&'a mut SqliteConnection),
    /// PostgreSQL.
    #[doc(hidden)]
    Pg(&'a mut PgConnection),
}

/// Runs the same diesel expression on whichever database the connection belongs to:
/// `on!(conn, |c| query.load(c))`. The expression is compiled once for each database.
macro_rules! on {
    ($conn:expr, |$c:ident| $body:expr) => {
        match $conn {
            $crate::conn::Conn::Sqlite(connection) => {
                let $c: &mut diesel::SqliteConnection = connection;
                $body
            }
            $crate::conn::Conn::Pg(connection) => {
                let $c: &mut $crate::conn::PgConnection = connection;
                $body
            }
        }
    };
}
pub(crate) use on;

impl Conn<'_> {
    /// Runs `work` in a transaction; an error rolls it back. Inside a transaction it makes a
    /// savepoint.
    ///
    /// # Errors
    /// Those of `work`, and those of the commit.
    pub fn transaction<T>(&mut self, work: impl FnOnce(&mut Conn<'_>) -> Result<T>) -> Result<T> {
        match self {
            Self::Sqlite(c) => c.transaction(|c| work(&mut Conn::Sqlite(c))),
            Self::Pg(c) => c.transaction::<_, Error, _>(|c| work(&mut Conn::Pg(c))),
        }
    }

    /// Runs `work` in a transaction that takes SQLite's write lock at once, so that it cannot
    /// meet another writer half-way. Not to be nested.
    pub(crate) fn write_transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Conn<'_>) -> Result<T>,
    ) -> Result<T> {
        match self {
            Self::Sqlite(c) => c.immediate_transaction(|c| work(&mut Conn::Sqlite(c))),
            Self::Pg(c) => c.transaction::<_, Error, _>(|c| work(&mut Conn::Pg(c))),
        }
    }
}
