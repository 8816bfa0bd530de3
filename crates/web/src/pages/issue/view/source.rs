//! The lines of source around the one that failed.

use serde::Serialize;

use super::node::Node;
use super::text::Text;

/// One line of source.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct SourceLine {
    /// Its number in the file, counted from 1, where it is known.
    pub(crate) number: Option<u64>,
    /// The line without its end, with marks where rules changed it.
    pub(crate) text: Text,
    /// Whether this is the line that the frame stands in.
    pub(crate) current: bool,
}

/// The lines of a frame's context; empty where the SDK sent none.
pub(crate) fn lines(frame: Node<'_>) -> Vec<SourceLine> {
    let current = frame.key("context_line");
    if current.text().is_none() {
        return Vec::new();
    }
    let before = texts(frame.key("pre_context"));
    let after = texts(frame.key("post_context"));
    if current.text() == Some("") && before.is_empty() && after.is_empty() {
        return Vec::new();
    }
    let first = frame.key("lineno").number().map(|number| {
        let before = u64::try_from(before.len()).unwrap_or_default();
        number.saturating_sub(before)
    });
    let current_index = before.len();
    before
        .into_iter()
        .chain([Text::of_line(current)])
        .chain(after)
        .enumerate()
        .map(|(index, text)| SourceLine {
            number: first.map(|first| first.saturating_add(u64::try_from(index).unwrap_or(0))),
            text,
            current: index == current_index,
        })
        .collect()
}

fn texts(list: Node<'_>) -> Vec<Text> {
    list.items().map(Text::of_line).collect()
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
        assert_eq!(lines[2].text.plain, "  b");
    }

    #[test]
    fn what_a_rule_changed_is_marked_and_what_the_source_says_is_not() {
        let sample = Sample::new(
            r#"{"context_line":"url = 'redis://:[secret:x]@db'","post_context":["return '[Filtered]'"],
                "_meta":{"context_line":{"":{"rem":[["@secret.x","s",16,26]],"len":40}}}}"#,
        );
        let lines = lines(sample.root());
        let parts: Vec<&str> = lines[0]
            .text
            .chunks
            .iter()
            .map(|part| part.text.as_str())
            .collect();
        assert_eq!(parts, ["url = 'redis://:", "[secret:x]", "@db'"]);
        assert!(lines[0].text.chunks[1].mark.is_some());
        assert_eq!(lines[1].text.plain, "return '[Filtered]'");
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
        assert_eq!(lines(sample.root())[1].text.plain.chars().count(), 502);
        let sample = Sample::new(r#"{"lineno":1,"pre_context":["a","b"],"context_line":"c"}"#);
        assert_eq!(lines(sample.root())[0].number, Some(0));
    }
}
