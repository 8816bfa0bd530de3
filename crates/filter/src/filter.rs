use std::borrow::Cow;
use std::sync::Arc;

use watchfire_event::{Event, EventId, Level};

use crate::filters::Inbound;
use crate::head;
use crate::ignore::{Action, Numbered, Rules};
use crate::{KeptEvent, Origin, RuleError, Sample, Settings, Verdict};

/// What a project filters: its inbound filters, then its ignore rules. Compiled once, used for many
/// events, from many threads; a clone shares what is compiled.
#[derive(Clone, Debug, Default)]
pub struct Filter(Arc<Compiled>);

#[derive(Debug)]
struct Compiled {
    inbound: Inbound,
    rules: Rules,
    problems: Vec<RuleError>,
}

impl Default for Compiled {
    fn default() -> Self {
        Self::new(&Settings::default(), &[])
    }
}

impl Compiled {
    fn new(settings: &Settings, rules: &[Numbered]) -> Self {
        let (rules, problems) = Rules::new(rules);
        Self {
            inbound: Inbound::new(settings),
            rules,
            problems,
        }
    }
}

/// Why an event was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The outcome's reason: that of an inbound filter (reference/PROTOCOL.md section 10), for
    /// example `chunk-load-error`, or `ignore-rule 12`.
    pub reason: Cow<'static, str>,
    /// The number of the ignore rule that refused it.
    pub rule: Option<i64>,
}

/// An event that was refused, with what the rules say of it.
#[derive(Clone, Debug)]
pub struct Refused<'a> {
    /// Why.
    pub refusal: Refusal,
    /// What the rules say of it: those that matched, the refusing one included.
    pub verdict: Verdict,
    event: Event<'a>,
}

impl Filter {
    /// Compiles settings and rules; rules that are switched off cost nothing.
    #[must_use]
    pub fn new(settings: &Settings, rules: &[Numbered]) -> Self {
        Self(Arc::new(Compiled::new(settings, rules)))
    }

    /// The rules that could not be compiled and do nothing, and why; the others work.
    #[must_use]
    pub fn problems(&self) -> &[RuleError] {
        &self.0.problems
    }

    /// Passes the event on unless a filter refuses it: inbound filters in the order of
    /// reference/PROTOCOL.md section 10, then the rules in theirs. A rule that drops the event ends
    /// the way; the others let it go on, so that what later rules do is never left to chance. Of
    /// those that keep one in some the first decides for all. Filters that are off cost nothing.
    ///
    /// # Errors
    /// The event with the first refusal.
    pub fn decide<'a>(
        &self,
        mut event: Event<'a>,
        origin: &Origin,
    ) -> Result<KeptEvent<'a>, Box<Refused<'a>>> {
        let mut verdict = Verdict::default();
        let mut refusal = self.refuse(&event, origin);
        if refusal.is_none() {
            let mut level = event.level;
            self.0.rules.each_match(&event, origin.now, |rule| {
                verdict.hits.push(rule.id);
                match rule.action {
                    Action::Drop => {
                        refusal = Some(Refusal {
                            reason: format!("ignore-rule {}", rule.id).into(),
                            rule: Some(rule.id),
                        });
                        return false;
                    }
                    Action::KeepOneIn(one_in) => {
                        let is_kept = is_kept(event.id, one_in);
                        let sample = Sample {
                            rule: rule.id,
                            one_in,
                            is_kept,
                        };
                        verdict.sample.get_or_insert(sample);
                    }
                    Action::Archive => verdict.is_muted = true,
                    Action::Level(lower) => level = level.min(lower),
                }
                true
            });
            lower(&mut event, level);
        }
        match refusal {
            None => Ok(KeptEvent::new(event, verdict)),
            Some(refusal) => Err(Box::new(Refused {
                refusal,
                verdict,
                event,
            })),
        }
    }

    /// Why an inbound filter refuses an event, if one does. Items that are no errors, such as
    /// transactions, meet these filters only.
    #[must_use]
    pub fn refuse(&self, event: &Event<'_>, origin: &Origin) -> Option<Refusal> {
        let reason = self.0.inbound.first_match(event, origin)?;
        Some(Refusal { reason, rule: None })
    }
}

/// Whether an event is the one in so many that is kept: by its id alone, mixed, because not every
/// SDK's ids are random in all bits.
fn is_kept(id: EventId, one_in: u32) -> bool {
    let mut mixed = id
        .as_bytes()
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
    // The last steps of MurmurHash3: every bit of the sum reaches every bit of the result.
    mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    (mixed ^ (mixed >> 33)).is_multiple_of(u64::from(one_in.max(1)))
}

/// Gives the event this level, which is never above its own.
fn lower(event: &mut Event<'_>, level: Level) {
    if level < event.level {
        event.level = level;
        event.body.insert("level", level.as_str());
    }
}

impl<'a> Refused<'a> {
    /// What is remembered of the event: its head, which is all that rules look at. It has yet to be
    /// scrubbed.
    #[must_use]
    pub fn into_head(mut self) -> KeptEvent<'a> {
        head::cut(&mut self.event);
        KeptEvent::new(self.event, self.verdict)
    }
}

#[cfg(test)]
mod tests;
