//! The migrations of both databases, embedded in the binary.

use diesel::connection::SimpleConnection;
use diesel::sqlite::SqliteConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::conn::{Conn, PgConnection};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../migrations/postgres");

/// The advisory lock that keeps two processes from migrating one PostgreSQL database at a time.
/// Any number does that nobody else uses.
const LOCK: &str = "SELECT pg_advisory_lock(7735917846)";
const UNLOCK: &str = "SELECT pg_advisory_unlock(7735917846)";

/// Why a migration failed, in words.
type Reason = String;

pub(crate) fn migrate_sqlite(connection: &mut SqliteConnection) -> Result<(), Reason> {
    // The write lock is taken first, so that of two processes one finds everything done.
    connection
        .immediate_transaction::<_, Box<dyn std::error::Error + Send + Sync>, _>(|connection| {
            connection.run_pending_migrations(SQLITE)?;
            Ok(())
        })
        .map_err(|error| error.to_string())
}

pub(crate) fn migrate_postgres(connection: &mut PgConnection) -> Result<(), Reason> {
    locked(connection, |connection| {
        connection.run_pending_migrations(POSTGRES).map(drop)
    })
}

/// Undoes every migration; everything stored is lost.
pub(crate) fn revert(conn: &mut Conn<'_>) -> Result<(), Reason> {
    match conn {
        Conn::Sqlite(c) => c
            .revert_all_migrations(SQLITE)
            .map(drop)
            .map_err(|error| error.to_string()),
        Conn::Pg(c) => locked(c, |c| c.revert_all_migrations(POSTGRES).map(drop)),
    }
}

/// Does every migration that has not been done.
pub(crate) fn migrate(conn: &mut Conn<'_>) -> Result<(), Reason> {
    match conn {
        Conn::Sqlite(c) => migrate_sqlite(c),
        Conn::Pg(c) => migrate_postgres(c),
    }
}

fn locked(
    connection: &mut PgConnection,
    work: impl FnOnce(&mut PgConnection) -> diesel::migration::Result<()>,
) -> Result<(), Reason> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    connection.batch_execute(LOCK).map_err(|e| text(&e))?;
    let result = work(connection).map_err(|e| text(&e));
    connection.batch_execute(UNLOCK).map_err(|e| text(&e))?;
    result
}

#[cfg(test)]
mod tests {
    use diesel::migration::MigrationSource;
    use diesel::pg::Pg;
    use diesel::sqlite::Sqlite;

    use super::*;

    #[test]
    fn both_databases_have_migrations_of_the_same_names() {
        let sqlite = MigrationSource::<Sqlite>::migrations(&SQLITE).unwrap();
        let postgres = MigrationSource::<Pg>::migrations(&POSTGRES).unwrap();
        let names = |name: &dyn std::fmt::Display| name.to_string();
        let sqlite: Vec<_> = sqlite.iter().map(|m| names(m.name())).collect();
        let postgres: Vec<_> = postgres.iter().map(|m| names(m.name())).collect();
        assert!(!sqlite.is_empty());
        assert_eq!(sqlite, postgres);
    }
}
