//! Corrects what was counted of events whose text changed.

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde_json::Value;
use watchfire_event::IssueId;

use super::names;
use super::rules::Scrubbed;
use crate::activity::ActivityKind;
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::issue::{hidden, set_looks, take_facts};
use crate::new_event::{Facts, Looks};
use crate::schema::{activity, event, issue, issue_tag};
use crate::writer::{Counted, Tally, Totals, add_stored};

/// Counts events of an issue by what they say now. Returns whether rows of users or tags are gone.
pub(super) fn correct(
    conn: &mut Conn<'_>,
    project: i64,
    id: i64,
    events: &[&Scrubbed<'_>],
) -> Result<bool> {
    let (mut taken, mut added) = (Totals::nothing(), Totals::nothing());
    for event in events {
        difference(&event.before, &event.after, &mut taken);
        difference(&event.after, &event.before, &mut added);
    }
    let lost_rows = exchange(conn, id, &taken, added)?;
    for event in events {
        if event.before.release != event.after.release {
            replace_release(conn, id, &event.before, &event.after)?;
        }
    }
    if events
        .iter()
        .any(|it| it.before.is_unhandled != it.after.is_unhandled)
    {
        update_unhandled(conn, id)?;
    }
    let renamed: BTreeSet<names::Renamed> = events
        .iter()
        .flat_map(|event| names::renamed(&event.before, &event.after))
        .collect();
    for name in renamed {
        names::replace_unused(conn, project, &name)?;
    }
    show_newest(conn, id, events)?;
    Ok(lost_rows)
}

/// Takes what is counted of an issue away and adds something else. Returns whether rows are gone.
pub(super) fn exchange(
    conn: &mut Conn<'_>,
    id: i64,
    taken: &Totals<'_>,
    added: Totals<'_>,
) -> Result<bool> {
    let is_empty = |totals: &Totals<'_>| totals.users.is_empty() && totals.tags.is_empty();
    let lost_rows = !is_empty(taken) && take_facts(conn, id, taken)?;
    if !is_empty(&added) {
        // Its times are before and after all others, so that these looks are never shown.
        let looks = &Looks::default();
        let counted = Counted {
            id,
            is_new: false,
            regressed: false,
            totals: added,
            looks,
        };
        add_stored(conn, &[counted])?;
    }
    Ok(lost_rows)
}

/// Adds what an event was counted under and is not any more.
fn difference<'e>(before: &'e Facts, after: &Facts, totals: &mut Totals<'e>) {
    if before.user_hash != after.user_hash
        && let Some(user) = before.user_hash
    {
        Tally::add(&mut totals.users, user, before.timestamp);
    }
    for tag in before.tags.iter().filter(|tag| !after.tags.contains(tag)) {
        Tally::add(
            &mut totals.tags,
            (tag.0.as_str(), tag.1.as_str()),
            before.timestamp,
        );
    }
}

/// Lets an issue and its activity name a release as its events do now.
fn replace_release(conn: &mut Conn<'_>, id: i64, before: &Facts, after: &Facts) -> Result<()> {
    let Some(old) = &before.release else {
        return Ok(());
    };
    let new = after.release.as_deref();
    on!(conn, |c| diesel::update(issue::table.find(id))
        .filter(issue::first_release.eq(old))
        .set(issue::first_release.eq(new))
        .execute(c))?;
    on!(conn, |c| diesel::update(issue::table.find(id))
        .filter(issue::last_release.eq(old))
        .set(issue::last_release.eq(new))
        .execute(c))?;
    replace_version(conn, id, |version| (version == old).then_some(new))
}

/// Replaces the release that the activity of an issue names, where `replace` knows another.
pub(super) fn replace_version<'n>(
    conn: &mut Conn<'_>,
    id: i64,
    replace: impl Fn(&str) -> Option<Option<&'n str>>,
) -> Result<()> {
    let kinds = [ActivityKind::FirstSeen, ActivityKind::SetRegression].map(ActivityKind::number);
    let rows: Vec<(i64, String)> = on!(conn, |c| activity::table
        .filter(activity::issue_id.eq(id))
        .filter(activity::kind.eq_any(kinds))
        .select((activity::id, activity::data))
        .load(c))?;
    for (row, text) in rows {
        let mut data: Value = serde_json::from_str(&text).unwrap_or_default();
        let Some(version) = data.get_mut("version") else {
            continue;
        };
        let Some(new) = version.as_str().and_then(&replace) else {
            continue;
        };
        *version = new.map_or(Value::Null, Value::from);
        on!(conn, |c| diesel::update(activity::table.find(row))
            .set(activity::data.eq(data.to_string()))
            .execute(c))?;
    }
    Ok(())
}

/// The tag says of each event whether its exception was caught.
fn update_unhandled(conn: &mut Conn<'_>, id: i64) -> Result<()> {
    let count: i64 = on!(conn, |c| issue_tag::table
        .filter(issue_tag::issue_id.eq(id))
        .filter(issue_tag::key.eq("handled"))
        .filter(issue_tag::value.eq("no"))
        .count()
        .get_result(c))?;
    on!(conn, |c| diesel::update(issue::table.find(id))
        .set(issue::is_unhandled.eq(count > 0))
        .execute(c))?;
    Ok(())
}

/// An issue looks like its newest event, if that has a body.
fn show_newest(conn: &mut Conn<'_>, id: i64, events: &[&Scrubbed<'_>]) -> Result<()> {
    let family = hidden::family(conn, IssueId(id))?;
    let newest: Option<i64> = on!(conn, |c| event::table
        .filter(event::issue_id.eq_any(&family))
        .order((event::timestamp.desc(), event::id.desc()))
        .select(event::id)
        .first(c)
        .optional())?;
    let Some(event) = events.iter().find(|it| Some(it.stored.row_id) == newest) else {
        return Ok(());
    };
    let (last_seen, sampled): (i64, i64) = on!(conn, |c| issue::table
        .find(id)
        .select((issue::last_seen, issue::sampled_count))
        .first(c))?;
    match event.stored.timestamp.0 >= last_seen || sampled == 0 {
        true => set_looks(conn, id, &event.looks),
        // It looks like a later event without a body.
        false => Ok(()),
    }
}
