//! What one place says of scrubbing: a JSON document, read strictly when somebody writes it and
//! leniently when it was stored by another version.

mod config;
mod fields;
mod pattern;
mod problem;
mod references;

use crate::config::{Mode, PiiConfig};

use fields::Reader;

pub use problem::Problem;

/// A document takes at most this many bytes.
pub const DOCUMENT_BYTES_MAX: usize = 262_144;

/// What an organisation or a project says of scrubbing. All of it is optional; what is missing is
/// as in a new project (reference/SCRUBBING.md section 1).
///
/// In JSON the names are Relay's (`scrubData`, `scrubDefaults`, `scrubIpAddresses`,
/// `sensitiveFields`, `excludeFields`, `piiConfig`) and ours (`mode`, `secrets`).
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// *Data Scrubber*.
    pub scrub_data: Option<bool>,
    /// *Use Default Scrubbers*.
    pub scrub_defaults: Option<bool>,
    /// *Prevent Storing of IP Addresses*.
    pub scrub_ip_addresses: Option<bool>,
    /// *Additional Sensitive Fields*.
    pub sensitive_fields: Vec<String>,
    /// *Safe Fields*.
    pub exclude_fields: Vec<String>,
    /// *Advanced Data Scrubbing*.
    pub config: PiiConfig,
    /// Whether Relay's known weaknesses are kept.
    pub mode: Option<Mode>,
    /// Whether the secrets catalogue runs.
    pub secrets: Option<bool>,
}

impl Document {
    /// Reads a document that somebody wrote. An empty text says nothing.
    ///
    /// # Errors
    /// Every problem with its position, in the order of the document. Nothing of a document with a
    /// problem is accepted.
    pub fn parse(text: &str) -> Result<Self, Vec<Problem>> {
        let length = text.len();
        if length > DOCUMENT_BYTES_MAX {
            let reason =
                format!("is {length} bytes long: at most {DOCUMENT_BYTES_MAX} are accepted");
            return Err(vec![Problem::new("document", reason)]);
        }
        let (document, problems) = Self::parse_leniently(text);
        if problems.is_empty() {
            Ok(document)
        } else {
            Err(problems)
        }
    }

    /// Reads a document like [`Document::parse_stored`]. One that is no JSON object says nothing,
    /// and that is its one problem.
    #[must_use]
    pub fn parse_leniently(text: &str) -> (Self, Vec<Problem>) {
        Self::parse_stored(text).unwrap_or_else(|problem| (Self::default(), vec![problem]))
    }

    /// Reads a stored document of any size: parts that cannot be read are skipped and named, lists
    /// that are too long are cut. Where the setting of IP addresses cannot be read, none are stored.
    ///
    /// # Errors
    /// When it is no JSON object, so that nobody knows what it said.
    pub fn parse_stored(text: &str) -> Result<(Self, Vec<Problem>), Problem> {
        if text.trim().is_empty() {
            return Ok((Self::default(), Vec::new()));
        }
        Ok(Self::read(Reader::new(&problem::json(text)?)?))
    }

    fn read(mut reader: Reader<'_>) -> (Self, Vec<Problem>) {
        let document = Self {
            scrub_data: reader.boolean("scrubData"),
            scrub_defaults: reader.boolean("scrubDefaults"),
            scrub_ip_addresses: reader.boolean_or_true("scrubIpAddresses"),
            sensitive_fields: reader.sensitive_fields(),
            exclude_fields: reader.names("excludeFields"),
            config: reader.config("piiConfig"),
            mode: reader.mode("mode"),
            secrets: reader.boolean("secrets"),
        };
        (document, reader.finish())
    }
}

#[cfg(test)]
mod tests;
