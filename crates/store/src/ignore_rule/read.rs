use diesel::prelude::*;
use watchfire_event::{IssueId, Timestamp, UserId};
use watchfire_filter::ignore::parse_json;

use super::{ChangeKind, HISTORY_MAX, REMOVED_MAX, RuleChange, StoredRule};
use crate::column::{MaybeNumber, Number};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::grouping_rules::Scope;
use crate::schema::{ignore_rule, ignore_rule_change};

#[derive(Queryable, Selectable)]
#[diesel(table_name = ignore_rule)]
struct Row {
    id: i64,
    organization_id: i64,
    project_id: Option<i64>,
    name: String,
    rule: String,
    #[diesel(deserialize_as = MaybeNumber)]
    issue_id: Option<IssueId>,
    is_removed: bool,
    #[diesel(deserialize_as = MaybeNumber)]
    user_id: Option<UserId>,
    #[diesel(deserialize_as = Number)]
    created_at: Timestamp,
    #[diesel(deserialize_as = Number)]
    changed_at: Timestamp,
}

impl From<Row> for StoredRule {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            scope: Scope::of(row.organization_id, row.project_id),
            name: row.name,
            rule: parse_json(&row.rule),
            text: row.rule,
            issue_id: row.issue_id,
            is_removed: row.is_removed,
            user_id: row.user_id,
            created_at: row.created_at,
            changed_at: row.changed_at,
        }
    }
}

/// A rule as it is stored, before it is read: that costs far less.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = ignore_rule)]
pub(super) struct RuleText {
    pub(super) id: i64,
    pub(super) name: String,
    #[diesel(column_name = rule)]
    pub(super) text: String,
    #[diesel(deserialize_as = Number)]
    pub(super) changed_at: Timestamp,
}

/// The rules of a place as [`rules`], unread.
pub(super) fn texts(conn: &mut Conn<'_>, scope: Scope) -> Result<Vec<RuleText>> {
    Ok(on!(conn, |c| {
        let query = ignore_rule::table
            .filter(ignore_rule::is_removed.eq(false))
            .order((ignore_rule::position, ignore_rule::id))
            .select(RuleText::as_select())
            .into_boxed();
        match scope {
            Scope::Organization(id) => query
                .filter(ignore_rule::organization_id.eq(id.0))
                .filter(ignore_rule::project_id.is_null()),
            Scope::Project(id) => query.filter(ignore_rule::project_id.eq(id.0)),
        }
        .load(c)
    })?)
}

/// The rules of a project, or of an organisation by itself, in their order; removed ones are left
/// out.
///
/// # Errors
/// When the database fails.
pub fn rules(conn: &mut Conn<'_>, scope: Scope) -> Result<Vec<StoredRule>> {
    let rows: Vec<Row> = on!(conn, |c| {
        let query = ignore_rule::table
            .filter(ignore_rule::is_removed.eq(false))
            .order((ignore_rule::position, ignore_rule::id))
            .select(Row::as_select())
            .into_boxed();
        match scope {
            Scope::Organization(id) => query
                .filter(ignore_rule::organization_id.eq(id.0))
                .filter(ignore_rule::project_id.is_null()),
            Scope::Project(id) => query.filter(ignore_rule::project_id.eq(id.0)),
        }
        .load(c)
    })?;
    Ok(rows.into_iter().map(StoredRule::from).collect())
}

/// The removed rules of a project, or of an organisation by itself, the last removed first, at
/// most [`REMOVED_MAX`].
///
/// # Errors
/// When the database fails.
pub fn removed(conn: &mut Conn<'_>, scope: Scope) -> Result<Vec<StoredRule>> {
    let rows: Vec<Row> = on!(conn, |c| {
        let query = ignore_rule::table
            .filter(ignore_rule::is_removed.eq(true))
            .order((ignore_rule::changed_at.desc(), ignore_rule::id.desc()))
            .limit(REMOVED_MAX)
            .select(Row::as_select())
            .into_boxed();
        match scope {
            Scope::Organization(id) => query
                .filter(ignore_rule::organization_id.eq(id.0))
                .filter(ignore_rule::project_id.is_null()),
            Scope::Project(id) => query.filter(ignore_rule::project_id.eq(id.0)),
        }
        .load(c)
    })?;
    Ok(rows.into_iter().map(StoredRule::from).collect())
}

/// The rule of a number, also a removed one. Whose it is the caller checks by its scope.
///
/// # Errors
/// When the database fails.
pub fn get(conn: &mut Conn<'_>, id: i64) -> Result<Option<StoredRule>> {
    let row: Option<Row> = on!(conn, |c| ignore_rule::table
        .find(id)
        .select(Row::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(StoredRule::from))
}

/// What was done to a rule, newest first, at most [`HISTORY_MAX`] steps.
///
/// # Errors
/// When the database fails.
pub fn history(conn: &mut Conn<'_>, rule: &StoredRule) -> Result<Vec<RuleChange>> {
    type Row = (i64, String, String, Option<i64>, i64);

    let rows: Vec<Row> = on!(conn, |c| ignore_rule_change::table
        .filter(ignore_rule_change::rule_id.eq(rule.id))
        .order(ignore_rule_change::id.desc())
        .limit(HISTORY_MAX)
        .select((
            ignore_rule_change::id,
            ignore_rule_change::change,
            ignore_rule_change::rule,
            ignore_rule_change::user_id,
            ignore_rule_change::created_at,
        ))
        .load(c))?;
    // A step keeps what the rule said before it, which is what it said after the step before.
    let mut after = rule.text.clone();
    let step = |(id, change, before, user, at): Row| RuleChange {
        id,
        change: ChangeKind::of(&change),
        after: std::mem::replace(&mut after, before.clone()),
        before,
        user_id: user.map(UserId),
        created_at: Timestamp(at),
    };
    Ok(rows.into_iter().map(step).collect())
}

/// What a rule said after a step of its history; nothing when it has no such step.
pub(super) fn step_after(
    conn: &mut Conn<'_>,
    rule: &StoredRule,
    step: i64,
) -> Result<Option<String>> {
    let mut steps = history(conn, rule)?.into_iter();
    Ok(steps.find(|it| it.id == step).map(|it| it.after))
}

/// The last thing that was done to a rule itself, and who did it.
pub(super) fn last_change(
    conn: &mut Conn<'_>,
    rule: i64,
) -> Result<Option<(ChangeKind, Option<UserId>)>> {
    let row: Option<(String, Option<i64>)> = on!(conn, |c| ignore_rule_change::table
        .filter(ignore_rule_change::rule_id.eq(rule))
        .filter(ignore_rule_change::change.ne(ChangeKind::Moved.as_str()))
        .order(ignore_rule_change::id.desc())
        .select((ignore_rule_change::change, ignore_rule_change::user_id))
        .first(c)
        .optional())?;
    Ok(row.map(|(change, user)| (ChangeKind::of(&change), user.map(UserId))))
}

/// Who did the last thing to any rule of a place, removed ones included, and when.
pub(super) fn last_change_of(
    conn: &mut Conn<'_>,
    scope: Scope,
) -> Result<Option<(Option<UserId>, Timestamp)>> {
    let ids: Vec<i64> = on!(conn, |c| {
        let query = ignore_rule::table.select(ignore_rule::id).into_boxed();
        match scope {
            Scope::Organization(id) => query
                .filter(ignore_rule::organization_id.eq(id.0))
                .filter(ignore_rule::project_id.is_null()),
            Scope::Project(id) => query.filter(ignore_rule::project_id.eq(id.0)),
        }
        .load(c)
    })?;
    let row: Option<(Option<i64>, i64)> = on!(conn, |c| ignore_rule_change::table
        .filter(ignore_rule_change::rule_id.eq_any(&ids))
        .order(ignore_rule_change::id.desc())
        .select((ignore_rule_change::user_id, ignore_rule_change::created_at))
        .first(c)
        .optional())?;
    Ok(row.map(|(user, at)| (user.map(UserId), Timestamp(at))))
}
