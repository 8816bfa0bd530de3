//! The way of one event from its bytes to the writer, one type per step.

use watchfire_event::{
    DecodeError, Event, EventId, EventKind, NormalizeContext, Rejected, decode, normalize,
};
use watchfire_filter::{KeptEvent, Origin, Refusal, Verdict};
use watchfire_grouping::GroupedEvent;
use watchfire_scrub::ScrubbedEvent;
use watchfire_store::dropped::NewHead;
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

/// The ignore rules that matched an event.
#[derive(Debug, Default)]
pub(crate) struct RuleHits {
    /// Their numbers.
    pub(crate) rules: Vec<i64>,
    /// The event's title, if a rule matched it and the title is known.
    pub(crate) title: Option<String>,
}

/// An event that a filter refused.
#[derive(Debug)]
pub(crate) struct Filtered {
    /// Why.
    pub(crate) refusal: Refusal,
    /// The ignore rules that matched it.
    pub(crate) hits: RuleHits,
    /// What is remembered of it, if it is.
    pub(crate) head: Option<NewHead>,
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
    Filtered(Box<Filtered>),
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
    let project = context.project;
    let event = read(payload, context, category)?;
    let decided = project.filter.decide(event, &context.origin());
    let kept =
        decided.map_err(|refused| Stopped::Filtered(Box::new(dropped(*refused, context))))?;
    let verdict = kept.verdict().clone();
    context.take_quota(category)?;
    let grouped = project.grouper.group(project.scrubber.scrub(kept));
    Ok(Prepared {
        id: grouped.event().id,
        event: NewEvent::new(
            project.id,
            project.key_id,
            category.name(),
            &grouped,
            &verdict,
            context.dictionaries,
        ),
    })
}

/// The steps that feedback goes through as well: decode, normalise, filter, scrub. Ignore rules
/// are about what programs report; what a person wrote meets the inbound filters only.
///
/// # Errors
/// [`Stopped`] at the step that ends its way.
pub(crate) fn scrub_feedback<'p>(
    payload: &'p [u8],
    context: &Context<'_>,
) -> Result<ScrubbedEvent<'p>, Stopped> {
    let category = DataCategory::Feedback;
    let project = context.project;
    let event = read(payload, context, category)?;
    if let Some(refusal) = project.filter.refuse(&event, &context.origin()) {
        let (hits, head) = (RuleHits::default(), None);
        return Err(Stopped::Filtered(Box::new(Filtered {
            refusal,
            hits,
            head,
        })));
    }
    context.take_quota(category)?;
    Ok(project.scrubber.scrub(KeptEvent::unfiltered(event)))
}

/// Decodes and normalises. A used-up quota ends the way before it begins; what a filter refuses
/// takes nothing out of a quota.
fn read<'p>(
    payload: &'p [u8],
    context: &Context<'_>,
    category: DataCategory,
) -> Result<Event<'p>, Stopped> {
    let checked = context
        .project
        .quotas
        .check(Amount::new(category, 1), context.now());
    checked.map_err(Stopped::Limited)?;
    let draft = decode(payload)?;
    let request = NormalizeContext {
        kind: match category {
            DataCategory::Security => EventKind::Security,
            DataCategory::Feedback => EventKind::Feedback,
            _ => EventKind::Event,
        },
        ..context.request
    };
    Ok(normalize(draft, &request)?)
}

/// What is remembered of an event that a filter refused: its scrubbed head, but of a flood only
/// some.
fn dropped(refused: watchfire_filter::Refused<'_>, context: &Context<'_>) -> Filtered {
    let project = context.project;
    let (refusal, verdict) = (refused.refusal.clone(), refused.verdict.clone());
    if !project.gate.admits(context.request.received_at) {
        return Filtered {
            refusal,
            hits: RuleHits::new(verdict, None),
            head: None,
        };
    }
    let grouped = project
        .grouper
        .group(project.scrubber.scrub(refused.into_head()));
    let head = NewHead::new(project.id, &refusal.reason, &grouped, context.dictionaries);
    Filtered {
        refusal,
        hits: RuleHits::new(verdict, Some(&grouped)),
        head: Some(head),
    }
}

impl RuleHits {
    fn new(verdict: Verdict, event: Option<&GroupedEvent<'_>>) -> Self {
        let title = event.filter(|_| !verdict.hits.is_empty());
        Self {
            title: title.map(|event| event.grouping().title.clone()),
            rules: verdict.hits,
        }
    }
}

impl Context<'_> {
    /// What filters need to know besides the event.
    pub(crate) fn origin(&self) -> Origin {
        Origin {
            client_ip: self.request.client_ip.and_then(|ip| ip.parse().ok()),
            now: self.request.received_at,
        }
    }

    fn take_quota(&self, category: DataCategory) -> Result<(), Stopped> {
        let one = Amount::new(category, 1);
        let taken = self.project.quotas.take(one, self.now());
        taken.map_err(Stopped::Limited)
    }

    /// When the request began, in seconds since 1970.
    fn now(&self) -> i64 {
        self.request.received_at.0.div_euclid(1_000_000)
    }
}

impl From<&Stopped> for Refused {
    fn from(stopped: &Stopped) -> Self {
        match stopped {
            Stopped::Decode(error) => Outcome::from(error).because(error.to_string()),
            Stopped::Rejected(error) => Outcome::from(error).because(error.to_string()),
            Stopped::Filtered(filtered) => Outcome::from(filtered.refusal.clone()).into(),
            Stopped::Limited(denied) => Outcome::RateLimited(denied.scope.reason()).into(),
            Stopped::NoMessage => Outcome::invalid("payload").because(stopped.to_string()),
        }
    }
}
