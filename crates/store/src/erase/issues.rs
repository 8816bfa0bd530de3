//! What issues keep of a person once their events are gone.

use diesel::prelude::*;
use watchfire_event::{IssueId, Timestamp};

use super::data::Data;
use super::work::{Tools, Turned};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::issue;
use crate::job::Job;
use crate::new_event::Looks;
use crate::project;
use crate::schema::{event, issue as table, sampled_hash, sampled_tag, sampled_user};
use crate::wipe::learned::Learned;
use crate::writer::{Span, Tally, Totals};

/// How many issues are looked at in a step.
const STEP: i64 = 100;

/// A tag that events without a body were counted under.
type TagRow = (i64, String, String, i64, i64, i64);

/// Forgets the person among the users of the next issues, who may be counted there for events
/// without a body.
pub(super) fn forget_users(
    conn: &mut Conn<'_>,
    job: &mut Job,
    data: &mut Data,
    tools: &mut Tools,
) -> Result<Turned> {
    let ids: Vec<i64> = on!(conn, |c| table::table
        .filter(table::project_id.eq(job.project_id.0))
        .filter(table::id.gt(job.cursor))
        .order(table::id)
        .limit(STEP)
        .select(table::id)
        .load(c))?;
    let Some(last) = ids.last().copied() else {
        return Ok(Turned::Over);
    };
    let mut lost_rows = false;
    for id in ids {
        lost_rows |= forget_counted(conn, id, data)?;
        forget_looks(conn, id, data, &mut tools.learned)?;
    }
    if lost_rows {
        // Writers remember which rows exist.
        project::note_hash_change(conn, job.project_id)?;
    }
    job.cursor = last;
    Ok(Turned::More)
}

/// Takes the person away from what is counted of events without a body: among the users, and as a
/// tag. Returns whether rows are gone.
fn forget_counted(conn: &mut Conn<'_>, id: i64, data: &mut Data) -> Result<bool> {
    let users: Vec<(i64, i64, i64, i64)> = on!(conn, |c| sampled_user::table
        .filter(sampled_user::issue_id.eq(id))
        .filter(sampled_user::user_hash.eq_any(&data.user_hashes))
        .select((
            sampled_user::user_hash,
            sampled_user::count,
            sampled_user::first_seen,
            sampled_user::last_seen,
        ))
        .load(c))?;
    let mut tags: Vec<TagRow> = on!(conn, |c| sampled_tag::table
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
    let person = &data.person;
    tags.retain(|(_, key, value, ..)| {
        (key == "user" && person.has_tag(value)) || person.is_named_in(value)
    });
    let mut taken = Totals::nothing();
    for (user, count, first, last) in &users {
        Tally::put(&mut taken.users, *user, tally(*count, *first, *last));
    }
    on!(conn, |c| diesel::delete(sampled_user::table)
        .filter(sampled_user::issue_id.eq(id))
        .filter(sampled_user::user_hash.eq_any(&data.user_hashes))
        .execute(c))?;
    for (hash_key, key, value, count, first, last) in &tags {
        let place = (key.as_str(), value.as_str());
        Tally::put(&mut taken.tags, place, tally(*count, *first, *last));
        let row = sampled_tag::table.find((id, *hash_key, key, value));
        on!(conn, |c| diesel::delete(row).execute(c))?;
    }
    data.count("sampled_user", users.len());
    data.count("sampled_tag", tags.len());
    if users.is_empty() && tags.is_empty() {
        return Ok(false);
    }
    issue::take_facts(conn, id, &taken)
}

fn tally(count: i64, first: i64, last: i64) -> Tally {
    Tally {
        count,
        seen: Span { first, last },
    }
}

/// Blanks what an issue shows, and would show, of an event without a body that names the person.
fn forget_looks(
    conn: &mut Conn<'_>,
    id: i64,
    data: &mut Data,
    learned: &mut Learned,
) -> Result<()> {
    let rows: Vec<(i64, String)> = on!(conn, |c| sampled_hash::table
        .filter(sampled_hash::issue_id.eq(id))
        .select((sampled_hash::hash_key, sampled_hash::looks))
        .load(c))?;
    let mut is_any = false;
    for (hash_key, text) in rows {
        let Some(looks) = Looks::from_text(&text).filter(|it| names(data, it)) else {
            continue;
        };
        let text = serde_json::to_string(&blank(looks)).unwrap_or_default();
        on!(conn, |c| diesel::update(
            sampled_hash::table.find((id, hash_key))
        )
        .set(sampled_hash::looks.eq(text))
        .execute(c))?;
        data.count("sampled_hash", 1);
        is_any = true;
    }
    let shown: Option<(String, String, String, i64)> = on!(conn, |c| table::table
        .find(id)
        .select((
            table::title,
            table::value,
            table::culprit,
            table::event_count
        ))
        .first(c)
        .optional())?;
    let Some((title, value, culprit, events)) = shown else {
        return Ok(());
    };
    let texts = [&title, &value, &culprit];
    if !texts.iter().any(|text| data.person.is_named_in(text)) {
        return Ok(());
    }
    // The events that have a body and are not the person's may say what they like.
    if is_any || has_bodiless(conn, id, events)? {
        texts.iter().for_each(|text| learned.note(text, None));
        blank_issues(conn, &[id])?;
    }
    Ok(())
}

/// Whether fewer bodies are stored of an issue than it has events, as [`crate::rescrub`] asks.
fn has_bodiless(conn: &mut Conn<'_>, id: i64, events: i64) -> Result<bool> {
    let family = issue::hidden::family(conn, IssueId(id))?;
    let stored: i64 = on!(conn, |c| event::table
        .filter(event::issue_id.eq_any(&family))
        .count()
        .get_result(c))?;
    Ok(stored < events || stored == 0)
}

/// Leaves the kind of the error as the title of issues, and nothing else that events said.
fn blank_issues(conn: &mut Conn<'_>, ids: &[i64]) -> Result<()> {
    on!(conn, |c| diesel::update(table::table)
        .filter(table::id.eq_any(ids))
        .set((
            table::title.eq(table::kind),
            table::value.eq(""),
            table::culprit.eq(""),
            table::filename.eq(""),
            table::function.eq(""),
        ))
        .execute(c))?;
    Ok(())
}

fn names(data: &Data, looks: &Looks) -> bool {
    let texts = [&looks.title, &looks.value, &looks.culprit];
    texts.into_iter().any(|text| data.person.is_named_in(text))
}

/// Of a title and a value that name somebody, the kind of the error is left.
fn blank(looks: Looks) -> Looks {
    Looks {
        title: looks.kind.clone(),
        value: String::new(),
        culprit: String::new(),
        ..looks
    }
}

/// Deletes those of the issues that lost events which have none left: their titles are those of
/// the person's events. A job of its own removes their rows.
pub(super) fn remove_empty(conn: &mut Conn<'_>, job: &Job, data: &mut Data) -> Result<Turned> {
    let lost: Vec<i64> = data.issues.iter().copied().collect();
    let empty: Vec<i64> = on!(conn, |c| table::table
        .filter(table::id.eq_any(&lost))
        .filter(table::event_count.le(0))
        .filter(diesel::dsl::not(diesel::dsl::exists(
            event::table.filter(event::issue_id.eq(table::id))
        )))
        .select(table::id)
        .load(c))?;
    // Their rows go a little later, what they say goes now.
    blank_issues(conn, &empty)?;
    let ids: Vec<IssueId> = empty.into_iter().map(IssueId).collect();
    let count = issue::delete(conn, &ids, job.user_id, Timestamp::now())?;
    data.count("issue", count);
    Ok(Turned::Over)
}
