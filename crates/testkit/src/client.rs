//! Talks to the ingest endpoints as an SDK does.

use std::time::Duration;

use anyhow::Context;
use serde_json::{Value, json};
use uuid::Uuid;

/// How long one request may take.
const REQUEST_WAIT_MAX: Duration = Duration::from_secs(20);

/// An answer of the server.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The whole body as text.
    pub body: String,
}

impl Answer {
    /// The `id` that the body names, if it is JSON with one.
    #[must_use]
    pub fn id(&self) -> Option<String> {
        let body: Value = serde_json::from_str(&self.body).ok()?;
        body.get("id").and_then(Value::as_str).map(str::to_owned)
    }
}

/// Sends to one project with one key.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    /// The envelope endpoint.
    endpoint: String,
    key: String,
}

impl Client {
    /// A client for a DSN such as `http://KEY@127.0.0.1:9000/1`.
    ///
    /// # Errors
    /// When the text is no DSN.
    pub fn new(dsn: &str) -> anyhow::Result<Self> {
        let parts = dsn.strip_prefix("http://").and_then(|rest| {
            let (key, address) = rest.split_once('@')?;
            let (host, project) = address.rsplit_once('/')?;
            Some((key, host, project))
        });
        let (key, host, project) = parts.with_context(|| format!("{dsn:?} is no DSN"))?;
        Ok(Self {
            agent: agent(),
            endpoint: format!("http://{host}/api/{project}/envelope/"),
            key: key.to_owned(),
        })
    }

    /// The envelope endpoint's address.
    #[must_use]
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The public key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Sends an event as the only item of an envelope. Its `event_id` becomes the envelope's.
    ///
    /// # Errors
    /// When no answer comes.
    pub fn event(&self, event: &Value) -> anyhow::Result<Answer> {
        let header = json!({"event_id": event.get("event_id")});
        self.envelope(format!("{header}\n{{\"type\":\"event\"}}\n{event}\n").as_bytes())
    }

    /// Sends an envelope as it is.
    ///
    /// # Errors
    /// When no answer comes.
    pub fn envelope(&self, body: &[u8]) -> anyhow::Result<Answer> {
        let auth = format!(
            "Sentry sentry_key={}, sentry_version=7, sentry_client=testkit/1",
            self.key
        );
        self.post(&self.endpoint, &[("X-Sentry-Auth", &auth)], body)
    }

    /// Posts a body with these headers and nothing that an SDK would add.
    ///
    /// # Errors
    /// When no answer comes; any status is an answer.
    pub fn post(&self, url: &str, headers: &[(&str, &str)], body: &[u8]) -> anyhow::Result<Answer> {
        let mut request = self.agent.post(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = request
            .send(body)
            .with_context(|| format!("no answer from {url}"))?;
        let status = answer.status().as_u16();
        Ok(Answer {
            status,
            body: answer.body_mut().read_to_string().unwrap_or_default(),
        })
    }
}

/// An HTTP client for which every status is an answer.
#[must_use]
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(REQUEST_WAIT_MAX))
        .build()
        .into()
}

/// A fresh event id.
#[must_use]
pub fn event_id() -> String {
    Uuid::new_v4().simple().to_string()
}
