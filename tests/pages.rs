//! A person's way through the pages, walked by a real browser (`tests/browser/walk.js`).

use std::process::Command;

use anyhow::Context;
use watchfire_testkit::server::Server;

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
