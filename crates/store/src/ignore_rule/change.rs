use diesel::prelude::*;
use watchfire_event::{IssueId, Timestamp, UserId};
use watchfire_filter::ignore::Rule;

use super::check::{check_count, check_name, check_together, lock, text_of};
use super::read::texts;
use super::{ChangeKind, StoredRule};
use crate::conn::{Conn, on};
use crate::error::{Error, Result};
use crate::grouping_rules::Scope;
use crate::schema::{ignore_rule, ignore_rule_change};

/// Makes a rule, the last of its place, and returns its number. `issue` is the one that it is made
/// on. Call it inside [`crate::Database::write`].
///
/// # Errors
/// [`Error::Refused`] when the rule cannot be compiled, its name is taken, or there are
/// [`super::RULES_PER_SCOPE_MAX`] already; [`Error::NotFound`] when there is no such place.
pub fn add(
    conn: &mut Conn<'_>,
    scope: Scope,
    rule: &Rule,
    issue: Option<IssueId>,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<i64> {
    lock(conn, scope)?;
    let others = texts(conn, scope)?;
    check_count(others.len() + 1)?;
    check_name(&rule.name, &others)?;
    let text = text_of(rule)?;
    check_together(others.iter(), [(rule.name.as_str(), text.as_str())])?;
    insert(conn, scope, (rule.name.trim(), &text), issue, author, now)
}

/// Adds a rule that was checked: its name and its text.
pub(super) fn insert(
    conn: &mut Conn<'_>,
    scope: Scope,
    (name, text): (&str, &str),
    issue: Option<IssueId>,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<i64> {
    let (organization, project) = scope.columns(conn)?;
    let row = (
        ignore_rule::organization_id.eq(organization),
        ignore_rule::project_id.eq(project),
        ignore_rule::position.eq(next_position(conn, scope)?),
        ignore_rule::name.eq(name),
        ignore_rule::rule.eq(text),
        ignore_rule::issue_id.eq(issue.map(|issue| issue.0)),
        ignore_rule::is_removed.eq(false),
        ignore_rule::user_id.eq(author.map(|user| user.0)),
        ignore_rule::created_at.eq(now.0),
        ignore_rule::changed_at.eq(now.0),
    );
    let id = on!(conn, |c| diesel::insert_into(ignore_rule::table)
        .values(row)
        .returning(ignore_rule::id)
        .get_result(c))?;
    note(conn, id, ChangeKind::Added, text, author, now)?;
    Ok(id)
}

/// Lets a rule say something else; nothing happens when it says that already. Call it inside
/// [`crate::Database::write`].
///
/// # Errors
/// [`Error::Refused`] when the rule cannot be compiled or its new name is taken.
pub fn edit(
    conn: &mut Conn<'_>,
    stored: &StoredRule,
    rule: &Rule,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    change(conn, stored, rule, ChangeKind::Edited, author, now)
}

/// Switches a rule on or off; nothing happens when it is so already. Call it inside
/// [`crate::Database::write`].
///
/// # Errors
/// [`Error::Refused`] when the rule cannot be read.
pub fn switch(
    conn: &mut Conn<'_>,
    stored: &StoredRule,
    enabled: bool,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    let Ok(mut rule) = stored.rule.clone() else {
        return Err(Error::Refused(
            "the rule cannot be read and does nothing; edit or remove it".to_owned(),
        ));
    };
    rule.enabled = enabled;
    let kind = if enabled {
        ChangeKind::SwitchedOn
    } else {
        ChangeKind::SwitchedOff
    };
    change(conn, stored, &rule, kind, author, now)
}

fn change(
    conn: &mut Conn<'_>,
    stored: &StoredRule,
    rule: &Rule,
    kind: ChangeKind,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    lock(conn, stored.scope)?;
    let mut others = texts(conn, stored.scope)?;
    others.retain(|other| other.id != stored.id);
    check_name(&rule.name, &others)?;
    let text = text_of(rule)?;
    if text == stored.text {
        return Ok(());
    }
    if kind == ChangeKind::Edited {
        check_together(others.iter(), [(rule.name.as_str(), text.as_str())])?;
    }
    let name = rule.name.trim();
    set_text(conn, stored.id, (name, &text), now)?;
    note(conn, stored.id, kind, &stored.text, author, now)
}

/// Lets a rule have a name and a text that were checked.
pub(super) fn set_text(
    conn: &mut Conn<'_>,
    id: i64,
    (name, text): (&str, &str),
    now: Timestamp,
) -> Result<()> {
    on!(conn, |c| diesel::update(ignore_rule::table.find(id))
        .set((
            ignore_rule::name.eq(name),
            ignore_rule::rule.eq(text),
            ignore_rule::changed_at.eq(now.0),
        ))
        .execute(c))?;
    Ok(())
}

/// Takes a rule away; its history stays. Nothing happens when it is removed already. Call it
/// inside [`crate::Database::write`].
///
/// # Errors
/// When the database fails.
pub fn remove(
    conn: &mut Conn<'_>,
    stored: &StoredRule,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    if stored.is_removed {
        return Ok(());
    }
    set_removed(conn, stored.id, true, now)?;
    let (id, text) = (stored.id, &stored.text);
    note(conn, id, ChangeKind::Removed, text, author, now)
}

/// Brings a removed rule back to its place, switched on or off as it was. Nothing happens when it
/// is not removed. Call it inside [`crate::Database::write`].
///
/// # Errors
/// [`Error::Refused`] when its name is taken meanwhile, or there are
/// [`super::RULES_PER_SCOPE_MAX`] others.
pub fn restore(
    conn: &mut Conn<'_>,
    stored: &StoredRule,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    if !stored.is_removed {
        return Ok(());
    }
    lock(conn, stored.scope)?;
    let others = texts(conn, stored.scope)?;
    check_count(others.len() + 1)?;
    check_name(&stored.name, &others)?;
    check_together(
        others.iter(),
        [(stored.name.as_str(), stored.text.as_str())],
    )?;
    set_removed(conn, stored.id, false, now)?;
    let (id, text) = (stored.id, &stored.text);
    note(conn, id, ChangeKind::Restored, text, author, now)
}

pub(super) fn set_removed(
    conn: &mut Conn<'_>,
    id: i64,
    is_removed: bool,
    now: Timestamp,
) -> Result<()> {
    on!(conn, |c| diesel::update(ignore_rule::table.find(id))
        .set((
            ignore_rule::is_removed.eq(is_removed),
            ignore_rule::changed_at.eq(now.0),
        ))
        .execute(c))?;
    Ok(())
}

/// Adds a step to the history of a rule.
pub(super) fn note(
    conn: &mut Conn<'_>,
    rule: i64,
    change: ChangeKind,
    text: &str,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    let row = (
        ignore_rule_change::rule_id.eq(rule),
        ignore_rule_change::user_id.eq(author.map(|user| user.0)),
        ignore_rule_change::change.eq(change.as_str()),
        ignore_rule_change::rule.eq(text),
        ignore_rule_change::created_at.eq(now.0),
    );
    on!(conn, |c| diesel::insert_into(ignore_rule_change::table)
        .values(row)
        .execute(c))?;
    Ok(())
}

/// Behind all rules of the place, removed ones included.
fn next_position(conn: &mut Conn<'_>, scope: Scope) -> Result<i64> {
    let last: Option<i64> = on!(conn, |c| {
        let query = ignore_rule::table
            .select(diesel::dsl::max(ignore_rule::position))
            .into_boxed();
        match scope {
            Scope::Organization(id) => query
                .filter(ignore_rule::organization_id.eq(id.0))
                .filter(ignore_rule::project_id.is_null()),
            Scope::Project(id) => query.filter(ignore_rule::project_id.eq(id.0)),
        }
        .get_result(c)
    })?;
    Ok(last.unwrap_or(0) + 1)
}
