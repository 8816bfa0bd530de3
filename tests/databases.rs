//! Runs a test on both databases.

use watchfire_testkit::database::TestDatabase;

/// Calls the test with `None` (SQLite in the server's own folder) and, where there is a PostgreSQL server, with
/// the address of a new database there.
pub(crate) fn each_database(check: impl Fn(Option<&str>) -> anyhow::Result<()>) {
    check(None).expect("on SQLite");
    if let Some(postgres) = TestDatabase::postgres() {
        check(Some(postgres.url())).expect("on PostgreSQL");
    }
}
