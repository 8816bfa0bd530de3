//! The settings of a project under the names that Sentry's API has for them.

use serde_json::{Map, Value, json};

use crate::body::{self, Fields};
use crate::error::ApiError;

/// How many entries a list of a project's settings has at most, and how long they may be.
pub(super) const LIST_MAX: (usize, usize) = (200, 256);
/// Origins that are allowed when the project says nothing.
const EVERY_DOMAIN: &str = "*";

/// Flags of `filter` by the option that the API has for them.
const FILTER_FLAGS: [(&str, &str); 7] = [
    ("filters:chunk-load-error", "chunkLoadErrors"),
    ("filters:react-hydration-errors", "reactHydrationErrors"),
    ("filters:browser-extensions", "browserExtensions"),
    ("filters:localhost", "localhost"),
    ("filters:web-crawlers", "webCrawlers"),
    ("filters:filtered-transaction", "healthChecks"),
    ("sentry:csp_ignored_sources_defaults", "cspDefaults"),
];
/// Lists of `filter` by the option that the API has for them: text with one entry a line.
const FILTER_LISTS: [(&str, &str); 4] = [
    ("filters:releases", "releases"),
    ("filters:error_messages", "errorMessages"),
    ("filters:blacklisted_ips", "ipAddresses"),
    ("sentry:csp_ignored_sources", "cspSources"),
];

/// What a project keeps as JSON: an object of `filter`, and its origins.
pub(crate) struct Settings {
    filter: Map<String, Value>,
    allowed_domains: Vec<String>,
}

impl Settings {
    /// The settings that a project has in force. What cannot be read is as in a new project.
    pub(crate) fn of(stored: &str) -> Self {
        let stored: Map<String, Value> = serde_json::from_str(stored).unwrap_or_default();
        let said = |name: &str| stored.get(name).cloned().unwrap_or_else(|| json!({}));
        let (filter, _) = watchfire_filter::Settings::read_leniently(&said("filter"));
        let domains = stored.get("allowedDomains").cloned().unwrap_or_default();
        let domains: Option<Vec<String>> = serde_json::from_value(domains).ok();
        Self {
            filter: object(&filter),
            allowed_domains: domains.unwrap_or_else(|| vec![EVERY_DOMAIN.to_owned()]),
        }
    }

    /// What the API shows of them.
    pub(crate) fn shape(&self) -> Map<String, Value> {
        let mut shown = Map::new();
        let mut options = Map::new();
        for (name, kept) in FILTER_FLAGS {
            options.insert(name.to_owned(), json!(self.filter.get(kept)));
        }
        for (name, kept) in FILTER_LISTS {
            let lines = self.filter.get(kept).and_then(Value::as_array);
            let lines = lines.into_iter().flatten().filter_map(Value::as_str);
            options.insert(name.to_owned(), json!(lines.collect::<Vec<_>>().join("\n")));
        }
        shown.insert("options".to_owned(), Value::Object(options));
        shown.insert("allowedDomains".to_owned(), json!(self.allowed_domains));
        shown
    }

    /// Takes over what a body changes and returns the keys to store with their new values.
    pub(crate) fn change(&mut self, body: &Fields) -> Result<Vec<(&'static str, Value)>, ApiError> {
        let mut changed = Vec::new();
        if self.change_filter(body)? {
            changed.push(("filter", Value::Object(self.filter.clone())));
        }
        if let Some(domains) = allowed_domains(body)? {
            changed.push(("allowedDomains", json!(domains)));
            self.allowed_domains = domains;
        }
        Ok(changed)
    }

    fn change_filter(&mut self, body: &Fields) -> Result<bool, ApiError> {
        let before = self.filter.clone();
        let Some(options) = body.get("options").and_then(Value::as_object) else {
            return Ok(false);
        };
        for (name, kept) in FILTER_FLAGS {
            if let Some(flag) = body::flag(options, name)? {
                self.filter.insert(kept.to_owned(), json!(flag));
            }
        }
        for (name, kept) in FILTER_LISTS {
            if let Some(list) = body::list(options, name, LIST_MAX)? {
                self.filter.insert(kept.to_owned(), json!(list));
                let whole = Value::Object(self.filter.clone());
                serde_json::from_value::<watchfire_filter::Settings>(whole)
                    .map_err(|error| ApiError::field(name, error.to_string()))?;
            }
        }
        Ok(self.filter != before)
    }
}

/// The origins that a body names.
fn allowed_domains(body: &Fields) -> Result<Option<Vec<String>>, ApiError> {
    const FIELD: &str = "allowedDomains";
    let Some(domains) = body::list(body, FIELD, LIST_MAX)? else {
        return Ok(None);
    };
    if domains.is_empty() {
        return Err(ApiError::field(
            FIELD,
            "Empty value will block all requests, use * to accept from all domains",
        ));
    }
    if domains
        .iter()
        .any(|domain| domain.contains(char::is_whitespace))
    {
        return Err(ApiError::field(
            FIELD,
            "A domain has no blanks in it, for example https://example.com or *.example.com",
        ));
    }
    Ok(Some(domains))
}

fn object(settings: &impl serde::Serialize) -> Map<String, Value> {
    let value = serde_json::to_value(settings).unwrap_or_default();
    value.as_object().cloned().unwrap_or_default()
}
