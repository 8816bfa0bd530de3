use std::collections::BTreeSet;

use diesel::prelude::*;

use super::link::issue_of;
use super::{NewFeedback, Source};
use crate::conn::{Conn, on};
use crate::dictionary::{Dictionaries, NONE};
use crate::error::Result;
use crate::schema::feedback;

/// Puts a report in the place of an earlier one about the same event; `false` when there is none.
pub(crate) fn overwrite(conn: &mut Conn<'_>, new: &NewFeedback) -> Result<bool> {
    let Some(event_id) = new.event_id else {
        return Ok(false);
    };
    let earlier = feedback::table
        .filter(feedback::project_id.eq(new.project.0))
        .filter(feedback::event_id.eq(event_id.as_bytes().as_slice()))
        .filter(feedback::source.ne(Source::Widget.number()));
    let change = (
        feedback::source.eq(new.source.number()),
        feedback::name.eq(&new.name),
        feedback::email.eq(&new.email),
        feedback::message.eq(&new.message),
        feedback::url.eq(&new.url),
        feedback::replay_id.eq(&new.replay_id),
        feedback::environment.eq(&new.environment),
        feedback::release.eq(&new.release),
        feedback::created_at.eq(new.created_at.0),
        feedback::received_at.eq(new.received_at.0),
        feedback::dictionary_id.eq(new.dictionary_id),
        feedback::body.eq(&new.body),
    );
    let count = on!(conn, |c| diesel::update(earlier).set(change).execute(c))?;
    Ok(count > 0)
}

/// Puts what is left of a message after scrubbing in its place; what it is about stays. The project
/// must be locked.
pub(crate) fn rewrite(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    id: i64,
    mut new: NewFeedback,
) -> Result<()> {
    let used = BTreeSet::from([new.dictionary_id]);
    if new.dictionary_id > NONE && !dictionaries.retired(conn, &used)?.is_empty() {
        (new.body, new.dictionary_id) = dictionaries.renew(conn, &new.body, new.dictionary_id)?;
    }
    let change = (
        feedback::name.eq(&new.name),
        feedback::email.eq(&new.email),
        feedback::message.eq(&new.message),
        feedback::url.eq(&new.url),
        feedback::replay_id.eq(&new.replay_id),
        feedback::environment.eq(&new.environment),
        feedback::release.eq(&new.release),
        feedback::dictionary_id.eq(new.dictionary_id),
        feedback::body.eq(&new.body),
    );
    on!(conn, |c| diesel::update(feedback::table.find(id))
        .set(change)
        .execute(c))?;
    Ok(())
}

/// Stores feedback with the issue of its event, if that is there; `false` when the project has it
/// already.
pub(crate) fn insert(conn: &mut Conn<'_>, new: &NewFeedback) -> Result<bool> {
    let issue = match new.event_id {
        Some(event_id) => issue_of(conn, (new.project, event_id))?,
        None => None,
    };
    let row = (
        (
            feedback::project_id.eq(new.project.0),
            feedback::feedback_id.eq(new.feedback_id.as_bytes().as_slice()),
            feedback::event_id.eq(new.event_id.as_ref().map(|id| id.as_bytes().as_slice())),
            feedback::issue_id.eq(issue.map(|issue| issue.0)),
            feedback::source.eq(new.source.number()),
            feedback::name.eq(&new.name),
            feedback::email.eq(&new.email),
            feedback::message.eq(&new.message),
            feedback::url.eq(&new.url),
        ),
        (
            feedback::replay_id.eq(&new.replay_id),
            feedback::environment.eq(&new.environment),
            feedback::release.eq(&new.release),
            feedback::created_at.eq(new.created_at.0),
            feedback::received_at.eq(new.received_at.0),
            feedback::is_resolved.eq(false),
            feedback::dictionary_id.eq(new.dictionary_id),
            feedback::body.eq(&new.body),
        ),
    );
    let count = on!(conn, |c| diesel::insert_into(feedback::table)
        .values(row)
        .on_conflict((feedback::project_id, feedback::feedback_id))
        .do_nothing()
        .execute(c))?;
    Ok(count > 0)
}
