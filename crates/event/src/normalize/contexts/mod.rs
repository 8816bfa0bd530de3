//! Contexts: reference/PROTOCOL.md section 8.3.

mod os;
mod runtime;
mod trace;

use crate::json::{Object, Value};
use crate::place::Place;
use crate::{Dsc, EventId, PathItem, decode};

/// A context that only the server may set.
const RESERVED: &str = "reprocessing";

/// Gives every event a trace, reads what descriptions say, and adds summaries to the contexts that
/// have a name and a version.
pub(super) fn normalize(
    body: &mut Object<'_>,
    root: &mut Place<'_>,
    id: EventId,
    dsc: Option<&Dsc>,
) {
    if body.get_object("contexts").is_none() {
        body.insert("contexts", Object::new());
    }
    let Some(Value::Object(contexts)) = body.get_mut("contexts") else {
        return;
    };
    if contexts.remove(RESERVED).is_some() {
        root.key("contexts").forget(PathItem::Key(RESERVED));
    }
    for (alias, value) in contexts.iter_mut() {
        if let Value::Object(context) = value {
            complete(alias, context);
        }
    }
    if let Some(trace) = decode::context_mut(contexts, "trace") {
        trace::complete(trace, id, dsc);
    }
}

fn complete(alias: &str, context: &mut Object<'_>) {
    match context.get_str("type").unwrap_or(alias) {
        "os" | "client_os" => {
            os::describe(context);
            summarize("os", context);
        }
        "runtime" => {
            runtime::describe(context);
            summarize("runtime", context);
        }
        "browser" => summarize("browser", context),
        _ => {}
    }
}

/// Name and version in one, under a key of the context's own type.
fn summarize(key: &'static str, context: &mut Object<'_>) {
    let summary = match (context.get_str("name"), context.get_str("version")) {
        (Some(name), Some(version)) if !context.contains_key(key) => {
            format!("{name} {version}")
        }
        _ => return,
    };
    context.insert(key, summary);
}

/// Whether a context says nothing under this key.
fn lacks(context: &Object<'_>, key: &str) -> bool {
    match context.get(key) {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(_) => false,
    }
}

/// The version at the start of a text: numbers with dots, of which there must be at least
/// `numbers_min`, and at most `numbers_max` are taken; and what follows it.
fn version(text: &str, numbers_min: usize, numbers_max: usize) -> Option<(&str, &str)> {
    let mut end = 0;
    let mut numbers = 0;
    while numbers < numbers_max {
        let start = match numbers {
            0 => 0,
            _ if text.as_bytes().get(end) == Some(&b'.') => end + 1,
            _ => break,
        };
        let rest = text.as_bytes().get(start..).unwrap_or_default();
        match rest.iter().take_while(|byte| byte.is_ascii_digit()).count() {
            0 => break,
            digits => end = start + digits,
        }
        numbers += 1;
    }
    (numbers >= numbers_min).then(|| text.split_at_checked(end))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_stop_where_the_numbers_do() {
        assert_eq!(version("4.18.0-x", 3, 3), Some(("4.18.0", "-x")));
        assert_eq!(version("10.0.19041.1", 3, 3), Some(("10.0.19041", ".1")));
        assert_eq!(version("14 / x", 1, 3), Some(("14", " / x")));
        assert_eq!(version("14.", 1, 3), Some(("14", ".")));
        assert_eq!(version("14.1", 3, 3), None);
        assert_eq!(version("x", 1, 3), None);
    }
}
