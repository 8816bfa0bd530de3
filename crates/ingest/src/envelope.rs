//! The envelope grammar (reference/PROTOCOL.md section 4): a header line, then items of a header
//! line and a payload. Everything borrows from the body.

mod header;
mod item_kind;

pub(crate) use header::{EnvelopeHeader, ItemHeader};
pub(crate) use item_kind::ItemKind;

use crate::limits::ENVELOPE_ITEMS_MAX;
use crate::outcome::{Amount, DataCategory};

/// What a body holds when it is read as an envelope.
#[derive(Debug, PartialEq)]
pub(crate) struct Envelope<'a> {
    /// The first line.
    pub(crate) header: EnvelopeHeader,
    /// The items in their order, at most [`ENVELOPE_ITEMS_MAX`].
    pub(crate) items: Vec<RawItem<'a>>,
}

/// An item as it was sent: its payload has not been looked at.
#[derive(Debug, PartialEq)]
pub(crate) struct RawItem<'a> {
    /// The item's header line.
    pub(crate) header: ItemHeader,
    /// The bytes of the item.
    pub(crate) payload: &'a [u8],
}

impl RawItem<'_> {
    /// What the item is.
    pub(crate) fn kind(&self) -> ItemKind {
        ItemKind::of(&self.header.item_type)
    }

    /// What the item counts as, and how much of it; `None` for what is never counted. Attachments
    /// count in bytes and in pieces, containers by the entries that they say they hold, though no
    /// more than would fit.
    pub(crate) fn amount(&self) -> Option<Amount> {
        let bytes = u64::try_from(self.payload.len()).unwrap_or(u64::MAX);
        let entries = self.header.item_count.unwrap_or(1).clamp(1, bytes.max(1));
        let is_of_a_user_interface = self.header.item_type == "profile_chunk_ui"
            || matches!(
                self.header.platform.as_deref(),
                Some("cocoa" | "android" | "javascript")
            );
        Some(match self.kind().category()? {
            DataCategory::Attachment => Amount::attachment(self.payload.len()),
            DataCategory::LogItem => {
                Amount::new(DataCategory::LogItem, entries).and(DataCategory::LogByte, bytes.max(1))
            }
            DataCategory::TraceMetric => Amount::new(DataCategory::TraceMetric, entries)
                .and(DataCategory::TraceMetricByte, bytes.max(1)),
            DataCategory::Transaction => {
                Amount::new(DataCategory::Transaction, 1).and(DataCategory::Span, self.spans(bytes))
            }
            DataCategory::ProfileChunk if is_of_a_user_interface => {
                Amount::new(DataCategory::ProfileChunkUi, 1)
            }
            category @ DataCategory::Span => Amount::new(category, entries),
            category => Amount::new(category, 1),
        })
    }

    /// How many spans a transaction says it has, itself included.
    fn spans(&self, bytes: u64) -> u64 {
        let spans = self.header.span_count.unwrap_or(0).min(bytes);
        spans.saturating_add(1)
    }
}

/// Why a body is not an envelope. One malformed item spoils the whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EnvelopeError {
    /// The first line is not an object, or one of its fields cannot be read.
    #[error("invalid envelope header")]
    Header,
    /// An item's header is not an object, lacks `type`, or has a bad `length`.
    #[error("invalid item header")]
    ItemHeader,
    /// Something other than a newline follows a header or a payload.
    #[error("missing newline after header or payload")]
    MissingNewline,
    /// A `length` reaches past the end of the body.
    #[error("unexpected end of file")]
    UnexpectedEof,
    /// There are more than [`ENVELOPE_ITEMS_MAX`] items.
    #[error("too many individual items")]
    TooManyItems,
}

/// Reads the whole envelope, leniently: blank lines between items and at the end are skipped, and
/// one carriage return before a newline is tolerated after headers and after payloads with a length.
///
/// # Errors
/// [`EnvelopeError`] for the first thing that does not fit the grammar.
pub(crate) fn parse(body: &[u8]) -> Result<Envelope<'_>, EnvelopeError> {
    let (header, mut rest) = parse_header(body)?;
    let mut items = Vec::new();
    loop {
        rest = rest.trim_ascii_start();
        if rest.is_empty() {
            return Ok(Envelope { header, items });
        }
        if items.len() == ENVELOPE_ITEMS_MAX {
            return Err(EnvelopeError::TooManyItems);
        }
        let (item, after) = parse_item(rest)?;
        items.push(item);
        rest = after;
    }
}

/// Reads the first line alone and returns it with what follows it. The only place where the key
/// can be when the request itself carries none (reference/PROTOCOL.md section 3).
///
/// # Errors
/// [`EnvelopeError::Header`] or [`EnvelopeError::MissingNewline`].
pub(crate) fn parse_header(body: &[u8]) -> Result<(EnvelopeHeader, &[u8]), EnvelopeError> {
    let (header, rest) = EnvelopeHeader::split(body).ok_or(EnvelopeError::Header)?;
    Ok((header, after_newline(rest)?))
}

fn parse_item(rest: &[u8]) -> Result<(RawItem<'_>, &[u8]), EnvelopeError> {
    let (header, rest) = ItemHeader::split(rest).ok_or(EnvelopeError::ItemHeader)?;
    let rest = after_newline(rest)?;
    let (payload, rest) = match header.length {
        Some(length) => {
            let (payload, rest) = rest
                .split_at_checked(length)
                .ok_or(EnvelopeError::UnexpectedEof)?;
            (payload, after_newline(rest)?)
        }
        None => split_line(rest),
    };
    Ok((RawItem { header, payload }, rest))
}

/// What follows a newline or the end.
fn after_newline(rest: &[u8]) -> Result<&[u8], EnvelopeError> {
    match rest {
        [] => Ok(rest),
        [b'\n', rest @ ..] | [b'\r', b'\n', rest @ ..] => Ok(rest),
        [b'\r'] => Ok(&[]),
        _ => Err(EnvelopeError::MissingNewline),
    }
}

/// The bytes up to the next newline, and those after it.
fn split_line(rest: &[u8]) -> (&[u8], &[u8]) {
    match memchr::memchr(b'\n', rest).and_then(|index| rest.split_at_checked(index)) {
        Some((line, [_, rest @ ..])) => (line, rest),
        _ => (rest, &[]),
    }
}

#[cfg(test)]
mod tests;
