//! The lines of source around the one that failed.

use serde::Serialize;

use super::budget::{SOURCE_LINE_CHARS_MAX, first_chars};
use super::node::Node;

/// One line of source.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct SourceLine {
    /// Its number in the file, counted from 1, where it is known.
    pub(crate) number: Option<u64>,
    /// The line without its end.
    pub(crate) text: String,
    /// Whether this is the line that the frame stands in.
    pub(crate) current: bool,
}

/// The lines of a frame's context; empty where the SDK sent none.
pub(crate) fn lines(frame: Node<'_>) -> Vec<SourceLine> {
    let Some(current) = frame
        .key("context_line")
        .value()
        .and_then(|value| value.as_str())
    else {
        return Vec::new();
    };
    let before = texts(frame.key("pre_context"));
    let after = texts(frame.key("post_context"));
    if current.is_empty() && before.is_empty() && after.is_empty() {
        return Vec::new();
    }
    let first = frame.key("lineno").number().map(|number| {
        let before = u64::try_from(before.len()).unwrap_or_default();
        number.saturating_sub(before)
    });
    let current_index = before.len();
    before
        .into_iter()
        .chain([current])
        .chain(after)
        .enumerate()
        .map(|(index, text)| SourceLine {
            number: first.map(|first| first.saturating_add(u64::try_from(index).unwrap_or(0))),
            text: shortened(text.trim_end_matches(['\r', '\n'])),
            current: index == current_index,
        })
        .collect()
}

fn texts<'e>(list: Node<'e>) -> Vec<&'e str> {
    list.items()
        .map(|node| node.text().unwrap_or_default())
        .collect()
}

fn shortened(line: &str) -> String {
    let shown = first_chars(line, SOURCE_LINE_CHARS_MAX);
    let dots = if shown.len() < line.len() { " …" } else { "" };
    format!("{shown}{dots}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::issue::view::node::tests::Sample;

    #[test]
    fn lines_are_numbered_around_the_failing_one() {
        let sample = Sample::new(
            r#"{"lineno":88,"pre_context":["a",null],"context_line":"  b\n","post_context":["c"]}"#,
        );
        let lines = lines(sample.root());
        let numbers: Vec<_> = lines
            .iter()
            .map(|line| (line.number, line.current))
            .collect();
        assert_eq!(
            numbers,
            [
                (Some(86), false),
                (Some(87), false),
                (Some(88), true),
                (Some(89), false)
            ]
        );
        assert_eq!(lines[2].text, "  b");
    }

    #[test]
    fn a_frame_without_source_has_no_lines() {
        assert!(lines(Sample::new(r#"{"lineno":1}"#).root()).is_empty());
        assert!(lines(Sample::new(r#"{"context_line":""}"#).root()).is_empty());
    }

    #[test]
    fn impossible_line_numbers_and_minified_lines_are_harmless() {
        let sample = Sample::new(&format!(
            r#"{{"lineno":18446744073709551615,"pre_context":["a"],"context_line":"{}"}}"#,
            "x".repeat(9_000)
        ));
        assert_eq!(lines(sample.root())[1].text.chars().count(), 502);
        let sample = Sample::new(r#"{"lineno":1,"pre_context":["a","b"],"context_line":"c"}"#);
        assert_eq!(lines(sample.root())[0].number, Some(0));
    }
}
