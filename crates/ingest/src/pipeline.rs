//! The way of one event from its bytes to the writer, one type per step.

use watchfire_event::{DecodeError, EventId, NormalizeContext, Rejected, decode, normalize};
use watchfire_filter::{Refusal, keep};
use watchfire_grouping::group;
use watchfire_store::{Dictionaries, NewEvent};

use crate::outcome::{DataCategory, Outcome};
use crate::project::Project;

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
}

/// Takes one event through every step that works on it alone.
///
/// # Errors
/// [`Stopped`] at the step that ends its way.
pub(crate) fn prepare(payload: &[u8], context: &Context<'_>) -> Result<Prepared, Stopped> {
    let draft = decode(payload)?;
    let event = normalize(draft, &context.request)?;
    let kept = keep(event, &context.project.filter).map_err(Stopped::Filtered)?;
    let scrubbed = context.project.scrubber.scrub(kept);
    let grouped = group(scrubbed);
    Ok(Prepared {
        id: grouped.event().id,
        event: NewEvent::new(
            context.project.id,
            context.project.key_id,
            DataCategory::Error.name(),
            &grouped,
            context.dictionaries,
        ),
    })
}

impl From<&Stopped> for Outcome {
    fn from(stopped: &Stopped) -> Self {
        match stopped {
            Stopped::Decode(error) => error.into(),
            Stopped::Rejected(error) => error.into(),
            Stopped::Filtered(refusal) => refusal.clone().into(),
        }
    }
}
