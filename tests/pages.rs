//! A person's way through the pages, walked by a real browser (`tests/browser/walk.js`), and what scrubbing leaves
//! of a careless error on them (`tests/browser/scrubbing.js`).

use std::process::Command;

use anyhow::Context;
use watchfire_testkit::server::{Server, binary};

use crate::apps::{Shop, browser_available, finish, folder, sdks_available};
use crate::databases::each_database;

#[test]
fn a_person_sets_up_sees_the_first_error_resolves_it_and_sees_it_regress() {
    if !sdks_available() || !browser_available() {
        return;
    }
    each_database(|database_url| {
        let server = Server::start(database_url)?;
        let shop = Shop::start(&server.dsn())?;
        let mut walk = Command::new("node");
        walk.arg("walk.js").current_dir(folder("browser"));
        walk.env("WATCHFIRE_URL", server.url())
            .env("WATCHFIRE_SETUP_URL", server.setup_url());
        walk.env("WATCHFIRE_DSN", server.dsn())
            .env("SHOP_URL", shop.url());
        let walked = finish(&mut walk);
        walked.with_context(|| format!("the server said: {}", server.log()))?;
        Ok(())
    });
}

#[test]
fn what_is_scrubbed_is_gone_from_the_page_and_its_mark_says_why_by_mouse_keyboard_and_touch() {
    if !browser_available() {
        return;
    }
    let run = || -> anyhow::Result<()> {
        let pictures = tempfile::tempdir()?;
        let mut script = Command::new("node");
        script.arg("scrubbing.js").current_dir(folder("browser"));
        script
            .env("WATCHFIRE", binary()?)
            .env("SCREENSHOTS", pictures.path());
        finish(&mut script)?;
        Ok(())
    };
    run().expect("the page shows what it should");
}
