//! A mutation fuzzer over what real SDKs sent: it breaks recorded envelopes at random places and
//! posts them to the endpoints over a real database. The same seed makes the same requests; a
//! failure names its number. `crates/ingest/fuzz` looks deeper, with coverage to guide it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use actix_web::rt::time::sleep;
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, web};
use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use watchfire_ingest::configure;
use watchfire_testkit::database::TestDatabase;

use crate::harness::{Harness, run};

/// As many requests as the coverage-guided fuzzer makes in about twenty minutes.
const REQUESTS: usize = 300_000;
/// Requests that are under way together, so that they share commits.
const TOGETHER: usize = 20;
/// How long a worker that was busy needs to see that it is not any more.
const REST: Duration = Duration::from_millis(50);
/// Longer inputs only repeat what shorter ones do.
const BODY_BYTES_MAX: usize = 40_000;
const SEED: u64 = 20_261_121;

/// Texts that mean something to one of the readers.
const WORDS: [&[u8]; 28] = [
    b"\n",
    b"{}",
    b"{}\n",
    b"null",
    b"[]",
    b"\"\"",
    b"-1",
    b"1e400",
    b"NaN",
    b"18446744073709551616",
    b"\\ud83d",
    b"\\u0000",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\"length\":0,",
    b"\"length\":99999999,",
    b"\"item_count\":7,",
    b"\"type\":\"event\",",
    b"\"type\":\"attachment\",",
    b"\"type\":\"session\",",
    b"\"type\":\"span\",",
    b"\"type\":\"user_report\",",
    b"\"attachment_type\":\"event.minidump\",",
    b"\"timestamp\":0,",
    b"\"event_id\":\"\",",
    b"{\"\":{\"rem\":[[\"x\",\"s\",0,9999]]}}",
    b"[[[[[[[[[[[[[[[[[[[[",
    b"MDMP\x93\xa7\0\0",
];

/// Where a body is posted, with its content type and encoding.
const PLACES: [(&str, &str, &str); 10] = [
    ("envelope/", "application/x-sentry-envelope", ""),
    ("envelope/", "text/plain;charset=UTF-8", ""),
    ("envelope/", "application/x-sentry-envelope", "gzip"),
    ("store/", "application/json", ""),
    ("security/", "application/csp-report", ""),
    ("security/", "application/reports+json", ""),
    ("minidump/", "multipart/form-data; boundary=x", ""),
    ("minidump/", "application/octet-stream", "zstd"),
    (
        "events/4f7a6c3b2d1e0f9a8b7c6d5e4f3a2b1c/attachments/",
        "multipart/form-data; boundary=x",
        "",
    ),
    ("cron/nightly/", "application/json", ""),
];

#[test]
fn broken_requests_never_cost_more_than_themselves_on_sqlite() {
    run(&TestDatabase::sqlite(), |harness| async move {
        bombard(&harness, REQUESTS).await;
    });
}

#[test]
fn broken_requests_never_cost_more_than_themselves_on_postgres() {
    // What is read is the same; what is stored is what may differ.
    if let Some(database) = TestDatabase::postgres() {
        run(&database, |harness| async move {
            bombard(&harness, REQUESTS / 20).await;
        });
    }
}

async fn bombard(harness: &Harness, requests: usize) {
    let corpus = corpus();
    assert!(corpus.len() > 20, "the recorded envelopes are missing");
    let state = harness.state.clone();
    let app = init_service(App::new().configure(|config| configure(config, state))).await;
    let mut random = StdRng::seed_from_u64(SEED);
    let mut refused = 0;
    for first in (0..requests).step_by(TOGETHER) {
        let answers = (first..first + TOGETHER).map(|number| {
            let request = request(harness, mutated(&corpus, &mut random), &mut random);
            let answering = call_service(&app, request.to_request());
            async move { (number, answering.await.status().as_u16()) }
        });
        for (number, status) in join_all(answers.collect::<Vec<_>>()).await {
            // A worker that is behind may refuse what comes in; a broken request never breaks it.
            assert!(
                (200..500).contains(&status) || status == 503,
                "request {number}: {status}"
            );
            refused += usize::from(status == 503);
        }
    }
    assert!(refused < requests / 10, "{refused} requests were refused");
    sleep(REST).await;
    let id = "4f7a6c3b2d1e4f9a8b7c6d5e4f3a2b1c";
    let body =
        format!("{{\"event_id\":\"{id}\"}}\n{{\"type\":\"event\"}}\n{{\"message\":\"well\"}}\n");
    harness.post_envelope(body).await;
    assert!(
        harness.has_event(id).await,
        "the server still stores events"
    );
}

fn request(harness: &Harness, body: Vec<u8>, random: &mut StdRng) -> TestRequest {
    // Most go where most come from.
    let place = if random.random_bool(0.7) {
        PLACES.first()
    } else {
        PLACES.choose(random)
    };
    let (place, content_type, encoding) = place.expect("a place");
    let uri = format!(
        "/api/{}/{place}?sentry_key={}",
        harness.project, harness.key
    );
    let mut request = TestRequest::post()
        .uri(&uri)
        .insert_header(("content-type", *content_type))
        .set_payload(web::Bytes::from(body));
    if !encoding.is_empty() {
        request = request.insert_header(("content-encoding", *encoding));
    }
    request
}

/// One of the recorded bodies with up to eight things changed in it.
fn mutated(corpus: &[Vec<u8>], random: &mut StdRng) -> Vec<u8> {
    let mut body = corpus.choose(random).cloned().unwrap_or_default();
    for _ in 0..random.random_range(0..8) {
        mutate(&mut body, corpus, random);
    }
    body.truncate(BODY_BYTES_MAX);
    body
}

fn mutate(body: &mut Vec<u8>, corpus: &[Vec<u8>], random: &mut StdRng) {
    let at = random.random_range(0..=body.len());
    let until = at + random.random_range(0..=(body.len() - at).min(64));
    match random.random_range(0..7) {
        0 => drop(body.splice(at..until, [random.random()])),
        1 => drop(body.drain(at..until)),
        2 => {
            let word = WORDS.choose(random).copied().unwrap_or_default();
            drop(body.splice(at..at, word.iter().copied()));
        }
        3 => {
            let copied = body[at..until].to_vec();
            drop(body.splice(at..at, copied));
        }
        4 => body.truncate(at),
        5 => {
            let other = corpus.choose(random).map_or(&[][..], Vec::as_slice);
            let from = random.random_range(0..=other.len());
            drop(body.splice(at..until, other[from..].iter().copied()));
        }
        _ => {
            if let Some(byte) = body.get_mut(at) {
                *byte ^= 1 << random.random_range(0..8);
            }
        }
    }
}

/// Every recorded body, and each JSON line of it by itself for the endpoints that take one.
fn corpus() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let mut files = Vec::new();
    for kind in ["envelopes", "store", "reports"] {
        find_files(&folder.join(kind), &mut files);
    }
    files.sort();
    let mut bodies: Vec<Vec<u8>> = Vec::new();
    for file in files {
        let body = fs::read(file).expect("a readable fixture");
        let lines = body.split(|byte| *byte == b'\n');
        let longest = lines
            .filter(|line| line.starts_with(b"{"))
            .max_by_key(|line| line.len());
        bodies.extend(longest.map(<[u8]>::to_vec));
        bodies.push(body);
    }
    bodies
}

fn find_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            find_files(&path, files);
        } else {
            files.push(path);
        }
    }
}
