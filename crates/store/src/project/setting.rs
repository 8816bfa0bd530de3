use diesel::prelude::*;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use watchfire_event::{ProjectId, Timestamp, UserId};

use crate::conn::{Conn, on};
use crate::error::Result;
use crate::overtaken;
use crate::schema::project;

/// The key under which settings say who saved them last: `{"filter": {"user": 3, "at": micros}}`.
const CHANGES: &str = "changes";
/// How many bytes of a hash name a version.
const VERSION_BYTES: usize = 8;

/// Who saves a setting, when, and what they had read before.
#[derive(Clone, Debug)]
pub struct SettingBase {
    /// The [`setting_version`] that the new value was made from; `None` writes over any.
    pub version: Option<String>,
    /// Who saves; nobody for a token without an account.
    pub author: Option<UserId>,
    /// When.
    pub now: Timestamp,
}

/// Replaces the settings of a project (JSON text, as [`super::Project::settings`]).
///
/// # Errors
/// When the database fails.
pub fn set_settings(conn: &mut Conn<'_>, id: ProjectId, settings: &str) -> Result<()> {
    on!(conn, |c| diesel::update(project::table.find(id.0))
        .set(project::settings.eq(settings))
        .execute(c))?;
    Ok(())
}

/// Sets one key of a project's settings, or takes it away if the value is null.
///
/// The others stay as they are, whoever else is changing them. Settings that are not a JSON object
/// are replaced. Call it inside [`crate::Database::write`].
///
/// # Errors
/// [`crate::Error::NotFound`] when there is no such project.
pub fn set_setting(conn: &mut Conn<'_>, id: ProjectId, key: &str, value: Value) -> Result<()> {
    change_setting(conn, id, key, |_| Ok(value))
}

/// Sets one key of a project's settings as [`set_setting`] to what `change` makes of its value, null
/// where it has none. Nobody else changes the settings in between.
///
/// # Errors
/// [`crate::Error::NotFound`] when there is no such project, and those of `change`; then nothing is
/// written.
pub fn change_setting(
    conn: &mut Conn<'_>,
    id: ProjectId,
    key: &str,
    change: impl FnOnce(&Value) -> Result<Value>,
) -> Result<()> {
    conn.transaction(|conn| {
        let mut settings = locked(conn, id)?;
        let value = change(settings.get(key).unwrap_or(&Value::Null))?;
        put(&mut settings, key, value);
        // Nobody is known to have saved it.
        note(&mut settings, key, Value::Null);
        set_settings(conn, id, &Value::Object(settings).to_string())
    })
}

/// Sets one key of a project's settings as [`change_setting`], on behalf of somebody who had read
/// them, and notes who it was. Returns the version of what is said then.
///
/// # Errors
/// [`crate::Error::Overtaken`] with who and when, if somebody else saved since; those of
/// [`change_setting`].
pub fn save_setting(
    conn: &mut Conn<'_>,
    id: ProjectId,
    key: &str,
    base: &SettingBase,
    change: impl FnOnce(&Value) -> Result<Value>,
) -> Result<String> {
    conn.transaction(|conn| {
        let mut settings = locked(conn, id)?;
        let said = settings.get(key).unwrap_or(&Value::Null);
        if base.version.as_ref().is_some_and(|it| *it != version(said)) {
            let (user, at) = last_saved(&settings, key);
            let at = at.unwrap_or(base.now);
            return Err(overtaken(conn, "these settings were changed", user, at)?);
        }
        let value = change(said)?;
        let saved = version(&value);
        put(&mut settings, key, value);
        let by = json!({"user": base.author.map(|user| user.0), "at": base.now.0});
        note(&mut settings, key, by);
        set_settings(conn, id, &Value::Object(settings).to_string())?;
        Ok(saved)
    })
}

/// Names what the settings of a project ([`super::Project::settings`]) say under a key, so that who
/// saves can tell what they had read.
#[must_use]
pub fn setting_version(settings: &str, key: &str) -> String {
    let all: Value = serde_json::from_str(settings).unwrap_or_default();
    version(all.get(key).unwrap_or(&Value::Null))
}

fn version(value: &Value) -> String {
    let hash = Sha256::digest(value.to_string().as_bytes());
    let bytes = hash.iter().take(VERSION_BYTES);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

/// The settings of a project, whose row is locked until the end of the transaction.
fn locked(conn: &mut Conn<'_>, id: ProjectId) -> Result<Map<String, Value>> {
    // An update that changes nothing locks the row.
    let text: String = on!(conn, |c| diesel::update(project::table.find(id.0))
        .set(project::settings.eq(project::settings))
        .returning(project::settings)
        .get_result(c))?;
    Ok(serde_json::from_str(&text).unwrap_or_default())
}

fn put(settings: &mut Map<String, Value>, key: &str, value: Value) {
    if value.is_null() {
        settings.remove(key);
    } else {
        settings.insert(key.to_owned(), value);
    }
}

/// Notes who saved a key; null for nobody known.
fn note(settings: &mut Map<String, Value>, key: &str, by: Value) {
    let notes = settings.get(CHANGES).and_then(Value::as_object);
    let mut notes = notes.cloned().unwrap_or_default();
    put(&mut notes, key, by);
    let notes = match notes.is_empty() {
        true => Value::Null,
        false => Value::Object(notes),
    };
    put(settings, CHANGES, notes);
}

fn last_saved(settings: &Map<String, Value>, key: &str) -> (Option<UserId>, Option<Timestamp>) {
    let note = settings.get(CHANGES).and_then(|notes| notes.get(key));
    let number = |field: &str| note?.get(field)?.as_i64();
    (number("user").map(UserId), number("at").map(Timestamp))
}
