use diesel::prelude::*;
use watchfire_event::ProjectId;
use watchfire_grouping::GroupedEvent;

use super::TITLE_CHARS_MAX;
use crate::conn::{Conn, on};
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::project;
use crate::schema::dropped_head;
use crate::tags::storable_up_to;

/// Gives a head another body, for example after it was scrubbed by newer rules. Nothing happens
/// when the head is gone. It locks the project.
///
/// # Errors
/// When the database fails.
pub fn replace(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    id: i64,
    event: &GroupedEvent<'_>,
) -> Result<()> {
    let project: Option<i64> = on!(conn, |c| dropped_head::table
        .find(id)
        .select(dropped_head::project_id)
        .first(c)
        .optional())?;
    let Some(project) = project else {
        return Ok(());
    };
    project::lock(conn, ProjectId(project))?;
    let title = storable_up_to(&event.grouping().title, TITLE_CHARS_MAX).into_owned();
    let text = event.event().to_json();
    let packed = dictionaries.compress_locked(conn, &[text.as_bytes()])?;
    let Some((body, dictionary_id)) = packed.into_iter().next() else {
        return Ok(());
    };
    on!(conn, |c| diesel::update(dropped_head::table.find(id))
        .set((
            dropped_head::title.eq(title),
            dropped_head::body.eq(body),
            dropped_head::dictionary_id.eq(dictionary_id),
        ))
        .execute(c))?;
    Ok(())
}

/// Forgets heads and returns how many there were.
///
/// # Errors
/// When the database fails.
pub fn remove(conn: &mut Conn<'_>, ids: &[i64]) -> Result<usize> {
    Ok(on!(conn, |c| diesel::delete(dropped_head::table)
        .filter(dropped_head::id.eq_any(ids))
        .execute(c))?)
}
