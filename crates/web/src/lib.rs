//! The pages people use: setting up, logging in, projects, issues, feedback, releases, stats,
//! settings and accounts.
//!
//! Every page is rendered here from a plain view struct and a template of `web/templates`, works
//! without script, and sends its forms to a handler that answers with a redirect. Modules of
//! `web/static/js` turn the same forms into partial updates.
//!
//! **Invariant:** this crate knows nothing of the SDK protocol. It asks the database through
//! `store` alone, and no text of an event, a form or a database reaches a page unescaped.

mod access;
mod address;
mod assets;
mod csrf;
mod error;
mod frame;
mod headers;
pub mod moment;
pub mod number;
mod pages;
pub mod password;
mod people;
mod respond;
mod sampled;
pub use watchfire_store::search;
mod session;
mod templates;
mod theme;
mod throttle;
mod undo;

use std::net::IpAddr;
use std::sync::Arc;

use actix_web::{HttpRequest, middleware, web};
use serde::Serialize;
use watchfire_store::{Blobs, Database};

use templates::Templates;
use throttle::Throttle;

/// Finds the address that a request came from; see [`WebConfig::with_client_address`].
pub type ClientAddress = Arc<dyn Fn(&HttpRequest) -> Option<IpAddr> + Send + Sync>;

/// What the pages are told about the world around them.
#[derive(Clone)]
pub struct WebConfig {
    public_url: String,
    client_address: ClientAddress,
    limits: Vec<LimitRow>,
}

/// A limit of this instance, as the settings show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LimitRow {
    /// The setting that changes it, for example `max-event-size`.
    pub name: String,
    /// Its value with its unit, for example `1 MiB`.
    pub value: String,
    /// What it bounds, in a few words.
    pub note: String,
}

impl WebConfig {
    /// A configuration for the server at this address, which browsers and SDKs use, for example
    /// `https://errors.example.com`. DSNs are made of it and forms are checked against it.
    #[must_use]
    pub fn new(public_url: &str) -> Self {
        Self {
            public_url: public_url.trim_end_matches('/').to_owned(),
            client_address: Arc::new(|request| request.peer_addr().map(|peer| peer.ip())),
            limits: Vec::new(),
        }
    }

    /// The configuration with the limits that the settings list, in this order.
    #[must_use]
    pub fn with_limits(mut self, limits: Vec<LimitRow>) -> Self {
        self.limits = limits;
        self
    }

    /// The configuration with another way to find the address that log-in attempts are counted
    /// by, for servers behind proxies. It must not believe what a client can make up.
    #[must_use]
    pub fn with_client_address(mut self, client_address: ClientAddress) -> Self {
        self.client_address = client_address;
        self
    }

    fn client_address(&self, request: &HttpRequest) -> Option<IpAddr> {
        (self.client_address)(request)
    }

    /// Whether cookies are only sent over TLS: when the address is one with `https`.
    #[must_use]
    pub fn secure_cookies(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

/// The state of the pages, shared by all workers.
pub struct Web {
    database: Database,
    blobs: Blobs,
    config: WebConfig,
    templates: Templates,
    throttle: Throttle,
}

/// A template in the binary is broken: a mistake in the program.
#[derive(Debug, thiserror::Error)]
#[error("the pages cannot be prepared: {0}")]
pub struct StartError(String);

impl Web {
    /// Prepares the pages over this database and the files beside it.
    ///
    /// # Errors
    /// [`StartError`] when a template cannot be compiled.
    pub fn new(database: Database, blobs: Blobs, config: WebConfig) -> Result<Self, StartError> {
        Ok(Self {
            database,
            blobs,
            config,
            templates: Templates::new().map_err(|error| StartError(error.to_string()))?,
            throttle: Throttle::default(),
        })
    }
}

/// Adds the pages to an application.
///
/// They take every path that is left, so call this **after** the endpoints of `ingest` and `api`
/// are registered; what nobody knows gets our page for 404.
pub fn configure(config: &mut web::ServiceConfig, state: web::Data<Web>) {
    config.app_data(state).service(
        web::scope("")
            .wrap(middleware::from_fn(headers::finish))
            .configure(pages::configure),
    );
}
