use super::{Trace, function, position};
use crate::pages::issue::view::node::Node;

/// A text for languages without a wording of their own here: newest call first, causes below.
pub(super) fn text(chain: &[Trace<'_>]) -> String {
    let mut text = String::new();
    for trace in chain.iter().rev() {
        if !text.is_empty() {
            text.push_str("\nCaused by: ");
        }
        let value = trace.value();
        if trace.exception.value().is_some() {
            text.push_str(&trace.qualified_kind());
            if !value.is_empty() {
                text.push_str(&format!(": {value}"));
            }
            text.push('\n');
        }
        for frame in trace.frames().rev() {
            text.push_str(&format!("  at {} ({})\n", function(frame), place(frame)));
        }
    }
    text
}

fn place(frame: Node<'_>) -> String {
    let named = ["abs_path", "filename", "module"]
        .iter()
        .find_map(|key| frame.key(key).text());
    match (named, frame.key("instruction_addr").text()) {
        (Some(name), _) => format!("{name}{}", position(frame)),
        (None, Some(address)) => {
            let package = frame.key("package").text().unwrap_or("<unknown>");
            format!("{package} {address}")
        }
        (None, None) => "<unknown>".to_owned(),
    }
}
