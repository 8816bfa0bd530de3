//! Which events of a batch are stored with their bodies; the others are only counted.

use std::collections::{BTreeMap, HashMap};

use watchfire_event::ProjectId;

use super::issues::Counted;
use super::known::Known;
use super::place::{Plan, PlannedIssue};
use crate::conn::Conn;
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::event::hash_key;
use crate::new_event::NewEvent;
use crate::outcome::hour_of;
use crate::project;
use crate::sampling::{self, Bodiless, Budget, COUNTED_MICROS, Latest, Settings, Thinning, Why};

/// How many events of some kind an issue has had in an hour, this batch included.
pub(super) type HourCounts = HashMap<(i64, i64), i64, ahash::RandomState>;

/// So much later than needed ids are looked up, so that the project's row changes seldom.
const COUNTED_SLACK_MICROS: i64 = 3_600 * 1_000_000;

/// What becomes of the bodies of a batch.
#[derive(Default)]
pub(super) struct Bodies {
    /// For each planned issue, and each of its events in their order, why its body is not kept.
    dropped: Vec<Vec<Option<Why>>>,
    /// Newest events of issues that are over their budgets.
    newest: Vec<Newest>,
    /// Those of them that are kept for nothing but being the latest, with their places, and why
    /// their bodies go with the next one.
    latest: Vec<(Latest, (usize, usize), Why)>,
    /// Issues whose latest event is kept for another reason.
    forgotten: Vec<i64>,
    /// Stored events that are not the latest any more.
    former: Vec<(ProjectId, Vec<u8>)>,
    thinning: Vec<Thinning>,
    /// The spikes that events are part of.
    spikes: BTreeMap<ProjectId, i64>,
}

/// The newest event of an issue in the batch.
#[derive(Clone)]
struct Newest {
    project: ProjectId,
    issue: i64,
    hour: i64,
    /// The issue's place in the plan, and the event's among those of the issue.
    place: (usize, usize),
    event_id: Vec<u8>,
    seen_at: i64,
}

/// The bodies of how many events of an issue and hour are kept in a project.
struct Limit {
    budget: Budget,
    why: Why,
}

impl Limit {
    fn of(settings: &Settings, has_spike: bool) -> Option<Self> {
        let usual = Budget::new(settings.issue_budget);
        // Nothing kept at all would leave issues with nothing to look at.
        let in_spike = has_spike.then_some(settings.spike_budget.max(1));
        match in_spike.filter(|it| usual.is_none() || *it < settings.issue_budget) {
            Some(bodies) => Some(Self {
                budget: Budget::new(bodies)?,
                why: Why::Spike,
            }),
            None => Some(Self {
                budget: usual?,
                why: Why::IssueBudget,
            }),
        }
    }
}

/// An issue of the plan with what is added to it, and its place.
type Place<'p, 'e> = (usize, &'p PlannedIssue<'e>, &'p Counted<'e>);

/// Decides about the bodies of a batch whose events are counted already.
pub(super) fn decide(
    conn: &mut Conn<'_>,
    plan: &Plan<'_>,
    counted: &[Counted<'_>],
    hours: &HourCounts,
    known: &mut Known,
) -> Result<Bodies> {
    let mut bodies = Bodies::default();
    let mut limits: HashMap<ProjectId, Option<Limit>> = HashMap::new();
    for (project, planned) in &plan.projects {
        let settings = &planned.settings;
        let events = plan.events_of(*project);
        let now = planned.received_at;
        let spike = known.watch.note(conn, *project, settings, events, now)?;
        bodies.spikes.extend(spike.map(|spike| (*project, spike)));
        limits.insert(*project, Limit::of(settings, spike.is_some()));
    }
    for (index, (issue, counted)) in plan.issues.iter().zip(counted).enumerate() {
        let limit = limits.get(&issue.project).and_then(Option::as_ref);
        let events = issue.events.iter().enumerate();
        let by_rule = events.map(|(place, event)| rule_of(event, counted.is_new && place == 0));
        let mut dropped: Vec<Option<Why>> = by_rule.map(|rule| rule.map(Why::Rule)).collect();
        if let Some(limit) = limit {
            bodies.limit(limit, (index, issue, counted), hours, &mut dropped);
        }
        bodies.dropped.push(dropped);
    }
    bodies.settle_latest(conn)?;
    Ok(bodies)
}

/// Of how many events of the batch rules leave the bodies out, by issue and hour. They take no part
/// in a budget: it would be spent on bodies that are not there, and its sample would not be even.
pub(super) fn left_out(planned: &[PlannedIssue<'_>], counted: &[Counted<'_>]) -> HourCounts {
    let mut left_out = HourCounts::default();
    for (issue, counted) in planned.iter().zip(counted) {
        for (place, event) in issue.events.iter().enumerate() {
            if rule_of(event, counted.is_new && place == 0).is_some() {
                let hour = hour_of(event.facts.timestamp);
                *left_out.entry((counted.id, hour)).or_default() += 1;
            }
        }
    }
    left_out
}

/// The rule that keeps no body of an event; the one that makes an issue keeps it.
fn rule_of(event: &NewEvent, makes_issue: bool) -> Option<i64> {
    event.sampled_by.filter(|_| !makes_issue)
}

impl Bodies {
    /// Applies the limit of an issue and hour to the events of one issue of which no rule leaves
    /// the bodies out.
    fn limit(
        &mut self,
        limit: &Limit,
        place: Place<'_, '_>,
        hours: &HourCounts,
        dropped: &mut [Option<Why>],
    ) {
        let (_, issue, counted) = place;
        let newest = Newest::of(place, dropped);
        for hour in counted.totals.hours.keys() {
            let of_hour = issue.events.iter().zip(dropped.iter_mut());
            let ranked: Vec<&mut Option<Why>> = of_hour
                .filter(|(event, dropped)| {
                    dropped.is_none() && hour_of(event.facts.timestamp) == *hour
                })
                .map(|(_, dropped)| dropped)
                .collect();
            let added = i64::try_from(ranked.len()).unwrap_or(i64::MAX);
            let after = hours.get(&(counted.id, *hour)).copied().unwrap_or(added);
            // What others took away of the hour may have been more than they said.
            let before = (after - added).max(0);
            let span = limit.budget.span(before, before + added);
            if ranked.is_empty() || !span.is_over() {
                continue;
            }
            for (dropped, rank) in ranked.into_iter().zip(before + 1..) {
                *dropped = (!span.keeps(rank)).then_some(limit.why);
            }
            let step = span.thinning();
            // What was stored before a spike stays.
            if limit.why == Why::IssueBudget && step != Some(1) {
                self.thinning.push(Thinning {
                    issue: counted.id,
                    hour: *hour,
                    first: span.first(),
                    step,
                });
            }
            self.newest
                .extend(newest.clone().filter(|it| it.hour == *hour));
        }
    }

    /// Decides which newest events are the latest of their issues.
    fn settle_latest(&mut self, conn: &mut Conn<'_>) -> Result<()> {
        if self.newest.is_empty() {
            return Ok(());
        }
        let issues: Vec<i64> = self.newest.iter().map(|newest| newest.issue).collect();
        let former = sampling::latest(conn, &issues)?;
        for newest in std::mem::take(&mut self.newest) {
            let (issue, event) = newest.place;
            let dropped = self.dropped.get_mut(issue).and_then(|it| it.get_mut(event));
            let former = former.iter().find(|it| it.issue_id == newest.issue);
            let Some(dropped) = dropped else { continue };
            if former.is_some_and(|former| former.seen_at > newest.seen_at) {
                continue;
            }
            // That of an earlier hour stays as the last one of it.
            let former = former.filter(|former| former.hour == newest.hour);
            let former = former.map(|former| (newest.project, former.event_id.clone()));
            self.former.extend(former);
            match dropped.take() {
                Some(why) => {
                    let latest = Latest {
                        issue_id: newest.issue,
                        hour: newest.hour,
                        event_id: newest.event_id,
                        seen_at: newest.seen_at,
                    };
                    self.latest.push((latest, newest.place, why));
                }
                None => self.forgotten.push(newest.issue),
            }
        }
        Ok(())
    }

    /// Why the body of an event is not kept; nothing when it is. The places are those of
    /// [`Newest`].
    pub(super) fn why(&self, issue: usize, event: usize) -> Option<Why> {
        *self.dropped.get(issue)?.get(event)?
    }

    /// Why the body of an event is kept only until a later one comes; nothing when it stays.
    pub(super) fn why_later(&self, issue: usize, event: usize) -> Option<Why> {
        let mut latest = self.latest.iter();
        let found = latest.find(|(_, place, _)| *place == (issue, event))?;
        Some(found.2)
    }

    /// Takes the bodies away that were stored before and give way. Comes before the events of the
    /// batch are stored.
    pub(super) fn make_room(
        &self,
        conn: &mut Conn<'_>,
        dictionaries: &Dictionaries,
        plan: &Plan<'_>,
    ) -> Result<()> {
        let Some(now) = plan.projects.values().map(|it| it.received_at).max() else {
            return Ok(());
        };
        let mut rows = Vec::new();
        for thinning in &self.thinning {
            rows.extend(sampling::to_thin(conn, thinning)?);
        }
        for (project, event_id) in &self.former {
            rows.extend(sampling::row_of(conn, *project, event_id)?);
        }
        sampling::drop_bodies(conn, dictionaries, &rows, now)
    }

    /// Notes the events of the batch that have no body, which are the latest of their issues, and
    /// what belongs to a spike.
    pub(super) fn save(
        &self,
        conn: &mut Conn<'_>,
        plan: &Plan<'_>,
        counted: &[Counted<'_>],
    ) -> Result<()> {
        let bodiless = self.bodiless(plan, counted);
        sampling::save(conn, &bodiless)?;
        for issue in &self.forgotten {
            sampling::forget_latest(conn, *issue)?;
        }
        for (latest, ..) in &self.latest {
            sampling::set_latest(conn, latest)?;
        }
        for (project, planned) in &plan.projects {
            let has_counted = bodiless.iter().any(|it| it.project == *project)
                || self.former.iter().any(|(it, _)| it == project)
                || !self.thinning.is_empty();
            let until = planned.received_at.plus_micros(COUNTED_MICROS);
            if has_counted && planned.counted_until < until.0 {
                let until = until.plus_micros(COUNTED_SLACK_MICROS);
                project::set_counted_until(conn, *project, until)?;
            }
            if let Some(spike) = self.spikes.get(project) {
                let arrived = plan.events_of(*project);
                let kept = arrived - self.dropped_of(plan, *project);
                sampling::spike::add(conn, *spike, (arrived, kept), planned.received_at)?;
            }
        }
        Ok(())
    }

    /// Of how many events of a project the bodies are not kept, or only until a later one comes.
    fn dropped_of(&self, plan: &Plan<'_>, project: ProjectId) -> i64 {
        let issues = plan.issues.iter().zip(&self.dropped).enumerate();
        let of_project = issues.filter(|(_, (issue, _))| issue.project == project);
        let dropped = of_project.map(|(index, (_, dropped))| {
            let is_latest = |(_, place, _): &&(Latest, (usize, usize), Why)| place.0 == index;
            dropped.iter().flatten().count() + self.latest.iter().filter(is_latest).count()
        });
        i64::try_from(dropped.sum::<usize>()).unwrap_or(i64::MAX)
    }

    fn bodiless<'p>(&self, plan: &'p Plan<'_>, counted: &'p [Counted<'_>]) -> Vec<Bodiless<'p>> {
        let mut bodiless = Vec::new();
        for ((issue, counted), dropped) in plan.issues.iter().zip(counted).zip(&self.dropped) {
            let of_issue = issue.events.iter().zip(dropped);
            let without = of_issue.filter(|(_, dropped)| dropped.is_some());
            bodiless.extend(without.map(|(event, _)| Bodiless {
                project: event.project,
                event_id: event.event_id.as_bytes(),
                issue: counted.id,
                hash_key: event.hashes.first().map_or(0, hash_key),
                received_at: event.received_at,
                facts: &event.facts,
                looks: Some(&event.looks),
            }));
        }
        bodiless
    }
}

impl Newest {
    /// The newest event of an issue in the batch, of those that have a body so far.
    fn of((index, issue, counted): Place<'_, '_>, dropped: &[Option<Why>]) -> Option<Self> {
        let events = issue.events.iter().zip(dropped).enumerate();
        let with_body = events.filter(|(_, (_, dropped))| dropped.is_none());
        let (place, (newest, _)) = with_body.max_by_key(|(_, (event, _))| event.facts.timestamp)?;
        let seen_at = newest.facts.timestamp;
        Some(Self {
            project: issue.project,
            issue: counted.id,
            hour: hour_of(seen_at),
            place: (index, place),
            event_id: newest.event_id.as_bytes().to_vec(),
            seen_at: seen_at.0,
        })
    }
}
