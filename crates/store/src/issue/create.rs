use diesel::prelude::*;
use watchfire_event::{Event, IssueId, ProjectId, Timestamp};
use watchfire_grouping::Grouping;

use super::{Status, Substatus};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::new_event::Looks;
use crate::project;
use crate::schema::issue;

/// Makes an issue without events that looks like an event. [`super::move_events`] fills it. It is
/// unresolved and new. Locks the project.
pub(crate) fn create_empty(
    conn: &mut Conn<'_>,
    project: ProjectId,
    event: &Event<'_>,
    grouping: &Grouping,
) -> Result<IssueId> {
    let looks = Looks::of(event, grouping);
    create(conn, project, &looks, (event.timestamp, event.timestamp))
}

/// Makes an issue without events that looks as told. Locks the project.
pub(super) fn create(
    conn: &mut Conn<'_>,
    project: ProjectId,
    looks: &Looks,
    (first_seen, last_seen): (Timestamp, Timestamp),
) -> Result<IssueId> {
    let short_number = project::lock_for_change(conn, project, None)?.next_short_id;
    project::set_next_short_id(conn, project, short_number + 1)?;
    let row = (
        (
            issue::project_id.eq(project.0),
            issue::short_number.eq(short_number),
            issue::title.eq(&looks.title),
            issue::culprit.eq(&looks.culprit),
            issue::kind.eq(&looks.kind),
            issue::value.eq(&looks.value),
            issue::filename.eq(&looks.filename),
            issue::function.eq(&looks.function),
            issue::logger.eq(&looks.logger),
            issue::platform.eq(&looks.platform),
            issue::level.eq(looks.level),
        ),
        (
            issue::status.eq(Status::Unresolved.number()),
            issue::substatus.eq(Substatus::New.number()),
            issue::is_unhandled.eq(false),
            issue::first_seen.eq(first_seen.0),
            issue::last_seen.eq(last_seen.0),
            issue::event_count.eq(0),
            issue::user_count.eq(0),
        ),
    );
    let id: i64 = on!(conn, |c| diesel::insert_into(issue::table)
        .values(row)
        .returning(issue::id)
        .get_result(c))?;
    Ok(IssueId(id))
}
