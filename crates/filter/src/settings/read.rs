use std::str::FromStr;

use serde_json::Value;

use super::{GenericFilter, Settings};
use crate::filters::{condition, csp};
use crate::{LegacyBrowser, Pattern, RuleError};

/// How many entries one list has at most.
const ENTRIES_MAX: usize = 1_000;
/// How many letters the id of a generic filter has at most: it is the reason of its outcomes.
const ID_CHARS_MAX: usize = 100;
/// The newest version of Relay's generic filters; of a later one none applies.
const GENERIC_VERSION_MAX: u64 = 1;
/// The names that only Relay's settings have.
const RELAY_KEYS: [&str; 3] = ["clientIps", "csp", "ignoreTransactions"];

/// Whether these are Relay's settings: by a name that only they have, or because a filter is an
/// object there where it is a switch or a list here.
pub(super) fn is_relay(value: &Value) -> bool {
    value.as_object().is_some_and(|entries| {
        entries
            .iter()
            .any(|(key, value)| RELAY_KEYS.contains(&key.as_str()) || value.is_object())
    })
}

/// Reads settings over these defaults.
pub(super) fn read(value: &Value, mut settings: Settings) -> (Settings, Vec<RuleError>) {
    let mut reader = Reader::default();
    let Some(entries) = value.as_object() else {
        reader.problem("", "expected an object with the settings of filters");
        return (settings, reader.problems);
    };
    for (key, value) in entries {
        reader.setting(key, value, &mut settings);
    }
    (settings, reader.problems)
}

#[derive(Default)]
struct Reader {
    problems: Vec<RuleError>,
}

impl Reader {
    fn problem(&mut self, at: &str, reason: impl Into<String>) {
        self.problems.push(RuleError {
            at: at.to_owned(),
            reason: reason.into(),
        });
    }

    fn setting(&mut self, key: &str, value: &Value, settings: &mut Settings) {
        match key {
            "chunkLoadErrors" => self.switch(key, value, &mut settings.chunk_load_errors),
            "reactHydrationErrors" => self.switch(key, value, &mut settings.react_hydration_errors),
            "browserExtensions" => self.switch(key, value, &mut settings.browser_extensions),
            "localhost" => self.switch(key, value, &mut settings.localhost),
            "webCrawlers" => self.switch(key, value, &mut settings.web_crawlers),
            "healthChecks" => self.switch(key, value, &mut settings.health_checks),
            "cspDefaults" => self.switch(key, value, &mut settings.csp_defaults),
            "legacyBrowsers" => {
                settings.legacy_browsers =
                    self.list(key, switched(value, "options"), LegacyBrowser::from_str);
            }
            "ipAddresses" => settings.ip_addresses = self.list(key, value, FromStr::from_str),
            "clientIps" => {
                let list = inner(value, "blacklistedIps");
                settings.ip_addresses =
                    self.list("clientIps.blacklistedIps", list, FromStr::from_str);
            }
            "releases" => settings.releases = self.patterns(key, inner(value, "releases")),
            "errorMessages" => {
                settings.error_messages = self.patterns(key, inner(value, "patterns"))
            }
            "transactions" => settings.transactions = self.patterns(key, value),
            "ignoreTransactions" => {
                settings.transactions = self.patterns(key, switched(value, "patterns"));
            }
            "cspSources" => settings.csp_sources = self.list(key, value, csp::check),
            "csp" => {
                let list = inner(value, "disallowedSources");
                settings.csp_sources = self.list("csp.disallowedSources", list, csp::check);
            }
            "generic" => settings.generic = self.generic(value),
            _ => self.problem(key, "there is no filter of this name"),
        }
    }

    /// `true`, or Relay's `{"isEnabled": true}`.
    fn switch(&mut self, key: &str, value: &Value, place: &mut bool) {
        let said = value.get("isEnabled").unwrap_or(value);
        match said.as_bool() {
            Some(is_on) => *place = is_on,
            None => self.problem(key, "expected true or false"),
        }
    }

    fn patterns(&mut self, key: &str, value: &Value) -> Vec<Pattern> {
        self.list(key, value, Pattern::case_insensitive)
    }

    /// The entries that can be read. Empty lines mean nothing.
    fn list<T, E: ToString>(
        &mut self,
        key: &str,
        value: &Value,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> Vec<T> {
        let Some(entries) = value.as_array() else {
            self.problem(key, "expected a list of texts");
            return Vec::new();
        };
        if entries.len() > ENTRIES_MAX {
            self.problem(key, format!("has more than {ENTRIES_MAX} entries"));
        }
        let mut list = Vec::new();
        for (index, entry) in entries.iter().enumerate().take(ENTRIES_MAX) {
            let read = match entry.as_str().map(str::trim) {
                Some("") => continue,
                Some(text) => read(text).map_err(|error| error.to_string()),
                None => Err("expected a text".to_owned()),
            };
            match read {
                Ok(entry) => list.push(entry),
                Err(reason) => self.problem(&format!("{key}[{index}]"), reason),
            }
        }
        list
    }

    /// `{"version": 1, "filters": […]}`, or our own list of filters. Of filters with one id the
    /// first counts.
    fn generic(&mut self, value: &Value) -> Vec<GenericFilter> {
        let version = value.get("version").and_then(Value::as_u64).unwrap_or(0);
        if version > GENERIC_VERSION_MAX {
            let reason = format!("version {version} is not known; none of these filters applies");
            self.problem("generic.version", reason);
            return Vec::new();
        }
        let filters: Vec<(Option<&str>, &Value)> = match value.get("filters").unwrap_or(value) {
            Value::Array(list) => list.iter().map(|filter| (None, filter)).collect(),
            // The form of older versions: the id is the key.
            Value::Object(map) => map.iter().map(|(id, it)| (Some(id.as_str()), it)).collect(),
            _ => {
                self.problem("generic.filters", "expected a list of filters");
                Vec::new()
            }
        };
        let mut read: Vec<GenericFilter> = Vec::new();
        for (index, (id, filter)) in filters.into_iter().enumerate().take(ENTRIES_MAX) {
            let at = format!("generic.filters[{index}]");
            let Some(filter) = self.generic_filter(&at, id, filter) else {
                continue;
            };
            if !read.iter().any(|known| known.id == filter.id) {
                read.push(filter);
            }
        }
        read
    }

    fn generic_filter(
        &mut self,
        at: &str,
        id: Option<&str>,
        filter: &Value,
    ) -> Option<GenericFilter> {
        let Some(id) = id.or_else(|| filter.get("id")?.as_str()) else {
            self.problem(at, "\"id\" is missing");
            return None;
        };
        if id.is_empty() || id.chars().count() > ID_CHARS_MAX {
            self.problem(at, format!("an \"id\" has 1 to {ID_CHARS_MAX} letters"));
            return None;
        }
        let condition = filter.get("condition").filter(|it| !it.is_null());
        if let Some(Err(reason)) = condition.map(condition::Condition::read) {
            self.problem(&format!("{at}.condition"), reason);
            return None;
        }
        Some(GenericFilter {
            id: id.to_owned(),
            is_enabled: filter
                .get("isEnabled")
                .and_then(Value::as_bool)
                .unwrap_or(false),
            condition: condition.cloned(),
        })
    }
}

/// The list, or what Relay's object says under this key.
fn inner<'v>(value: &'v Value, key: &str) -> &'v Value {
    value.get(key).unwrap_or(value)
}

/// The same of an object with a switch: nothing while it is off.
fn switched<'v>(value: &'v Value, key: &str) -> &'v Value {
    static NOTHING: Value = Value::Array(Vec::new());
    match value.get("isEnabled") {
        Some(Value::Bool(true)) => value.get(key).unwrap_or(&NOTHING),
        Some(_) => &NOTHING,
        None if value.is_object() => &NOTHING,
        None => value,
    }
}
