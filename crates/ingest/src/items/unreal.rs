//! Crash reports of games made with the Unreal Engine: an archive that holds a dump, logs, and an
//! XML file of what the engine knows (reference/PROTOCOL.md section 2).

mod context;
mod logs;

use std::io::{self, Read};

use actix_web::web::Bytes;
use flate2::bufread::ZlibDecoder;
use serde_json::{Map, Value, json};
use symbolic_unreal::{Unreal4Crash, Unreal4File, Unreal4FileType};

use super::minidump::{Crash, to_event};
use crate::error::IngestError;
use crate::request::Reservation;

/// How many files of a report are kept.
const FILES_MAX: usize = 30;

/// A report, taken apart.
#[derive(Debug)]
pub(crate) struct Report {
    /// The event, as JSON for the pipeline.
    pub(crate) event: Vec<u8>,
    /// The files of the archive, for the event's attachments.
    pub(crate) files: Vec<File>,
    /// What the player wrote into the crash dialog.
    pub(crate) comment: Option<Comment>,
}

/// A file of the archive.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct File {
    /// Its name, without a folder.
    pub(crate) name: String,
    /// The attachment type (reference/PROTOCOL.md section 7).
    pub(crate) kind: &'static str,
    /// What it holds.
    pub(crate) bytes: Bytes,
}

/// The words of a player.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Comment {
    /// Who; may be empty.
    pub(crate) name: String,
    /// What happened.
    pub(crate) message: String,
}

/// Reads the body of a request and the `UserID` of its query, which is
/// `login|epic account|machine`. The archive inflates to `bytes_max` at most, which are taken out
/// of `memory`. A context or log that cannot be read is only left out.
///
/// # Errors
/// [`IngestError::InvalidUnreal`], [`IngestError::ItemTooLarge`] and [`IngestError::Overloaded`].
pub(crate) fn read(
    body: &[u8],
    user: Option<&str>,
    bytes_max: usize,
    memory: &mut Reservation,
) -> Result<Report, IngestError> {
    memory.grow(inflated_bytes(body, bytes_max)?)?;
    let crash = Unreal4Crash::parse_with_limit(body, bytes_max);
    let crash = crash.or(Err(IngestError::InvalidUnreal))?;
    let of_type = |kind| crash.file_by_type(kind);
    let dump = of_type(Unreal4FileType::Minidump);
    let mut event = json!({"platform": "native"});
    let mut comment = None;
    if let Some(file) = of_type(Unreal4FileType::Context) {
        comment = context::add(&mut event, file.data(), dump.is_some());
    }
    if let (Some(user), Some(event)) = (user, event.as_object_mut()) {
        add_user(event, user);
    }
    if let (Some(file), Some(event)) = (of_type(Unreal4FileType::Log), event.as_object_mut()) {
        logs::add(event, file.data());
    }
    let event = event.to_string();
    let event = to_event(&Crash {
        dump: dump.as_ref().map(Unreal4File::data),
        event: Some(event.as_bytes()),
        ..Crash::default()
    });
    let files = crash.files().take(FILES_MAX).map(File::from).collect();
    Ok(Report {
        event,
        files,
        comment,
    })
}

/// How large the archive becomes. Telling it costs time, but no memory.
fn inflated_bytes(body: &[u8], bytes_max: usize) -> Result<usize, IngestError> {
    let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX);
    let mut archive = ZlibDecoder::new(body).take(limit.saturating_add(1));
    let bytes = io::copy(&mut archive, &mut io::sink()).or(Err(IngestError::InvalidUnreal))?;
    match usize::try_from(bytes) {
        Ok(bytes) if bytes <= bytes_max => Ok(bytes),
        _ => Err(IngestError::ItemTooLarge("unreal_report")),
    }
}

fn add_user(event: &mut Map<String, Value>, user: &str) {
    let mut parts = user.split('|').map(str::trim);
    let mut put = |object: &str, name: &str| {
        let text = parts.next().filter(|text| !text.is_empty());
        let place = event.entry(object).or_insert_with(|| json!({}));
        if let (Some(text), Some(fields)) = (text, place.as_object_mut()) {
            fields.insert(name.to_owned(), text.into());
        }
    };
    put("user", "id");
    put("tags", "epic_account_id");
    put("tags", "machine_id");
}

impl From<Unreal4File> for File {
    fn from(file: Unreal4File) -> Self {
        let kind = match file.ty() {
            Unreal4FileType::Minidump => "event.minidump",
            Unreal4FileType::AppleCrashReport => "event.applecrashreport",
            Unreal4FileType::Log => "unreal.logs",
            Unreal4FileType::Context => "unreal.context",
            _ => "event.attachment",
        };
        Self {
            name: file.name().to_owned(),
            kind,
            bytes: file.into_bytes(),
        }
    }
}

#[cfg(test)]
mod tests;
