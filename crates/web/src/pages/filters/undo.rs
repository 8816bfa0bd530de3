//! The way back from saved filters.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use watchfire_event::Timestamp;
use watchfire_store::project::{self, Project, SettingBase};
use watchfire_store::user::User;
use watchfire_store::{self as store, Conn};

use super::summary::SETTING;
use crate::access;
use crate::undo::Undo;

/// How many bytes of former settings fit the cookie that carries the way back.
const FORMER_BYTES_MAX: usize = 1_500;

/// What the cookie carries.
#[derive(Serialize, Deserialize)]
struct WayBack {
    former: Value,
    /// The version that took its place.
    saved: String,
}

/// What gives the former filters back as long as the version `saved` is in force; nothing where they
/// are too long for a cookie.
pub(super) fn way_back(former: Value, saved: String) -> Undo {
    let text = serde_json::to_string(&WayBack { former, saved }).unwrap_or_default();
    match text.len() > FORMER_BYTES_MAX {
        true => Undo::Nothing,
        false => Undo::Filters(text),
    }
}

/// Gives a project its former filters back, if the person may change its settings and nobody saved
/// others since. Returns whether they were.
///
/// # Errors
/// When the database fails.
pub(in crate::pages) fn take_back(
    conn: &mut Conn<'_>,
    account: &User,
    project: &Project,
    way_back: &str,
    now: Timestamp,
) -> store::Result<bool> {
    let Ok(WayBack { former, saved }) = serde_json::from_str(way_back) else {
        return Ok(false);
    };
    if !access::may_change_settings(conn, account, project.organization_id)? {
        return Ok(false);
    }
    // A project that never said anything has the defaults, whatever those are later.
    let former = match former {
        Value::Null => Value::Object(serde_json::Map::new()),
        former => former,
    };
    let base = SettingBase {
        version: Some(saved),
        author: Some(account.id),
        now,
    };
    match project::save_setting(conn, project.id, SETTING, &base, |_| Ok(former)) {
        Ok(_) => Ok(true),
        Err(store::Error::Overtaken(_)) => Ok(false),
        Err(other) => Err(other),
    }
}
