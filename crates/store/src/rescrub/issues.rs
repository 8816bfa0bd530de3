//! What issues keep of events without a body: those that were only counted, and those that another
//! server had. Their texts are scrubbed where they came from.

use std::collections::BTreeMap;

use diesel::prelude::*;
use watchfire_event::IssueId;

use super::data::{Data, SavedSpan};
use super::facts::{exchange, replace_version};
use super::rules::Rules;
use super::synthetic::Text;
use super::work::{Did, Tools};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::issue::{hidden, set_looks};
use crate::job::Job;
use crate::new_event::{Looks, user_hash};
use crate::project;
use crate::schema::{event, issue, sampled_hash, sampled_tag, sampled_user};
use crate::writer::{Span, Tally, Totals};

/// How many issues are looked at in a step.
const STEP: i64 = 20;

/// A tag that events without a body were counted under.
type TagRow = (i64, String, String, i64, i64, i64);

/// Scrubs what the next issues keep.
pub(super) fn step(conn: &mut Conn<'_>, job: &Job, data: &Data, tools: &mut Tools) -> Result<Did> {
    project::lock_for_change(conn, job.project_id, None)?;
    let family = match data.span {
        SavedSpan::Issue(id) => Some(hidden::family(conn, IssueId(id))?),
        SavedSpan::Project | SavedSpan::Time { .. } => None,
    };
    let ids: Vec<i64> = on!(conn, |c| {
        let mut query = issue::table
            .filter(issue::project_id.eq(job.project_id.0))
            .filter(issue::id.gt(job.cursor))
            .order(issue::id)
            .limit(STEP)
            .select(issue::id)
            .into_boxed();
        if let Some(family) = family {
            query = query.filter(issue::id.eq_any(family));
        }
        query.load(c)
    })?;
    let mut lost_rows = false;
    for id in &ids {
        lost_rows |= scrub_tags(conn, *id, tools)?;
        scrub_hashes(conn, *id, &tools.rules)?;
        scrub_issue(conn, *id, &tools.rules)?;
    }
    if lost_rows {
        project::note_hash_change(conn, job.project_id)?;
    }
    Ok(Did {
        cursor: ids.last().copied(),
    })
}

/// Counts events without a body under the tags and users that the rules leave of theirs. Returns
/// whether rows are gone.
fn scrub_tags(conn: &mut Conn<'_>, id: i64, tools: &mut Tools) -> Result<bool> {
    let rows: Vec<TagRow> = on!(conn, |c| sampled_tag::table
        .filter(sampled_tag::issue_id.eq(id))
        .select((
            sampled_tag::hash_key,
            sampled_tag::key,
            sampled_tag::value,
            sampled_tag::count,
            sampled_tag::first_seen,
            sampled_tag::last_seen,
        ))
        .load(c))?;
    let mut changed: Vec<(TagRow, Option<String>)> = Vec::new();
    for row in rows {
        if let Text::Other(text) = tools.rules.tag(&row.1, &row.2) {
            tools.learned.note(&row.2, text.as_deref());
            changed.push((row, text));
        }
    }
    if changed.is_empty() {
        return Ok(false);
    }
    let (mut taken, mut added) = (Totals::nothing(), Totals::nothing());
    for ((hash_key, key, value, count, first, last), text) in &changed {
        let tally = Tally {
            count: *count,
            seen: Span {
                first: *first,
                last: *last,
            },
        };
        Tally::put(&mut taken.tags, (key.as_str(), value.as_str()), tally);
        on!(conn, |c| diesel::delete(
            sampled_tag::table.find((id, *hash_key, key, value))
        )
        .execute(c))?;
        if let Some(text) = text {
            Tally::put(&mut added.tags, (key.as_str(), text.as_str()), tally);
            add_tag(conn, (id, *hash_key, key, text), tally)?;
        }
        if key == "user" {
            let user = |value: &str| value.split_once(':').map(|(kind, it)| user_hash(kind, it));
            let (from, to) = (user(value), text.as_deref().and_then(user));
            let tally = move_user(conn, (id, *hash_key), from, to, tally)?;
            if let (Some(from), Some(tally)) = (from, tally) {
                Tally::put(&mut taken.users, from, tally);
                to.into_iter()
                    .for_each(|to| Tally::put(&mut added.users, to, tally));
            }
        }
    }
    exchange(conn, id, &taken, added)
}

fn add_tag(
    conn: &mut Conn<'_>,
    (id, hash_key, key, value): (i64, i64, &str, &str),
    tally: Tally,
) -> Result<()> {
    let place = (id, hash_key, key, value);
    let known: Option<(i64, i64, i64)> = on!(conn, |c| sampled_tag::table
        .find(place)
        .select((
            sampled_tag::count,
            sampled_tag::first_seen,
            sampled_tag::last_seen
        ))
        .first(c)
        .optional())?;
    let (count, first, last) = known.unwrap_or((0, tally.seen.first, tally.seen.last));
    let counts = (
        sampled_tag::count.eq(count + tally.count),
        sampled_tag::first_seen.eq(first.min(tally.seen.first)),
        sampled_tag::last_seen.eq(last.max(tally.seen.last)),
    );
    match known {
        Some(_) => on!(conn, |c| diesel::update(sampled_tag::table.find(place))
            .set(counts)
            .execute(c))?,
        None => on!(conn, |c| diesel::insert_into(sampled_tag::table)
            .values((
                sampled_tag::issue_id.eq(id),
                sampled_tag::hash_key.eq(hash_key),
                sampled_tag::key.eq(key),
                sampled_tag::value.eq(value),
                counts,
            ))
            .execute(c))?,
    };
    Ok(())
}

/// Counts a user's events without a body under another, or under nobody; returns how many there
/// were.
fn move_user(
    conn: &mut Conn<'_>,
    (id, hash_key): (i64, i64),
    from: Option<i64>,
    to: Option<i64>,
    tally: Tally,
) -> Result<Option<Tally>> {
    let Some(from) = from else { return Ok(None) };
    let count: Option<i64> = on!(conn, |c| sampled_user::table
        .find((id, hash_key, from))
        .select(sampled_user::count)
        .first(c)
        .optional())?;
    let Some(count) = count else { return Ok(None) };
    on!(conn, |c| diesel::delete(
        sampled_user::table.find((id, hash_key, from))
    )
    .execute(c))?;
    if let Some(to) = to {
        let known: Option<i64> = on!(conn, |c| sampled_user::table
            .find((id, hash_key, to))
            .select(sampled_user::count)
            .first(c)
            .optional())?;
        match known {
            Some(known) => on!(conn, |c| diesel::update(
                sampled_user::table.find((id, hash_key, to))
            )
            .set(sampled_user::count.eq(known + count))
            .execute(c))?,
            None => on!(conn, |c| diesel::insert_into(sampled_user::table)
                .values((
                    sampled_user::issue_id.eq(id),
                    sampled_user::hash_key.eq(hash_key),
                    sampled_user::user_hash.eq(to),
                    sampled_user::count.eq(count),
                    sampled_user::first_seen.eq(tally.seen.first),
                    sampled_user::last_seen.eq(tally.seen.last),
                ))
                .execute(c))?,
        };
    }
    Ok(Some(Tally { count, ..tally }))
}

/// Scrubs the looks and releases that are remembered by hash.
fn scrub_hashes(conn: &mut Conn<'_>, id: i64, rules: &Rules) -> Result<()> {
    let rows: Vec<(i64, Option<String>, Option<String>, String)> =
        on!(conn, |c| sampled_hash::table
            .filter(sampled_hash::issue_id.eq(id))
            .select((
                sampled_hash::hash_key,
                sampled_hash::first_release,
                sampled_hash::last_release,
                sampled_hash::looks,
            ))
            .load(c))?;
    for (hash_key, first, last, text) in rows {
        let looks = Looks::from_text(&text);
        let scrubbed = looks.and_then(|looks| rules.looks(&looks));
        let (new_first, new_last) = (release(rules, &first), release(rules, &last));
        if scrubbed.is_none() && new_first == first && new_last == last {
            continue;
        }
        let text = match scrubbed {
            Some(looks) => serde_json::to_string(&looks).unwrap_or_default(),
            None => text,
        };
        on!(conn, |c| diesel::update(
            sampled_hash::table.find((id, hash_key))
        )
        .set((
            sampled_hash::looks.eq(text),
            sampled_hash::first_release.eq(new_first),
            sampled_hash::last_release.eq(new_last),
        ))
        .execute(c))?;
    }
    Ok(())
}

fn release(rules: &Rules, release: &Option<String>) -> Option<String> {
    let known = release.as_deref()?;
    match rules.tag("release", known) {
        Text::Same => Some(known.to_owned()),
        Text::Other(text) => text,
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = issue)]
struct Row {
    title: String,
    culprit: String,
    kind: String,
    value: String,
    filename: String,
    function: String,
    logger: Option<String>,
    platform: Option<String>,
    level: i16,
    last_seen: i64,
    event_count: i64,
    first_release: Option<String>,
    last_release: Option<String>,
}

/// Scrubs what an issue shows of events that have no body.
fn scrub_issue(conn: &mut Conn<'_>, id: i64, rules: &Rules) -> Result<()> {
    let family = hidden::family(conn, IssueId(id))?;
    let row: Row = on!(conn, |c| issue::table
        .find(id)
        .select(Row::as_select())
        .first(c))?;
    let of_issue = event::table.filter(event::issue_id.eq_any(&family));
    let stored: i64 = on!(conn, |c| of_issue.count().get_result(c))?;
    if stored >= row.event_count && stored > 0 {
        return Ok(());
    }
    let (first, last) = (&row.first_release, &row.last_release);
    let (new_first, new_last) = (release(rules, first), release(rules, last));
    if (&new_first, &new_last) != (first, last) {
        on!(conn, |c| diesel::update(issue::table.find(id))
            .set((
                issue::first_release.eq(&new_first),
                issue::last_release.eq(&new_last)
            ))
            .execute(c))?;
    }
    let names: BTreeMap<&str, Option<&str>> = [(first, &new_first), (last, &new_last)]
        .into_iter()
        .filter(|(from, to)| from != to)
        .filter_map(|(from, to)| Some((from.as_deref()?, to.as_deref())))
        .collect();
    replace_version(conn, id, |version| names.get(version).copied())?;
    let newest: Option<i64> = on!(conn, |c| event::table
        .filter(event::issue_id.eq_any(&family))
        .select(diesel::dsl::max(event::timestamp))
        .get_result(c))?;
    if newest.is_some_and(|at| at >= row.last_seen) {
        return Ok(());
    }
    match rules.looks(&row.looks()) {
        Some(looks) => set_looks(conn, id, &looks),
        None => Ok(()),
    }
}

impl Row {
    fn looks(self) -> Looks {
        Looks {
            title: self.title,
            culprit: self.culprit,
            kind: self.kind,
            value: self.value,
            filename: self.filename,
            function: self.function,
            logger: self.logger,
            platform: self.platform,
            level: self.level,
        }
    }
}
