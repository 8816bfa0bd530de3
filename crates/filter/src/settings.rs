use serde::{Deserialize, Serialize};

use crate::Pattern;

/// Which inbound filters of a project are on (reference/PROTOCOL.md section 10).
///
/// In JSON the names are in camel case, and what is missing has its default: that of new projects
/// in Sentry, as far as it applies to errors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    /// Parts of a web application that a browser could not load, mostly after a deployment.
    pub chunk_load_errors: bool,
    /// React errors about pages that the server rendered differently than the browser.
    pub react_hydration_errors: bool,
    /// Errors that browser extensions cause.
    pub browser_extensions: bool,
    /// Events from developers' own machines.
    pub localhost: bool,
    /// Events from search engines and other robots.
    pub web_crawlers: bool,
    /// Releases whose events are refused, in any case of letters.
    pub releases: Vec<Pattern>,
    /// Messages and `Type: message` texts that are refused, in any case of letters.
    pub error_messages: Vec<Pattern>,
}

impl Settings {
    /// Every filter off.
    #[must_use]
    pub fn none() -> Self {
        Self {
            chunk_load_errors: false,
            react_hydration_errors: false,
            browser_extensions: false,
            localhost: false,
            web_crawlers: false,
            releases: Vec::new(),
            error_messages: Vec::new(),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            chunk_load_errors: true,
            react_hydration_errors: true,
            ..Self::none()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_settings_have_their_defaults() {
        let settings: Settings = serde_json::from_str("{}").expect("reads");
        assert_eq!(settings, Settings::default());
        let text = r#"{"reactHydrationErrors":false,"releases":["1.*"]}"#;
        let settings: Settings = serde_json::from_str(text).expect("reads");
        assert!(!settings.react_hydration_errors && settings.chunk_load_errors);
        let written = serde_json::to_string(&settings).expect("writes");
        assert!(written.contains(r#""releases":["1.*"]"#));
    }

    #[test]
    fn patterns_that_are_none_are_refused() {
        assert!(serde_json::from_str::<Settings>(r#"{"releases":["[a"]}"#).is_err());
    }
}
