//! Reads `/api/0/` as a script would.

use anyhow::{Context, bail};
use serde_json::Value;

/// The API of one server, with a token.
#[derive(Clone)]
pub struct Api {
    agent: ureq::Agent,
    origin: String,
    token: String,
}

impl Api {
    /// The API at an origin such as `http://127.0.0.1:9000`.
    #[must_use]
    pub fn new(origin: &str, token: &str) -> Self {
        Self {
            agent: crate::client::agent(),
            origin: origin.to_owned(),
            token: token.to_owned(),
        }
    }

    /// What a path under `/api/0/` answers.
    ///
    /// # Errors
    /// When the status is not 200 or the body is not JSON.
    pub fn get(&self, path: &str) -> anyhow::Result<Value> {
        let mut answer = self
            .agent
            .get(format!("{}/api/0/{path}", self.origin))
            .header("Authorization", format!("Bearer {}", self.token))
            .call()
            .with_context(|| format!("no answer for {path}"))?;
        let status = answer.status().as_u16();
        let body = answer.body_mut().read_to_string()?;
        if status != 200 {
            bail!("{path} answered {status}: {body}");
        }
        serde_json::from_str(&body).with_context(|| format!("{path} answered no JSON: {body}"))
    }

    /// The bytes that a path under `/api/0/` answers.
    ///
    /// # Errors
    /// When the status is not 200.
    pub fn bytes(&self, path: &str) -> anyhow::Result<Vec<u8>> {
        let mut answer = self
            .agent
            .get(format!("{}/api/0/{path}", self.origin))
            .header("Authorization", format!("Bearer {}", self.token))
            .call()
            .with_context(|| format!("no answer for {path}"))?;
        let status = answer.status().as_u16();
        if status != 200 {
            bail!("{path} answered {status}");
        }
        Ok(answer.body_mut().read_to_vec()?)
    }

    /// The token, for clients that read the API by themselves.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Changes something with PUT and returns the answer.
    ///
    /// # Errors
    /// When the status is not 200 or the body is not JSON.
    pub fn put(&self, path: &str, change: &Value) -> anyhow::Result<Value> {
        let mut answer = self
            .agent
            .put(format!("{}/api/0/{path}", self.origin))
            .header("Authorization", format!("Bearer {}", self.token))
            .send_json(change)
            .with_context(|| format!("no answer for {path}"))?;
        let status = answer.status().as_u16();
        if status != 200 {
            bail!(
                "PUT {path} answered {status}: {}",
                answer.body_mut().read_to_string()?
            );
        }
        Ok(answer.body_mut().read_json()?)
    }

    /// The issues of the project `default` in every status.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn issues(&self) -> anyhow::Result<Vec<Value>> {
        self.issues_in("default")
    }

    /// The issues of a project in every status.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn issues_in(&self, slug: &str) -> anyhow::Result<Vec<Value>> {
        match self.get(&format!("projects/default/{slug}/issues/?query="))? {
            Value::Array(issues) => Ok(issues),
            other => bail!("the list of issues is no list: {other}"),
        }
    }

    /// The newest event of an issue as the issue list named it.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub fn latest_event(&self, issue: &Value) -> anyhow::Result<Value> {
        let id = issue
            .get("id")
            .and_then(Value::as_str)
            .context("an issue without id")?;
        self.get(&format!("organizations/default/issues/{id}/events/latest/"))
    }

    /// The status of the answer for one event by its id: 200 when it is stored, 404 when not.
    ///
    /// # Errors
    /// When no answer comes.
    pub fn event_status(&self, event_id: &str) -> anyhow::Result<u16> {
        let url = format!(
            "{}/api/0/projects/default/default/events/{event_id}/",
            self.origin
        );
        let request = self
            .agent
            .get(url)
            .header("Authorization", format!("Bearer {}", self.token));
        Ok(request
            .call()
            .context("no answer for an event")?
            .status()
            .as_u16())
    }
}
