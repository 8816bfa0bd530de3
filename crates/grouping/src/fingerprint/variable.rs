//! Variables in fingerprints, `{{ name }}` (reference/GROUPING.md section 8).

use std::borrow::Cow;

use crate::context::Context;
use crate::frame::Frame;
use crate::parameterize::parameterize;

/// The name in a text that is one variable and nothing else.
pub(super) fn name(text: &str) -> Option<&str> {
    let name = text.strip_prefix("{{")?.strip_suffix("}}")?.trim();
    (!name.is_empty() && !name.contains(char::is_whitespace)).then_some(name)
}

/// The value of a variable, or the text that stands for a missing one.
pub(super) fn resolve<'e>(name: &str, context: &Context<'e>) -> Cow<'e, str> {
    let last = context.exceptions.last();
    let frame = context.crash_frame();
    let function = || frame.and_then(|frame| frame.function.clone());
    let plain = |value: Option<&'e str>| value.map(Cow::Borrowed);
    let found = match name {
        "transaction" => plain(context.text("transaction")),
        "message" => message(context).map(parameterize),
        "raw_message" => plain(message(context)),
        "type" | "error.type" => plain(last.and_then(|last| last.kind)),
        "value" | "error.value" => last.and_then(|last| last.value).map(parameterize),
        "raw_value" | "error.raw_value" => plain(last.and_then(|last| last.value)),
        "function" | "stack.function" => function().filter(|name| !name.is_empty()),
        "path" | "stack.abs_path" => plain(frame.and_then(|at| at.abs_path.or(at.filename))),
        "stack.filename" => plain(frame.and_then(|at| at.filename.or(at.abs_path))),
        "module" | "stack.module" => plain(frame.and_then(|at| at.module)),
        "package" | "stack.package" => plain(frame.and_then(package)),
        "level" => plain(context.text("level")),
        "logger" => plain(context.text("logger")),
        _ => return resolve_tag(name, context),
    };
    found.unwrap_or(Cow::Borrowed(placeholder(name)))
}

fn resolve_tag<'e>(name: &str, context: &Context<'e>) -> Cow<'e, str> {
    match name.strip_prefix("tags.") {
        Some(tag) => match context.tag(tag) {
            Some(value) => Cow::Borrowed(value),
            None => Cow::Owned(format!("<no-value-for-tag-{tag}>")),
        },
        None => Cow::Owned(format!("<unrecognized-variable-{name}>")),
    }
}

fn message<'e>(context: &Context<'e>) -> Option<&'e str> {
    let exception = context.exceptions.last();
    let log_entry = |key| context.log_entry(key);
    log_entry("formatted")
        .or_else(|| log_entry("message"))
        .or_else(|| exception.and_then(|exception| exception.value))
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
