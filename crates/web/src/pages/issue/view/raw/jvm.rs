use super::{Trace, function};
use crate::pages::issue::view::node::Node;

/// The wording of `Throwable.printStackTrace`: causes below what they caused.
pub(super) fn text(chain: &[Trace<'_>]) -> String {
    let mut text = String::new();
    for trace in chain.iter().rev() {
        if !text.is_empty() {
            text.push_str("Caused by: ");
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
            push_frame(&mut text, frame);
        }
    }
    text
}

fn push_frame(text: &mut String, frame: Node<'_>) {
    text.push_str("\tat ");
    if let Some(module) = frame.key("module").text() {
        text.push_str(module);
        text.push('.');
    }
    text.push_str(function(frame));
    let place = match (frame.key("filename").text(), frame.key("lineno").number()) {
        (Some(file), Some(line)) => format!("{file}:{line}"),
        (Some(file), None) => file.to_owned(),
        (None, _) => "Unknown Source".to_owned(),
    };
    text.push_str(&format!("({place})\n"));
}
