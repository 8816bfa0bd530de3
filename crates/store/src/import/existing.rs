use std::collections::HashMap;

use diesel::prelude::*;
use watchfire_event::{Event, IssueId, ProjectId, decode};
use watchfire_grouping::{FallbackHash, Grouper, SentryHash};

use crate::conn::{Conn, on};
use crate::dictionary::Dictionaries;
use crate::error::Result;
use crate::schema::issue;
use crate::{event, grouping_rules, project};

/// How many issues that were here before an import are looked at, the newest first.
pub const EXISTING_ISSUES_MAX: i64 = 20_000;
/// How many issues one call looks at, so that no transaction takes long.
const STEP: i64 = 200;

/// The hashes that Sentry would give to the issues that a project had before an import: a team
/// that changed the DSN first has events here already, whose issues the imported ones become part
/// of.
///
/// The latest event stands for its issue.
#[derive(Default)]
pub struct Existing {
    issues: HashMap<SentryHash, IssueId>,
    /// Issues up to this number were looked at.
    seen_to: Option<i64>,
}

impl Existing {
    /// Looks at the next few issues; `false` when there are no more. Issues that come later are
    /// looked at by later calls.
    ///
    /// # Errors
    /// When the database fails.
    pub fn scan(
        &mut self,
        conn: &mut Conn<'_>,
        dictionaries: &Dictionaries,
        id: ProjectId,
    ) -> Result<bool> {
        let seen_to = match self.seen_to {
            Some(number) => number,
            None => before_newest(conn, id)?,
        };
        let found: Vec<i64> = on!(conn, |c| issue::table
            .filter(issue::project_id.eq(id.0))
            .filter(issue::id.gt(seen_to))
            .order(issue::id)
            .limit(STEP)
            .select(issue::id)
            .load(c))?;
        self.seen_to = Some(found.last().copied().unwrap_or(seen_to));
        if found.is_empty() {
            return Ok(false);
        }
        let grouper = grouper(conn, id)?;
        for number in found {
            let issue = IssueId(number);
            for hash in hashes(conn, dictionaries, &grouper, issue)? {
                self.issues.entry(hash).or_insert(issue);
            }
        }
        Ok(true)
    }

    /// The issue that has one of the hashes.
    pub(super) fn find(&self, hashes: &[SentryHash]) -> Option<IssueId> {
        hashes
            .iter()
            .find_map(|hash| self.issues.get(hash).copied())
    }

    /// Notes an issue that an import made, so that it is not looked at again.
    pub(super) fn skip(&mut self, issue: IssueId) {
        self.seen_to = self.seen_to.max(Some(issue.0));
    }
}

/// The number before that of the first issue to look at.
fn before_newest(conn: &mut Conn<'_>, id: ProjectId) -> Result<i64> {
    let first: Option<i64> = on!(conn, |c| issue::table
        .filter(issue::project_id.eq(id.0))
        .order(issue::id.desc())
        .offset(EXISTING_ISSUES_MAX)
        .select(issue::id)
        .first(c)
        .optional())?;
    Ok(first.unwrap_or(0))
}

/// What groups as the project does and as Sentry does besides.
fn grouper(conn: &mut Conn<'_>, id: ProjectId) -> Result<Grouper> {
    let Some(found) = project::get(conn, id)? else {
        return Ok(Grouper::default());
    };
    let mut settings = grouping_rules::settings(conn, &found)?;
    settings.knows_sentry = true;
    Ok(Grouper::new(&settings))
}

/// Sentry's hashes of the latest event of an issue.
fn hashes(
    conn: &mut Conn<'_>,
    dictionaries: &Dictionaries,
    grouper: &Grouper,
    issue: IssueId,
) -> Result<Vec<SentryHash>> {
    let Some(row) = event::latest(conn, issue)? else {
        return Ok(Vec::new());
    };
    let body = event::body(conn, dictionaries, row.project_id, row.event_id)?.unwrap_or_default();
    // What is stored was decoded before.
    let draft = decode(body.as_bytes()).unwrap_or_default();
    let event = Event::from_draft(draft, row.received_at);
    let fallbacks = grouper.describe(&event).fallbacks;
    Ok(fallbacks
        .into_iter()
        .filter_map(|fallback| match fallback {
            FallbackHash::Sentry(hash) => Some(hash),
            FallbackHash::Older(_) => None,
        })
        .collect())
}
