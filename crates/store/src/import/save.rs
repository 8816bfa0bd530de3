use diesel::prelude::*;
use watchfire_event::{IssueId, ProjectId, Timestamp};
use watchfire_grouping::SentryHash;

use super::link::{self, Owner};
use super::{Added, Existing, ImportedIssue, Last, Outcome};
use crate::activity::{self, ActivityKind};
use crate::conn::{Conn, on};
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::issue::{self as stored, Change, Issue, Status, Substatus, parse_short_id};
use crate::project;
use crate::schema::issue;
use crate::tags::storable_up_to;

/// Characters of an issue's title that are kept.
const TITLE_CHARS_MAX: usize = 512;
/// Characters of the value of its exception that are kept.
const VALUE_CHARS_MAX: usize = 1_024;
/// Characters of each of its other texts that are kept.
const TEXT_CHARS_MAX: usize = 256;
/// Characters of a note about where an issue came from.
const NOTE_CHARS_MAX: usize = 1_024;
/// The largest number in a short id that is taken over: a wilder one would use up the numbers of
/// the project.
const SHORT_NUMBER_MAX: i64 = 1 << 40;

/// Adds issues to a project, or takes over what changed of those that were added before.
///
/// An issue keeps the number of its short id where no other issue of the project has it. A hash
/// that belongs to an issue here stays there. Call it with a few hundred issues at a time inside
/// [`crate::Database::write`]; events wait meanwhile. The answers are in the order of `issues`.
///
/// # Errors
/// [`crate::Error::NotFound`] when there is no such project.
pub fn add(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    id: ProjectId,
    existing: &mut Existing,
    issues: &[ImportedIssue],
    now: Timestamp,
) -> Result<Vec<Added>> {
    let before = project::lock_for_change(conn, id, None)?.next_short_id;
    // Events that came since may have made issues; now none can come.
    while existing.scan(conn, dictionaries, id)? {}
    let mut next = before;
    let added: Vec<Added> = issues
        .iter()
        .map(|issue| add_one(conn, id, existing, issue, &mut next, now))
        .collect::<Result<_>>()?;
    if next != before {
        project::set_next_short_id(conn, id, next)?;
    }
    Ok(added)
}

fn add_one(
    conn: &mut Conn<'_>,
    project: ProjectId,
    existing: &mut Existing,
    new: &ImportedIssue,
    next: &mut i64,
    now: Timestamp,
) -> Result<Added> {
    let owners = link::owners(conn, project, &new.hashes)?;
    let known = match link::find(conn, project, &new.external_id)? {
        Some((id, last)) => stored::find(conn, id)?.map(|issue| (issue, last)),
        None => None,
    };
    let is_discarded = |hash| owners.get(hash) == Some(&Owner::Tombstone);
    let last = known.as_ref().and_then(|(_, last)| last.clone());
    let (target, outcome) = match known {
        Some((issue, last)) => (issue.id, update(conn, &issue, new, last.as_ref(), now)?),
        None if !new.hashes.is_empty() && new.hashes.iter().all(is_discarded) => {
            return Ok(Added {
                outcome: Outcome::Discarded,
                issue: None,
                hashes_added: 0,
                hashes_elsewhere: new.hashes.len(),
            });
        }
        None => match joined(conn, existing, &owners, new)? {
            Some(issue) => {
                count(conn, &issue, new, (new.event_count, new.user_count))?;
                (issue.id, Outcome::Joined)
            }
            None => (create(conn, project, new, next, now)?, Outcome::Created),
        },
    };
    existing.skip(target);
    if matches!(outcome, Outcome::Created | Outcome::Joined) {
        note(conn, target, new, now)?;
    }
    let hashes_added = link::give(conn, project, (target, new), &owners, now)?;
    let counted = last.map_or(0, |last| last.event_count);
    link::count(conn, project, (target, new), new.event_count - counted)?;
    link::remember(conn, project, (target, new), now)?;
    let is_other = |owner: &&Owner| **owner != Owner::Issue(target);
    Ok(Added {
        outcome: match outcome {
            Outcome::Unchanged if hashes_added > 0 => Outcome::Updated,
            other => other,
        },
        issue: Some(target),
        hashes_added,
        hashes_elsewhere: owners.values().filter(is_other).count(),
    })
}

/// The issue that has the hashes already, because an issue of them was imported under another id
/// or because its events came here before.
fn joined(
    conn: &mut Conn<'_>,
    existing: &Existing,
    owners: &std::collections::HashMap<SentryHash, Owner>,
    new: &ImportedIssue,
) -> Result<Option<Issue>> {
    let owner = new.hashes.iter().find_map(|hash| match owners.get(hash) {
        Some(Owner::Issue(id)) => Some(*id),
        _ => None,
    });
    match owner.or_else(|| existing.find(&new.hashes)) {
        Some(id) => stored::find(conn, id),
        None => Ok(None),
    }
}

/// Makes an issue without events.
fn create(
    conn: &mut Conn<'_>,
    project: ProjectId,
    new: &ImportedIssue,
    next: &mut i64,
    now: Timestamp,
) -> Result<IssueId> {
    let cut = |text: &str| storable_up_to(text, TEXT_CHARS_MAX).into_owned();
    let maybe = |text: &Option<String>| text.as_deref().map(cut);
    let resolved_at = (new.status == Status::Resolved).then_some(now.0);
    let short_number = short_number(conn, project, new, next)?;
    let row = (
        (
            issue::project_id.eq(project.0),
            issue::short_number.eq(short_number),
            issue::title.eq(storable_up_to(&new.title, TITLE_CHARS_MAX)),
            issue::culprit.eq(cut(&new.culprit)),
            issue::kind.eq(cut(&new.kind)),
            issue::value.eq(storable_up_to(&new.value, VALUE_CHARS_MAX)),
            issue::filename.eq(cut(&new.filename)),
            issue::function.eq(cut(&new.function)),
            issue::logger.eq(maybe(&new.logger)),
            issue::platform.eq(maybe(&new.platform)),
            issue::level.eq(new.level.number()),
        ),
        (
            issue::status.eq(new.status.number()),
            issue::substatus.eq(new.substatus.map(Substatus::number)),
            issue::is_unhandled.eq(new.is_unhandled),
            issue::first_seen.eq(new.first_seen.0),
            issue::last_seen.eq(new.last_seen.0),
            issue::event_count.eq(new.event_count),
            issue::user_count.eq(new.user_count),
            issue::first_release.eq(maybe(&new.first_release)),
            issue::last_release.eq(maybe(&new.last_release)),
            issue::resolved_at.eq(resolved_at),
        ),
    );
    let id: i64 = on!(conn, |c| diesel::insert_into(issue::table)
        .values(row)
        .returning(issue::id)
        .get_result(c))?;
    Ok(IssueId(id))
}

/// The number of its short id at the source where it is free, else the project's next.
fn short_number(
    conn: &mut Conn<'_>,
    project: ProjectId,
    new: &ImportedIssue,
    next: &mut i64,
) -> Result<i64> {
    let wanted = new.short_id.as_deref().and_then(parse_short_id);
    let wanted = wanted.map(|(_, number)| number);
    if let Some(number) = wanted.filter(|number| (1..=SHORT_NUMBER_MAX).contains(number))
        && stored::by_short_number(conn, project, number)?.is_none()
    {
        *next = (*next).max(number + 1);
        return Ok(number);
    }
    let number = *next;
    *next += 1;
    Ok(number)
}

/// Takes over what the source says otherwise than last time.
fn update(
    conn: &mut Conn<'_>,
    issue: &Issue,
    new: &ImportedIssue,
    last: Option<&Last>,
    now: Timestamp,
) -> Result<Outcome> {
    let Some(last) = last else {
        return Ok(Outcome::Unchanged);
    };
    let events = new.event_count - last.event_count;
    let users = new.user_count - last.user_count;
    let is_seen = new.first_seen >= issue.first_seen && new.last_seen <= issue.last_seen;
    let has_new_counts = (events, users) != (0, 0) || !is_seen;
    if has_new_counts {
        count(conn, issue, new, (events, users))?;
    }
    let has_new_status = follow_status(conn, issue, new, last, now)?;
    Ok(if has_new_counts || has_new_status {
        Outcome::Updated
    } else {
        Outcome::Unchanged
    })
}

/// Changes the status where the source changed it since last time; what people changed here alone
/// stays.
fn follow_status(
    conn: &mut Conn<'_>,
    issue: &Issue,
    new: &ImportedIssue,
    last: &Last,
    now: Timestamp,
) -> Result<bool> {
    let is_archived_otherwise = new.status == Status::Ignored && new.substatus != last.substatus;
    if new.status == last.status && !is_archived_otherwise {
        return Ok(false);
    }
    let change = match new.status {
        Status::Resolved => Change::Resolve,
        Status::Ignored => Change::Archive(new.substatus.unwrap_or(Substatus::ArchivedForever)),
        _ => Change::Unresolve,
    };
    let former = stored::change_status(conn, &[issue.id], change, None, now)?;
    Ok(!former.is_empty())
}

/// Adds to the totals of an issue.
fn count(
    conn: &mut Conn<'_>,
    before: &Issue,
    new: &ImportedIssue,
    (events, users): (i64, i64),
) -> Result<()> {
    let totals = (
        issue::event_count.eq(before.event_count.saturating_add(events).max(0)),
        issue::user_count.eq(before.user_count.saturating_add(users).max(0)),
        issue::first_seen.eq(before.first_seen.0.min(new.first_seen.0)),
        issue::last_seen.eq(before.last_seen.0.max(new.last_seen.0)),
    );
    on!(conn, |c| diesel::update(issue::table.find(before.id.0))
        .set(totals)
        .execute(c))?;
    Ok(())
}

/// Writes down where an issue came from.
fn note(conn: &mut Conn<'_>, id: IssueId, new: &ImportedIssue, now: Timestamp) -> Result<()> {
    let mut text = "Imported from Sentry".to_owned();
    if let Some(short_id) = &new.short_id {
        text.push_str(&format!(", where it is {short_id}"));
    }
    if let Some(permalink) = &new.permalink {
        text.push_str(&format!(": {permalink}"));
    }
    if let Some(details) = &new.status_details {
        text.push_str(&format!(" ({} there: {details})", new.status.as_str()));
    }
    let text = storable_up_to(&text, NOTE_CHARS_MAX);
    let data = serde_json::json!({ "text": text });
    activity::add(conn, id.0, None, ActivityKind::Note, &data.to_string(), now)
}
