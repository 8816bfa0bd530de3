//! Finds things in the API's answer for an event.

use anyhow::Context;
use serde_json::Value;

/// The event's id.
pub(super) fn event_id(event: &Value) -> anyhow::Result<&str> {
    event["eventID"].as_str().context("an event id")
}

/// The data of the entry of this kind.
pub(super) fn entry<'a>(event: &'a Value, kind: &str) -> &'a Value {
    let entries = event["entries"].as_array().expect("entries");
    let found = entries.iter().find(|entry| entry["type"] == kind);
    &found.unwrap_or_else(|| panic!("no {kind} among the entries of {event}"))["data"]
}

fn exceptions(event: &Value) -> &Vec<Value> {
    entry(event, "exception")["values"]
        .as_array()
        .expect("values")
}

/// The types of the exceptions, causes first.
pub(super) fn exception_types(event: &Value) -> Vec<&str> {
    let types = exceptions(event).iter().map(|value| &value["type"]);
    types.map(|name| name.as_str().unwrap_or("")).collect()
}

/// The exception that was raised last.
pub(super) fn exception(event: &Value) -> &Value {
    exceptions(event).last().expect("an exception")
}

/// The innermost frame of the exception that was raised last.
pub(super) fn failing_frame(event: &Value) -> &Value {
    let frames = exception(event)["stacktrace"]["frames"].as_array();
    frames.expect("frames").last().expect("a frame")
}

/// The source line whose number is the frame's.
pub(super) fn failing_line(frame: &Value) -> &str {
    let lines = frame["context"].as_array().expect("source lines");
    let line = lines
        .iter()
        .find(|line| line[0] == frame["lineNo"])
        .expect("the failing line");
    line[1].as_str().expect("text")
}

/// The value of a tag.
pub(super) fn tag<'a>(event: &'a Value, key: &str) -> &'a Value {
    let tags = event["tags"].as_array().expect("tags");
    &tags
        .iter()
        .find(|tag| tag["key"] == key)
        .unwrap_or_else(|| panic!("no tag {key} among {tags:?}"))["value"]
}

/// The value of a pair list such as cookies or headers.
pub(super) fn pair<'a>(pairs: &'a Value, key: &str) -> &'a Value {
    let pairs = pairs.as_array().expect("pairs");
    &pairs
        .iter()
        .find(|pair| pair[0] == key)
        .unwrap_or_else(|| panic!("no {key} in {pairs:?}"))[1]
}

/// The breadcrumb with this category.
pub(super) fn breadcrumb<'a>(event: &'a Value, category: &str) -> &'a Value {
    let crumbs = entry(event, "breadcrumbs")["values"]
        .as_array()
        .expect("values");
    let found = crumbs.iter().find(|crumb| crumb["category"] == category);
    found.unwrap_or_else(|| panic!("no breadcrumb {category} among {crumbs:?}"))
}
