//! What issues are compared by: their columns, then their latest events.

use watchfire_event::Event;
use watchfire_grouping::{Grouper, suggest};

use super::shape::{Shape, ratio};
use crate::issue::Issue;

/// How many frames nearest to the crash are compared.
const FRAMES_MAX: usize = 5;
/// How much of the score frames, the exception's type and the message make up where both have
/// frames; without frames the message has the part of the frames too.
const FRAMES_PART: f32 = 0.6;
const KIND_PART: f32 = 0.2;
const MESSAGE_PART: f32 = 0.2;
/// Messages that are at least so much alike have the same shape.
const SAME_SHAPE: f32 = 0.6;

/// The columns of an issue that promise a likeness.
pub(super) struct Looks<'i> {
    kind: &'i str,
    filename: &'i str,
    function: &'i str,
    culprit: &'i str,
    shape: Shape<'i>,
}

impl<'i> Looks<'i> {
    pub(super) fn new(
        kind: &'i str,
        value: &'i str,
        filename: &'i str,
        function: &'i str,
        culprit: &'i str,
    ) -> Self {
        Self {
            kind,
            filename,
            function,
            culprit,
            shape: Shape::of(value),
        }
    }

    pub(super) fn of(issue: &'i Issue) -> Self {
        Self::new(
            &issue.kind,
            &issue.value,
            &issue.filename,
            &issue.function,
            &issue.culprit,
        )
    }

    /// How much another issue promises to look like this one; 0 for not at all.
    pub(super) fn promise(&self, other: &Self) -> u32 {
        let same = |left: &str, right: &str| u32::from(!left.is_empty() && left == right);
        let function = same(self.function, other.function);
        let place = function * 2 + same(self.filename, other.filename);
        let culprit = same(self.culprit, other.culprit) * 2;
        let message = u32::from(self.shape.likeness(&other.shape) >= SAME_SHAPE) * 3;
        let promise = place + culprit + message;
        // The same type alone is no likeness.
        promise + u32::from(promise > 0) * same(self.kind, other.kind)
    }
}

/// What is compared of the latest event of an issue.
pub(super) struct Traits<'i> {
    /// The frames nearest to the crash, without line numbers, the nearest first: the
    /// application's, or all where it has none.
    frames: Vec<String>,
    kind: &'i str,
    shape: Shape<'i>,
}

/// How much two events are alike.
pub(super) struct Likeness {
    pub(super) score: f32,
    pub(super) reason: String,
}

impl<'i> Traits<'i> {
    pub(super) fn of(grouper: &Grouper, event: &Event<'_>, issue: &'i Issue) -> Self {
        let all = suggest::frames(grouper, event);
        let has_own = all.iter().any(|frame| frame.in_app);
        let near = all.iter().filter(|frame| frame.in_app || !has_own);
        Self {
            frames: near
                .take(FRAMES_MAX)
                .map(|frame| without_line(&frame.label).to_owned())
                .collect(),
            kind: &issue.kind,
            shape: Shape::of(&issue.value),
        }
    }

    pub(super) fn likeness(&self, other: &Self) -> Likeness {
        let is_same_kind = !self.kind.is_empty() && self.kind == other.kind;
        let kind = if is_same_kind { 1.0 } else { 0.0 };
        let message = self.shape.likeness(&other.shape);
        let common: Vec<&str> = self
            .frames
            .iter()
            .filter(|frame| other.frames.contains(frame))
            .map(String::as_str)
            .collect();
        let score = if self.frames.is_empty() && other.frames.is_empty() {
            KIND_PART * kind + (1.0 - KIND_PART) * message
        } else {
            let most = self.frames.len().max(other.frames.len());
            let frames = ratio(common.len(), most);
            FRAMES_PART * frames + KIND_PART * kind + MESSAGE_PART * message
        };
        Likeness {
            score,
            reason: self.reason(&common, is_same_kind, message),
        }
    }

    fn reason(&self, common: &[&str], is_same_kind: bool, message: f32) -> String {
        let mut reasons = Vec::new();
        match common {
            [] => {}
            [one] => reasons.push(format!("the same frame near the crash: {one}")),
            [first, ..] => reasons.push(format!(
                "{} of the same frames near the crash, the first of them {first}",
                common.len()
            )),
        }
        if is_same_kind {
            reasons.push(format!("the same type {}", self.kind));
        }
        if message >= SAME_SHAPE {
            reasons.push("a message of the same shape".to_owned());
        }
        reasons.join("; ")
    }
}

/// The label of a frame without its line number.
fn without_line(label: &str) -> &str {
    match label.rsplit_once(':') {
        Some((before, line)) if line.chars().all(|c| c.is_ascii_digit()) => before,
        _ => label,
    }
}
