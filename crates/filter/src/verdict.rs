use watchfire_event::Event;

/// What the ignore rules of a project say of an event that goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The numbers of all rules that matched, in the order of the rules.
    pub hits: Vec<i64>,
    /// Whether a rule archives the event: it is kept and counted, and nobody is alerted.
    pub is_muted: bool,
    /// The first rule that keeps one event in some, and whether this is one of the kept.
    pub sample: Option<Sample>,
}

/// What a rule with the action *keep one in N* decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The rule's number.
    pub rule: i64,
    /// How many events one kept event stands for.
    pub one_in: u32,
    /// Whether this event's body is kept. It depends on the event's id alone, so that all parts of
    /// one event meet the same fate, whenever they come.
    pub is_kept: bool,
}

/// An event that no filter refused, with what the rules say of it.
///
/// [`crate::Filter::decide`] makes one, [`crate::Refused::into_head`] for what is remembered of a refused event, and
/// [`KeptEvent::unfiltered`] where no filter has a say.
#[derive(Clone, Debug)]
pub struct KeptEvent<'a> {
    event: Event<'a>,
    verdict: Verdict,
}

impl<'a> KeptEvent<'a> {
    pub(crate) fn new(event: Event<'a>, verdict: Verdict) -> Self {
        Self { event, verdict }
    }

    /// An event that no filter has a say in: what a person wrote, or what was kept before.
    #[must_use]
    pub fn unfiltered(event: Event<'a>) -> Self {
        Self::new(event, Verdict::default())
    }

    /// The event that was kept.
    #[must_use]
    pub fn event(&self) -> &Event<'a> {
        &self.event
    }

    /// What the rules say of it.
    #[must_use]
    pub fn verdict(&self) -> &Verdict {
        &self.verdict
    }

    /// Gives the event up to the next step.
    #[must_use]
    pub fn into_event(self) -> Event<'a> {
        self.event
    }
}
