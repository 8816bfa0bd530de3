//! The kinds of envelope items, one module each (reference/PROTOCOL.md sections 7 and 9). They
//! read and judge payloads; nothing here stores, counts or answers.

pub(crate) mod minidump;
pub(crate) mod multipart;

pub(crate) mod check_in;
mod container;
mod field;
mod flaw;
pub(crate) mod log;
pub(crate) mod otlp;
pub(crate) mod profile;
pub(crate) mod profile_chunk;
pub(crate) mod raw;
pub(crate) mod replay;
pub(crate) mod session;
pub(crate) mod span;
pub(crate) mod trace_metric;
pub(crate) mod transaction;
pub(crate) mod unreal;
pub(crate) mod user_report;

pub(crate) use raw::Raw;

use std::borrow::Cow;

use crate::outcome::DataCategory;

/// What a look at an item found. The parts of one item are judged one by one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Findings {
    /// What is as it should be: what it counts as, and how much of it.
    pub(crate) good: Vec<(DataCategory, u64)>,
    /// What cannot be used, and why.
    pub(crate) bad: Vec<Bad>,
}

/// A part of an item, or a whole item, that cannot be used. It is counted as `invalid`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bad {
    /// What it counts as.
    pub(crate) category: DataCategory,
    /// How much of it.
    pub(crate) quantity: u64,
    /// The reason of the outcome (reference/PROTOCOL.md section 12).
    pub(crate) reason: &'static str,
    /// What is wrong, in words for the stats page: positions, names of fields and sizes, never
    /// text of the payload.
    pub(crate) message: Cow<'static, str>,
}
