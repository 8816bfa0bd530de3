use std::borrow::Cow;

use crate::json::Value;
use crate::place::Place;
use crate::{Meta, Remark, RemarkKind};

const ELLIPSIS: &str = "...";
/// The rule that remarks about cut texts name.
const RULE: &str = "!limit";

/// How long a text may be, in characters.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    chars_max: usize,
    allowance: usize,
}

impl Limit {
    /// Texts longer than both together are cut to `chars_max`, the dots included.
    pub(super) const fn new(chars_max: usize, allowance: usize) -> Self {
        Self {
            chars_max,
            allowance,
        }
    }
}

/// Cuts a text to `…` dots within the limit, with a remark (reference/PROTOCOL.md section 8.0); a
/// secret at that place goes as a whole.
pub(super) fn cut_text(value: &mut Value<'_>, place: &mut Place<'_>, limit: Limit) {
    let Value::String(text) = value else {
        return;
    };
    let hard_limit = limit.chars_max.saturating_add(limit.allowance);
    if text.len() <= hard_limit {
        return;
    }
    let length = text.chars().count();
    if length <= hard_limit {
        return;
    }
    let kept = limit.chars_max.saturating_sub(ELLIPSIS.len());
    let end = text
        .char_indices()
        .nth(kept)
        .map_or(text.len(), |(place, _)| place);
    let end = place.safe_end(text, end);
    let start = text.get(..end).unwrap_or_default();
    *text = Cow::Owned(format!("{start}{ELLIPSIS}"));
    remark(place.note(), end, length);
}

fn remark(note: &mut Meta, end: usize, length: usize) {
    let is_before = |remark: &Remark| remark.range.is_none_or(|(_, last)| last <= end);
    note.remarks.retain(is_before);
    note.remarks.push(Remark {
        rule: RULE.to_owned(),
        kind: RemarkKind::Substituted,
        range: Some((end, end + ELLIPSIS.len())),
    });
    if note.original_length.is_none() {
        note.original_length = u64::try_from(length).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MetaTree;
    use crate::place::Scope;

    #[track_caller]
    fn check(text: &str, limit: Limit, expected: &str, meta: &str) {
        let mut tree = MetaTree::default();
        let mut value = Value::from(text);
        cut_text(
            &mut value,
            &mut Place::root(&mut tree, &Scope::default()),
            limit,
        );
        assert_eq!(value.as_str(), Some(expected));
        let written = tree.to_value().map_or(String::new(), |meta| meta.to_json());
        assert_eq!(written, meta);
    }

    #[test]
    fn texts_are_cut_with_dots_and_a_remark() {
        check(
            "äbcdefghijk",
            Limit::new(8, 2),
            "äbcde...",
            r#"{"":{"rem":[["!limit","s",6,9]],"len":11}}"#,
        );
    }

    #[test]
    fn texts_within_the_allowance_stay() {
        check("äbcdefghij", Limit::new(8, 2), "äbcdefghij", "");
    }
}
