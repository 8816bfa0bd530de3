use watchfire_store::{ConnectError, Database, Options, issue, organization, project};
use watchfire_testkit::database::for_each_database;

use crate::support::{NOON, block_on};

fn refusal(url: &str) -> ConnectError {
    match Database::connect(url, &Options::default()) {
        Ok(_) => panic!("{url} was accepted"),
        Err(error) => error,
    }
}

#[test]
fn an_unknown_scheme_is_refused_without_showing_the_password() {
    for url in [
        "postgress:db",
        "mysql://root:hidden@host/db",
        "host=127.0.0.1 port=1",
        "",
    ] {
        let error = refusal(url);
        assert!(
            matches!(error, ConnectError::UnknownScheme(_)),
            "{url}: {error}"
        );
        let text = error.to_string();
        assert!(
            text.contains("sqlite://") && text.contains("postgres://"),
            "{text}"
        );
        assert!(!text.contains("hidden"), "{text}");
    }
}

#[test]
fn a_url_that_names_no_file_or_cannot_be_read_is_refused() {
    for url in [
        "sqlite://",
        "sqlite://:memory:",
        "postgres://host:no-port/db",
    ] {
        let error = refusal(url);
        assert!(
            matches!(error, ConnectError::InvalidUrl(_)),
            "{url}: {error}"
        );
    }
}

#[test]
fn an_unwritable_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let path = file.join("data").join("watchfire.db");
    let error = refusal(&format!("sqlite://{}", path.display()));
    assert!(matches!(error, ConnectError::Unwritable { .. }), "{error}");
    assert!(
        error.to_string().contains(&path.display().to_string()),
        "{error}"
    );
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(
        &path,
        "not a database at all, but long enough to be looked at",
    )
    .unwrap();
    let before = std::fs::read(&path).unwrap();
    refusal(&format!("sqlite://{}", path.display()));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_server_that_is_not_there_is_reported() {
    let error = refusal("postgres://nobody@127.0.0.1:1/none");
    assert!(matches!(error, ConnectError::Unreachable(_)), "{error}");
}

#[test]
fn missing_folders_are_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a").join("b").join("watchfire.db");
    let url = format!("sqlite://{}", path.display());
    assert!(Database::connect(&url, &Options::default()).is_ok());
    assert!(path.exists());
}

#[test]
fn migrations_run_down_and_up_again() {
    for_each_database(|test| {
        let database = test.database();
        database.revert_migrations().unwrap();
        let list = |database: &Database| database.read_blocking(organization::list);
        assert!(list(database).is_err());
        database.migrate().unwrap();
        assert_eq!(list(database).unwrap(), []);
        // Once more, with rows in between.
        database
            .write_blocking(|c| organization::create(c, "default", "Default", NOON))
            .unwrap();
        database.revert_migrations().unwrap();
        database.migrate().unwrap();
        assert_eq!(list(database).unwrap(), []);
    });
}

#[test]
fn many_processes_may_open_a_new_database_at_once() {
    for_each_database(|test| {
        test.database().revert_migrations().unwrap();
        std::thread::scope(|scope| {
            let open = || Database::connect(test.url(), &Options::default()).map(drop);
            let opening: Vec<_> = (0..4).map(|_| scope.spawn(open)).collect();
            for opened in opening {
                opened.join().unwrap().unwrap();
            }
        });
    });
}

#[test]
fn the_async_facade_works_on_a_current_thread_runtime() {
    for_each_database(|test| {
        let database = test.database().clone();
        block_on(async {
            let made = database
                .write(|c| organization::create(c, "default", "Default", NOON))
                .await
                .unwrap();
            let found = database
                .read(|c| organization::by_slug(c, "default"))
                .await
                .unwrap();
            assert_eq!(found, Some(made));
            // An error rolls back what was done before it.
            let failed = database
                .write(|c| {
                    organization::create(c, "other", "Other", NOON)?;
                    organization::create(c, "default", "Again", NOON)
                })
                .await;
            assert!(
                matches!(failed, Err(watchfire_store::Error::Taken(_))),
                "{failed:?}"
            );
            let others = database
                .read(|c| organization::by_slug(c, "other"))
                .await
                .unwrap();
            assert_eq!(others, None);
        });
    });
}

#[test]
fn readers_cannot_write_on_sqlite() {
    let test = watchfire_testkit::database::TestDatabase::sqlite();
    let written = test
        .database()
        .read_blocking(|c| organization::create(c, "default", "Default", NOON));
    assert!(written.is_err());
}

#[test]
fn what_is_not_there_is_not_found() {
    for_each_database(|test| {
        test.database()
            .read_blocking(|c| {
                assert_eq!(project::get(c, watchfire_event::ProjectId(7))?, None);
                assert_eq!(issue::get(c, watchfire_event::IssueId(7))?, None);
                Ok(())
            })
            .unwrap();
    });
}
