use super::{Trace, file, function};

const CAUSED: &str = "The above exception was the direct cause of the following exception:";
const DURING: &str = "During handling of the above exception, another exception occurred:";

/// The wording of Python's own `traceback` module.
pub(super) fn text(chain: &[Trace<'_>]) -> String {
    let mut text = String::new();
    let mut earlier: Option<Trace<'_>> = None;
    for trace in chain {
        if let Some(earlier) = earlier {
            // The SDK notes on the inner exception by which attribute it hangs on the outer one.
            let source = earlier.exception.path(&["mechanism", "source"]).text();
            let sentence = if source == Some("__cause__") {
                CAUSED
            } else {
                DURING
            };
            text.push_str(&format!("\n{sentence}\n\n"));
        }
        push_trace(&mut text, *trace);
        earlier = Some(*trace);
    }
    text
}

fn push_trace(text: &mut String, trace: Trace<'_>) {
    let mut frames = trace.frames().peekable();
    if frames.peek().is_some() {
        text.push_str("Traceback (most recent call last):\n");
    }
    for frame in frames {
        let line = match frame.key("lineno").number() {
            Some(line) => format!(", line {line}"),
            None => String::new(),
        };
        text.push_str(&format!(
            "  File \"{}\"{line}, in {}\n",
            file(frame),
            function(frame)
        ));
        if let Some(source) = frame.key("context_line").text().map(str::trim) {
            text.push_str(&format!("    {source}\n"));
        }
    }
    if trace.exception.value().is_none() {
        return;
    }
    let (kind, value) = (trace.qualified_kind(), trace.value());
    if value.is_empty() {
        text.push_str(&format!("{kind}\n"));
    } else {
        text.push_str(&format!("{kind}: {value}\n"));
    }
}
