use std::collections::HashMap;

use watchfire_event::{ProjectId, Timestamp};

use super::{Settings, spike};
use crate::conn::Conn;
use crate::error::Result;
use crate::outcome::hour_of;

/// Below this share of the floor no process asks how many events the others got: an eighth.
const ASK_SHARE: i64 = 8;
/// How often it is asked at most.
const ASK_MICROS: i64 = 10 * 1_000_000;

/// What a writer remembers of the rates of its projects, so that spikes cost no queries as long as
/// there is none.
#[derive(Default)]
pub(crate) struct Watch(HashMap<ProjectId, Rate, ahash::RandomState>);

/// The events of a project in one hour.
struct Rate {
    hour: i64,
    settings: Settings,
    /// How many came through this writer.
    seen: i64,
    /// What was asked last; nothing before.
    asked: Option<Asked>,
    /// The spike that goes on.
    spike: Option<i64>,
}

/// What the database said of the hour.
#[derive(Clone, Copy)]
struct Asked {
    at: Timestamp,
    this_hour: i64,
    former_hour: i64,
    /// How many of them had come through this writer.
    seen: i64,
    /// The usual rate and the threshold; nothing where there is no protection.
    limits: Option<(i64, i64)>,
}

impl Watch {
    /// Notes events of a project, and returns the spike that they are part of. The project must be
    /// locked.
    pub(crate) fn note(
        &mut self,
        conn: &mut Conn<'_>,
        project: ProjectId,
        settings: &Settings,
        events: i64,
        now: Timestamp,
    ) -> Result<Option<i64>> {
        let hour = hour_of(now);
        if self.0.get(&project).is_none_or(|rate| rate.hour < hour) {
            let spike = spike::open(conn, project)?.map(|spike| spike.id);
            let rate = Rate {
                hour,
                settings: *settings,
                seen: 0,
                asked: None,
                spike,
            };
            self.0.insert(project, rate);
        }
        let Some(rate) = self.0.get_mut(&project) else {
            return Ok(None);
        };
        rate.seen += events;
        if rate.settings != *settings {
            rate.settings = *settings;
            rate.asked = None;
        }
        rate.ask(conn, project, events, now)?;
        rate.settle(conn, project, now)?;
        Ok(rate.spike)
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

impl Rate {
    /// Asks the database when it may matter and was not asked lately. It does not have the last
    /// events yet.
    fn ask(
        &mut self,
        conn: &mut Conn<'_>,
        project: ProjectId,
        events: i64,
        now: Timestamp,
    ) -> Result<()> {
        let settings = &self.settings;
        let may_matter = self.spike.is_some() || self.seen >= settings.spike_floor / ASK_SHARE;
        let is_fresh = |asked: &Asked| {
            let sum = spike::rate(
                asked.this_hour + self.seen - asked.seen,
                asked.former_hour,
                now,
            );
            let is_near = asked.limits.is_some_and(|(_, threshold)| sum > threshold);
            let is_settled = is_near == self.spike.is_some();
            is_settled && now.0 - asked.at.0 < ASK_MICROS
        };
        if !may_matter || self.asked.as_ref().is_some_and(is_fresh) {
            return Ok(());
        }
        let (this_hour, former_hour) = spike::arrivals(conn, project, self.hour)?;
        let limits = match &self.asked {
            Some(asked) => asked.limits,
            None => spike::threshold(conn, project, settings, self.hour)?,
        };
        self.spike = spike::open(conn, project)?.map(|spike| spike.id);
        self.asked = Some(Asked {
            at: now,
            this_hour,
            former_hour,
            seen: self.seen - events,
            limits,
        });
        Ok(())
    }

    /// Begins or ends a spike by what is known.
    fn settle(&mut self, conn: &mut Conn<'_>, project: ProjectId, now: Timestamp) -> Result<()> {
        let Some(asked) = self.asked else {
            return Ok(());
        };
        let this_hour = asked.this_hour + self.seen - asked.seen;
        let sum = spike::rate(this_hour, asked.former_hour, now);
        let over = asked.limits.filter(|(_, threshold)| sum > *threshold);
        match (over, self.spike) {
            (Some(limits), None) => self.spike = Some(spike::begin(conn, project, limits, now)?),
            (None, Some(spike)) => {
                spike::end(conn, spike, now)?;
                self.spike = None;
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
        Ok(())
    }
}
