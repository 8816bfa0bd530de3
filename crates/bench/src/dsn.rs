//! The address events go to.

use std::str::FromStr;

use anyhow::{Context, bail};

/// A DSN taken apart: `http://KEY[:SECRET]@HOST[:PORT]/[PATH/]PROJECT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dsn {
    /// The public key.
    pub(crate) key: String,
    /// `host:port`, as the `Host` header and the socket want it.
    pub(crate) authority: String,
    /// Path of the envelope endpoint.
    pub(crate) path: String,
}

impl FromStr for Dsn {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> anyhow::Result<Self> {
        let Some((scheme, rest)) = text.split_once("://") else {
            bail!("the DSN {text:?} has no scheme; it looks like http://KEY@HOST:PORT/1");
        };
        if scheme != "http" {
            bail!("the DSN's scheme is {scheme:?}; this tool speaks http only");
        }
        let (credentials, address) = rest
            .split_once('@')
            .context("the DSN has no public key before an @")?;
        let key = credentials.split(':').next().unwrap_or_default();
        let (place, project) = address
            .rsplit_once('/')
            .context("the DSN has no project number at its end")?;
        if key.is_empty() || project.is_empty() {
            bail!("the DSN {text:?} lacks its public key or its project number");
        }
        let (host, prefix) = place.split_once('/').unwrap_or((place, ""));
        let prefix = if prefix.is_empty() {
            String::new()
        } else {
            format!("/{prefix}")
        };
        let authority = if host.contains(':') {
            host.to_owned()
        } else {
            format!("{host}:80")
        };
        Ok(Self {
            key: key.to_owned(),
            authority,
            path: format!("{prefix}/api/{project}/envelope/"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dsn_with_a_path_keeps_it_before_the_endpoint() {
        let dsn: Dsn = "http://abc:secret@localhost:9000/errors/7".parse().unwrap();
        assert_eq!(dsn.key, "abc");
        assert_eq!(dsn.authority, "localhost:9000");
        assert_eq!(dsn.path, "/errors/api/7/envelope/");
    }

    #[test]
    fn a_dsn_that_is_none_is_refused_with_a_reason() {
        for (text, reason) in [
            ("localhost", "no scheme"),
            ("https://a@host/1", "http only"),
            ("http://host/1", "no public key"),
            ("http://a@host", "no project number"),
            ("http://@host/1", "lacks"),
        ] {
            let message = text.parse::<Dsn>().unwrap_err().to_string();
            assert!(message.contains(reason), "{text}: {message}");
        }
    }
}
