//! What users wrote about an issue.

use serde::Serialize;
use watchfire_event::IssueId;
use watchfire_store::feedback;
use watchfire_store::{self as store, Conn};

use crate::address;
use crate::number;
use crate::pages::feedback::entry::{Entry, with_files};

/// Messages that the page shows, the newest.
const VOICES_MAX: usize = 10;

/// The messages as the page shows them.
#[derive(Debug, Serialize)]
pub(super) struct Voices {
    pub(super) entries: Vec<Entry>,
    /// `3 messages`.
    pub(super) count: String,
    /// What is left out, in words.
    pub(super) left_out: Option<String>,
    /// All feedback of the project.
    pub(super) all_href: String,
}

impl Voices {
    /// The newest messages about an issue of the project of this slug; nothing without any.
    pub(super) fn of(
        conn: &mut Conn<'_>,
        issue: IssueId,
        slug: &str,
    ) -> store::Result<Option<Self>> {
        let newest = feedback::of_issue(conn, issue, VOICES_MAX)?;
        if newest.is_empty() {
            return Ok(None);
        }
        let count = feedback::count_of_issue(conn, issue)?;
        let shown = i64::try_from(newest.len()).unwrap_or(i64::MAX);
        let noun = if count == 1 { "message" } else { "messages" };
        Ok(Some(Self {
            entries: with_files(conn, newest, slug)?,
            count: format!("{} {noun}", number::exact(count)),
            left_out: (count > shown).then(|| {
                format!(
                    "{} older ones are not shown here",
                    number::exact(count - shown)
                )
            }),
            all_href: address::feedback(slug),
        }))
    }
}
