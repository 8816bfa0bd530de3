//! Connections of tests that do what the store does not.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls};
use watchfire_testkit::database::TestDatabase;

/// A connection of its own to a database.
pub(crate) enum Raw {
    Sqlite(SqliteConnection),
    Postgres(Runtime, Client),
}

impl Raw {
    pub(crate) fn open(test: &TestDatabase) -> Self {
        if let Some(path) = test.url().strip_prefix("sqlite://") {
            let mut conn = SqliteConnection::establish(path).unwrap();
            conn.batch_execute("PRAGMA busy_timeout = 10000").unwrap();
            return Self::Sqlite(conn);
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let (client, connection) = runtime
            .block_on(tokio_postgres::connect(test.url(), NoTls))
            .unwrap();
        runtime.spawn(connection);
        Self::Postgres(runtime, client)
    }

    pub(crate) fn run(&mut self, sql: &str) {
        match self {
            Self::Sqlite(conn) => conn.batch_execute(sql).unwrap(),
            Self::Postgres(runtime, client) => runtime.block_on(client.batch_execute(sql)).unwrap(),
        }
    }
}
