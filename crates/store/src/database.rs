use std::path::PathBuf;
use std::sync::Arc;

use crate::conn::Conn;
use crate::dictionary::Dictionaries;
use crate::error::{Error, Result};
use crate::migration;
use crate::postgres::Postgres;
use crate::preview_gate::{PreviewGate, PreviewPermit};
use crate::sqlite::{self, Sqlite};

/// Why a database cannot be used. Each text is one sentence for the operator.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The address begins with something else than `sqlite://` or `postgres://`.
    #[error("a database url begins with sqlite:// or postgres://, not with {0:?}")]
    UnknownScheme(String),
    /// The address cannot be read.
    #[error("the database url is not valid: {0}")]
    InvalidUrl(String),
    /// The file of the SQLite database cannot be made or written.
    #[error("the database file {path} cannot be written: {reason}")]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// PostgreSQL cannot be reached or refuses the log-in.
    #[error("cannot connect to the database server: {0}")]
    Unreachable(String),
    /// A migration failed.
    #[error("cannot bring the database up to date: {0}")]
    Migration(String),
}

/// Limits of the connections.
#[derive(Clone, Debug)]
pub struct Options {
    /// How many connections read at a time.
    pub readers: usize,
    /// How many connections write at a time on PostgreSQL; SQLite has one.
    pub writers: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            readers: 4,
            writers: 4,
        }
    }
}

/// A database of either kind, with its connections. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    kind: Kind,
    dictionaries: Dictionaries,
    previews: PreviewGate,
}

enum Kind {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Database {
    /// Opens the database, making an SQLite file (and its folder) that is missing, and brings its
    /// schema up to date. `url` is `sqlite://PATH` (`sqlite:///var/lib/watchfire.db` is absolute)
    /// or `postgres://…`. Blocks for as long as that takes, wherever it is called.
    ///
    /// # Errors
    /// [`ConnectError`] with one clear sentence.
    pub fn connect(url: &str, options: &Options) -> std::result::Result<Self, ConnectError> {
        // On a thread of its own, because the PostgreSQL client refuses to be waited for inside an
        // async task, and the caller may well be one.
        let connecting =
            std::thread::scope(|scope| scope.spawn(|| Self::connect_here(url, options)).join());
        connecting.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }

    fn connect_here(url: &str, options: &Options) -> std::result::Result<Self, ConnectError> {
        let kind = match url.split_once("://") {
            Some(("sqlite", rest)) => {
                Kind::Sqlite(Sqlite::connect(&sqlite::path_of_url(rest)?, options)?)
            }
            Some(("postgres" | "postgresql", _)) => {
                Kind::Postgres(Postgres::connect(url, options)?)
            }
            _ => return Err(ConnectError::UnknownScheme(scheme(url).to_owned())),
        };
        let database = Self {
            inner: Arc::new(Inner {
                kind,
                dictionaries: Dictionaries::default(),
                previews: PreviewGate::before(options.readers),
            }),
        };
        database
            .read_blocking(|conn| database.inner.dictionaries.load(conn))
            .map_err(|error| ConnectError::Migration(error.to_string()))?;
        Ok(database)
    }

    /// Runs queries that only read, on a blocking thread of the current tokio runtime.
    ///
    /// # Errors
    /// Those of `work`; [`Error::Away`] when no connection can be had.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn<'_>) -> Result<T> + Send + 'static,
    {
        let database = self.clone();
        blocking(move || database.read_blocking(work)).await
    }

    /// Like [`Database::read`] for work that looks at hundreds of events to tell what a change would
    /// do. At most half of the reading connections do so at a time, so that pages are answered
    /// meanwhile.
    ///
    /// # Errors
    /// Those of [`Database::read`]; [`Error::Busy`] as [`Database::preview_permit`].
    pub async fn preview<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn<'_>) -> Result<T> + Send + 'static,
    {
        let permit = self.preview_permit().await?;
        self.read(move |conn| {
            let result = work(conn);
            drop(permit);
            result
        })
        .await
    }

    /// The right to run a preview inside [`Database::read`], for who answers something also without
    /// one. Move it into the work.
    ///
    /// # Errors
    /// [`Error::Busy`] when as many as may run at once still do after
    /// [`crate::PREVIEW_WAIT_MAX`].
    pub async fn preview_permit(&self) -> Result<PreviewPermit> {
        self.inner.previews.enter().await
    }

    /// Runs queries in one transaction that may write, on a blocking thread of the current tokio
    /// runtime. An error rolls it back.
    ///
    /// # Errors
    /// Those of `work`; [`Error::Away`] when no connection can be had.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn<'_>) -> Result<T> + Send + 'static,
    {
        let database = self.clone();
        blocking(move || database.write_blocking(work)).await
    }

    /// Like [`Database::read`] on the calling thread, which must not be inside an async task.
    ///
    /// # Errors
    /// As [`Database::read`].
    pub fn read_blocking<T>(&self, work: impl FnOnce(&mut Conn<'_>) -> Result<T>) -> Result<T> {
        match &self.inner.kind {
            Kind::Sqlite(sqlite) => sqlite.readers.run(|c| work(&mut Conn::Sqlite(c))),
            Kind::Postgres(postgres) => postgres
                .readers
                .run(|session| work(&mut Conn::Pg(&mut session.connection))),
        }
    }

    /// Like [`Database::write`] on the calling thread, which must not be inside an async task.
    ///
    /// # Errors
    /// As [`Database::write`].
    pub fn write_blocking<T>(&self, work: impl FnOnce(&mut Conn<'_>) -> Result<T>) -> Result<T> {
        self.with_writer(|conn| conn.write_transaction(work))
    }

    /// The dictionaries that bodies are compressed with.
    #[must_use]
    pub fn dictionaries(&self) -> &Dictionaries {
        &self.inner.dictionaries
    }

    /// Undoes every migration: the database is empty afterwards and everything stored is lost.
    /// [`Database::migrate`] makes the tables again.
    ///
    /// # Errors
    /// [`ConnectError::Migration`] when a migration cannot be undone.
    pub fn revert_migrations(&self) -> std::result::Result<(), ConnectError> {
        self.on_schema(migration::revert)
    }

    /// Does every migration that has not been done; [`Database::connect`] has done so already.
    ///
    /// # Errors
    /// [`ConnectError::Migration`] when a migration fails.
    pub fn migrate(&self) -> std::result::Result<(), ConnectError> {
        self.on_schema(migration::migrate)
    }

    /// Lends the writing connection without a transaction.
    pub(crate) fn with_writer<T>(
        &self,
        work: impl FnOnce(&mut Conn<'_>) -> Result<T>,
    ) -> Result<T> {
        match &self.inner.kind {
            Kind::Sqlite(sqlite) => sqlite.writer.run(|c| work(&mut Conn::Sqlite(c))),
            Kind::Postgres(postgres) => postgres
                .writers
                .run(|session| work(&mut Conn::Pg(&mut session.connection))),
        }
    }

    fn on_schema(
        &self,
        work: impl FnOnce(&mut Conn<'_>) -> std::result::Result<(), String>,
    ) -> std::result::Result<(), ConnectError> {
        self.with_writer(|conn| Ok(work(conn)))
            .map_err(|error| ConnectError::Migration(error.to_string()))?
            .map_err(ConnectError::Migration)
    }
}

/// Runs `work` on a blocking thread and passes its panic on.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(failed) => match failed.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(Error::Away("the runtime is shutting down".to_owned())),
        },
    }
}

/// What is safe to show of a URL that may hold a password.
fn scheme(url: &str) -> &str {
    url.split_once(':').map_or(url, |(scheme, _)| scheme)
}
