//! A server with one project, stored events and tokens.

use actix_web::http::{Method, StatusCode};
use actix_web::rt::System;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, web};
use serde_json::{Value, json};
use tempfile::TempDir;
use watchfire_api::{Api, configure};
use watchfire_event::security::{RequestFacts, to_events};
use watchfire_event::{EventId, OrganizationId, ProjectId, Timestamp, UserId};
use watchfire_event::{EventKind, NormalizeContext, decode, normalize};
use watchfire_store::outcome::OutcomeCount;
use watchfire_store::token::NewToken;
use watchfire_store::user::NewUser;
use watchfire_store::{
    Blobs, NewEvent, NewRecord, Writer, WriterOptions, organization, set_up, token, user,
};
use watchfire_testkit::database::{TestDatabase, for_each_database};

/// The token with every scope that belongs to nobody.
pub(crate) const ALL: &str = "all";
const PUBLIC_URL: &str = "https://errors.example.com";

/// An installation with the organisation `acme` and its project `shop`.
pub(crate) struct Site<'t> {
    test: &'t TestDatabase,
    pub(crate) organization: OrganizationId,
    pub(crate) project: ProjectId,
    pub(crate) writer: Writer,
    pub(crate) blobs: Blobs,
    #[expect(dead_code, reason = "kept for its drop, which removes the folder")]
    folder: TempDir,
    system: actix_web::rt::SystemRunner,
}

/// What a request was answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {:?}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }

    /// Checks the status and returns the words of `{"detail": …}`.
    pub(crate) fn refused(&self, status: u16) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        let json = self.json();
        json["detail"].as_str().expect("a detail").to_owned()
    }

    /// Checks that it went well and returns the JSON.
    pub(crate) fn good(&self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.text);
        self.json()
    }

    /// The cursor of a page of the `Link` header, where that page has results.
    pub(crate) fn cursor(&self, relation: &str) -> Option<String> {
        let link = self.header("link");
        let part = link
            .split(", ")
            .find(|part| part.contains(&format!("rel=\"{relation}\"")))
            .expect("a relation");
        let cursor = part.split("cursor=\"").nth(1).expect("a cursor");
        part.contains("results=\"true\"")
            .then(|| cursor.trim_end_matches('"').to_owned())
    }
}

/// Runs a test on both databases.
pub(crate) fn on_each(run: impl Fn(&Site<'_>)) {
    for_each_database(|test| run(&Site::open(test)));
}

impl<'t> Site<'t> {
    fn open(test: &'t TestDatabase) -> Self {
        let now = Timestamp::now();
        let scopes: Vec<String> = watchfire_api::SCOPES.iter().map(|s| (*s).into()).collect();
        let database = test.database();
        let (organization, project) = database
            .write_blocking(|c| {
                let owner = organization::create(c, "acme", "Acme", now)?;
                let (project, _) =
                    set_up::make_project(c, owner.id, "Shop", Some("python-django"), now)?;
                token::create(c, &new_token(ALL, None, &scopes), now)?;
                Ok((owner.id, project.id))
            })
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        Self {
            blobs: Blobs::open(folder.path()).unwrap(),
            folder,
            test,
            organization,
            project,
            writer: Writer::start(database, &WriterOptions::default()).unwrap(),
            system: System::new(),
        }
    }

    pub(crate) fn database(&self) -> &watchfire_store::Database {
        self.test.database()
    }

    /// Makes a token.
    pub(crate) fn token(&self, secret: &str, user: Option<UserId>, scopes: &[&str]) {
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let made = self
            .database()
            .write_blocking(|c| token::create(c, &new_token(secret, user, &scopes), Timestamp(0)));
        made.unwrap();
    }

    /// Makes an account without any organisation.
    pub(crate) fn user(&self, email: &str, is_superuser: bool) -> UserId {
        let new = NewUser {
            email: email.to_owned(),
            name: "Ada".to_owned(),
            password_hash: "x".to_owned(),
            is_superuser,
        };
        let made = self
            .database()
            .write_blocking(|c| user::create(c, &new, Timestamp(0)));
        made.unwrap().id
    }

    /// Stores an event as ingest does and returns its id.
    pub(crate) fn store(&self, body: &Value) -> EventId {
        self.store_as(EventKind::Event, "error", body.to_string().as_bytes())
    }

    /// Stores the events of a report of a browser.
    pub(crate) fn store_report(&self, report: &Value) {
        let report = report.to_string();
        let facts = RequestFacts::default();
        for event in to_events(report.as_bytes(), None, None, &facts) {
            self.store_as(EventKind::Security, "security", &event.unwrap());
        }
    }

    fn store_as(&self, kind: EventKind, category: &'static str, body: &[u8]) -> EventId {
        let now = Timestamp::now();
        let context = NormalizeContext {
            received_at: now,
            sent_at: None,
            event_id: None,
            client_ip: None,
            user_agent: None,
            sdk_client: None,
            retention_days: 90,
            dsc: None,
            kind,
            sensitive: None,
        };
        let event = normalize(decode(body).unwrap(), &context).unwrap();
        let id = event.id;
        let kept = watchfire_filter::KeptEvent::unfiltered(event);
        let settings = watchfire_scrub::Settings::default();
        let scrubbed = watchfire_scrub::Scrubber::new(&settings).scrub(kept);
        let grouped = watchfire_grouping::Grouper::default().group(scrubbed);
        let new = NewEvent::new(
            self.project,
            0,
            category,
            &grouped,
            &watchfire_filter::Verdict::default(),
            self.database().dictionaries(),
        );
        self.system.block_on(self.writer.store(new)).unwrap();
        id
    }

    /// Stores an event of the issue that the fingerprint names, so many seconds ago.
    pub(crate) fn store_simple(&self, fingerprint: &str, seconds_ago: i64) -> EventId {
        let at = Timestamp::now().plus_micros(-seconds_ago * 1_000_000);
        self.store(&json!({
            "fingerprint": [fingerprint],
            "message": format!("{fingerprint} failed"),
            "timestamp": at.seconds(),
            "platform": "python",
        }))
    }

    /// Stores something beside an event.
    pub(crate) fn save(&self, record: NewRecord) {
        self.wait(self.writer.save(record)).unwrap();
    }

    /// Counts items and waits until they can be read.
    pub(crate) fn count(&self, outcomes: Vec<OutcomeCount>) {
        for outcome in outcomes {
            self.writer.count(outcome);
        }
        // Counts are written with the next event at the latest.
        self.store_simple("flush", 1);
    }

    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.system.block_on(future)
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, ALL, None)
    }

    pub(crate) fn put(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::PUT, path, ALL, Some(&body.to_string()))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.ask(Method::POST, path, ALL, Some(&body.to_string()))
    }

    /// Asks for a path under `/api/0` with a token, or with what begins with `DSN `; with nothing
    /// when it is empty.
    pub(crate) fn ask(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: Option<&str>,
    ) -> Answer {
        let api = Api {
            database: self.database().clone(),
            writer: self.writer.clone(),
            blobs: self.blobs.clone(),
            public_url: PUBLIC_URL.to_owned(),
        };
        self.system.block_on(async {
            let app =
                App::new().configure(|config: &mut web::ServiceConfig| configure(config, api));
            let app = init_service(app).await;
            let mut request = TestRequest::default()
                .method(method)
                .uri(&format!("/api/0{path}"));
            if token.starts_with("DSN ") {
                request = request.insert_header(("Authorization", token));
            } else if !token.is_empty() {
                request = request.insert_header(("Authorization", format!("Bearer {token}")));
            }
            if let Some(body) = body {
                request = request.set_payload(body.to_owned());
            }
            let response = call_service(&app, request.to_request()).await;
            let headers = response.headers().iter().map(|(key, value)| {
                let value = value.to_str().unwrap_or_default();
                (key.to_string(), value.to_owned())
            });
            let headers = headers.collect();
            Answer {
                status: response.status(),
                headers,
                text: String::from_utf8_lossy(&read_body(response).await).into_owned(),
            }
        })
    }
}

impl Drop for Site<'_> {
    fn drop(&mut self) {
        self.system.block_on(self.writer.shutdown());
    }
}

fn new_token<'a>(secret: &'a str, user_id: Option<UserId>, scopes: &'a [String]) -> NewToken<'a> {
    NewToken {
        user_id,
        name: secret,
        token: secret,
        scopes,
    }
}

/// The names of an object's keys.
pub(crate) fn has_keys(object: &Value, keys: &str) {
    for key in keys.split_whitespace() {
        assert!(object.get(key).is_some(), "{key} is missing in {object}");
    }
}
