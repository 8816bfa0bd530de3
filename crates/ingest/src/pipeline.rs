//! The way of one event from its bytes to the writer, one type per step.

use watchfire_event::{
    DecodeError, EventId, EventKind, NormalizeContext, Rejected, decode, normalize,
};
use watchfire_filter::{Refusal, keep};
use watchfire_scrub::ScrubbedEvent;
use watchfire_store::{Dictionaries, NewEvent};

use crate::outcome::{Amount, DataCategory, Outcome, Refused};
use crate::project::Project;
use crate::quota::Denied;

/// What the steps need to know besides the event.
pub(crate) struct Context<'a> {
    /// Whose event it is.
    pub(crate) project: &'a Project,
    /// What the request tells about it.
    pub(crate) request: NormalizeContext<'a>,
    /// What its body is compressed with.
    pub(crate) dictionaries: &'a Dictionaries,
}

/// An event that went through all steps but the last.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// Its id, for the answer.
    pub(crate) id: EventId,
    /// What the writer stores.
    pub(crate) event: NewEvent,
}

/// Why an event does not reach the writer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Stopped {
    /// Its bytes are not an event.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// It is an event that nobody could place in time.
    #[error(transparent)]
    Rejected(#[from] Rejected),
    /// A filter refused it.
    #[error("refused by a filter")]
    Filtered(Refusal),
    /// A quota is used up.
    #[error("refused by a quota")]
    Limited(Denied),
    /// It is feedback, and there is nothing in it.
    #[error("feedback without contexts.feedback.message")]
    NoMessage,
}

/// Takes one event through every step that works on it alone. It counts as `category`.
///
/// # Errors
/// [`Stopped`] at the step that ends its way.
pub(crate) fn prepare(
    payload: &[u8],
    context: &Context<'_>,
    category: DataCategory,
) -> Result<Prepared, Stopped> {
    let scrubbed = scrub(payload, context, category)?;
    let grouped = context.project.grouper.group(scrubbed);
    Ok(Prepared {
        id: grouped.event().id,
        event: NewEvent::new(
            context.project.id,
            context.project.key_id,
            category.name(),
            &grouped,
            context.dictionaries,
        ),
    })
}

/// The steps that everything goes through that a person may read: decode, normalise, filter,
/// scrub. A used-up quota ends the way before it begins; what a filter refuses takes nothing out
/// of a quota.
///
/// # Errors
/// [`Stopped`] at the step that ends its way.
pub(crate) fn scrub<'p>(
    payload: &'p [u8],
    context: &Context<'_>,
    category: DataCategory,
) -> Result<ScrubbedEvent<'p>, Stopped> {
    let project = context.project;
    let now = context.request.received_at.0.div_euclid(1_000_000);
    let one = Amount::new(category, 1);
    project.quotas.check(one, now).map_err(Stopped::Limited)?;
    let draft = decode(payload)?;
    let request = NormalizeContext {
        kind: match category {
            DataCategory::Security => EventKind::Security,
            DataCategory::Feedback => EventKind::Feedback,
            _ => EventKind::Event,
        },
        ..context.request
    };
    let event = normalize(draft, &request)?;
    let kept = keep(event, &project.filter).map_err(Stopped::Filtered)?;
    project.quotas.take(one, now).map_err(Stopped::Limited)?;
    Ok(project.scrubber.scrub(kept))
}

impl From<&Stopped> for Refused {
    fn from(stopped: &Stopped) -> Self {
        match stopped {
            Stopped::Decode(error) => Outcome::from(error).because(error.to_string()),
            Stopped::Rejected(error) => Outcome::from(error).because(error.to_string()),
            Stopped::Filtered(refusal) => Outcome::from(refusal.clone()).into(),
            Stopped::Limited(denied) => Outcome::RateLimited(denied.scope.reason()).into(),
            Stopped::NoMessage => Outcome::invalid("payload").because(stopped.to_string()),
        }
    }
}
