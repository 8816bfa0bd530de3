//! What was in force before, and what each save changed.

use serde::Serialize;
use serde_json::Value;
use watchfire_event::Timestamp;
use watchfire_scrub::Mode;
use watchfire_store::scrubbing::{self, Scope, Version};
use watchfire_store::{self as store, Conn};

use super::draft::{Draft, entries, pretty};
use super::switch::Switch;
use crate::pages::grouping::form::name_of;
use crate::pages::issue::view::budget::counted;
use crate::pages::owner::Owner;
use crate::people;

/// Earlier versions that are listed, the newest.
const HISTORY_MAX: usize = 30;

/// The history of one document.
#[derive(Debug, Default, Serialize)]
pub(super) struct HistoryView {
    versions: Vec<VersionView>,
    left_out: Option<String>,
}

/// One version.
#[derive(Debug, Serialize)]
struct VersionView {
    id: i64,
    /// What it changed, in words.
    words: String,
    author: Option<String>,
    at: Timestamp,
    is_current: bool,
    /// The document.
    text: String,
}

impl HistoryView {
    /// The versions of an organisation or project.
    pub(super) fn of(conn: &mut Conn<'_>, scope: Scope, owner: Owner) -> store::Result<Self> {
        let versions = scrubbing::history(conn, scope)?;
        let names = people::names(conn, versions.iter().filter_map(|version| version.user_id))?;
        let left_out = versions.len().saturating_sub(HISTORY_MAX);
        let draft = |version: &Version| Draft::of_document(&version.document, owner);
        let views = versions.iter().enumerate().take(HISTORY_MAX);
        let views = views.map(|(place, version)| {
            let before = versions.get(place + 1).map(draft);
            let before = before.unwrap_or_else(|| Draft::of_document("", owner));
            VersionView {
                id: version.id,
                words: difference(&before, &draft(version)),
                author: name_of(&names, version.user_id),
                at: version.created_at,
                is_current: place == 0,
                text: readable(&version.document),
            }
        });
        Ok(Self {
            versions: views.collect(),
            left_out: (left_out > 0).then(|| format!("and {}", counted(left_out, "older version"))),
        })
    }
}

/// The document with its members below each other, or as it is where it is no JSON.
fn readable(text: &str) -> String {
    match serde_json::from_str::<Value>(text) {
        Ok(value) => pretty(&value),
        Err(_) => text.to_owned(),
    }
}

/// What differs between two versions: `“Store no IP addresses” on; 2 safe fields added`.
fn difference(before: &Draft, after: &Draft) -> String {
    let mut parts = Vec::new();
    for switch in Switch::ALL {
        let (was, is) = (before.on.contains(&switch), after.on.contains(&switch));
        if was != is {
            let word = if is { "on" } else { "off" };
            parts.push(format!("“{}” {word}", switch.label()));
        }
    }
    if before.mode != after.mode {
        let mode = after.mode.map_or("as inherited", Mode::name);
        parts.push(format!("mode {mode}"));
    }
    parts.extend(lines(
        &before.sensitive_fields,
        &after.sensitive_fields,
        "sensitive field",
    ));
    parts.extend(lines(&before.safe_fields, &after.safe_fields, "safe field"));
    if before.rules_value().ok() != after.rules_value().ok() {
        parts.push("advanced rules changed".to_owned());
    }
    if parts.is_empty() {
        return "Nothing changed".to_owned();
    }
    parts.join("; ")
}

/// What came to a list and what left it.
fn lines(before: &str, after: &str, noun: &str) -> Vec<String> {
    let (before, after) = (entries(before), entries(after));
    let missing =
        |from: &[&str], other: &[&str]| from.iter().filter(|entry| !other.contains(entry)).count();
    let (added, removed) = (missing(&after, &before), missing(&before, &after));
    let said = [(added, "added"), (removed, "removed")];
    let said = said.into_iter().filter(|(count, _)| *count > 0);
    said.map(|(count, verb)| format!("{} {verb}", counted(count, noun)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_says_what_it_changed() {
        let draft = |text| Draft::of_document(text, Owner::Project);
        let before = draft(r#"{"excludeFields":["a"]}"#);
        let after = draft(
            r#"{"scrubIpAddresses":true,"mode":"compatible","excludeFields":["b","c"],"piiConfig":{"applications":{"$string":["@email"]}}}"#,
        );
        assert_eq!(
            difference(&before, &after),
            "“Store no IP addresses” on; mode compatible; 2 safe fields added; 1 safe field \
             removed; advanced rules changed"
        );
        assert_eq!(difference(&before, &before), "Nothing changed");
    }
}
