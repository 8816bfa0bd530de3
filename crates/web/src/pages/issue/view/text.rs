//! A text of the event with marks at the places that were changed.

use serde::Serialize;
use watchfire_event::Remark;

use super::budget::{
    Budget, SOURCE_LINE_CHARS_MAX, TEXT_CHARS_FOLDED, TEXT_CHARS_MAX, TEXT_LINES_FOLDED,
    first_chars, grouped_count,
};
use super::mark::{Mark, sdk_parts};
use super::node::Node;

/// A text as the page shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Text {
    /// The text, when no part of it is marked.
    pub(crate) plain: String,
    /// The parts, when some are marked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) chunks: Vec<Chunk>,
    /// Whether it folds to a few lines until asked for.
    pub(crate) folded: bool,
    /// How much is not shown, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) left_out: Option<String>,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Chunk {
    /// The part.
    pub(crate) text: String,
    /// Why it is marked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mark: Option<Mark>,
}

impl Text {
    /// A text without marks, at most [`TEXT_CHARS_MAX`] characters of it.
    pub(crate) fn plain(text: &str) -> Self {
        let shown = first_chars(text, TEXT_CHARS_MAX);
        Self {
            plain: shown.to_owned(),
            chunks: Vec::new(),
            folded: is_long(shown),
            left_out: (shown.len() < text.len()).then(|| left_out(text)),
        }
    }

    /// The scalar at a node with its marks; a removed one is a mark alone. `None` when nothing is
    /// there.
    pub(crate) fn of(node: Node<'_>, budget: &Budget) -> Option<Self> {
        let Some(text) = node.scalar() else {
            return Self::gone(node);
        };
        budget.take_chars(text.len().min(TEXT_CHARS_MAX));
        let mut view = Self::plain(&text);
        view.chunks = chunks(&view.plain, text.len(), node);
        if !view.chunks.is_empty() {
            view.plain.clear();
        }
        Some(view)
    }

    /// A line of source without its end, at most [`SOURCE_LINE_CHARS_MAX`] characters of it, with
    /// the marks of rules. What SDKs put in place of secrets is not marked: source may say it.
    pub(crate) fn of_line(node: Node<'_>) -> Self {
        let Some(line) = node.text() else {
            return Self::gone(node).unwrap_or_default();
        };
        let whole = line.trim_end_matches(['\r', '\n']);
        let shown = first_chars(whole, SOURCE_LINE_CHARS_MAX);
        let shown = if shown.len() < whole.len() {
            &format!("{shown} …")
        } else {
            shown
        };
        match marked(shown, line.len(), node) {
            Some(chunks) => Self {
                chunks,
                ..Self::default()
            },
            None => Self {
                plain: shown.to_owned(),
                ..Self::default()
            },
        }
    }

    /// Whether it is nothing but its text: no marks, no folds, nothing left out.
    pub(crate) fn is_simple(&self) -> bool {
        self.chunks.is_empty() && !self.folded && self.left_out.is_none()
    }

    /// A mark in place of a value that is no longer there; `None` when nothing says why.
    pub(crate) fn gone(node: Node<'_>) -> Option<Self> {
        let mark = Mark::of_value(node)?;
        let text = match mark.kind {
            "invalid" => "invalid",
            "cut" => "left out",
            _ => "removed",
        };
        Some(Self {
            chunks: vec![Chunk {
                text: text.to_owned(),
                mark: Some(mark),
            }],
            ..Self::default()
        })
    }
}

fn left_out(text: &str) -> String {
    format!(
        "the first {} of {} characters",
        grouped_count(TEXT_CHARS_MAX),
        grouped_count(text.chars().count())
    )
}

fn is_long(text: &str) -> bool {
    text.len() > TEXT_CHARS_FOLDED || text.lines().nth(TEXT_LINES_FOLDED).is_some()
}

/// The parts of a text, of which the first bytes are shown; empty when nothing is marked.
fn chunks(shown: &str, stored_bytes: usize, node: Node<'_>) -> Vec<Chunk> {
    marked(shown, stored_bytes, node).unwrap_or_else(|| filtered_by_sdk(shown))
}

/// The parts of a text that rules or limits changed; `None` when nothing was noted of it.
///
/// A remark's range counts bytes of the stored text. A range that does not fit it, because the SDK
/// miscounted, marks the whole text; one behind what is shown marks nothing.
fn marked(shown: &str, stored_bytes: usize, node: Node<'_>) -> Option<Vec<Chunk>> {
    let remarks = &node.meta().remarks;
    let ranges: Option<Vec<(usize, usize, &Remark)>> = remarks
        .iter()
        .map(|remark| {
            let (start, end) = remark.range?;
            let is_shown = end <= shown.len() && shown.get(start..end).is_some();
            let is_behind = start <= end && end > shown.len() && end <= stored_bytes;
            (is_shown || is_behind).then_some((start, end, remark))
        })
        .collect();
    match ranges {
        Some(mut ranges) if !ranges.is_empty() => {
            ranges.retain(|(_, end, _)| *end <= shown.len());
            ranges.sort_by_key(|(start, end, _)| (*start, *end));
            Some(split(shown, &ranges, node))
        }
        _ => Mark::of_value(node).map(|mark| {
            vec![Chunk {
                text: shown.to_owned(),
                mark: Some(mark),
            }]
        }),
    }
}

/// The parts of a text in which an SDK put a word in place of a secret; empty when it did not.
fn filtered_by_sdk(text: &str) -> Vec<Chunk> {
    let parts = sdk_parts(text);
    if !parts.iter().any(|(_, is_filtered)| *is_filtered) {
        return Vec::new();
    }
    let chunk = |(part, is_filtered): (&str, bool)| Chunk {
        text: part.to_owned(),
        mark: is_filtered.then(Mark::of_sdk),
    };
    parts.into_iter().map(chunk).collect()
}

fn split(text: &str, ranges: &[(usize, usize, &Remark)], node: Node<'_>) -> Vec<Chunk> {
    let mut chunks = Vec::new();
    let mut shown_to = 0;
    let push_plain = |chunks: &mut Vec<Chunk>, part: Option<&str>| {
        if let Some(part) = part.filter(|part| !part.is_empty()) {
            chunks.push(Chunk {
                text: part.to_owned(),
                mark: None,
            });
        }
    };
    for (start, end, remark) in ranges {
        if *start < shown_to {
            continue;
        }
        push_plain(&mut chunks, text.get(shown_to..*start));
        let part = text.get(*start..*end).unwrap_or_default();
        chunks.push(Chunk {
            text: if part.is_empty() { "removed" } else { part }.to_owned(),
            mark: Some(Mark::of_remark(remark, node)),
        });
        shown_to = *end;
    }
    push_plain(&mut chunks, text.get(shown_to..));
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::issue::view::node::tests::Sample;

    #[track_caller]
    fn check(json: &str, expected: &[(&str, Option<&str>)]) {
        let sample = Sample::new(json);
        let view = Text::of(sample.root().key("v"), &Budget::default()).expect("there");
        let parts: Vec<_> = view
            .chunks
            .iter()
            .map(|chunk| {
                (
                    chunk.text.as_str(),
                    chunk.mark.as_ref().map(|mark| mark.kind),
                )
            })
            .collect();
        assert_eq!(parts, expected);
    }

    #[test]
    fn ranges_count_bytes_of_the_stored_text() {
        check(
            r#"{"v":"ä [email] b [ip]","_meta":{"v":{"":{"rem":[["@ip:replace","s",13,17],["@email:replace","s",3,10]],"len":30}}}}"#,
            &[
                ("ä ", None),
                ("[email]", Some("scrubbed")),
                (" b ", None),
                ("[ip]", Some("scrubbed")),
            ],
        );
    }

    #[test]
    fn a_range_that_does_not_fit_marks_the_whole_text() {
        check(
            r#"{"v":"äb","_meta":{"v":{"":{"rem":[["@ip","s",1,2]]}}}}"#,
            &[("äb", Some("scrubbed"))],
        );
        check(
            r#"{"v":"ab","_meta":{"v":{"":{"rem":[["@ip","s",7,90]]}}}}"#,
            &[("ab", Some("scrubbed"))],
        );
    }

    #[test]
    fn overlapping_ranges_repeat_no_text() {
        check(
            r#"{"v":"abcd","_meta":{"v":{"":{"rem":[["@a","s",0,3],["@b","s",1,4]]}}}}"#,
            &[("abc", Some("scrubbed")), ("d", None)],
        );
    }

    #[test]
    fn removed_cut_and_sdk_filtered_values_are_marked() {
        check(
            r#"{"v":null,"_meta":{"v":{"":{"rem":[["@password:remove","x"]]}}}}"#,
            &[("removed", Some("scrubbed"))],
        );
        check(
            r#"{"v":"abc...","_meta":{"v":{"":{"rem":[["!limit","s",3,6]],"len":90}}}}"#,
            &[("abc", None), ("...", Some("cut"))],
        );
        check(r#"{"v":"[Filtered]"}"#, &[("[Filtered]", Some("sdk"))]);
        check(
            r#"{"v":null,"_meta":{"v":{"":{"err":[["invalid_data",{"reason":"expected a string"}]]}}}}"#,
            &[("invalid", Some("invalid"))],
        );
    }

    #[test]
    fn a_text_without_notes_has_no_parts() {
        check(r#"{"v":"<b>"}"#, &[]);
    }

    #[test]
    fn a_monstrous_text_is_cut_and_says_so() {
        let view = Text::plain(&"x".repeat(TEXT_CHARS_MAX + 1));
        assert_eq!(
            view.left_out.expect("cut"),
            "the first 8,192 of 8,193 characters"
        );
        assert!(view.folded);
        assert_eq!(view.plain.len(), TEXT_CHARS_MAX);
    }
}
