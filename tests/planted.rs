//! No secret that an SDK sends is anywhere: a secret of its own is planted in every text and key
//! that an SDK can send, and then everything is searched that keeps or shows what was sent: the
//! database file or every row of every table, the unpacked bodies, the files beside it, the log,
//! every page and the API.
//!
//! What scrubbing is expected to know, and what is planted: tokens of providers alone, in
//! sentences, in URLs that are encoded once and twice, in JSON in a text and in JSON in that, signed
//! ones, and private keys; passwords behind their names in forms, JSON, connection strings,
//! `Authorization` and `Cookie` headers; all of it in bodies that are plain, compressed in every
//! way, in Base64 or full of `\u` escapes, in texts that a limit cuts within the secret, and in
//! dumps of crashes and their memory.
//!
//! What it cannot know, and what is therefore not planted: words like any other with no name in
//! front; secrets of whatever kind in hexadecimal digits or Base64, which look like every digest
//! and every picture; secrets that an SDK cut in two before they came here; pictures and other
//! binary files, whose bytes nobody may change.

mod crashes;
mod encoding;
mod event;
mod limits;
mod secret;
mod site;
mod ways;
mod wire;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use watchfire_testkit::dump;
use watchfire_testkit::server::Server;

use crate::databases::each_database;
use secret::Ledger;
use site::Reader;
use ways::Planter;

/// Stands beside the secrets of one event, so that a search which finds nothing is known to look.
const CONTROL: &str = "Pl41nlyV1sible";

/// So many of the places of a leak are shown.
const PLACES_SHOWN: usize = 4;

/// Where each secret was found that should be nowhere.
#[derive(Default)]
struct Leaks {
    found: BTreeMap<String, Vec<String>>,
    /// Where the control was found, up to the first blank.
    controls: BTreeSet<String>,
}

impl Leaks {
    fn add(&mut self, ledger: &Ledger, place: &str, found: &[u8]) {
        if memchr::memmem::find(found, CONTROL.as_bytes()).is_some() {
            let kind = place.split(' ').next().unwrap_or_default();
            self.controls.insert(kind.to_owned());
        }
        for leak in ledger.leaks(found) {
            self.found.entry(leak).or_default().push(place.to_owned());
        }
    }
}

impl Leaks {
    /// Fails with a line for each secret that was found, and where.
    fn check(&self) {
        for place in ["API", "body", "page"] {
            assert!(self.controls.contains(place), "{place} was not searched");
        }
        let is_stored = ["file", "table"]
            .iter()
            .any(|it| self.controls.contains(*it));
        assert!(is_stored, "the database was not searched");
        let places = self.found.iter().map(|(leak, places)| {
            let some: Vec<&str> = places
                .iter()
                .take(PLACES_SHOWN)
                .map(String::as_str)
                .collect();
            format!("{leak}: {}", some.join(", "))
        });
        let list: Vec<String> = places.collect();
        assert!(
            list.is_empty(),
            "{} secrets leaked:\n{}",
            list.len(),
            list.join("\n")
        );
    }
}

#[test]
fn no_planted_secret_is_anywhere() {
    each_database(|database_url| {
        let mut server = Server::start_with(database_url, &["--log", "debug"])?;
        let (ledger, client) = (Ledger::default(), server.client()?);
        let mut planter = Planter {
            client: &client,
            ledger: &ledger,
            ids: Vec::new(),
        };
        planter.control(CONTROL)?;
        planter.events()?;
        planter.transports()?;
        planter.items()?;
        planter.limits()?;
        planter.addresses()?;
        planter.refusals()?;
        let ids = planter.ids;
        let mut leaks = Leaks::default();
        search_pages(&server, &ledger, &mut leaks)?;
        search_api(&server, &ids, &ledger, &mut leaks)?;
        assert!(server.stop()?, "{}", server.log());
        leaks.add(&ledger, "log", server.log().as_bytes());
        search_database(&server, &ids, &ledger, &mut leaks)?;
        leaks.check();
        Ok(())
    });
}

fn search_pages(server: &Server, ledger: &Ledger, leaks: &mut Leaks) -> anyhow::Result<()> {
    let pages = Reader::log_in(server)?.pages()?;
    assert!(pages.len() > 100, "{} pages", pages.len());
    for page in &pages {
        leaks.add(ledger, &format!("page {}", page.path), &page.body);
    }
    Ok(())
}

fn search_api(
    server: &Server,
    ids: &[String],
    ledger: &Ledger,
    leaks: &mut Leaks,
) -> anyhow::Result<()> {
    let api = server.api()?;
    let project = "projects/default/default";
    let mut paths: Vec<String> = [
        "issues/?query=&limit=100",
        "events/",
        "user-feedback/",
        "releases/",
        "",
        "stats/",
    ]
    .map(|path| format!("{project}/{path}"))
    .into();
    for issue in api.issues()? {
        let issue = issue["id"].as_str().unwrap_or_default();
        for path in ["", "events/", "events/latest/", "hashes/", "tags/"] {
            paths.push(format!("issues/{issue}/{path}"));
        }
    }
    for id in ids {
        for path in ["", "json/", "attachments/"] {
            paths.push(format!("{project}/events/{id}/{path}"));
        }
    }
    let mut read = 0;
    for path in paths {
        if let Ok(found) = api.bytes(&path) {
            read += 1;
            leaks.add(ledger, &format!("API {path}"), &found);
        }
    }
    assert!(read > 100, "{read} answers");
    Ok(())
}

fn search_database(
    server: &Server,
    ids: &[String],
    ledger: &Ledger,
    leaks: &mut Leaks,
) -> anyhow::Result<()> {
    search_files(server.data_dir(), ledger, leaks)?;
    if server.database_url().starts_with("postgres") {
        for row in dump::postgres_rows(server.database_url())?.lines() {
            let table = row.split(' ').next().unwrap_or_default();
            leaks.add(ledger, &format!("table {table}"), row.as_bytes());
        }
    }
    let bodies = dump::bodies(server.database_url(), ids)?;
    assert!(bodies.len() > 50, "{} bodies", bodies.len());
    for body in bodies {
        leaks.add(ledger, "body", body.as_bytes());
    }
    Ok(())
}

fn search_files(folder: &Path, ledger: &Ledger, leaks: &mut Leaks) -> anyhow::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            search_files(&path, ledger, leaks)?;
        } else {
            leaks.add(
                ledger,
                &format!("file {}", path.display()),
                &std::fs::read(&path)?,
            );
        }
    }
    Ok(())
}
