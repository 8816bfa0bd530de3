//! What all sessions of an item have in common.

use watchfire_event::{is_environment, is_release};

use super::super::flaw::Flaw;
use super::super::raw::Raw;

/// Release and environment, checked as those of events are (reference/PROTOCOL.md section 8.1).
pub(super) struct Attributes {
    pub(super) release: String,
    /// Empty when there is none, or none that is valid.
    pub(super) environment: String,
}

impl Attributes {
    /// Reads `attrs`.
    ///
    /// # Errors
    /// A [`Flaw`] without a valid release, which is what sessions are counted by.
    pub(super) fn read(attributes: Option<Raw<'_>>) -> Result<Self, Flaw> {
        let invalid = |words| Flaw::new("invalid_session", words);
        let attributes = attributes.ok_or(invalid("lacks attrs"))?;
        let [release, environment] = attributes.pick(["release", "environment"])?;
        let release = release.and_then(Raw::text);
        let release = release.ok_or(invalid("lacks attrs.release"))?;
        let release = release.trim();
        if !is_release(release) {
            return Err(invalid("has an invalid attrs.release"));
        }
        let environment = environment.and_then(Raw::text).unwrap_or_default();
        let environment = environment.trim();
        let environment = Some(environment).filter(|text| is_environment(text));
        Ok(Self {
            release: release.to_owned(),
            environment: environment.unwrap_or_default().to_owned(),
        })
    }
}
