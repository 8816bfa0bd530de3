//! Components in words.

use super::rows::text;
use crate::Component;
use crate::title::shortened;

/// Characters of a text that a sentence repeats.
const TEXT_CHARS_MAX: usize = 100;

/// What a text is.
pub(super) fn name(path: &[&'static str]) -> &'static str {
    match path.last().copied().unwrap_or_default() {
        "type" => "exception type",
        "value" => "exception value",
        "filename" => "file",
        "context-line" => "line of code",
        "domain" => "error domain",
        "code" => "error code",
        "fingerprint-entry" => "entry of the fingerprint",
        "salt" => "directive",
        "uri" => "blocked address",
        "hostname" => "host",
        other => other,
    }
}

/// What the first component of a variant that counts is, as what a group is made by.
pub(super) fn subject(variant: &Component<'_>) -> &'static str {
    let mut counting = variant.parts().iter().filter(|part| part.contributes);
    let first = counting.next().map_or(variant.id, |part| part.id);
    let has_frames = variant.has_contributing("stacktrace");
    match (variant.id, first) {
        ("checksum", _) => "a checksum",
        ("fallback", _) => "nothing",
        ("fingerprint", _) => "a fingerprint",
        ("app", _) if has_frames => "the frames of the application",
        ("system", _) if has_frames => "all frames",
        (_, "exception" | "chained-exception") => "the exception without frames",
        (_, "message") => "the message",
        (_, "template") => "the template",
        _ => "the report of a browser",
    }
}

/// Where a frame stands: `the frame nearest to the crash`, `the 3rd frame from the crash`.
pub(super) fn place_of_frame(distance: usize) -> String {
    match distance {
        0 => "the frame nearest to the crash".to_owned(),
        _ => format!("the {} frame from the crash", ordinal(distance + 1)),
    }
}

fn ordinal(number: usize) -> String {
    let suffix = match (number % 10, number % 100) {
        (1, tens) if tens != 11 => "st",
        (2, tens) if tens != 12 => "nd",
        (3, tens) if tens != 13 => "rd",
        _ => "th",
    };
    format!("{number}{suffix}")
}

/// A frame in words: `checkout in shop.views`.
pub(super) fn frame(component: &Component<'_>) -> String {
    let part = |id: &str| {
        let found = component.parts().iter().find(|part| part.id == id);
        found.map(text).filter(|text| !text.is_empty())
    };
    let function = part("function").unwrap_or("?");
    match part("module").or_else(|| part("filename")) {
        Some(place) => short(&format!("{function} in {place}")),
        None => short(function),
    }
}

/// An exception in words: its type, or else its value.
pub(super) fn exception(component: &Component<'_>) -> String {
    let part = |id: &str| component.parts().iter().find(|part| part.id == id);
    let named = part("type").or_else(|| part("value"));
    named.map_or_else(|| "without a type".to_owned(), |part| short(text(part)))
}

/// Which event has something that the other has not.
pub(super) fn side(is_left: bool) -> &'static str {
    if is_left { "left" } else { "right" }
}

pub(super) fn short(text: &str) -> String {
    shortened(text, TEXT_CHARS_MAX).into_owned()
}

/// A sentence with a capital at its beginning.
pub(super) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}
