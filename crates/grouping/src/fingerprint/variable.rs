//! Variables in fingerprints and titles, `{{ name }}` (reference/GROUPING.md section 8).

use std::borrow::Cow;

use super::tags;
use crate::Version;
use crate::context::Context;
use crate::frame::Frame;

/// The name in a text that is one variable and nothing else.
pub(super) fn name(text: &str) -> Option<&str> {
    let name = text.strip_prefix("{{")?.strip_suffix("}}")?.trim();
    (!name.is_empty() && !name.contains(char::is_whitespace)).then_some(name)
}

/// The value of a variable in a fingerprint, or the text that stands for a missing one. `None` for
/// an unknown name where the version leaves those as they are written.
///
/// Messages are masked, so that a fingerprint does not tell apart what grouping would not; those
/// of 2023 were not.
pub(super) fn resolve<'e>(name: &str, context: &Context<'e>) -> Option<Cow<'e, str>> {
    let message = match name {
        "message" => message(context),
        "value" | "error.value" => context.exceptions.last().and_then(|last| last.value),
        _ => None,
    };
    match message {
        Some(message) if context.compiled.version > Version::Newstyle2023 => {
            Some(context.compiled.parameterizer.apply(message))
        }
        _ => resolve_raw(name, context),
    }
}

/// The value of a variable in a title: messages as they are.
pub(super) fn resolve_raw<'e>(name: &str, context: &Context<'e>) -> Option<Cow<'e, str>> {
    let last = context.exceptions.last();
    let frame = context.crash_frame();
    let plain = |value: Option<&'e str>| value.map(Cow::Borrowed);
    let found = match name {
        "transaction" | "level" | "logger" => plain(context.text(name)),
        "message" | "raw_message" => plain(message(context)),
        "type" | "error.type" => plain(last.and_then(|last| last.kind)),
        "value" | "error.value" | "raw_value" | "error.raw_value" => {
            plain(last.and_then(|last| last.value))
        }
        "function" | "stack.function" => frame.and_then(|frame| frame.function.clone()),
        "path" | "stack.abs_path" => {
            plain(frame.and_then(|at| filled(at.abs_path).or(at.filename)))
        }
        "stack.filename" => plain(frame.and_then(|at| filled(at.filename).or(at.abs_path))),
        "module" | "stack.module" => plain(frame.and_then(|at| at.module)),
        "package" | "stack.package" => plain(frame.and_then(package)),
        _ => return resolve_tag(name, context),
    };
    let found = found.filter(|value| !value.is_empty());
    Some(found.unwrap_or(Cow::Borrowed(placeholder(name))))
}

fn resolve_tag<'e>(name: &str, context: &Context<'e>) -> Option<Cow<'e, str>> {
    match name.strip_prefix("tags.") {
        Some(tag) => Some(match tags::first(context.body, tag) {
            Some(value) => Cow::Borrowed(value),
            None => Cow::Owned(format!("<no-value-for-tag-{tag}>")),
        }),
        None if context.compiled.version == Version::Newstyle2023 => None,
        None => Some(Cow::Owned(format!("<unrecognized-variable-{name}>"))),
    }
}

fn message<'e>(context: &Context<'e>) -> Option<&'e str> {
    let exception = context.exceptions.last();
    let log_entry = |key| context.log_entry(key);
    log_entry("formatted")
        .or_else(|| log_entry("message"))
        .or_else(|| exception.and_then(|exception| exception.value))
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

fn package<'e>(frame: &Frame<'e>) -> Option<&'e str> {
    frame
        .package
        .and_then(|path| path.rsplit(['/', '\\']).next())
}

fn placeholder(name: &str) -> &'static str {
    match name {
        "transaction" => "<no-transaction>",
        "message" | "raw_message" => "<no-message>",
        "type" | "error.type" => "<no-type>",
        "function" | "stack.function" => "<no-function>",
        "path" | "stack.abs_path" => "<no-abs-path>",
        "stack.filename" => "<no-filename>",
        "module" | "stack.module" => "<no-module>",
        "package" | "stack.package" => "<no-package>",
        "level" => "<no-level>",
        "logger" => "<no-logger>",
        _ => "<no-value>",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_covers_the_whole_entry() {
        assert_eq!(name("{{ default }}"), Some("default"));
        assert_eq!(name("{{default}}"), Some("default"));
        assert_eq!(name("{{ a b }}"), None);
        assert_eq!(name("x {{ default }}"), None);
        assert_eq!(name("default"), None);
    }
}
