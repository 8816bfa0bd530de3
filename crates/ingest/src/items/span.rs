//! Spans that travel outside of transactions: containers of span v2, and single spans of the older
//! form (reference/PROTOCOL.md section 9.2).

use watchfire_event::Timestamp;

use super::Findings;
use super::container::{Container, has_content_type};
use super::field::{check_age, is_span_id, is_trace_id};
use super::flaw::{Flaw, judge};
use super::raw::Raw;
use crate::envelope::ItemHeader;
use crate::limits::Limits;
use crate::outcome::DataCategory;

const SPANS: Container = Container {
    entry: "span",
    content_type: "application/vnd.sentry.items.span.v2+json",
    category: DataCategory::Span,
    byte_category: None,
    too_large: "too_large:span",
};

/// What of a span item is good; `now` is the time on the sender's clock. An item that tells neither
/// the content type of containers nor a number of entries is one span of the older form.
pub(crate) fn look(
    payload: &[u8],
    header: &ItemHeader,
    now: Timestamp,
    limits: &Limits,
) -> Findings {
    let has_type = header.content_type.is_some() && has_content_type(header, SPANS.content_type);
    if has_type || header.item_count.is_some() {
        return SPANS.look(payload, header, limits.span_bytes_max, |entry| {
            check_v2(entry, now)
        });
    }
    judge(DataCategory::Span, "span", check_standalone(payload, now))
}

fn check_v2(span: Raw<'_>, now: Timestamp) -> Result<u64, Flaw> {
    let [name] = span.pick(["name"])?;
    if name.and_then(Raw::text).is_none() {
        return Err(invalid("lacks name"));
    }
    check_ids_and_times(span, ["start_timestamp", "end_timestamp"], now)?;
    // The bytes of spans are not counted.
    Ok(0)
}

fn check_standalone(payload: &[u8], now: Timestamp) -> Result<(), Flaw> {
    let span = Raw::whole(payload)?;
    span.check()?;
    if !span.is_object() {
        return Err(Flaw::new("invalid_json", "is not an object"));
    }
    check_ids_and_times(span, ["start_timestamp", "timestamp"], now)
}

/// What both forms need, which differ in the names of the times.
fn check_ids_and_times(span: Raw<'_>, times: [&str; 2], now: Timestamp) -> Result<(), Flaw> {
    let [start_name, end_name] = times;
    let [trace_id, span_id, start, end] =
        span.pick(["trace_id", "span_id", start_name, end_name])?;
    let trace_id = trace_id.and_then(Raw::text);
    if !is_trace_id(&trace_id.ok_or(invalid("lacks trace_id"))?) {
        return Err(invalid("has a trace_id that is none"));
    }
    let span_id = span_id.and_then(Raw::text);
    if !is_span_id(&span_id.ok_or(invalid("lacks span_id"))?) {
        return Err(invalid("has a span_id that is none"));
    }
    let start = start.and_then(Raw::time);
    let start = start.ok_or(invalid("lacks start_timestamp"))?;
    let end = end.and_then(Raw::time).ok_or_else(|| Flaw {
        reason: "invalid_span",
        words: format!("lacks {end_name}").into(),
    })?;
    if end < start {
        return Err(invalid("ends before it starts"));
    }
    check_age(start, now)
}

fn invalid(words: &'static str) -> Flaw {
    Flaw::new("invalid_span", words)
}

#[cfg(test)]
mod tests;
