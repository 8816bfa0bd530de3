use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use watchfire_event::Event;
use watchfire_filter::Origin;
use watchfire_filter::ignore::{Matcher, Rule};

use super::hidden::Watched;
use super::looked::Looked;
use super::{TRIAL_EVENTS_MAX, Trial};
use crate::conn::Conn;
use crate::dictionary::Dictionaries;
use crate::dropped;
use crate::error::{Error, Result};
use crate::project::Project;
use crate::stored;

/// How long a rule may take over the events; a connection waits meanwhile.
const TRIAL_TIME_MAX: Duration = Duration::from_secs(5);
/// How many events are in memory at one moment; they may be large.
const STEP_EVENTS: usize = 50;

/// Runs a rule over the newest stored events of these projects and the heads of dropped ones.
///
/// They are together at most `limit` of each ([`TRIAL_EVENTS_MAX`] at most), from each project the
/// same number, the first ones with one more where it does not come out even; of more projects than
/// that only the first are looked at. No more is unpacked, and it takes at most five seconds.
///
/// Whether the rule is switched on, expired or what it does with the events plays no part. With
/// `before`, the rule as it was, the numbers tell what changes. Nothing is written. Take
/// `dictionaries` from [`crate::Database::dictionaries`].
///
/// # Errors
/// [`Error::Refused`] when the rule cannot be compiled.
pub fn try_rule(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    projects: &[Project],
    rule: &Rule,
    before: Option<&Rule>,
    limit: usize,
) -> Result<Trial> {
    let mut run = Run {
        matcher: matcher(rule)?,
        before: before.map(matcher).transpose()?,
        watched: Watched::of(rule),
        looked: Looked::default(),
        began: Instant::now(),
        is_cut: false,
    };
    let limit = limit.clamp(1, TRIAL_EVENTS_MAX);
    let count = projects.len().max(1);
    for (project, number) in projects.iter().zip(0..) {
        let each = limit / count + usize::from(number < limit % count);
        run.look_at_events(conn, dictionaries, project, each)?;
        run.look_at_heads(conn, dictionaries, project, each)?;
    }
    let Run {
        looked,
        watched,
        is_cut,
        ..
    } = run;
    let mut trial = looked.trial(conn, watched.hidden())?;
    trial.is_cut = is_cut;
    Ok(trial)
}

fn matcher(rule: &Rule) -> Result<Matcher> {
    Matcher::new(rule).map_err(|error| Error::Refused(error.to_string()))
}

struct Run {
    matcher: Matcher,
    before: Option<Matcher>,
    watched: Watched,
    looked: Looked,
    began: Instant,
    is_cut: bool,
}

impl Run {
    fn look_at_events(
        &mut self,
        conn: &mut Conn<'_>,
        dictionaries: &Dictionaries,
        project: &Project,
        limit: usize,
    ) -> Result<()> {
        let (mut row, mut left) = (i64::MAX, limit);
        while left > 0 && !self.is_late() {
            let step = left.min(STEP_EVENTS);
            let events = stored::before_row(conn, dictionaries, project.id, row, step)?;
            let Some(last) = events.last() else { break };
            row = last.row_id;
            left -= step;
            for stored in &events {
                if self.is_late() {
                    break;
                }
                if let Some(event) = stored.event() {
                    let (is_matched, was_matched) = self.try_on(&event);
                    self.looked
                        .add_event(project.id, stored, is_matched, was_matched);
                }
            }
        }
        Ok(())
    }

    fn look_at_heads(
        &mut self,
        conn: &mut Conn<'_>,
        dictionaries: &Dictionaries,
        project: &Project,
        limit: usize,
    ) -> Result<()> {
        dropped::newest(conn, dictionaries, project.id, limit, |_, head| {
            if self.is_late() {
                return Ok(ControlFlow::Break(()));
            }
            if let Some(event) = head.event() {
                let (is_matched, was_matched) = self.try_on(&event);
                self.looked.add_head(head, is_matched, was_matched);
            }
            Ok(ControlFlow::Continue(()))
        })
    }

    fn try_on(&mut self, event: &Event<'_>) -> (bool, Option<bool>) {
        let origin = Origin {
            client_ip: None,
            now: event.received_at,
        };
        self.watched.look_at(event);
        let before = self.before.as_ref();
        (
            self.matcher.matches(event, &origin),
            before.map(|before| before.matches(event, &origin)),
        )
    }

    fn is_late(&mut self) -> bool {
        self.is_cut |= self.began.elapsed() > TRIAL_TIME_MAX;
        self.is_cut
    }
}
