//! The texts of two trees, side by side.

use super::align::{Pair, align};
use crate::decide::FINGERPRINT;
use crate::{Component, Content};

/// A text of one tree or both.
pub(super) struct Part<'c, 'e> {
    /// The names of the components above it and its own, without that of the variant.
    pub(super) path: Vec<&'static str>,
    pub(super) left: Option<&'c Component<'e>>,
    pub(super) right: Option<&'c Component<'e>>,
    /// Whether it and everything above it counts.
    pub(super) counts_left: bool,
    pub(super) counts_right: bool,
    /// The pair of frames that it is of, by number.
    pub(super) frame: Option<usize>,
    /// The frames themselves.
    pub(super) frames: Pair<'c, 'e>,
    /// The pair of exceptions that it is of, by number.
    pub(super) exception: Option<usize>,
    pub(super) exceptions: Pair<'c, 'e>,
}

impl Part<'_, '_> {
    /// Whether both sides say the same, or neither counts.
    pub(super) fn is_same(&self) -> bool {
        match (self.counts_left, self.counts_right) {
            (false, false) => true,
            (true, true) => self.left.map(text) == self.right.map(text),
            _ => false,
        }
    }
}

/// The text of a leaf; empty for anything else.
pub(super) fn text<'c>(component: &'c Component<'_>) -> &'c str {
    match &component.content {
        Content::Text(text) => text,
        Content::Parts(_) => "",
    }
}

/// Lists all texts of two variants in `parts`.
pub(super) fn pair<'c, 'e>(
    left: &'c Component<'e>,
    right: &'c Component<'e>,
    parts: &mut Vec<Part<'c, 'e>>,
) {
    let mut walk = Walk {
        parts,
        path: Vec::new(),
        frame: None,
        frames: (None, None),
        frame_count: 0,
        exception: None,
        exceptions: (None, None),
        exception_count: 0,
    };
    let counts = (true, true);
    let is_text = |side: &Component<'_>| matches!(side.content, Content::Text(_));
    if is_text(left) || is_text(right) {
        walk.visit((Some(left), Some(right)), counts);
        return;
    }
    let winner = |side: &'c Component<'e>| side.parts().iter().find(|part| part.contributes);
    match (winner(left), winner(right)) {
        (Some(left), Some(right)) if left.id != right.id && is_chain(left) && is_chain(right) => {
            walk.list(members(left), members(right), counts);
        }
        (Some(_), Some(_)) if is_fingerprint(left) || is_fingerprint(right) => {
            walk.children((Some(left), Some(right)), counts);
        }
        (Some(left), Some(right)) if left.id == right.id => {
            walk.visit((Some(left), Some(right)), counts);
        }
        (left, right) => {
            walk.visit((left, None), counts);
            walk.visit((None, right), counts);
        }
    }
}

fn is_fingerprint(variant: &Component<'_>) -> bool {
    variant.id == FINGERPRINT
}

fn is_chain(component: &Component<'_>) -> bool {
    matches!(component.id, "exception" | "chained-exception")
}

/// The exceptions of a chain, or the only one.
fn members<'c, 'e>(chain: &'c Component<'e>) -> &'c [Component<'e>] {
    match chain.id {
        "chained-exception" => chain.parts(),
        _ => std::slice::from_ref(chain),
    }
}

struct Walk<'w, 'c, 'e> {
    parts: &'w mut Vec<Part<'c, 'e>>,
    path: Vec<&'static str>,
    frame: Option<usize>,
    frames: Pair<'c, 'e>,
    frame_count: usize,
    exception: Option<usize>,
    exceptions: Pair<'c, 'e>,
    exception_count: usize,
}

impl<'c, 'e> Walk<'_, 'c, 'e> {
    fn visit(&mut self, pair: Pair<'c, 'e>, counts: (bool, bool)) {
        let Some(any) = pair.0.or(pair.1) else { return };
        let counts = (
            counts.0 && pair.0.is_some_and(|side| side.contributes),
            counts.1 && pair.1.is_some_and(|side| side.contributes),
        );
        self.path.push(any.id);
        match any.id {
            "frame" => {
                self.frame = Some(self.frame_count);
                self.frames = pair;
                self.frame_count += 1;
                self.children(pair, counts);
                (self.frame, self.frames) = (None, (None, None));
            }
            "exception" => {
                self.exception = Some(self.exception_count);
                self.exceptions = pair;
                self.exception_count += 1;
                self.children(pair, counts);
                (self.exception, self.exceptions) = (None, (None, None));
            }
            _ => match any.content {
                Content::Text(_) => self.parts.push(Part {
                    path: self.path.clone(),
                    left: pair.0,
                    right: pair.1,
                    counts_left: counts.0,
                    counts_right: counts.1,
                    frame: self.frame,
                    frames: self.frames,
                    exception: self.exception,
                    exceptions: self.exceptions,
                }),
                Content::Parts(_) => self.children(pair, counts),
            },
        }
        self.path.pop();
    }

    fn list(
        &mut self,
        left: &'c [Component<'e>],
        right: &'c [Component<'e>],
        counts: (bool, bool),
    ) {
        for pair in align(left, right) {
            self.visit(pair, counts);
        }
    }

    fn children(&mut self, pair: Pair<'c, 'e>, counts: (bool, bool)) {
        let parts = |side: Option<&'c Component<'e>>| side.map_or(&[][..], Component::parts);
        let (left, right) = (parts(pair.0), parts(pair.1));
        let is_list = |id| matches!(id, "frame" | "exception" | "fingerprint-entry");
        let first = left.first().or(right.first());
        if first.is_some_and(|part| is_list(part.id)) {
            self.list(left, right, counts);
            return;
        }
        for part in left {
            let other = right.iter().find(|other| other.id == part.id);
            self.visit((Some(part), other), counts);
        }
        for part in right {
            if left.iter().all(|other| other.id != part.id) {
                self.visit((None, Some(part)), counts);
            }
        }
    }
}
