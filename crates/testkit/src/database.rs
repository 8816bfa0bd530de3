//! Throw-away databases of both kinds.
//!
//! The SQLite half always runs. The PostgreSQL half runs when `TEST_DATABASE_URL` names a server
//! whose user may create databases; every test gets its own, which is dropped at the end.

#![expect(
    clippy::print_stderr,
    clippy::panic,
    clippy::expect_used,
    reason = "test code: it speaks to whoever runs the tests and stops at the first trouble"
)]

use tempfile::TempDir;
use watchfire_store::{Database, Options};

/// Names the PostgreSQL server to test with.
const SERVER: &str = "TEST_DATABASE_URL";
/// Set to `required` where a test run without PostgreSQL is a mistake.
const DEMAND: &str = "WATCHFIRE_TEST_POSTGRES";

/// A database that is gone when this is dropped. Drop what uses it first.
pub struct TestDatabase {
    database: Option<Database>,
    url: String,
    place: Place,
}

enum Place {
    Folder(#[expect(dead_code, reason = "kept for its drop, which removes the folder")] TempDir),
    Server { url: String, name: String },
}

impl TestDatabase {
    /// A new SQLite file in a folder of its own.
    ///
    /// # Panics
    /// When there is no temporary folder.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        Self::open(url, Place::Folder(folder))
    }

    /// A new PostgreSQL database; nothing when no server is named.
    ///
    /// # Panics
    /// When the server refuses, or when it is required and not named.
    #[must_use]
    pub fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var(SERVER) else {
            let is_required = std::env::var(DEMAND).is_ok_and(|value| value == "required");
            assert!(!is_required, "{DEMAND}=required, but {SERVER} is not set");
            eprintln!("skipped: the PostgreSQL half, because {SERVER} is not set");
            return None;
        };
        let name = format!("watchfire_test_{}", uuid::Uuid::new_v4().as_simple());
        administer(&server, &format!("CREATE DATABASE {name}"));
        let url = with_database(&server, &name);
        Some(Self::open(url, Place::Server { url: server, name }))
    }

    /// The database.
    ///
    /// # Panics
    /// Never; it is there until the drop.
    #[must_use]
    pub fn database(&self) -> &Database {
        self.database.as_ref().expect("taken in drop only")
    }

    /// The URL under which another process may open it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    fn open(url: String, place: Place) -> Self {
        let database = Database::connect(&url, &Options::default());
        Self {
            database: Some(database.unwrap_or_else(|error| panic!("{error}"))),
            url,
            place,
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        self.database = None;
        if let Place::Server { url, name } = &self.place {
            administer(url, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// Runs a test on an SQLite database and, where there is a server, on a PostgreSQL one.
pub fn for_each_database(test: impl Fn(&TestDatabase)) {
    eprintln!("database: SQLite");
    test(&TestDatabase::sqlite());
    if let Some(postgres) = TestDatabase::postgres() {
        eprintln!("database: PostgreSQL");
        test(&postgres);
    }
}

/// The server's URL with another database.
fn with_database(server: &str, name: &str) -> String {
    let (address, parameters) = match server.split_once('?') {
        Some((address, parameters)) => (address, format!("?{parameters}")),
        None => (server, String::new()),
    };
    let after_scheme = address.find("://").map_or(0, |at| at + 3);
    let end = address
        .get(after_scheme..)
        .and_then(|rest| rest.find('/'))
        .map_or(address.len(), |at| after_scheme + at);
    let authority = address.get(..end).unwrap_or(address);
    format!("{authority}/{name}{parameters}")
}

/// Runs one statement of administration. On a thread of its own, because the test may be async.
fn administer(server: &str, statement: &str) {
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(server, tokio_postgres::NoTls)
                .await
                .unwrap_or_else(|error| panic!("cannot connect to {SERVER}: {error:?}"));
            let connection = tokio::spawn(connection);
            let done = client.batch_execute(statement).await;
            done.unwrap_or_else(|error| panic!("{statement}: {error:?}"));
            drop(client);
            drop(connection.await);
        });
    };
    std::thread::scope(|scope| {
        let outcome = scope.spawn(run).join();
        outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_of_the_url_changes() {
        assert_eq!(
            with_database("postgres://u:p@host:5432/postgres?sslmode=disable", "x"),
            "postgres://u:p@host:5432/x?sslmode=disable"
        );
        assert_eq!(with_database("postgres://host", "x"), "postgres://host/x");
    }
}
