//! The way back from saved filters.

use serde_json::Value;
use watchfire_store::project::{self, Project};
use watchfire_store::user::User;
use watchfire_store::{self as store, Conn};

use super::summary::SETTING;
use crate::access;
use crate::undo::Undo;

/// How many bytes of former settings fit the cookie that carries the way back.
const FORMER_BYTES_MAX: usize = 1_500;

/// What gives the former filters back; nothing where they are too long for a cookie.
pub(super) fn way_back(former: &Value, saved: &Value) -> Undo {
    let text = former.to_string();
    match former == saved || text.len() > FORMER_BYTES_MAX {
        true => Undo::Nothing,
        false => Undo::Filters(text),
    }
}

/// Gives a project its former filters back, if the person may change its settings. Returns whether
/// they were.
///
/// # Errors
/// When the database fails.
pub(in crate::pages) fn take_back(
    conn: &mut Conn<'_>,
    account: &User,
    project: &Project,
    former: &str,
) -> store::Result<bool> {
    let former: Value = serde_json::from_str(former).unwrap_or_default();
    if !access::may_change_settings(conn, account, project.organization_id)? {
        return Ok(false);
    }
    // A project that never said anything has the defaults, whatever those are later.
    let former = match former {
        Value::Null => Value::Object(serde_json::Map::new()),
        former => former,
    };
    project::set_setting(conn, project.id, SETTING, former)?;
    Ok(true)
}
