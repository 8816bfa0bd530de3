use diesel::prelude::*;
use watchfire_event::{Timestamp, UserId};
use watchfire_grouping::{RULE_TEXT_CHARS_MAX, RuleKind};

use super::{HISTORY_MAX, Scope, TextVersion};
use crate::column::{MaybeNumber, Number};
use crate::conn::{Conn, on};
use crate::error::{Error, Result};
use crate::schema::grouping_text;
use crate::tags::without_nul;

#[derive(Queryable, Selectable)]
#[diesel(table_name = grouping_text)]
struct Row {
    id: i64,
    text: String,
    #[diesel(deserialize_as = MaybeNumber)]
    user_id: Option<UserId>,
    #[diesel(deserialize_as = Number)]
    created_at: Timestamp,
}

/// The text in force for a kind of rules; nothing when none was ever stored.
///
/// # Errors
/// When the database fails.
pub fn text(conn: &mut Conn<'_>, scope: Scope, kind: RuleKind) -> Result<Option<TextVersion>> {
    Ok(newest(conn, scope, kind, 1)?.into_iter().next())
}

/// The texts of a kind of rules, newest first: the first one is in force, at most
/// [`HISTORY_MAX`] in all.
///
/// # Errors
/// When the database fails.
pub fn text_history(conn: &mut Conn<'_>, scope: Scope, kind: RuleKind) -> Result<Vec<TextVersion>> {
    newest(conn, scope, kind, HISTORY_MAX)
}

/// Stores a text, which is in force from then on. Lines of it may be broken; see
/// [`super::problems()`].
pub(crate) fn set_text(
    conn: &mut Conn<'_>,
    scope: Scope,
    kind: RuleKind,
    text: &str,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    check_length(text, RULE_TEXT_CHARS_MAX)?;
    let (organization, project) = scope.columns(conn)?;
    let row = (
        grouping_text::organization_id.eq(organization),
        grouping_text::project_id.eq(project),
        grouping_text::kind.eq(kind.as_str()),
        grouping_text::text.eq(without_nul(text).into_owned()),
        grouping_text::user_id.eq(author.map(|user| user.0)),
        grouping_text::created_at.eq(now.0),
    );
    on!(conn, |c| diesel::insert_into(grouping_text::table)
        .values(row)
        .execute(c))?;
    Ok(())
}

/// Refuses a text with more characters than are kept.
pub(crate) fn check_length(text: &str, chars_max: usize) -> Result<()> {
    let chars = text.chars().count();
    if chars <= chars_max {
        return Ok(());
    }
    Err(Error::Refused(format!(
        "the text has {chars} characters, at most {chars_max} are kept"
    )))
}

fn newest(
    conn: &mut Conn<'_>,
    scope: Scope,
    kind: RuleKind,
    limit: i64,
) -> Result<Vec<TextVersion>> {
    let rows: Vec<Row> = on!(conn, |c| {
        let query = grouping_text::table
            .filter(grouping_text::kind.eq(kind.as_str()))
            .order(grouping_text::id.desc())
            .limit(limit)
            .select(Row::as_select())
            .into_boxed();
        match scope {
            Scope::Organization(id) => query
                .filter(grouping_text::organization_id.eq(id.0))
                .filter(grouping_text::project_id.is_null()),
            Scope::Project(id) => query.filter(grouping_text::project_id.eq(id.0)),
        }
        .load(c)
    })?;
    let version = |row: Row| TextVersion {
        id: row.id,
        text: row.text,
        user_id: row.user_id,
        created_at: row.created_at,
    };
    Ok(rows.into_iter().map(version).collect())
}
