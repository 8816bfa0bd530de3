use diesel::prelude::*;
use watchfire_event::{IssueId, Timestamp, UserId};
use watchfire_grouping::RuleKind;

use super::{
    Action, ChangeKind, HISTORY_MAX, NOTE_CHARS_MAX, NewRule, RULE_CHARS_MAX, RULES_PER_SCOPE_MAX,
    Rule, RuleChange, Scope, check_length,
};
use crate::column::{MaybeNumber, Number};
use crate::conn::{Conn, on};
use crate::error::{Error, Result};
use crate::project::Project;
use crate::schema::{grouping_rule, grouping_rule_change};
use crate::tags::{storable_up_to, without_nul};

#[derive(Queryable, Selectable)]
#[diesel(table_name = grouping_rule)]
struct Row {
    id: i64,
    organization_id: i64,
    project_id: Option<i64>,
    kind: String,
    action: String,
    text: String,
    note: String,
    #[diesel(deserialize_as = MaybeNumber)]
    issue_id: Option<IssueId>,
    is_active: bool,
    is_removed: bool,
    #[diesel(deserialize_as = MaybeNumber)]
    user_id: Option<UserId>,
    #[diesel(deserialize_as = Number)]
    created_at: Timestamp,
    #[diesel(deserialize_as = Number)]
    changed_at: Timestamp,
}

impl From<Row> for Rule {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            scope: Scope::of(row.organization_id, row.project_id),
            // Only names of kinds are stored.
            kind: row.kind.parse().unwrap_or(RuleKind::Fingerprint),
            action: Action::of(&row.action),
            text: row.text,
            note: row.note,
            issue_id: row.issue_id,
            is_active: row.is_active,
            is_removed: row.is_removed,
            user_id: row.user_id,
            created_at: row.created_at,
            changed_at: row.changed_at,
        }
    }
}

/// The single rules of a project and of its organisation, newest first; removed ones are left out.
///
/// # Errors
/// When the database fails.
pub fn rules(conn: &mut Conn<'_>, project: &Project) -> Result<Vec<Rule>> {
    let is_of_organization = grouping_rule::organization_id
        .eq(project.organization_id.0)
        .and(grouping_rule::project_id.is_null());
    let is_of_project = grouping_rule::project_id.eq(project.id.0);
    let rows: Vec<Row> = on!(conn, |c| grouping_rule::table
        .filter(is_of_project.or(is_of_organization.assume_not_null()))
        .filter(grouping_rule::is_removed.eq(false))
        .order(grouping_rule::id.desc())
        .select(Row::as_select())
        .load(c))?;
    Ok(rows.into_iter().map(Rule::from).collect())
}

/// The rule of a number, also a removed one.
///
/// # Errors
/// When the database fails.
pub fn rule(conn: &mut Conn<'_>, id: i64) -> Result<Option<Rule>> {
    let row: Option<Row> = on!(conn, |c| grouping_rule::table
        .find(id)
        .select(Row::as_select())
        .first(c)
        .optional())?;
    Ok(row.map(Rule::from))
}

/// What was done to a rule, newest first, at most [`HISTORY_MAX`] steps.
///
/// # Errors
/// When the database fails.
pub fn history(conn: &mut Conn<'_>, rule: i64) -> Result<Vec<RuleChange>> {
    let rows: Vec<(String, String, Option<i64>, i64)> = on!(conn, |c| grouping_rule_change::table
        .filter(grouping_rule_change::rule_id.eq(rule))
        .order(grouping_rule_change::id.desc())
        .limit(HISTORY_MAX)
        .select((
            grouping_rule_change::change,
            grouping_rule_change::text,
            grouping_rule_change::user_id,
            grouping_rule_change::created_at,
        ))
        .load(c))?;
    let step = |(change, text, user, at): (String, String, Option<i64>, i64)| RuleChange {
        change: ChangeKind::of(&change),
        text,
        user_id: user.map(UserId),
        created_at: Timestamp(at),
    };
    Ok(rows.into_iter().map(step).collect())
}

/// Makes a rule and returns its number.
pub(crate) fn add(
    conn: &mut Conn<'_>,
    new: &NewRule,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<i64> {
    check_text(&new.text)?;
    let (organization, project) = new.scope.columns(conn)?;
    check_count(conn, new.scope)?;
    let row = (
        grouping_rule::organization_id.eq(organization),
        grouping_rule::project_id.eq(project),
        grouping_rule::kind.eq(new.kind.as_str()),
        grouping_rule::action.eq(new.action.as_str()),
        grouping_rule::text.eq(without_nul(&new.text).into_owned()),
        grouping_rule::note.eq(storable_up_to(&new.note, NOTE_CHARS_MAX).into_owned()),
        grouping_rule::issue_id.eq(new.issue_id.map(|issue| issue.0)),
        grouping_rule::is_active.eq(true),
        grouping_rule::is_removed.eq(false),
        grouping_rule::user_id.eq(author.map(|user| user.0)),
        grouping_rule::created_at.eq(now.0),
        grouping_rule::changed_at.eq(now.0),
    );
    let id = on!(conn, |c| diesel::insert_into(grouping_rule::table)
        .values(row)
        .returning(grouping_rule::id)
        .get_result(c))?;
    note(conn, id, ChangeKind::Added, &new.text, author, now)?;
    Ok(id)
}

/// Gives a rule another text.
pub(crate) fn edit(
    conn: &mut Conn<'_>,
    rule: &Rule,
    text: &str,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    check_text(text)?;
    on!(conn, |c| diesel::update(grouping_rule::table.find(rule.id))
        .set((
            grouping_rule::text.eq(without_nul(text).into_owned()),
            grouping_rule::changed_at.eq(now.0),
        ))
        .execute(c))?;
    note(conn, rule.id, ChangeKind::Edited, &rule.text, author, now)
}

/// Switches a rule on or off.
pub(crate) fn switch(
    conn: &mut Conn<'_>,
    rule: &Rule,
    is_active: bool,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    on!(conn, |c| diesel::update(grouping_rule::table.find(rule.id))
        .set((
            grouping_rule::is_active.eq(is_active),
            grouping_rule::changed_at.eq(now.0),
        ))
        .execute(c))?;
    let change = if is_active {
        ChangeKind::SwitchedOn
    } else {
        ChangeKind::SwitchedOff
    };
    note(conn, rule.id, change, &rule.text, author, now)
}

/// Takes a rule away; its history stays.
pub(crate) fn remove(
    conn: &mut Conn<'_>,
    rule: &Rule,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    on!(conn, |c| diesel::update(grouping_rule::table.find(rule.id))
        .set((
            grouping_rule::is_active.eq(false),
            grouping_rule::is_removed.eq(true),
            grouping_rule::changed_at.eq(now.0),
        ))
        .execute(c))?;
    note(conn, rule.id, ChangeKind::Removed, &rule.text, author, now)
}

/// Brings a removed rule back.
pub(crate) fn restore(
    conn: &mut Conn<'_>,
    rule: &Rule,
    is_active: bool,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    check_count(conn, rule.scope)?;
    on!(conn, |c| diesel::update(grouping_rule::table.find(rule.id))
        .set(grouping_rule::is_removed.eq(false))
        .execute(c))?;
    switch(conn, rule, is_active, author, now)
}

fn note(
    conn: &mut Conn<'_>,
    rule: i64,
    change: ChangeKind,
    text: &str,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    let row = (
        grouping_rule_change::rule_id.eq(rule),
        grouping_rule_change::user_id.eq(author.map(|user| user.0)),
        grouping_rule_change::change.eq(change.as_str()),
        grouping_rule_change::text.eq(without_nul(text).into_owned()),
        grouping_rule_change::created_at.eq(now.0),
    );
    on!(conn, |c| diesel::insert_into(grouping_rule_change::table)
        .values(row)
        .execute(c))?;
    Ok(())
}

fn check_text(text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(Error::Refused("a rule needs a line of text".to_owned()));
    }
    check_length(text, RULE_CHARS_MAX)
}

fn check_count(conn: &mut Conn<'_>, scope: Scope) -> Result<()> {
    let count: i64 = on!(conn, |c| {
        let query = grouping_rule::table
            .filter(grouping_rule::is_removed.eq(false))
            .into_boxed();
        match scope {
            Scope::Organization(id) => query
                .filter(grouping_rule::organization_id.eq(id.0))
                .filter(grouping_rule::project_id.is_null()),
            Scope::Project(id) => query.filter(grouping_rule::project_id.eq(id.0)),
        }
        .count()
        .get_result(c)
    })?;
    if count < RULES_PER_SCOPE_MAX {
        return Ok(());
    }
    Err(Error::Refused(format!(
        "there are {count} rules already, at most {RULES_PER_SCOPE_MAX} are kept; remove some, or \
         write several into one text"
    )))
}
