//! Fields that few events have: the template of an old Django error, what a browser refused, what
//! named a transaction, and spans.

use super::shape::{
    boolean, fields, hex_id, json_string, list, map, number, object, object_or, string, timestamp,
    unsigned,
};
use crate::json::Value;
use crate::place::Place;

pub(super) fn template(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(template) = object_or(value, place, "expected templateinfo") else {
        return;
    };
    fields(template, place, |key, value, place| {
        match key {
            "filename" | "abs_path" | "context_line" => string(value, place),
            "lineno" | "colno" => unsigned(value, place),
            "pre_context" | "post_context" => list(value, place, string),
            _ => return false,
        }
        true
    });
}

pub(super) fn csp(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(csp) = object_or(value, place, "expected csp") else {
        return;
    };
    fields(csp, place, |key, value, place| {
        match key {
            "status_code" | "line_number" | "column_number" => unsigned(value, place),
            "effective_directive"
            | "blocked_uri"
            | "document_uri"
            | "original_policy"
            | "referrer"
            | "violated_directive"
            | "source_file"
            | "script_sample"
            | "disposition" => string(value, place),
            _ => return false,
        }
        true
    });
}

pub(super) fn transaction_info(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(info) = object_or(value, place, "expected transactioninfo") else {
        return;
    };
    if place.is_as_relay() {
        info.retain(|key, _| matches!(key, "source" | "original" | "propagations" | "changes"));
    }
    fields(info, place, |key, value, place| {
        match key {
            "source" | "original" => string(value, place),
            "propagations" => unsigned(value, place),
            "changes" => list(value, place, |value, place| {
                object_or(value, place, "expected transactionnamechange");
            }),
            _ => return false,
        }
        true
    });
}

pub(super) fn spans(value: &mut Value<'_>, place: &mut Place<'_>) {
    list(value, place, span);
}

fn span(value: &mut Value<'_>, place: &mut Place<'_>) {
    let Some(span) = object_or(value, place, "expected span") else {
        return;
    };
    fields(span, place, |key, value, place| {
        match key {
            "timestamp" | "start_timestamp" | "received" => timestamp(value, place),
            "exclusive_time" => number(value, place),
            "span_id" | "parent_span_id" | "segment_id" => {
                hex_id(value, place, super::SPAN_ID_DIGITS, "span id");
            }
            "trace_id" => hex_id(value, place, super::TRACE_ID_DIGITS, "trace id"),
            "op" | "description" | "origin" | "platform" | "status" => string(value, place),
            "is_segment" | "is_remote" | "was_transaction" => boolean(value, place),
            "tags" => map(value, place, json_string),
            "data" => {
                object_or(value, place, "expected spandata");
            }
            "sentry_tags" => {
                object_or(value, place, "expected sentrytags");
            }
            "measurements" => {
                object(value, place);
            }
            _ => return false,
        }
        true
    });
}
