use watchfire_event::ProjectId;

use super::PublicKey;
use crate::error::IngestError;

/// What counts of a DSN here: scheme, secret, host and path are not compared
/// (reference/PROTOCOL.md section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dsn {
    /// The name before the `@`.
    pub(crate) public_key: PublicKey,
    /// The last part of the path.
    pub(crate) project_id: ProjectId,
}

impl Dsn {
    /// Reads `http[s]://KEY[:SECRET]@HOST[:PORT]/[PATH/]PROJECT`.
    ///
    /// # Errors
    /// [`IngestError::BadEnvelopeAuth`] when the text is not of this form.
    pub(crate) fn parse(text: &str) -> Result<Self, IngestError> {
        Self::read(text).ok_or(IngestError::BadEnvelopeAuth)
    }

    fn read(text: &str) -> Option<Self> {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))?;
        let (user, rest) = rest.split_once('@')?;
        let (host, path) = rest.split_once('/')?;
        let path = path.trim_end_matches('/');
        let project = path.rsplit('/').next()?;
        let key = user.split(':').next().unwrap_or_default();
        let is_number = project.bytes().all(|byte| byte.is_ascii_digit());
        (is_number && !host.is_empty()).then_some(())?;
        Some(Self {
            public_key: key.parse().ok()?,
            project_id: project.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn the_key_and_the_project_are_read_from_every_form() {
        for form in [
            "https://KEY@sentry.example/42",
            "http://KEY:secret@127.0.0.1:9000/42",
            "http://KEY@[::1]:9000/some/path/42",
            "http://KEY@host/42/",
            "http://KEY@host/some/42//",
            "http://KEY.no-cache@host/42",
        ] {
            let dsn = Dsn::parse(&form.replace("KEY", KEY)).expect(form);
            assert_eq!(dsn.project_id, ProjectId(42), "{form}");
            assert_eq!(dsn.public_key.as_str(), KEY, "{form}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for form in [
            "",
            "KEY",
            "ftp://KEY@host/1",
            "https://host/1",
            "https://KEY@host",
            "https://KEY@host/",
            "https://KEY@/1",
            "https://KEY@host/x",
            "https://KEY@host/-1",
            "https://KEY@host/99999999999999999999",
            "https://short@host/1",
        ] {
            let refused = Dsn::parse(&form.replace("KEY", KEY));
            assert_eq!(refused, Err(IngestError::BadEnvelopeAuth), "{form}");
        }
    }
}
