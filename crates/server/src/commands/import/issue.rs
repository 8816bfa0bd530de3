//! An issue as Sentry's API writes it, read leniently.
//!
//! What is read: `id`, `shortId`, `permalink`, `title`, `culprit`, `metadata` (`type`, `value`,
//! `filename`, `function`), `logger`, `platform`, `level`, `status`, `substatus`, `statusDetails`,
//! `isUnhandled`, `count`, `userCount`, `firstSeen`, `lastSeen`, `lifetime`, `firstRelease`,
//! `lastRelease`, `issueCategory`; and `hashes`, which Sentry's issue does not have: a list of
//! texts or of what the address `…/hashes/` answers (`{"id": "…"}`).

use serde_json::{Map, Value};
use watchfire_event::{Level, Timestamp};
use watchfire_grouping::SentryHash;
use watchfire_store::import::ImportedIssue;
use watchfire_store::issue::{Status, Substatus};

use super::problem::Problem;

/// Characters of an issue's id.
const ID_CHARS_MAX: usize = 100;
/// The title of an issue that has none, as Sentry writes it.
const UNTITLED: &str = "<unlabeled event>";
/// For how long after its first event an issue without substatus counts as new
/// (reference/PRODUCT.md section 1.1).
const NEW_MICROS: i64 = 7 * 24 * 3_600 * 1_000_000;

/// Substatuses of archived issues.
const ARCHIVED: [Substatus; 3] = [
    Substatus::ArchivedUntilEscalating,
    Substatus::ArchivedUntilConditionMet,
    Substatus::ArchivedForever,
];
/// Substatuses of unresolved issues.
const OPEN: [Substatus; 4] = [
    Substatus::New,
    Substatus::Ongoing,
    Substatus::Escalating,
    Substatus::Regressed,
];

/// What one item of a list is.
#[derive(Debug)]
pub(super) enum Item {
    /// An issue about an error, and those of its hashes that are no MD5 and were left out.
    Issue(Box<ImportedIssue>, Vec<String>),
    /// An issue about something else, such as a slow query, which has no place here.
    Other,
}

/// Reads an issue of a list. `place` stands for its id where it has none.
///
/// # Errors
/// What is wrong with it.
pub(super) fn read(value: &Value, place: &str, now: Timestamp) -> Result<Item, Problem> {
    let Some(issue) = value.as_object() else {
        return Err(Problem::new(place, "an issue is a JSON object"));
    };
    let id = match issue.get("id") {
        Some(Value::String(id)) if is_id(id) => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        _ => return Err(Problem::new(place, "its id is missing or no id")),
    };
    if text(issue, "issueCategory").is_some_and(|category| category != "error") {
        return Ok(Item::Other);
    }
    let listed = match issue.get("hashes") {
        None | Some(Value::Null) => Ok(Hashes::default()),
        Some(listed) => hashes(listed),
    };
    let read = listed.and_then(|hashes| {
        let issue = read_issue(issue, id.clone(), hashes.good, now)?;
        Ok(Item::Issue(Box::new(issue), hashes.odd))
    });
    read.map_err(|reason| Problem::new(id, reason))
}

/// Whether a text is an id, which goes into addresses.
fn is_id(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=ID_CHARS_MAX).contains(&text.len()) && text.bytes().all(is_plain)
}

fn read_issue(
    issue: &Map<String, Value>,
    external_id: String,
    hashes: Vec<SentryHash>,
    now: Timestamp,
) -> Result<ImportedIssue, String> {
    let empty = Map::new();
    let metadata = object(issue, "metadata").unwrap_or(&empty);
    let of_metadata = |key: &str| text(metadata, key).unwrap_or_default().to_owned();
    let first_seen = time(issue, "firstSeen")?;
    let last_seen = time(issue, "lastSeen")?.max(first_seen);
    let (status, substatus) = status(issue, first_seen, now)?;
    let level = text(issue, "level").and_then(Level::parse);
    Ok(ImportedIssue {
        short_id: owned(issue, "shortId"),
        permalink: owned(issue, "permalink"),
        title: title(issue, metadata),
        culprit: text(issue, "culprit").unwrap_or_default().to_owned(),
        kind: of_metadata("type"),
        value: of_metadata("value"),
        filename: of_metadata("filename"),
        function: of_metadata("function"),
        logger: owned(issue, "logger"),
        platform: owned(issue, "platform"),
        level: level.unwrap_or(Level::Error),
        status,
        substatus,
        status_details: status_details(issue),
        is_unhandled: issue.get("isUnhandled") == Some(&Value::Bool(true)),
        first_seen,
        last_seen,
        event_count: count(issue, "count")?,
        user_count: count(issue, "userCount")?,
        first_release: release(issue, "firstRelease"),
        last_release: release(issue, "lastRelease"),
        hashes,
        external_id,
    })
}

/// Hashes of an issue, each once.
#[derive(Debug, Default)]
pub(super) struct Hashes {
    /// Those that events can be found by.
    pub(super) good: Vec<SentryHash>,
    /// Those that are no MD5, as old versions of Sentry made of odd checksums.
    pub(super) odd: Vec<String>,
}

/// Reads a list of texts or of objects with an `id`.
///
/// # Errors
/// When it is something else.
pub(super) fn hashes(listed: &Value) -> Result<Hashes, String> {
    let listed = listed.as_array().ok_or("hashes is no list")?;
    let mut found = Hashes::default();
    for entry in listed {
        let text = entry.as_str().or_else(|| entry.get("id")?.as_str());
        let text = text.ok_or("a hash is a text or an object with an id")?;
        match text.trim().to_ascii_lowercase().parse() {
            Ok(hash) if found.good.contains(&hash) => {}
            Ok(hash) => found.good.push(hash),
            Err(_) => found.odd.push(text.to_owned()),
        }
    }
    Ok(found)
}

fn title(issue: &Map<String, Value>, metadata: &Map<String, Value>) -> String {
    let parts = || match (text(metadata, "type"), text(metadata, "value")) {
        (Some(kind), Some(value)) => Some(format!("{kind}: {value}")),
        (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
        (None, None) => None,
    };
    let stated = owned(issue, "title").or_else(|| owned(metadata, "title"));
    stated.or_else(parts).unwrap_or_else(|| UNTITLED.to_owned())
}

/// The status with its substatus; older versions of Sentry have none of the latter.
fn status(
    issue: &Map<String, Value>,
    first_seen: Timestamp,
    now: Timestamp,
) -> Result<(Status, Option<Substatus>), String> {
    let named = text(issue, "substatus").and_then(substatus);
    let is_new = first_seen > now.plus_micros(-NEW_MICROS);
    match text(issue, "status").unwrap_or("unresolved") {
        "unresolved" => {
            let guess = if is_new {
                Substatus::New
            } else {
                Substatus::Ongoing
            };
            let named = named.filter(|substatus| !ARCHIVED.contains(substatus));
            Ok((Status::Unresolved, Some(named.unwrap_or(guess))))
        }
        "resolved" | "resolvedInNextRelease" => Ok((Status::Resolved, None)),
        "ignored" | "muted" | "archived" => {
            let guess = if status_details(issue).is_some() {
                Substatus::ArchivedUntilConditionMet
            } else {
                Substatus::ArchivedForever
            };
            let named = named.filter(|substatus| ARCHIVED.contains(substatus));
            Ok((Status::Ignored, Some(named.unwrap_or(guess))))
        }
        // On its way out of there: being deleted, merged or reprocessed.
        other => Err(format!(
            "its status is {other:?}, so it is not brought over"
        )),
    }
}

/// The substatus of a word.
fn substatus(word: &str) -> Option<Substatus> {
    let mut known = ARCHIVED.into_iter().chain(OPEN);
    known.find(|known| known.as_str() == word)
}

/// What the status depends on, as JSON; nothing where it depends on nothing.
fn status_details(issue: &Map<String, Value>) -> Option<String> {
    let details = object(issue, "statusDetails")?;
    (!details.is_empty()).then(|| Value::Object(details.clone()).to_string())
}

/// A number, which Sentry writes as text where it counts events. Lists that are limited to a time
/// carry the counts of that time, and those of all time under `lifetime`.
fn count(issue: &Map<String, Value>, key: &str) -> Result<i64, String> {
    let number = match lifetime(issue, key) {
        None => return Ok(0),
        Some(Value::Number(number)) => number.as_i64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(_) => None,
    };
    let number = number.filter(|number| *number >= 0);
    number.ok_or_else(|| format!("{key} is not a number"))
}

fn time(issue: &Map<String, Value>, key: &str) -> Result<Timestamp, String> {
    let text = lifetime(issue, key).and_then(Value::as_str);
    let text = text.ok_or_else(|| format!("{key} is missing"))?;
    Timestamp::parse(text).ok_or_else(|| format!("{key} is no time: {text:?}"))
}

fn lifetime<'v>(issue: &'v Map<String, Value>, key: &str) -> Option<&'v Value> {
    let whole = object(issue, "lifetime").and_then(|lifetime| lifetime.get(key));
    let whole = whole.filter(|value| !value.is_null());
    whole.or_else(|| issue.get(key).filter(|value| !value.is_null()))
}

fn release(issue: &Map<String, Value>, key: &str) -> Option<String> {
    let version = object(issue, key).and_then(|release| owned(release, "version"));
    version.or_else(|| owned(issue, key))
}

fn object<'v>(value: &'v Map<String, Value>, key: &str) -> Option<&'v Map<String, Value>> {
    value.get(key)?.as_object()
}

fn text<'v>(value: &'v Map<String, Value>, key: &str) -> Option<&'v str> {
    let text = value.get(key)?.as_str()?;
    (!text.is_empty()).then_some(text)
}

fn owned(value: &Map<String, Value>, key: &str) -> Option<String> {
    text(value, key).map(str::to_owned)
}

#[cfg(test)]
mod tests;
