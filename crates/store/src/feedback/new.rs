use watchfire_event::json::Object;
use watchfire_event::{EventId, ProjectId, Timestamp};
use watchfire_scrub::ScrubbedEvent;

use super::Source;
use crate::dictionary::Dictionaries;
use crate::tags::{storable, storable_up_to};

/// How many characters of a message are kept (reference/PROTOCOL.md section 9.7).
const MESSAGE_CHARS_MAX: usize = 4_096;
/// How many characters of an address of a page are kept.
const URL_CHARS_MAX: usize = 2_048;

/// Feedback ready to be stored.
#[derive(Clone, Debug)]
pub struct NewFeedback {
    pub(crate) project: ProjectId,
    pub(crate) key_id: i64,
    pub(crate) feedback_id: EventId,
    pub(crate) event_id: Option<EventId>,
    pub(crate) source: Source,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) message: String,
    pub(crate) url: String,
    pub(crate) replay_id: Option<String>,
    pub(crate) environment: Option<String>,
    pub(crate) release: Option<String>,
    pub(crate) created_at: Timestamp,
    pub(crate) received_at: Timestamp,
    pub(crate) body: Vec<u8>,
    pub(crate) dictionary_id: i64,
}

impl NewFeedback {
    /// Prepares the feedback that an event holds in `contexts.feedback`; nothing when there is no
    /// message in it. `key_id` is the number of the key that it came with, 0 if none. Take
    /// `dictionaries` from [`crate::Database::dictionaries`].
    #[must_use]
    pub fn new(
        project: ProjectId,
        key_id: i64,
        source: Source,
        event: &ScrubbedEvent<'_>,
        dictionaries: &Dictionaries,
    ) -> Option<Self> {
        let context = event.event().body.get_object("contexts")?;
        text(context.get_object("feedback")?, "message")?;
        Some(Self::with_any_message(
            project,
            key_id,
            source,
            event,
            dictionaries,
        ))
    }

    /// Like [`NewFeedback::new`], for feedback that rules may have left without a message.
    pub(crate) fn with_any_message(
        project: ProjectId,
        key_id: i64,
        source: Source,
        event: &ScrubbedEvent<'_>,
        dictionaries: &Dictionaries,
    ) -> Self {
        let event = event.event();
        let none = Object::default();
        let context = event.body.get_object("contexts");
        let context = context
            .and_then(|contexts| contexts.get_object("feedback"))
            .unwrap_or(&none);
        let message = text(context, "message").unwrap_or_default();
        let (body, dictionary_id) = dictionaries.compress(event.to_json().as_bytes());
        let short = |object, key| text(object, key).map(|text| storable(text).into_owned());
        Self {
            project,
            key_id,
            feedback_id: event.id,
            event_id: text(context, "associated_event_id").and_then(|id| id.parse().ok()),
            source,
            name: short(context, "name").unwrap_or_default(),
            email: short(context, "contact_email").unwrap_or_default(),
            message: storable_up_to(message, MESSAGE_CHARS_MAX).into_owned(),
            url: storable_up_to(text(context, "url").unwrap_or_default(), URL_CHARS_MAX)
                .into_owned(),
            replay_id: short(context, "replay_id"),
            environment: short(&event.body, "environment"),
            release: short(&event.body, "release"),
            created_at: event.timestamp,
            received_at: event.received_at,
            body,
            dictionary_id,
        }
    }

    /// Its own id: its attachments carry it as their event's.
    #[must_use]
    pub fn feedback_id(&self) -> EventId {
        self.feedback_id
    }

    /// The event that it is about, if any.
    #[must_use]
    pub fn associated_event_id(&self) -> Option<EventId> {
        self.event_id
    }
}

/// A text with something in it.
fn text<'e>(object: &'e Object<'_>, key: &str) -> Option<&'e str> {
    let text = object.get_str(key).map(str::trim);
    text.filter(|text| !text.is_empty())
}
