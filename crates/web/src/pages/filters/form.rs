//! The form of the filters: what stands in it, and how it is read.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value};
use watchfire_filter::{LegacyBrowser, RuleError, Settings};

use crate::csrf::Posted;

/// A filter that is on or off: its name in the settings, its outcome's reason, its name for
/// people, and what it does.
type Switch = (&'static str, &'static str, &'static str, &'static str);

const SWITCHES: [Switch; 7] = [
    (
        "browserExtensions",
        "browser-extensions",
        "Errors of browser extensions",
        "Known by their messages and by the addresses of their scripts, such as chrome-extension://.",
    ),
    (
        "localhost",
        "localhost",
        "Events from localhost",
        "The page, the host or the user's address is localhost, 127.0.0.1, ::1 or a file.",
    ),
    (
        "webCrawlers",
        "web-crawlers",
        "Web crawlers",
        "Search engines, monitors and other robots, known by their user agent.",
    ),
    (
        "chunkLoadErrors",
        "chunk-load-error",
        "Chunk load errors",
        "ChunkLoadError: parts of a web application that are gone after a deployment. On in new projects.",
    ),
    (
        "reactHydrationErrors",
        "react-hydration-errors",
        "React hydration errors",
        "React's errors 418 to 425 about pages that the server rendered differently. On in new projects.",
    ),
    (
        "healthChecks",
        "filtered-transaction",
        "Health checks",
        "Transactions named like /healthz, /ready or /ping. On in new projects.",
    ),
    (
        "cspDefaults",
        "invalid-csp",
        "Policy reports about extensions and adware",
        "Reports of content security policies whose source is on the usual list, localhost among them.",
    ),
];

/// A list of texts: its name in the settings, its outcome's reason, its name for people, what one
/// line is, and an example.
type List = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const LISTS: [List; 5] = [
    (
        "ipAddresses",
        "ip-address",
        "IP addresses",
        "The address that a request comes from: 203.0.113.7, or a network such as 10.0.0.0/8 or 2001:db8::/32.",
        "10.0.0.0/8",
    ),
    (
        "releases",
        "release-version",
        "Releases",
        "The whole release, with * for any text: shop@1.*. Events without a release pass.",
        "shop@1.*",
    ),
    (
        "errorMessages",
        "error-message",
        "Error messages",
        "The whole message, or Type: message, with * for any text: TimeoutError*, *connection reset*.",
        "TimeoutError: *",
    ),
    (
        "cspSources",
        "invalid-csp",
        "Sources of policy reports",
        "Scheme, host and port, each of which may be left out or be *: https://*.ads.example.",
        "https://*.ads.example",
    ),
    (
        "transactions",
        "filtered-transaction",
        "Transactions",
        "The whole name, with * for any text, besides those of health checks.",
        "GET /metrics*",
    ),
];

/// The reason of the filter for legacy browsers, and its name in the settings.
const LEGACY: (&str, &str) = ("legacyBrowsers", "legacy-browsers");

/// The form as the page shows it.
#[derive(Debug, Serialize)]
pub(super) struct FormView {
    switches: Vec<SwitchView>,
    browsers: Vec<BrowserView>,
    /// How many events of legacy browsers were refused.
    browsers_count: i64,
    lists: Vec<ListView>,
    /// How many filters with conditions of their own there are, which the page does not change.
    generic: usize,
}

#[derive(Debug, Serialize)]
struct SwitchView {
    name: &'static str,
    label: &'static str,
    note: &'static str,
    is_on: bool,
    count: i64,
}

#[derive(Debug, Serialize)]
struct BrowserView {
    name: &'static str,
    label: &'static str,
    is_on: bool,
}

#[derive(Debug, Serialize)]
struct ListView {
    name: &'static str,
    label: &'static str,
    note: &'static str,
    example: &'static str,
    /// One entry a line, as typed or as in force.
    text: String,
    problems: Vec<String>,
    count: i64,
}

/// What was typed: the settings as far as they can be read, the texts of the lists, and what is
/// wrong with them.
pub(super) struct Typed {
    pub(super) settings: Settings,
    texts: HashMap<&'static str, String>,
    pub(super) problems: Vec<RuleError>,
    /// Whether what cannot be read of the stored filters is to go.
    pub(super) is_clean: bool,
    /// Why it was not saved, where nothing is wrong with it.
    pub(super) refused: Option<String>,
}

impl Typed {
    /// Reads the form over the settings that are in force, whose generic filters stay.
    pub(super) fn read(form: &Posted, former: &Settings) -> Self {
        let browsers = form.all(LEGACY.0).collect();
        let mut said = Map::from_iter([(LEGACY.0.to_owned(), browsers)]);
        for (name, ..) in SWITCHES {
            let is_on = !form.one(name).is_empty();
            said.insert(name.to_owned(), Value::Bool(is_on));
        }
        let mut texts = HashMap::new();
        for (name, ..) in LISTS {
            let text = form.one(name).to_owned();
            said.insert(name.to_owned(), text.lines().collect());
            texts.insert(name, text);
        }
        let (mut settings, problems) = Settings::read_leniently(&Value::Object(said));
        settings.generic.clone_from(&former.generic);
        Self {
            settings,
            texts,
            problems,
            is_clean: !form.one("clean").is_empty(),
            refused: None,
        }
    }
}

impl FormView {
    /// The form of these settings; with `typed` the lists as they were typed.
    pub(super) fn new(
        settings: &Settings,
        typed: Option<&Typed>,
        counts: &HashMap<String, i64>,
    ) -> Self {
        let value = serde_json::to_value(settings).unwrap_or_default();
        let count = |reason: &str| counts.get(reason).copied().unwrap_or_default();
        let switch = |(name, reason, label, note): Switch| SwitchView {
            name,
            label,
            note,
            is_on: value.get(name) == Some(&Value::Bool(true)),
            count: count(reason),
        };
        let list = |(name, reason, label, note, example): List| ListView {
            name,
            label,
            note,
            example,
            text: typed
                .and_then(|typed| typed.texts.get(name).cloned())
                .unwrap_or_else(|| lines(value.get(name))),
            problems: typed.map_or_else(Vec::new, |typed| problems(name, &typed.problems)),
            count: count(reason),
        };
        let is_on = |browser: &LegacyBrowser| settings.legacy_browsers.contains(browser);
        let browsers = LegacyBrowser::all().iter();
        Self {
            switches: SWITCHES.map(switch).into(),
            browsers: browsers
                .filter(|browser| !browser.is_deprecated() || is_on(browser))
                .map(|browser| BrowserView {
                    name: browser.name(),
                    label: browser.label(),
                    is_on: is_on(browser),
                })
                .collect(),
            browsers_count: count(LEGACY.1),
            lists: LISTS.map(list).into(),
            generic: settings.generic.len(),
        }
    }
}

fn lines(list: Option<&Value>) -> String {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    let lines: Vec<&str> = list.filter_map(Value::as_str).collect();
    lines.join("\n")
}

/// What is wrong with a list: `releases[1]` is its second line.
fn problems(name: &str, all: &[RuleError]) -> Vec<String> {
    let of_list = all.iter().filter_map(|problem| {
        let rest = problem.at.strip_prefix(name)?;
        let line = rest.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        Some(match line.and_then(|it| it.parse::<usize>().ok()) {
            Some(index) => format!("Line {}: {}", index + 1, problem.reason),
            None => problem.reason.clone(),
        })
    });
    of_list.collect()
}

/// The names of the filters that are on, for people, and how long the lists are.
pub(super) fn words(settings: &Settings) -> Vec<String> {
    let value = serde_json::to_value(settings).unwrap_or_default();
    let is_on = |name: &str| value.get(name) == Some(&Value::Bool(true));
    let on = SWITCHES.iter().filter(|(name, ..)| is_on(name));
    let mut words: Vec<String> = on.map(|(_, _, label, _)| (*label).to_owned()).collect();
    if !settings.legacy_browsers.is_empty() {
        words.push("Legacy browsers".to_owned());
    }
    for (name, _, label, ..) in LISTS {
        let length = value
            .get(name)
            .and_then(Value::as_array)
            .map_or(0, Vec::len);
        if length > 0 {
            words.push(format!("{label}: {length}"));
        }
    }
    words
}
