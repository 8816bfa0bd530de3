use diesel::prelude::*;
use watchfire_event::{IssueId, Timestamp, UserId};
use watchfire_filter::ignore::{Rule, parse_json};

use super::check::{check_count, check_name, check_together, text_of};
use super::overtaken::overtaken;
use super::read::{RuleText, step_after, texts};
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
    scope.lock(conn)?;
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
/// [`Error::Refused`] when the rule cannot be compiled or its new name is taken;
/// [`Error::Overtaken`] when somebody else changed it since `stored` was read.
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
/// [`Error::Refused`] when the rule cannot be read; [`Error::Overtaken`] as [`edit`].
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

/// Lets a rule say again what it said after a step of its history ([`super::RuleChange::id`]).
///
/// It is switched on or off as it was then; nothing happens when it says that already. Call it
/// inside [`crate::Database::write`].
///
/// # Errors
/// [`Error::NotFound`] when the rule has no such step, [`Error::Refused`] when what it said then
/// cannot be read any more or its name is taken meanwhile; [`Error::Overtaken`] as [`edit`].
pub fn go_back(
    conn: &mut Conn<'_>,
    stored: &StoredRule,
    step: i64,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    let text = step_after(conn, stored, step)?.ok_or(Error::NotFound)?;
    let rule = parse_json(&text).map_err(|error| {
        Error::Refused(format!(
            "what it said then cannot be read any more: {error}"
        ))
    })?;
    change(conn, stored, &rule, ChangeKind::WentBack, author, now)
}

fn change(
    conn: &mut Conn<'_>,
    stored: &StoredRule,
    rule: &Rule,
    kind: ChangeKind,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    stored.scope.lock(conn)?;
    let mut others = texts(conn, stored.scope)?;
    others.retain(|other| other.id != stored.id);
    check_name(&rule.name, &others)?;
    let text = text_of(rule)?;
    if text == stored.text {
        return Ok(());
    }
    if matches!(kind, ChangeKind::Edited | ChangeKind::WentBack) {
        check_together(others.iter(), [(rule.name.as_str(), text.as_str())])?;
    }
    let set = (
        ignore_rule::name.eq(rule.name.trim()),
        ignore_rule::rule.eq(&text),
        ignore_rule::changed_at.eq(next_version(stored.changed_at, now)),
    );
    let count = on!(conn, |c| diesel::update(as_read(stored))
        .set(set)
        .execute(c))?;
    if count == 0 {
        return Err(overtaken(conn, stored.id)?);
    }
    note(conn, stored.id, kind, &stored.text, author, now)
}

/// The row of a rule, as long as nobody changed it since it was read.
#[diesel::dsl::auto_type(no_type_alias)]
fn as_read(stored: &StoredRule) -> _ {
    let (id, read_at): (i64, i64) = (stored.id, stored.changed_at.0);
    ignore_rule::table
        .filter(ignore_rule::id.eq(id))
        .filter(ignore_rule::changed_at.eq(read_at))
}

/// When a change is noted to have happened: later than the one before it, so that the time names
/// the version.
fn next_version(before: Timestamp, now: Timestamp) -> i64 {
    now.0.max(before.0.saturating_add(1))
}

/// Lets a rule of a locked place have a name and a text that were checked.
pub(super) fn set_text(
    conn: &mut Conn<'_>,
    old: &RuleText,
    (name, text): (&str, &str),
    now: Timestamp,
) -> Result<()> {
    on!(conn, |c| diesel::update(ignore_rule::table.find(old.id))
        .set((
            ignore_rule::name.eq(name),
            ignore_rule::rule.eq(text),
            ignore_rule::changed_at.eq(next_version(old.changed_at, now)),
        ))
        .execute(c))?;
    Ok(())
}

/// Takes a rule away; its history stays. Nothing happens when it is removed already. Call it
/// inside [`crate::Database::write`].
///
/// # Errors
/// [`Error::Overtaken`] as [`edit`].
pub fn remove(
    conn: &mut Conn<'_>,
    stored: &StoredRule,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    if stored.is_removed {
        return Ok(());
    }
    stored.scope.lock(conn)?;
    set_aside(conn, stored, true, now)?;
    let (id, text) = (stored.id, &stored.text);
    note(conn, id, ChangeKind::Removed, text, author, now)
}

/// Brings a removed rule back to its place, switched on or off as it was. Nothing happens when it
/// is not removed. Call it inside [`crate::Database::write`].
///
/// # Errors
/// [`Error::Refused`] when its name is taken meanwhile, or there are
/// [`super::RULES_PER_SCOPE_MAX`] others; [`Error::Overtaken`] as [`edit`].
pub fn restore(
    conn: &mut Conn<'_>,
    stored: &StoredRule,
    author: Option<UserId>,
    now: Timestamp,
) -> Result<()> {
    if !stored.is_removed {
        return Ok(());
    }
    stored.scope.lock(conn)?;
    let others = texts(conn, stored.scope)?;
    check_count(others.len() + 1)?;
    check_name(&stored.name, &others)?;
    check_together(
        others.iter(),
        [(stored.name.as_str(), stored.text.as_str())],
    )?;
    set_aside(conn, stored, false, now)?;
    let (id, text) = (stored.id, &stored.text);
    note(conn, id, ChangeKind::Restored, text, author, now)
}

fn set_aside(
    conn: &mut Conn<'_>,
    stored: &StoredRule,
    is_removed: bool,
    now: Timestamp,
) -> Result<()> {
    let set = (
        ignore_rule::is_removed.eq(is_removed),
        ignore_rule::changed_at.eq(next_version(stored.changed_at, now)),
    );
    let count = on!(conn, |c| diesel::update(as_read(stored))
        .set(set)
        .execute(c))?;
    if count == 0 {
        return Err(overtaken(conn, stored.id)?);
    }
    Ok(())
}

/// Takes a rule of a locked place away.
pub(super) fn set_removed(conn: &mut Conn<'_>, old: &RuleText, now: Timestamp) -> Result<()> {
    on!(conn, |c| diesel::update(ignore_rule::table.find(old.id))
        .set((
            ignore_rule::is_removed.eq(true),
            ignore_rule::changed_at.eq(next_version(old.changed_at, now)),
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
