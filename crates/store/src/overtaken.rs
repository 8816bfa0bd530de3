use watchfire_event::{Timestamp, UserId};

use crate::conn::Conn;
use crate::error::{Error, Result};
use crate::user;

/// Why something is not saved: somebody else was faster. `did` says what they did, for example
/// `this rule was changed`; the sentence adds who and when.
///
/// # Errors
/// When the database fails.
pub fn overtaken(
    conn: &mut Conn<'_>,
    did: &str,
    by: Option<UserId>,
    at: Timestamp,
) -> Result<Error> {
    let account = match by {
        Some(id) => user::get(conn, id)?,
        None => None,
    };
    let who = account.map_or_else(
        || "somebody".to_owned(),
        |account| match account.name.is_empty() {
            true => account.email,
            false => account.name,
        },
    );
    Ok(Error::Overtaken(format!(
        "{did} by {who} at {} meanwhile; nothing was saved over it",
        minute(at)
    )))
}

/// `2026-11-21 20:01 UTC`
fn minute(at: Timestamp) -> String {
    let text = at.to_string();
    let minute = text.get(..16).unwrap_or(&text);
    format!("{} UTC", minute.replace('T', " "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_to_the_minute() {
        let at = Timestamp::parse("2026-11-21T20:01:59.5Z").unwrap();
        assert_eq!(minute(at), "2026-11-21 20:01 UTC");
    }
}
