//! Scrubs files that came with events. Their bytes are read, scrubbed and stored under another key
//! outside of every transaction; then one transaction lets the rows name them, and notes what is to
//! be deleted. The other keys are noted for removal before there are bytes, so that none stay when
//! that transaction never comes.

use std::time::Duration;

use bytes::Bytes;
use diesel::prelude::*;
use watchfire_event::{EventId, IssueId, ProjectId, Timestamp};

use super::data::SavedSpan;
use super::feedback;
use super::finding::Findings;
use super::rules::Rules;
use crate::attachment::{Attachment, new_blob_key, removal, with_digest};
use crate::blob::{self, Blobs};
use crate::conn::{Conn, on};
use crate::database::Database;
use crate::error::{Error, Result};
use crate::issue::hidden;
use crate::job::LONG_STEP;
use crate::schema::{attachment, event};
use crate::tags::storable;

/// How many files are looked at in a step.
const STEP_FILES: i64 = 20;
/// After so many bytes a step takes no further file.
const STEP_BYTES: i64 = 8 << 20;
/// A slow disk or a far store moves and the rules search so many bytes in a second.
const BYTES_PER_SECOND: u64 = 256 << 10;
/// What findings in files begin with.
const NAME: &str = "attachment";
/// The rule that a finding in the name of a file carries.
const SECRETS: &str = "@secret";
/// Where a file's own name stands.
const FILENAME: &str = "filename";
/// A longer part behind the last dot says nothing about the kind of a file.
const ENDING_CHARS_MAX: usize = 8;
/// Why a job gives up that cannot store what it scrubbed; it would else hold up all others.
const UNSTORED: &str = "a scrubbed attachment could not be stored (the log says why): see that the \
    folder of attachments can be written to, and resume the job";
/// Why a job gives up whose scrubbed files were stored too late to be kept.
const TOO_SLOW: &str = "storing scrubbed attachments took so long that they were removed again: \
    resume the job";

/// Files that are looked at together.
pub(super) struct Window {
    files: Vec<Attachment>,
    /// Where the next window begins.
    pub(super) end: i64,
}

/// A file that the rules change.
pub(super) struct Changed {
    id: i64,
    filename: String,
    size: i64,
    old_key: String,
    /// What it holds now; nothing when only the name changed.
    new: Option<New>,
}

/// The bytes of a file that the rules changed.
struct New {
    /// Another at every try, as the bytes of a try that came to nothing are removed.
    key: String,
    bytes: Bytes,
}

/// What the rules do to files.
#[derive(Default)]
pub(super) struct Scrubbed {
    pub(super) looked_at: i64,
    /// Of how many the bytes could not be read.
    pub(super) unreadable: i64,
    pub(super) changed: Vec<Changed>,
    pub(super) findings: Findings,
}

impl Window {
    /// The files of the span after one; nothing when there are no more files at all.
    pub(super) fn read(
        conn: &mut Conn<'_>,
        project: ProjectId,
        after: i64,
        span: SavedSpan,
    ) -> Result<Option<Self>> {
        let mut files: Vec<Attachment> = on!(conn, |c| attachment::table
            .filter(attachment::project_id.eq(project.0))
            .filter(attachment::id.gt(after))
            .order(attachment::id)
            .limit(STEP_FILES)
            .select(Attachment::as_select())
            .load(c))?;
        let mut bytes = 0_i64;
        let fits = files.iter().take_while(|file| {
            let fits = bytes < STEP_BYTES;
            bytes = bytes.saturating_add(file.size);
            fits
        });
        files.truncate(fits.count());
        let Some(end) = files.last().map(|file| file.id) else {
            return Ok(None);
        };
        let places = Places::read(conn, project, &files, span)?;
        files.retain(|file| places.hold(file));
        Ok(Some(Self { files, end }))
    }

    /// How long it may take to scrub them.
    pub(super) fn time(&self) -> Duration {
        let bytes: u64 = self.files.iter().map(|it| it.size.unsigned_abs()).sum();
        Duration::from_secs(bytes / BYTES_PER_SECOND)
    }

    /// Scrubs the files. Nothing is stored yet.
    pub(super) fn scrub(&self, rules: &Rules, blobs: &Blobs) -> Scrubbed {
        let mut scrubbed = Scrubbed::default();
        for file in &self.files {
            scrubbed.add(file, rules, blobs);
        }
        scrubbed
    }
}

impl Scrubbed {
    fn add(&mut self, file: &Attachment, rules: &Rules, blobs: &Blobs) {
        self.looked_at += 1;
        let name = rules.scrubber.hide_secrets(&file.filename);
        let is_renamed = name != file.filename.as_str();
        if is_renamed {
            self.find(file, FILENAME, SECRETS, 1);
        }
        // Files that are being removed have no bytes any more.
        let bytes = blob::wait(blobs.get(&file.blob_key)).unwrap_or_else(|error| {
            tracing::warn!("the attachment {} cannot be read: {error}", file.id);
            self.unreadable += 1;
            None
        });
        let new = bytes.and_then(|bytes| self.change(file, rules, &bytes));
        if !is_renamed && new.is_none() {
            return;
        }
        let size = new.as_ref().map(|new| i64::try_from(new.bytes.len()));
        self.changed.push(Changed {
            id: file.id,
            filename: storable(&name).into_owned(),
            size: size.map_or(file.size, |size| size.unwrap_or(i64::MAX)),
            old_key: file.blob_key.clone(),
            new,
        });
    }

    fn change(&mut self, file: &Attachment, rules: &Rules, bytes: &[u8]) -> Option<New> {
        let changed = rules
            .scrubber
            .scrub_attachment_by(&file.filename, &file.kind, bytes)?;
        let path = general_name(&file.filename);
        for (rule, count) in &changed.rules {
            self.find(file, &path, rule, *count);
        }
        if changed.rules.is_empty() {
            self.find(file, &path, Findings::NO_RULE, 1);
        }
        let key = new_blob_key(file.project_id, file.event_id);
        Some(New {
            key: with_digest(&key, &changed.content),
            bytes: Bytes::from(changed.content),
        })
    }

    fn find(&mut self, file: &Attachment, path: &str, rule: &str, count: usize) {
        let path = format!("({NAME}) {path}");
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        self.findings.count(path, rule, count, Some(file.event_id));
    }

    /// Stores the bytes that changed, which may take so long. They are removed again some time
    /// later unless [`apply`] lets rows name them.
    pub(super) fn store(&self, database: &Database, blobs: &Blobs, time: Duration) -> Result<()> {
        let micros = i64::try_from((time + LONG_STEP).as_micros()).unwrap_or(i64::MAX / 4);
        let until = Timestamp::now().plus_micros(micros);
        if self.stored().next().is_none() {
            return Ok(());
        }
        database.write_blocking(|conn| {
            let mut stored = self.stored();
            stored.try_for_each(|new| removal::remove_later(conn, &new.key, until))
        })?;
        for new in self.stored() {
            if let Err(error) = blob::wait(blobs.put(&new.key, new.bytes.clone())) {
                tracing::warn!("a scrubbed attachment cannot be stored: {error}");
                self.let_go(database);
                return Err(Error::Refused(UNSTORED.to_owned()));
            }
        }
        Ok(())
    }

    /// Lets the bytes go that were stored, unless rows name them after all.
    pub(super) fn let_go(&self, database: &Database) {
        let keys: Vec<&str> = self.stored().map(|new| new.key.as_str()).collect();
        let now = Timestamp::now();
        let gone = database.write_blocking(|conn| removal::let_go(conn, &keys, now));
        if let Err(error) = gone {
            // They go all the same, only later.
            tracing::warn!("scrubbed attachments that nothing names stay for now: {error}");
        }
    }

    /// What [`Self::store`] stores.
    fn stored(&self) -> impl Iterator<Item = &New> {
        self.changed.iter().filter_map(|file| file.new.as_ref())
    }
}

/// Lets the rows name what the files became. A file whose row is gone stays gone.
pub(super) fn apply(conn: &mut Conn<'_>, changed: &[Changed], now: Timestamp) -> Result<()> {
    for file in changed {
        let new_key = file.new.as_ref().map(|new| new.key.as_str());
        let row = attachment::table
            .find(file.id)
            .filter(attachment::blob_key.eq(&file.old_key));
        let updated = on!(conn, |c| diesel::update(row)
            .set((
                attachment::filename.eq(&file.filename),
                attachment::size.eq(file.size),
                new_key.map(|key| attachment::blob_key.eq(key)),
            ))
            .execute(c))?;
        let Some(key) = new_key else {
            continue;
        };
        if updated == 0 {
            removal::let_go(conn, &[key], now)?;
        } else if removal::keep(conn, key, now)? {
            removal::remove_later(conn, &file.old_key, now)?;
        } else {
            return Err(Error::Refused(TOO_SLOW.to_owned()));
        }
    }
    Ok(())
}

/// Which files belong to a span.
struct Places {
    span: SavedSpan,
    family: Vec<i64>,
    /// The issues and times of what the files came with.
    known: feedback::Places,
}

impl Places {
    fn read(
        conn: &mut Conn<'_>,
        project: ProjectId,
        files: &[Attachment],
        span: SavedSpan,
    ) -> Result<Self> {
        let mut places = Self {
            span,
            family: Vec::new(),
            known: feedback::Places::new(),
        };
        if span == SavedSpan::Project {
            return Ok(places);
        }
        if let SavedSpan::Issue(id) = span {
            places.family = hidden::family(conn, IssueId(id))?;
        }
        let ids: Vec<&[u8]> = files
            .iter()
            .map(|file| file.event_id.as_bytes().as_slice())
            .collect();
        places.known = feedback::places(conn, project, &ids)?;
        let events: Vec<(Vec<u8>, i64, i64)> = on!(conn, |c| event::table
            .filter(event::project_id.eq(project.0))
            .filter(event::event_id.eq_any(&ids))
            .select((event::event_id, event::issue_id, event::timestamp))
            .load(c))?;
        let of_events = events
            .into_iter()
            .map(|(id, issue, at)| (id, (Some(issue), at)));
        places.known.extend(of_events);
        Ok(places)
    }

    /// A file whose event is not stored has the time of its arrival, and no issue.
    fn hold(&self, file: &Attachment) -> bool {
        let id: EventId = file.event_id;
        let known = self.known.get(id.as_bytes().as_slice()).copied();
        let (issue, at) = known.unwrap_or((None, file.received_at.0));
        self.span
            .holds(&self.family, issue.unwrap_or(0), Timestamp(at))
    }
}

/// What a report says of a file: the kind that its name tells, as a name may say who somebody is.
fn general_name(filename: &str) -> String {
    let ending = filename.rsplit_once('.').map(|(_, ending)| ending);
    let is_plain = |ending: &&str| {
        (1..=ENDING_CHARS_MAX).contains(&ending.len())
            && ending.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    match ending.filter(is_plain) {
        Some(ending) => format!("*.{}", ending.to_ascii_lowercase()),
        None => "*".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_names_the_kind_of_a_file_and_not_the_file() {
        for (name, general) in [
            ("log of anna.TXT", "*.txt"),
            ("core", "*"),
            ("anna@mail.example", "*.example"),
            ("a.b c", "*"),
            (".", "*"),
        ] {
            assert_eq!(general_name(name), general);
        }
    }
}
