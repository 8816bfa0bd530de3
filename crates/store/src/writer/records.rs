//! Stores what is not an event.

use std::collections::BTreeMap;

use diesel::prelude::*;
use watchfire_event::{ProjectId, Timestamp};

use super::batch::{DUPLICATE, Items};
use super::counts::{CountKey, Counts};
use super::known::Known;
use super::{NewRecord, Saved, sessions};
use crate::attachment::{Attachment, NewAttachment, PER_EVENT_MAX, digest_of};
use crate::conn::{Conn, on};
use crate::dropped::{self, NewHead};
use crate::error::Result;
use crate::feedback::{self, NewFeedback, Source};
use crate::outcome::{Outcome, OutcomeCount};
use crate::project;
use crate::release_health::{NewSessions, SessionRow};
use crate::sampling::{self, SAMPLED_EVENT};
use crate::schema::attachment;
use crate::tags::storable;

/// Why an attachment is not accepted.
const TOO_MANY: &str = "too_many_attachments";
/// Why sessions count only among others.
const TOO_MANY_RELEASES: &str = "too_many_releases";
const TOO_MANY_RELEASES_WORDS: &str = "the project has more releases or environments than are told \
    apart; these sessions count as those of (other)";

impl NewRecord {
    /// How many bytes of memory it takes, roughly.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Attachment(attachment) => size_of::<NewAttachment>() + attachment.filename.len(),
            Self::Feedback(feedback) => {
                size_of::<NewFeedback>() + feedback.message.len() + feedback.body.len()
            }
            Self::Sessions(sessions) => {
                let texts = |row: &SessionRow| {
                    let user = row.user.as_ref().map_or(0, String::len);
                    size_of::<SessionRow>() + row.release.len() + row.environment.len() + user
                };
                sessions.rows.iter().map(texts).sum()
            }
            Self::Head(head) => head.bytes(),
        }
    }

    pub(super) fn project(&self) -> ProjectId {
        match self {
            Self::Attachment(attachment) => attachment.project,
            Self::Feedback(feedback) => feedback.project,
            Self::Sessions(sessions) => sessions.project,
            Self::Head(head) => head.project,
        }
    }

    /// What it is, for the log.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Attachment(_) => "an attachment",
            Self::Feedback(_) => "feedback",
            Self::Sessions(_) => "a count of sessions",
            Self::Head(_) => "the head of a dropped event",
        }
    }

    /// Whether pages that are open show it.
    fn is_shown(&self) -> bool {
        match self {
            Self::Attachment(_) | Self::Feedback(_) => true,
            Self::Sessions(_) | Self::Head(_) => false,
        }
    }
}

/// Notes the change of the projects whose pages show a record, and locks them together with those
/// of the events and of other records with a body, by rising number, as
/// [`project::lock_for_change`] demands.
pub(super) fn lock_projects(conn: &mut Conn<'_>, items: &Items<'_>) -> Result<()> {
    // Whether pages show a change.
    let mut projects: BTreeMap<ProjectId, bool> = BTreeMap::new();
    for record in &items.records {
        if record.is_shown() || matches!(record, NewRecord::Head(_)) {
            *projects.entry(record.project()).or_default() |= record.is_shown();
        }
    }
    if !projects.is_empty() {
        let events = items.events.iter().map(|event| (event.project, true));
        projects.extend(events);
    }
    for (project, is_shown) in projects {
        if is_shown {
            project::lock_for_change(conn, project, None)?;
        } else {
            project::lock(conn, project)?;
        }
    }
    Ok(())
}

/// Stores the records and counts them. Returns what became of each.
pub(super) fn save(
    conn: &mut Conn<'_>,
    records: &[&NewRecord],
    counts: &mut Counts,
    known: &mut Known,
) -> Result<Vec<Saved>> {
    let mut saved = Vec::with_capacity(records.len());
    let mut counted = Vec::new();
    let mut heads: Vec<&NewHead> = Vec::new();
    for record in records {
        saved.push(match record {
            NewRecord::Attachment(new) => save_attachment(conn, new, counts)?,
            NewRecord::Feedback(new) => save_feedback(conn, new, counts)?,
            NewRecord::Sessions(new) => {
                counted.push(new);
                Saved::New
            }
            NewRecord::Head(new) => {
                heads.push(new);
                Saved::New
            }
        });
    }
    if !heads.is_empty() {
        dropped::insert(conn, &heads)?;
    }
    if !counted.is_empty() {
        save_sessions(conn, &counted, counts, known)?;
    }
    Ok(saved)
}

/// Those that only count among others are told by an outcome of their own: their release is lost.
fn save_sessions(
    conn: &mut Conn<'_>,
    sessions: &[&NewSessions],
    counts: &mut Counts,
    known: &mut Known,
) -> Result<()> {
    let others = sessions::save(conn, sessions, known)?;
    for (new, others) in sessions.iter().zip(others) {
        let others = others.min(new.quantity);
        let from = Origin::new(new.project, new.key_id, new.received_at);
        let accepted = (Outcome::Accepted, "");
        from.count(counts, "session", accepted, new.quantity - others);
        if others > 0 {
            counts.add_outcome(OutcomeCount {
                project: Some(new.project),
                key_id: Some(new.key_id),
                category: "session".into(),
                outcome: Outcome::Invalid,
                reason: TOO_MANY_RELEASES.into(),
                at: new.received_at,
                quantity: others,
                message: Some(TOO_MANY_RELEASES_WORDS.into()),
            });
        }
    }
    Ok(())
}

fn save_attachment(conn: &mut Conn<'_>, new: &NewAttachment, counts: &mut Counts) -> Result<Saved> {
    let others = crate::attachment::of_event(conn, new.project, new.event_id)?;
    let filename = storable(&new.filename);
    let digest = digest_of(&new.blob_key);
    let is_same = |other: &Attachment| {
        other.filename == filename && digest.is_some() && digest_of(&other.blob_key) == digest
    };
    let (outcome, saved) = if others.iter().any(is_same) {
        ((Outcome::Invalid, DUPLICATE), Saved::Duplicate)
    } else if others.is_empty() && sampling::is_counted(conn, new.project, new.event_id)? {
        ((Outcome::Filtered, SAMPLED_EVENT), Saved::Refused)
    } else if i64::try_from(others.len()).is_ok_and(|others| others < PER_EVENT_MAX) {
        insert_attachment(conn, new)?;
        ((Outcome::Accepted, ""), Saved::New)
    } else {
        ((Outcome::Invalid, TOO_MANY), Saved::Refused)
    };
    let from = Origin::new(new.project, new.key_id, new.received_at);
    from.count(counts, "attachment", outcome, new.size.max(1));
    from.count(counts, "attachment_item", outcome, 1);
    Ok(saved)
}

fn insert_attachment(conn: &mut Conn<'_>, new: &NewAttachment) -> Result<()> {
    let content_type = new.content_type.as_deref().map(storable);
    let row = (
        attachment::project_id.eq(new.project.0),
        attachment::event_id.eq(new.event_id.as_bytes().as_slice()),
        attachment::filename.eq(storable(&new.filename)),
        attachment::content_type.eq(content_type),
        attachment::kind.eq(storable(&new.kind)),
        attachment::size.eq(i64::try_from(new.size).unwrap_or(i64::MAX)),
        attachment::blob_key.eq(&new.blob_key),
        attachment::received_at.eq(new.received_at.0),
    );
    on!(conn, |c| diesel::insert_into(attachment::table)
        .values(row)
        .execute(c))?;
    Ok(())
}

fn save_feedback(conn: &mut Conn<'_>, new: &NewFeedback, counts: &mut Counts) -> Result<Saved> {
    let is_report = matches!(new.source, Source::Report | Source::Dialog);
    let is_kept = is_report && feedback::overwrite(conn, new)? || feedback::insert(conn, new)?;
    let (outcome, saved) = if is_kept {
        ((Outcome::Accepted, ""), Saved::New)
    } else {
        ((Outcome::Invalid, DUPLICATE), Saved::Duplicate)
    };
    let from = Origin::new(new.project, new.key_id, new.received_at);
    from.count(counts, "feedback", outcome, 1);
    Ok(saved)
}

/// Where a record came from, and when.
struct Origin {
    project: i64,
    key_id: i64,
    at: Timestamp,
}

impl Origin {
    fn new(project: ProjectId, key_id: i64, at: Timestamp) -> Self {
        Self {
            project: project.0,
            key_id,
            at,
        }
    }

    fn count(
        &self,
        counts: &mut Counts,
        category: &'static str,
        outcome: (Outcome, &'static str),
        quantity: u64,
    ) {
        if quantity == 0 {
            return;
        }
        let key = CountKey::new((self.project, self.key_id), category, outcome, self.at);
        counts.add(key, i64::try_from(quantity).unwrap_or(i64::MAX));
    }
}
