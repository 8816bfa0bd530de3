//! The opposite of a change of the rules.

use watchfire_event::{ProjectId, Timestamp, UserId};

use super::data::{self, Back};
use crate::conn::Conn;
use crate::error::Result;
use crate::grouping_rules;

/// Makes the opposite of a change, unless somebody changed the same thing since; tells whether the
/// thing is as it was before the change.
pub(super) fn revert(
    conn: &mut Conn<'_>,
    back: &Back,
    project: ProjectId,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<bool> {
    match back {
        Back::Switch { .. } | Back::Edit { .. } | Back::Restore { .. } => {
            revert_rule(conn, back, author, now)
        }
        Back::Text {
            organization,
            project,
            kind,
            text,
            made,
        } => {
            let scope = data::scope(*organization, *project);
            let newest = grouping_rules::text(conn, scope, *kind)?;
            let newest = newest.map(|newest| newest.text).unwrap_or_default();
            if newest == *made {
                grouping_rules::set_text(conn, scope, *kind, text, author, now)?;
            }
            Ok(newest == *made || newest == *text)
        }
        Back::Version {
            version,
            older,
            made,
        } => {
            let pinned = grouping_rules::version(conn, project)?.version;
            if pinned == *made {
                let older = older.map(|(older, until)| (older, Timestamp(until)));
                grouping_rules::set_version(conn, project, *made, *version, now)?;
                grouping_rules::set_older(conn, project, older)?;
            }
            Ok(pinned == *made || pinned == *version)
        }
    }
}

fn revert_rule(
    conn: &mut Conn<'_>,
    back: &Back,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<bool> {
    let (Back::Switch { id, .. } | Back::Edit { id, .. } | Back::Restore { id, .. }) = back else {
        return Ok(false);
    };
    let Some(rule) = grouping_rules::rule(conn, *id)? else {
        return Ok(false);
    };
    match back {
        Back::Switch { is_active, .. } if rule.is_removed => return Ok(!is_active),
        Back::Switch { is_active, .. } if rule.is_active != *is_active => {
            grouping_rules::switch(conn, &rule, *is_active, author, now)?;
        }
        Back::Edit { made, .. } if rule.is_removed || rule.text != *made => return Ok(false),
        Back::Edit { text, .. } => grouping_rules::edit(conn, &rule, text, author, now)?,
        Back::Restore { is_active, .. } if rule.is_removed => {
            grouping_rules::restore(conn, &rule, *is_active, author, now)?;
        }
        _ => {}
    }
    Ok(true)
}
