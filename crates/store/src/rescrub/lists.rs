//! Names and titles that a project keeps beside its issues, and the heads of dropped events.

use diesel::prelude::*;
use watchfire_event::{Event, ProjectId};

use super::data::Data;
use super::finding::Findings;
use super::names::{self, List, Renamed};
use super::rules::Rules;
use super::synthetic::Text;
use super::work::{Did, Tools};
use crate::conn::{Conn, on};
use crate::dictionary::Dictionaries;
use crate::dropped;
use crate::error::Result;
use crate::ignore_rule;
use crate::job::Job;
use crate::project;
use crate::schema::tombstone;

use self::hours::Hours;

mod hours;

/// How many names are scrubbed in a step.
const STEP: i64 = 10_000;
/// What findings in heads begin with.
const HEAD: &str = "dropped";

/// Scrubs the next list; the cursor is its place.
pub(super) fn step(conn: &mut Conn<'_>, job: &Job, tools: &mut Tools) -> Result<Did> {
    let id = job.project_id;
    project::lock_for_change(conn, id, None)?;
    let rules = &tools.rules;
    match job.cursor {
        0 => scrub_names(conn, id, rules, List::Releases)?,
        1 => scrub_names(conn, id, rules, List::Environments)?,
        2 => scrub_tombstones(conn, id, rules)?,
        3 => ignore_rule::forget_titles(conn, id)?,
        4 => hours::scrub(conn, id, rules, Hours::Sessions)?,
        5 => hours::scrub(conn, id, rules, Hours::TraceRates)?,
        6 => hours::scrub(conn, id, rules, Hours::ClientDiscards)?,
        _ => return Ok(Did { cursor: None }),
    }
    Ok(Did {
        cursor: Some(job.cursor + 1),
    })
}

fn scrub_names(conn: &mut Conn<'_>, id: ProjectId, rules: &Rules, list: List) -> Result<()> {
    for name in list.names(conn, id.0, "", STEP)? {
        if let Text::Other(to) = rules.tag(list.key(), &name) {
            let renamed = Renamed {
                list,
                from: name,
                to,
            };
            names::replace(conn, id.0, &renamed)?;
        }
    }
    Ok(())
}

fn scrub_tombstones(conn: &mut Conn<'_>, id: ProjectId, rules: &Rules) -> Result<()> {
    let rows: Vec<(i64, String, String)> = on!(conn, |c| tombstone::table
        .filter(tombstone::project_id.eq(id.0))
        .select((tombstone::id, tombstone::title, tombstone::culprit))
        .load(c))?;
    for (row, title, culprit) in rows {
        let new_title = rules.line(&title);
        let new_culprit = rules.tag("transaction", &culprit);
        if new_title == Text::Same && new_culprit == Text::Same {
            continue;
        }
        on!(conn, |c| diesel::update(tombstone::table.find(row))
            .set((
                tombstone::title.eq(new_title.or(&title)),
                tombstone::culprit.eq(new_culprit.or(&culprit)),
            ))
            .execute(c))?;
    }
    Ok(())
}

/// Scrubs the remembered heads of dropped events, all in one step: there are few.
pub(super) fn heads(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    job: &Job,
    data: &Data,
    tools: &mut Tools,
) -> Result<Did> {
    let mut findings = Findings::default();
    dropped::each_head(conn, dictionaries, job.project_id, |conn, head| {
        let before: Event<'_> = match head.event() {
            Some(event) if data.span.holds(&[], 0, event.timestamp) => event,
            _ => return Ok(()),
        };
        let Some((after, changes)) = tools.rules.changed(&before) else {
            return Ok(());
        };
        findings.add(Some(HEAD), None, &changes);
        tools.note(&changes);
        if data.is_dry_run {
            return Ok(());
        }
        let grouped = tools.rules.grouper.group(after);
        dropped::replace(conn, dictionaries, head.id, &grouped)
    })?;
    findings.save(conn, job.id, &mut tools.known)?;
    Ok(Did { cursor: None })
}
