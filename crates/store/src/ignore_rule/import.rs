use std::collections::HashSet;

use sha2::{Digest, Sha256};
use watchfire_event::{Timestamp, UserId};
use watchfire_filter::ignore::{Rule, parse_json, to_toml};

use super::change::{insert, note, set_removed, set_text};
use super::check::{check_count, check_together, is_same_name, text_of};
use super::overtaken::place_overtaken;
use super::read::{RuleText, texts};
use super::{ChangeKind, StoredRule, reorder};
use crate::conn::Conn;
use crate::error::{Error, Result};
use crate::grouping_rules::Scope;

/// How many bytes of a hash name the rules of a place.
const STATE_BYTES: usize = 8;

/// What becomes of the rules that a file does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Import {
    /// They stay, before the new ones.
    Merge,
    /// They are removed, and the order is the file's. Only those that cannot be read stay, behind
    /// the others: a file that was exported could not hold them.
    Replace,
}

/// The rules as a file. Those that cannot be read are named in comments at its beginning.
#[must_use]
pub fn file_of(stored: &[StoredRule]) -> String {
    let mut rules: Vec<Rule> = Vec::new();
    let mut file = String::new();
    for one in stored {
        match &one.rule {
            Ok(rule) => rules.push(rule.clone()),
            Err(error) => {
                let line = format!("# left out: {:?} cannot be read: {error}", one.name);
                file.push_str(&line.replace(['\n', '\r'], " "));
                file.push('\n');
            }
        }
    }
    file + &to_toml(&rules)
}

/// What an import does to the rules that there are, by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imported {
    /// Rules that are new.
    pub added: Vec<String>,
    /// Rules that say something else.
    pub changed: Vec<String>,
    /// Rules that are removed.
    pub removed: Vec<String>,
    /// Rules that a file which replaces all does not name and that stay, as they cannot be read.
    pub unreadable: Vec<String>,
    /// How many say the same already.
    pub same: usize,
    /// Whether rules stand in another order afterwards.
    pub is_reordered: bool,
    /// Names the rules that there are before it, in their order, so that a plan that was looked at is
    /// carried out on the same ones.
    pub state: String,
}

/// Takes over rules of a file: a rule of the same name is edited, others are added.
///
/// All of it or nothing. With `base`, the [`Imported::state`] of a plan, the rules must be those of
/// that plan. Call it inside [`crate::Database::write`].
///
/// # Errors
/// [`Error::Refused`] as [`plan_import`]; [`Error::NotFound`] when there is no such place;
/// [`Error::Overtaken`] when somebody changed the rules since the plan.
pub fn import(
    conn: &mut Conn<'_>,
    scope: Scope,
    file: &[Rule],
    (how, base): (Import, Option<&str>),
    author: Option<UserId>,
    now: Timestamp,
) -> Result<Imported> {
    conn.transaction(|conn| {
        scope.lock(conn)?;
        let plan = Plan::new(conn, scope, file, how)?;
        if base.is_some_and(|base| base != plan.imported.state) {
            return Err(place_overtaken(conn, scope)?);
        }
        for old in &plan.removed {
            set_removed(conn, old, now)?;
            note(conn, old.id, ChangeKind::Removed, &old.text, author, now)?;
        }
        let mut order = Vec::with_capacity(file.len());
        for (new, text) in file.iter().zip(&plan.texts) {
            let named_text = (new.name.trim(), text.as_str());
            order.push(match named(&plan.before, &new.name) {
                Some(old) => {
                    if old.text != *text {
                        set_text(conn, old, named_text, now)?;
                        note(conn, old.id, ChangeKind::Edited, &old.text, author, now)?;
                    }
                    old.id
                }
                None => insert(conn, scope, named_text, None, author, now)?,
            });
        }
        if how == Import::Replace {
            order.extend(plan.unreadable.iter().map(|old| old.id));
            reorder(conn, scope, &order, None, author, now)?;
        }
        Ok(plan.imported)
    })
}

/// What [`import`] would do; nothing is written.
///
/// # Errors
/// [`Error::Refused`] when a rule cannot be compiled, two of the file have one name, or there would
/// be more than [`super::RULES_PER_SCOPE_MAX`] or more expressions than
/// [`watchfire_filter::ignore::check_place`] takes.
pub fn plan_import(
    conn: &mut Conn<'_>,
    scope: Scope,
    file: &[Rule],
    how: Import,
) -> Result<Imported> {
    Ok(Plan::new(conn, scope, file, how)?.imported)
}

/// An import that was checked.
struct Plan {
    before: Vec<RuleText>,
    /// The texts of the file's rules.
    texts: Vec<String>,
    /// The rules that are to be removed.
    removed: Vec<RuleText>,
    /// The rules that a file which replaces all does not name and that stay, as no file could.
    unreadable: Vec<RuleText>,
    imported: Imported,
}

impl Plan {
    fn new(conn: &mut Conn<'_>, scope: Scope, file: &[Rule], how: Import) -> Result<Self> {
        let before = texts(conn, scope)?;
        let mut imported = Imported {
            state: state(&before),
            ..Imported::default()
        };
        let mut names = HashSet::new();
        let mut file_texts = Vec::with_capacity(file.len());
        for new in file {
            if !names.insert(new.name.trim().to_lowercase()) {
                return Err(Error::Refused(format!(
                    "two rules of the file are named “{}”; each needs a name of its own",
                    new.name
                )));
            }
            let text = text_of(new).map_err(|error| of_rule(&new.name, &error))?;
            match named(&before, &new.name) {
                None => imported.added.push(new.name.clone()),
                Some(old) if old.text == text => imported.same += 1,
                Some(_) => imported.changed.push(new.name.clone()),
            }
            file_texts.push(text);
        }
        let left = before.iter().filter(|old| !is_named(old, file)).cloned();
        let (removed, stay): (Vec<_>, Vec<_>) =
            left.partition(|old| how == Import::Replace && parse_json(&old.text).is_ok());
        check_count(stay.len() + file.len())?;
        let new = file.iter().zip(&file_texts);
        check_together(
            stay.iter(),
            new.map(|(rule, text)| (rule.name.as_str(), text.as_str())),
        )?;
        let names = |rules: &[RuleText]| rules.iter().map(|rule| rule.name.clone()).collect();
        let mut unreadable = Vec::new();
        if how == Import::Replace {
            imported.removed = names(&removed);
            imported.unreadable = names(&stay);
            imported.is_reordered = is_reordered(&before, file);
            unreadable = stay;
        }
        Ok(Self {
            before,
            texts: file_texts,
            removed,
            unreadable,
            imported,
        })
    }
}

/// Names rules as they are, in their order.
fn state(rules: &[RuleText]) -> String {
    let mut hash = Sha256::new();
    for rule in rules {
        hash.update(format!("{} {} {}\n", rule.id, rule.text.len(), rule.text));
    }
    let hash = hash.finalize();
    let bytes = hash.iter().take(STATE_BYTES);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

/// Whether rules that stay follow each other differently in the file.
fn is_reordered(before: &[RuleText], file: &[Rule]) -> bool {
    let places = file.iter().filter_map(|new| {
        let mut all = before.iter();
        all.position(|old| is_same_name(&old.name, &new.name))
    });
    !places.is_sorted()
}

fn named<'r>(stored: &'r [RuleText], name: &str) -> Option<&'r RuleText> {
    stored.iter().find(|old| is_same_name(&old.name, name))
}

fn is_named(old: &RuleText, file: &[Rule]) -> bool {
    file.iter().any(|new| is_same_name(&old.name, &new.name))
}

fn of_rule(name: &str, error: &Error) -> Error {
    Error::Refused(format!("rule “{name}”: {error}"))
}
