//! A browser without script and a database with things to look at.

use std::cell::RefCell;
use std::collections::BTreeMap;

use actix_web::cookie::Cookie;
use actix_web::http::{Method, StatusCode, header};
use actix_web::{App, HttpResponse, test, web};
use watchfire_event::Timestamp;
use watchfire_store::user::{self, NewUser};
use watchfire_store::{Blobs, Database, Writer, WriterOptions, organization, set_up, setup_link};
use watchfire_testkit::database::for_each_database;
use watchfire_web::{LimitRow, Web, WebConfig, configure};

mod fill;

pub(crate) const ORIGIN: &str = "http://watchfire.test";
pub(crate) const LINK: &str = "/setup/the-secret-of-the-link";
pub(crate) const EMAIL: &str = "ana@example.com";
pub(crate) const PASSWORD: &str = "a long enough passphrase";

/// The pages, a browser that looks at them, and the writer that fills their database.
pub(crate) struct Site {
    pub(crate) database: Database,
    blobs: Blobs,
    state: web::Data<Web>,
    pub(crate) writer: Writer,
    cookies: RefCell<BTreeMap<String, String>>,
    /// The form secret of the last page.
    csrf: RefCell<String>,
}

/// What the browser got.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) location: String,
    pub(crate) headers: header::HeaderMap,
    pub(crate) body: String,
}

/// Runs a test on both kinds of databases, each with the project `default` and a set-up link.
pub(crate) fn on_both<F: Future<Output = ()>>(run: impl Fn(Site) -> F) {
    for_each_database(|test| {
        let database = test.database().clone();
        actix_web::rt::System::new().block_on(async {
            let writer = Writer::start(&database, &WriterOptions::default()).unwrap();
            let now = Timestamp::now();
            let prepared = database.write(move |conn| {
                set_up::first_start(conn, now)?;
                setup_link::create(conn, LINK.trim_start_matches("/setup/"), now)
            });
            prepared.await.unwrap();
            let folder = tempfile::tempdir().unwrap();
            let blobs = Blobs::open(folder.path()).unwrap();
            let limits = vec![LimitRow {
                name: "max-event-size".to_owned(),
                value: "1 MiB".to_owned(),
                note: "An event".to_owned(),
            }];
            let config = WebConfig::new(ORIGIN).with_limits(limits);
            let pages = Web::new(database.clone(), blobs.clone(), config).unwrap();
            let site = Site {
                state: web::Data::new(pages),
                database,
                blobs,
                writer: writer.clone(),
                cookies: RefCell::default(),
                csrf: RefCell::default(),
            };
            run(site).await;
            writer.shutdown().await;
        });
    });
}

impl Site {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(test::TestRequest::get().uri(path)).await
    }

    /// Asks for the head of a page.
    pub(crate) async fn head(&self, path: &str) -> Answer {
        let request = test::TestRequest::default().method(Method::HEAD);
        self.send(request.uri(path)).await
    }

    /// Posts a form with the secret of the last page.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf.borrow().clone();
        let mut all = vec![("csrf", csrf.as_str())];
        all.extend_from_slice(fields);
        self.post_from(path, &all, Some(ORIGIN)).await
    }

    /// Posts exactly these fields from a page of this origin.
    pub(crate) async fn post_from(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        origin: Option<&str>,
    ) -> Answer {
        let mut request = test::TestRequest::post().uri(path).set_form(fields);
        if let Some(origin) = origin {
            request = request.insert_header((header::ORIGIN, origin));
        }
        self.send(request).await
    }

    async fn send(&self, mut request: test::TestRequest) -> Answer {
        for (name, value) in self.cookies.borrow().iter() {
            request = request.cookie(Cookie::new(name.clone(), value.clone()));
        }
        let state = self.state.clone();
        let app = App::new().configure(|config| configure(config, state));
        let app = test::init_service(app).await;
        let response = test::call_service(&app, request.to_request()).await;
        self.keep_cookies(response.response());
        let location = response.headers().get(header::LOCATION);
        let location = location.map_or_else(String::new, |to| to.to_str().unwrap().to_owned());
        let (status, headers) = (response.status(), response.headers().clone());
        let body = test::read_body(response).await;
        let body = String::from_utf8_lossy(&body).into_owned();
        if let Some((_, rest)) = body.split_once("name=\"csrf\" value=\"") {
            let (csrf, _) = rest.split_once('"').unwrap();
            csrf.clone_into(&mut self.csrf.borrow_mut());
        }
        Answer {
            status,
            location,
            headers,
            body,
        }
    }

    fn keep_cookies<B>(&self, response: &HttpResponse<B>) {
        let mut cookies = self.cookies.borrow_mut();
        for cookie in response.cookies() {
            if cookie.value().is_empty() {
                cookies.remove(cookie.name());
            } else {
                cookies.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
    }

    /// Makes the first account and stays logged in.
    pub(crate) async fn set_up(&self) {
        self.get(LINK).await;
        let fields = [("name", "Ana"), ("email", EMAIL), ("password", PASSWORD)];
        let answer = self.post(LINK, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        // Any page has the forms of the new session.
        self.get("/account").await;
    }

    /// Makes an account of that name, a member with this role or of no organisation, and goes on
    /// as its person.
    pub(crate) async fn become_person(&self, name: &str, role: Option<&'static str>) {
        let email = format!("{name}@example.com");
        let new = NewUser {
            email: email.clone(),
            name: String::new(),
            password_hash: watchfire_web::password::hash(PASSWORD).unwrap(),
            is_superuser: false,
        };
        let joined = self.database.write(move |conn| {
            let (now, home) = (Timestamp::now(), organization::list(conn)?.remove(0));
            let person = user::create(conn, &new, now)?;
            match role {
                Some(role) => organization::add_member(conn, home.id, person.id, role, now),
                None => Ok(()),
            }
        });
        joined.await.unwrap();
        self.forget();
        self.get("/login").await;
        let fields = [("email", email.as_str()), ("password", PASSWORD)];
        let answer = self.post("/login", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        self.get("/account").await;
    }

    /// Lets all jobs that wait run to their end.
    pub(crate) async fn run_jobs(&self) {
        let database = self.database.clone();
        let run = move || watchfire_store::job::run_waiting(&database);
        web::block(run).await.unwrap().unwrap();
    }

    /// Forgets all cookies, as another browser would not have them.
    pub(crate) fn forget(&self) {
        self.cookies.borrow_mut().clear();
    }
}

impl Answer {
    /// The text of the elements with this class, without what is inside of them.
    pub(crate) fn texts(&self, class: &str) -> Vec<String> {
        let mark = format!("class=\"{class}\">");
        let parts = self.body.split(&mark).skip(1);
        parts
            .map(|part| part.split('<').next().unwrap_or_default().trim().to_owned())
            .collect()
    }

    /// The values of the boxes in front of the rows.
    pub(crate) fn issue_ids(&self) -> Vec<String> {
        let parts = self.body.split("name=\"issue\" value=\"").skip(1);
        parts
            .map(|part| part.split('"').next().unwrap_or_default().to_owned())
            .collect()
    }

    /// The address of the link with this `rel`.
    pub(crate) fn link(&self, rel: &str) -> Option<String> {
        let mark = format!("rel=\"{rel}\" href=\"");
        let (_, rest) = self.body.split_once(&mark)?;
        let (address, _) = rest.split_once('"')?;
        Some(address.replace("&amp;", "&").replace("&#x3D;", "="))
    }
}
