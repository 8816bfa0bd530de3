//! Tests for values like that of a stored event, of which scrubbing may have replaced parts.

use watchfire_event::{Meta, RemarkKind};

use super::{Field, FieldKind, Operator, Test, VALUE_CHARS_MAX};

/// What scrubbing writes in the place of what it takes out, where no remark says so: the beginning
/// and the end of such a text.
const REPLACED: [(&str, &str); 2] = [("[Filtered", "]"), ("[secret:", "]")];

/// A value, and what is noted about it. Rules see events before they are scrubbed
/// (reference/PRODUCT.md section 5.1), so what scrubbing replaced may be anything.
#[derive(Clone, Copy)]
pub(super) struct Known<'e> {
    pub(super) text: &'e str,
    pub(super) meta: Option<&'e Meta>,
}

/// Bytes of a text, end exclusive.
type Gap = (usize, usize);

impl Known<'_> {
    /// A test that the value passes as it was before scrubbing; `None` where nothing of it is known
    /// or it is too long.
    pub(super) fn test(self, field: Field) -> Option<Test> {
        let gaps = self.scrubbed()?;
        if gaps.is_empty() {
            let fits = self.text.chars().count() <= VALUE_CHARS_MAX;
            return fits.then(|| self.exact(field)).flatten();
        }
        self.wildcard(field, gaps)
    }

    /// The same for a text in which numbers, ids and the like change from event to event, and of
    /// which the beginning is enough.
    pub(super) fn loose_test(self, field: Field) -> Option<Test> {
        let mut gaps = self.scrubbed()?;
        let is_whole = gaps.is_empty();
        gaps.extend(words_with_digits(self.text));
        if !is_whole {
            return self.wildcard(field, gaps);
        }
        let glob = glob_of(self.text, gaps.clone());
        if gaps.is_empty() || glob == "*" || glob.chars().count() > VALUE_CHARS_MAX {
            return self.exact(field);
        }
        self.wildcard(field, gaps)
    }

    /// What of the text is not what the event said, in any order; `None` where all of it is not.
    fn scrubbed(self) -> Option<Vec<Gap>> {
        let mut gaps = Vec::new();
        let remarks = self.meta.into_iter().flat_map(|meta| &meta.remarks);
        for remark in remarks.filter(|it| it.kind != RemarkKind::Annotated) {
            gaps.push(remark.range?);
        }
        for (start, end) in REPLACED {
            for (from, _) in self.text.match_indices(start) {
                let rest = self.text.get(from..).unwrap_or_default();
                if let Some(length) = rest.find(end) {
                    gaps.push((from, from + length + end.len()));
                }
            }
        }
        Some(gaps)
    }

    /// The value itself, or its beginning where it is long.
    fn exact(self, field: Field) -> Option<Test> {
        let is_long = self.text.chars().count() > VALUE_CHARS_MAX;
        let op = if is_long {
            Operator::StartsWith
        } else {
            Operator::Is
        };
        let text: String = self.text.chars().take(VALUE_CHARS_MAX).collect();
        let values = vec![text];
        (!self.text.is_empty()).then_some(Test { field, op, values })
    }

    fn wildcard(self, field: Field, gaps: Vec<Gap>) -> Option<Test> {
        let glob = glob_of(self.text, gaps);
        let is_worth_it = glob.contains(|it: char| it != '*' && !it.is_whitespace());
        let kind: FieldKind = field.kind();
        let op = Operator::Wildcard;
        (is_worth_it && kind.takes(op)).then(|| Test {
            field,
            op,
            values: vec![shortened(glob)],
        })
    }
}

/// The words of a text that have a digit in them.
fn words_with_digits(text: &str) -> Vec<Gap> {
    let is_of_word = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '_';
    let mut gaps = Vec::new();
    let mut at = 0;
    for word in text.split_inclusive(|letter: char| !is_of_word(letter)) {
        let inner = word.trim_end_matches(|letter: char| !is_of_word(letter));
        if inner.contains(|it: char| it.is_ascii_digit()) {
            gaps.push((at, at + inner.len()));
        }
        at += word.len();
    }
    gaps
}

/// The text with a `*` in the place of each gap; what has a meaning in a glob is escaped.
fn glob_of(text: &str, mut gaps: Vec<Gap>) -> String {
    gaps.sort_unstable();
    let mut glob = String::new();
    let mut is_after_gap = false;
    let mut gaps = gaps.into_iter().peekable();
    let mut end = 0;
    for (at, letter) in text.char_indices() {
        while let Some((_, gap_end)) = gaps.next_if(|(start, _)| *start <= at) {
            end = end.max(gap_end);
            if !is_after_gap {
                glob.push('*');
                is_after_gap = true;
            }
        }
        if at >= end {
            if r"*?[]{}\,".contains(letter) {
                glob.push('\\');
            }
            glob.push(letter);
            is_after_gap = false;
        }
    }
    if gaps.next().is_some() && !is_after_gap {
        glob.push('*');
    }
    glob
}

/// The glob, or its beginning and anything behind it where it is too long.
fn shortened(glob: String) -> String {
    if glob.chars().count() <= VALUE_CHARS_MAX {
        return glob;
    }
    let mut short: String = glob.chars().take(VALUE_CHARS_MAX - 1).collect();
    // A backslash escapes the next letter, which is cut off.
    let backslashes = short.len() - short.trim_end_matches('\\').len();
    if backslashes % 2 == 1 {
        short.pop();
    }
    short.push('*');
    short
}
