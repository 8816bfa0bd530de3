//! Posts any bytes to every endpoint of a server with a real database behind it. The first byte
//! chooses the endpoint and the encoding. Nothing may panic or hang, no answer may be a 5xx, and
//! the database must hold the project afterwards.
//!
//! The database lies in the folder that `TMPDIR` names; put it into memory for speed.

#![no_main]

use std::cell::OnceCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use actix_web::rt::{System, SystemRunner};
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{App, web};
use libfuzzer_sys::fuzz_target;
use watchfire_event::Timestamp;
use watchfire_ingest::{Ingest, InstanceQuotas, Limits, TrustedProxies, configure};
use watchfire_store::{Blobs, Database, Options, Writer, WriterOptions, key, set_up};

/// Where a body can go, and the content type that it is sent with.
const PLACES: [(&str, &str); 10] = [
    ("envelope/", "application/x-sentry-envelope"),
    ("envelope/", "text/plain;charset=UTF-8"),
    ("store/", "application/json"),
    ("security/", "application/csp-report"),
    ("security/", "application/reports+json"),
    ("nel/", "application/json"),
    ("minidump/", "multipart/form-data; boundary=x"),
    ("minidump/", "application/octet-stream"),
    ("events/4f7a6c3b2d1e0f9a8b7c6d5e4f3a2b1c/attachments/", "multipart/form-data; boundary=x"),
    ("cron/nightly/", "application/json"),
];
const ENCODINGS: [Option<&str>; 5] =
    [None, Some("gzip"), Some("deflate"), Some("zstd"), Some("br")];

type Answering = Pin<Box<dyn Future<Output = u16>>>;

struct Server {
    system: SystemRunner,
    call: Box<dyn Fn(TestRequest) -> Answering>,
    path: String,
    query: String,
}

impl Server {
    fn start() -> Self {
        let folder = std::env::temp_dir().join(format!("watchfire-fuzz-{}", std::process::id()));
        let url = format!("sqlite://{}/fuzz.db", folder.display());
        let database = Database::connect(&url, &Options::default()).expect("a database");
        let now = Timestamp::now();
        database
            .write_blocking(|conn| set_up::first_start(conn, now))
            .expect("a project");
        let key = database
            .read_blocking(key::oldest_active)
            .expect("reads")
            .expect("a key");
        let writer = Writer::start(&database, &WriterOptions::default()).expect("a writer");
        let blobs = Blobs::open(&folder.join("blobs")).expect("a folder");
        let system = System::new();
        let state = web::Data::new(Ingest::new(
            database,
            writer,
            blobs,
            Limits::default(),
            InstanceQuotas::default(),
            TrustedProxies::Nobody,
        ));
        let app = App::new().configure(|config| configure(config, state));
        let app = Rc::new(system.block_on(init_service(app)));
        let call = move |request: TestRequest| -> Answering {
            let app = Rc::clone(&app);
            Box::pin(async move {
                let response = call_service(&*app, request.to_request()).await;
                response.status().as_u16()
            })
        };
        Self {
            system,
            call: Box::new(call),
            path: format!("/api/{}/", key.project_id),
            query: format!("?sentry_key={}", key.public_key),
        }
    }

    fn post(&self, choice: u8, body: &[u8]) -> u16 {
        let choice = usize::from(choice);
        let (place, content_type) = PLACES[choice % PLACES.len()];
        let mut request = TestRequest::post()
            .uri(&format!("{}{place}{}", self.path, self.query))
            .insert_header(("content-type", content_type))
            .set_payload(body.to_vec());
        if let Some(encoding) = ENCODINGS[choice / PLACES.len() % ENCODINGS.len()] {
            request = request.insert_header(("content-encoding", encoding));
        }
        self.system.block_on((self.call)(request))
    }
}

thread_local! {
    // Never dropped: when the process ends, the thread's values go in no certain order, and
    // actix-web's need each other.
    static SERVER: OnceCell<&'static Server> = const { OnceCell::new() };
}

fuzz_target!(|input: &[u8]| {
    let Some((choice, body)) = input.split_first() else {
        return;
    };
    let start = || &*Box::leak(Box::new(Server::start()));
    let status = SERVER.with(|server| server.get_or_init(start).post(*choice, body));
    assert!((200..500).contains(&status), "answered {status}");
});
