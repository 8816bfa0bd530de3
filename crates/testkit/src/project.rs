//! Projects of a running server, one a test, so that tests share a server and not their events.

use anyhow::Context;
use serde_json::Value;

use crate::server::Server;

/// A project with its first key.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its number, as DSNs and the API's filters name it.
    pub id: String,
    /// Its name in addresses of the API.
    pub slug: String,
    /// Where its SDKs send to.
    pub dsn: String,
    /// The key in the DSN.
    pub public_key: String,
}

impl Server {
    /// Makes a project in the organisation `default` by `watchfire project create`.
    ///
    /// # Errors
    /// When the command fails; the error holds what it wrote.
    pub fn create_project(&self, name: &str) -> anyhow::Result<Project> {
        let public_url = self.url();
        let arguments = ["project", "create", name, "--json", "--url", &public_url];
        let output = self.run(&arguments)?;
        let made: Value = serde_json::from_slice(&output.stdout).with_context(|| {
            format!(
                "project create failed: {}",
                String::from_utf8_lossy(&output.stderr)
            )
        })?;
        let text = |key: &str| {
            let value = made.get(key).map(|value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            });
            value.with_context(|| format!("project create printed no {key}"))
        };
        Ok(Project {
            id: text("id")?,
            slug: text("slug")?,
            dsn: text("dsn")?,
            public_key: text("public_key")?,
        })
    }
}
