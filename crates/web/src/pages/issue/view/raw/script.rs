use super::{Trace, file, position};

/// The wording of V8, and of Node for causes: the newest call first, the cause nested.
pub(super) fn text(chain: &[Trace<'_>]) -> String {
    let mut text = String::new();
    push(&mut text, chain, 0);
    text
}

fn push(text: &mut String, chain: &[Trace<'_>], depth: usize) {
    let Some((trace, causes)) = chain.split_last() else {
        return;
    };
    let indent = "  ".repeat(depth);
    let value = trace.value();
    if trace.exception.value().is_some() {
        text.push_str(trace.kind());
        if !value.is_empty() {
            text.push_str(&format!(": {value}"));
        }
    }
    for frame in trace.frames().rev() {
        let place = format!("{}{}", file(frame), position(frame));
        match frame.key("function").text() {
            Some(function) => text.push_str(&format!("\n{indent}    at {function} ({place})")),
            None => text.push_str(&format!("\n{indent}    at {place}")),
        }
    }
    if causes.is_empty() {
        text.push('\n');
        return;
    }
    text.push_str(&format!(" {{\n{indent}  [cause]: "));
    push(text, causes, depth + 1);
    text.push_str(&format!("{indent}}}\n"));
}
