use std::io::Write;

use actix_web::http::header::HeaderMap;
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::{App, web};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tempfile::TempDir;
use watchfire_event::{ProjectId, Timestamp};
use watchfire_ingest::{Ingest, InstanceQuotas, Limits, TrustedProxies, configure};
use watchfire_store::feedback::Feedback;
use watchfire_store::quota::Scope;
use watchfire_store::{
    Blobs, Conn, Database, Writer, WriterOptions, event, feedback, key, organization, outcome,
    project, quota,
};
use watchfire_testkit::database::TestDatabase;

/// A key that no project has.
pub(crate) const UNKNOWN_KEY: &str = "ffffffffffffffffffffffffffffffff";

/// A project on a database, with the endpoints over it.
pub(crate) struct Harness {
    pub(crate) database: Database,
    pub(crate) writer: Writer,
    pub(crate) project: ProjectId,
    pub(crate) key: String,
    pub(crate) blobs: Blobs,
    /// Removed with the harness.
    _folder: TempDir,
    pub(crate) state: web::Data<Ingest>,
}

/// What a request was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) headers: HeaderMap,
}

/// Runs a test on both databases.
macro_rules! on_both {
    ($name:ident, |$harness:ident| $body:expr) => {
        async fn $name($harness: crate::harness::Harness) {
            $body
        }

        mod $name {
            use watchfire_testkit::database::TestDatabase;

            use crate::harness::run;

            #[test]
            fn on_sqlite() {
                run(&TestDatabase::sqlite(), super::$name);
            }

            #[test]
            fn on_postgres() {
                if let Some(database) = TestDatabase::postgres() {
                    run(&database, super::$name);
                }
            }
        }
    };
}
pub(crate) use on_both;

/// Runs one test on this database, which is opened before and dropped after the async part.
pub(crate) fn run<F: Future<Output = ()>>(
    database: &TestDatabase,
    test: impl FnOnce(Harness) -> F,
) {
    let limits = Limits {
        envelope_bytes_max: 40 * 1024 * 1024,
        ..Limits::default()
    };
    run_with_limits(database, limits, test);
}

/// The same with other limits.
pub(crate) fn run_with_limits<F: Future<Output = ()>>(
    database: &TestDatabase,
    limits: Limits,
    test: impl FnOnce(Harness) -> F,
) {
    run_with(database, limits, InstanceQuotas::default(), test);
}

/// The same with other limits and quotas.
pub(crate) fn run_with<F: Future<Output = ()>>(
    database: &TestDatabase,
    limits: Limits,
    quotas: InstanceQuotas,
    test: impl FnOnce(Harness) -> F,
) {
    actix_web::rt::System::new().block_on(async {
        let harness = Harness::new(database.database(), limits, quotas).await;
        let writer = harness.writer.clone();
        test(harness).await;
        writer.shutdown().await;
    });
}

impl Harness {
    async fn new(database: &Database, limits: Limits, quotas: InstanceQuotas) -> Self {
        let project = new_project(database, "shop").await;
        Self::over(database, limits, quotas, project)
    }

    fn over(
        database: &Database,
        limits: Limits,
        quotas: InstanceQuotas,
        (project, key): (ProjectId, String),
    ) -> Self {
        let writer = Writer::start(database, &WriterOptions::default()).expect("a writer");
        let folder = TempDir::new().expect("a folder");
        let blobs = Blobs::open(folder.path()).expect("a blob store");
        let state = Ingest::new(
            database.clone(),
            writer.clone(),
            blobs.clone(),
            limits,
            quotas,
            TrustedProxies::default(),
        );
        Self {
            database: database.clone(),
            writer,
            project,
            key,
            blobs,
            _folder: folder,
            state: web::Data::new(state),
        }
    }

    /// The same project after the server was stopped and started again. The caller ends its
    /// writer.
    pub(crate) async fn restarted(&self) -> Self {
        self.writer.shutdown().await;
        let project = (self.project, self.key.clone());
        Self::over(
            &self.database,
            Limits::default(),
            InstanceQuotas::default(),
            project,
        )
    }

    /// Sends a request as it is; `KEY` and `PROJECT` in its path are filled in.
    pub(crate) async fn send(&self, request: TestRequest, path: &str) -> Answer {
        let path = path
            .replace("PROJECT", &self.project.to_string())
            .replace("KEY", &self.key);
        let state = self.state.clone();
        let app = init_service(App::new().configure(|config| configure(config, state))).await;
        let response = call_service(&app, request.uri(&path).to_request()).await;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = String::from_utf8_lossy(&read_body(response).await).into_owned();
        Answer {
            status,
            body,
            headers,
        }
    }

    /// Posts a body with the key in the query.
    pub(crate) async fn post(&self, endpoint: &str, body: impl Into<web::Bytes>) -> Answer {
        let path = format!("/api/PROJECT/{endpoint}/?sentry_key=KEY");
        self.send(TestRequest::post().set_payload(body), &path)
            .await
    }

    /// Posts to the envelope endpoint.
    pub(crate) async fn post_envelope(&self, body: impl Into<web::Bytes>) -> Answer {
        self.post("envelope", body).await
    }

    /// Whether the project has this event.
    pub(crate) async fn has_event(&self, id: &str) -> bool {
        let (project, id) = (self.project, id.parse().expect("an id"));
        self.database
            .read(move |conn| event::get(conn, project, id))
            .await
            .expect("reads")
            .is_some()
    }

    /// Changes one of the project's settings.
    pub(crate) async fn set(&self, name: &'static str, value: Value) {
        let project = self.project;
        let set = move |conn: &mut Conn<'_>| project::set_setting(conn, project, name, value);
        self.database.write(set).await.expect("sets");
    }

    /// Limits what the project or its key may send.
    pub(crate) async fn limit(&self, scope: Scope, category: &'static str, window: i64, most: i64) {
        let (project, key) = (self.project, self.key.clone());
        let set = move |conn: &mut Conn<'_>| {
            let scope_id = match scope {
                Scope::Project => project.0,
                Scope::Key => key::find(conn, &key)?.expect("a key").0.id,
            };
            quota::set(conn, scope, scope_id, category, window, most)
        };
        self.database.write(set).await.expect("sets");
    }

    /// The stored body of an event.
    pub(crate) async fn event(&self, id: &str) -> Value {
        let (project, id) = (self.project, id.parse().expect("an id"));
        let database = self.database.clone();
        let read =
            move |conn: &mut Conn<'_>| event::body(conn, database.dictionaries(), project, id);
        let body = self.database.read(read).await.expect("reads");
        serde_json::from_str(&body.expect("an event")).expect("JSON")
    }

    /// What people wrote to the project, newest first.
    pub(crate) async fn feedback(&self) -> Vec<Feedback> {
        let project = self.project;
        let read = move |conn: &mut Conn<'_>| feedback::list(conn, &[project], None, None, 100);
        self.database.read(read).await.expect("reads")
    }

    /// What was last wrong for each reason, `category reason: message` each. Ends the writer.
    pub(crate) async fn messages(&self) -> Vec<String> {
        self.writer.shutdown().await;
        let project = self.project;
        let read = move |conn: &mut Conn<'_>| outcome::samples(conn, &[project]);
        let samples = self.database.read(read).await.expect("reads");
        let lines = samples.iter();
        lines
            .map(|it| format!("{} {}: {}", it.category, it.reason, it.message))
            .collect()
    }

    /// Ends the writer and returns what it counted for the project, `outcome category reason
    /// quantity` each, sorted.
    pub(crate) async fn outcomes(&self) -> Vec<String> {
        self.totals(Some(self.project)).await
    }

    /// The same for requests whose project is not known.
    pub(crate) async fn outcomes_of_nobody(&self) -> Vec<String> {
        self.totals(None).await
    }

    async fn totals(&self, project: Option<ProjectId>) -> Vec<String> {
        const HOUR_MICROS: i64 = 3_600_000_000;
        self.writer.shutdown().await;
        let now = Timestamp::now();
        let (from, to) = (now.plus_micros(-HOUR_MICROS), now.plus_micros(HOUR_MICROS));
        let totals = self
            .database
            .read(move |conn| outcome::totals(conn, project, from, to))
            .await
            .expect("reads");
        let mut lines: Vec<String> = totals
            .iter()
            .map(|it| {
                let line = format!(
                    "{} {} {} {}",
                    it.outcome.as_str(),
                    it.category,
                    it.reason,
                    it.quantity
                );
                line.replace("  ", " ")
            })
            .collect();
        lines.sort();
        lines
    }
}

impl Answer {
    #[track_caller]
    pub(crate) fn check(&self, status: u16, body: &str) {
        assert_eq!((self.status, self.body.as_str()), (status, body));
    }

    #[track_caller]
    pub(crate) fn check_error(&self, status: u16, detail: &str) {
        self.check(status, &json!({ "detail": detail }).to_string());
        assert_eq!(self.header("x-sentry-error"), Some(detail));
    }

    #[track_caller]
    pub(crate) fn check_cause(&self, cause: &str) {
        let expected = format!(r#"{{"detail":"invalid event envelope","causes":["{cause}"]}}"#);
        self.check(400, &expected);
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Makes a project with one key.
pub(crate) async fn new_project(database: &Database, slug: &str) -> (ProjectId, String) {
    let slug = slug.to_owned();
    database
        .write(move |conn| {
            let now = Timestamp::now();
            let organization = match organization::by_slug(conn, "default")? {
                Some(organization) => organization,
                None => organization::create(conn, "default", "Default", now)?,
            };
            let new = project::NewProject {
                organization_id: organization.id,
                name: slug.clone(),
                slug,
                platform: None,
            };
            let project = project::create(conn, &new, now)?;
            let key = key::create(conn, project.id, "Default", now)?;
            Ok((project.id, key.public_key))
        })
        .await
        .expect("a project")
}

/// An event with this id that looks like one of Django.
pub(crate) fn event_json(id: &str) -> Value {
    json!({
        "event_id": id,
        "platform": "python",
        "level": "error",
        "exception": {"values": [{
            "type": "KeyError",
            "value": "'cart'",
            "stacktrace": {"frames": [
                {"function": "checkout", "module": "shop.views", "filename": "shop/views.py", "lineno": 7, "in_app": true}
            ]}
        }]}
    })
}

/// An envelope with one event, as an SDK writes it.
pub(crate) fn envelope(id: &str) -> String {
    let header = json!({ "event_id": id });
    format!("{header}\n{{\"type\":\"event\"}}\n{}\n", event_json(id))
}

pub(crate) fn gzip(text: impl AsRef<[u8]>) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_ref()).expect("writes");
    encoder.finish().expect("finishes")
}
