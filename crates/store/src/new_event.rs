use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use watchfire_event::{Event, EventId, ProjectId, Timestamp};
use watchfire_filter::Verdict;
use watchfire_grouping::{FallbackHash, GroupedEvent, Grouping, Hash};

use crate::dictionary::Dictionaries;
use crate::issue::Issue;
use crate::tags::{self, storable, without_nul};

/// An event ready to be stored: compressed, with everything that the counters need.
#[derive(Clone, Debug)]
pub struct NewEvent {
    pub(crate) project: ProjectId,
    pub(crate) key_id: i64,
    pub(crate) category: &'static str,
    pub(crate) event_id: EventId,
    pub(crate) received_at: Timestamp,
    /// At least one.
    pub(crate) hashes: Vec<Hash>,
    /// Looked up when none of the hashes is known, and never stored.
    pub(crate) fallbacks: Vec<FallbackHash>,
    pub(crate) looks: Looks,
    pub(crate) environment: Option<String>,
    pub(crate) facts: Facts,
    pub(crate) body: Vec<u8>,
    pub(crate) dictionary_id: i64,
    /// The rule that keeps no body of it.
    pub(crate) sampled_by: Option<i64>,
    /// Whether a rule archives it.
    pub(crate) is_muted: bool,
    /// The rules that matched it.
    pub(crate) hits: Vec<i64>,
}

/// What the counters of an issue count of an event. A stored event gives the same again.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) timestamp: Timestamp,
    pub(crate) release: Option<String>,
    pub(crate) is_unhandled: bool,
    pub(crate) user_hash: Option<i64>,
    pub(crate) tags: Vec<(String, String)>,
}

/// What an issue shows of its newest event.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Looks {
    pub(crate) title: String,
    pub(crate) culprit: String,
    pub(crate) kind: String,
    pub(crate) value: String,
    pub(crate) filename: String,
    pub(crate) function: String,
    pub(crate) logger: Option<String>,
    pub(crate) platform: Option<String>,
    pub(crate) level: i16,
}

impl NewEvent {
    /// Prepares an event on the caller's thread. `key_id` is the number of the key that it came
    /// with, 0 if none; `category` the data category that it counts in, `error` for error events;
    /// `verdict` what the ignore rules say of it, which are counted as matched when it is stored.
    /// Take `dictionaries` from [`crate::Database::dictionaries`].
    #[must_use]
    pub fn new(
        project: ProjectId,
        key_id: i64,
        category: &'static str,
        event: &GroupedEvent<'_>,
        verdict: &Verdict,
        dictionaries: &Dictionaries,
    ) -> Self {
        let grouping = event.grouping();
        let event = event.event();
        let (body, dictionary_id) = dictionaries.compress(event.to_json().as_bytes());
        let mut hashes = grouping.hashes.clone();
        if hashes.is_empty() {
            hashes.push(Hash([0; 32]));
        }
        Self {
            project,
            key_id,
            category,
            event_id: event.id,
            received_at: event.received_at,
            hashes,
            fallbacks: grouping.fallbacks.clone(),
            looks: Looks::of(event, grouping),
            environment: field(event, "environment"),
            facts: Facts::of(event),
            body,
            dictionary_id,
            sampled_by: verdict
                .sample
                .filter(|sample| !sample.is_kept)
                .map(|sample| sample.rule),
            is_muted: verdict.is_muted,
            hits: verdict.hits.clone(),
        }
    }

    /// The release that it names.
    #[must_use]
    pub fn release(&self) -> Option<&str> {
        self.facts.release.as_deref()
    }

    /// The environment that it names.
    #[must_use]
    pub fn environment(&self) -> Option<&str> {
        self.environment.as_deref()
    }
}

impl Facts {
    pub(crate) fn of(event: &Event<'_>) -> Self {
        Self {
            timestamp: event.timestamp,
            release: field(event, "release"),
            is_unhandled: tags::handled(&event.body) == Some(false),
            user_hash: tags::user_identity(&event.body).map(|(kind, id)| user_hash(kind, &id)),
            tags: tags::derive(event),
        }
    }
}

impl Looks {
    pub(crate) fn of(event: &Event<'_>, grouping: &Grouping) -> Self {
        let owned = |text: &str| without_nul(text).into_owned();
        Self {
            title: owned(&grouping.title),
            culprit: owned(&grouping.culprit),
            kind: owned(&grouping.metadata.kind),
            value: owned(&grouping.metadata.value),
            filename: owned(&grouping.metadata.filename),
            function: owned(&grouping.metadata.function),
            logger: field(event, "logger"),
            platform: field(event, "platform"),
            level: event.level.number(),
        }
    }

    /// Those of an issue as it is shown.
    pub(crate) fn of_issue(issue: &Issue) -> Self {
        Self {
            title: issue.title.clone(),
            culprit: issue.culprit.clone(),
            kind: issue.kind.clone(),
            value: issue.value.clone(),
            filename: issue.filename.clone(),
            function: issue.function.clone(),
            logger: issue.logger.clone(),
            platform: issue.platform.clone(),
            level: issue.level.number(),
        }
    }

    /// As the sums of events without a body keep it.
    pub(crate) fn to_text(&self) -> String {
        // Strings and a number always have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what [`Looks::to_text`] wrote; nothing for any other text.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// A field of an event as a column holds it.
fn field(event: &Event<'_>, key: &str) -> Option<String> {
    let text = event.body.get_str(key).filter(|text| !text.is_empty());
    text.map(|text| storable(text).into_owned())
}

/// The number that stands for a user. Sixty-four bits of a hash: with a million users of one issue
/// the chance that any two count as one is below one in ten million.
pub(crate) fn user_hash(kind: &str, id: &str) -> i64 {
    let digest = Sha256::new()
        .chain_update(kind)
        .chain_update([0])
        .chain_update(id)
        .finalize();
    let mut bytes = [0; 8];
    for (byte, from) in bytes.iter_mut().zip(digest) {
        *byte = from;
    }
    i64::from_le_bytes(bytes)
}
