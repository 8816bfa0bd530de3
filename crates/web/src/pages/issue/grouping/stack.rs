//! The frames of a stack trace as grouping saw them.

use serde::Serialize;
use watchfire_grouping::{Component, RuleKind};

use super::parts::Part;
use super::rule_mark::RuleMark;
use super::words;
use crate::pages::issue::view::budget::{counted, grouped_count};

/// Frames of one stack trace that are shown.
const FRAMES_MAX: usize = 200;
/// Reasons that the line of folded frames names.
const REASONS_MAX: usize = 3;

/// A stack trace, the frame nearest to the crash first.
#[derive(Debug, Serialize)]
pub(super) struct Stack {
    /// Whether it counts.
    pub(super) counts: bool,
    /// Why not, or how it was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<String>,
    /// `3 of 17 frames count`, `1 of 1 frame counts`.
    pub(super) summary: String,
    /// Its frames; those that do not count fold, unless a rule of the team's own is behind it.
    pub(super) runs: Vec<Run>,
    /// How many frames are left out, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) left_out: Option<String>,
}

/// Frames that stand together.
#[derive(Debug, Serialize)]
pub(super) struct Run {
    /// `14 frames that do not count: …`, when they fold into one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) folded: Option<String>,
    /// The frames.
    pub(super) frames: Vec<Frame>,
}

/// One frame.
#[derive(Debug, Serialize)]
pub(super) struct Frame {
    /// Whether it counts.
    pub(super) counts: bool,
    /// The function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) function: Option<Part>,
    /// Module, file and whatever else names the place.
    pub(super) places: Vec<Part>,
    /// The line of code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<Part>,
    /// Why the frame does not count, or what was done to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<String>,
    /// The rule that decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<RuleMark>,
}

impl Stack {
    /// The stack trace of a component, which counts only if its parents do.
    pub(super) fn of(component: &Component<'_>, parent_counts: bool, slug: &str) -> Self {
        let counts = parent_counts && component.contributes;
        let all = component.parts();
        let counting = all.iter().filter(|frame| counts && frame.contributes);
        let (counting, total) = (counting.count(), all.len());
        let shown = all.iter().rev().take(FRAMES_MAX);
        let frames = shown.map(|frame| Frame::of(frame, counts, slug)).collect();
        let left_out = total.saturating_sub(FRAMES_MAX);
        Self {
            counts,
            why: component.hint.as_deref().map(words::hint),
            summary: format!(
                "{} of {} {}",
                grouped_count(counting),
                counted(total, "frame"),
                if total == 1 { "counts" } else { "count" }
            ),
            runs: runs(frames),
            left_out: (left_out > 0)
                .then(|| format!("{} not shown here", counted(left_out, "older frame"))),
        }
    }
}

impl Frame {
    fn of(component: &Component<'_>, stack_counts: bool, slug: &str) -> Self {
        let counts = stack_counts && component.contributes;
        let mut frame = Self {
            counts,
            function: None,
            places: Vec::new(),
            code: None,
            why: component.hint.as_deref().map(words::hint),
            rule: component
                .rule
                .map(|rule| RuleMark::of(rule, RuleKind::StackTrace, slug)),
        };
        for part in component.parts() {
            let Some(view) = Part::of(part, counts) else {
                continue;
            };
            match part.id {
                "function" => frame.function = Some(view),
                "context-line" | "context_line" => frame.code = Some(view),
                _ => frame.places.push(view),
            }
        }
        // What says best where the frame is stands first.
        frame.places.sort_by_key(|place| !place.counts);
        frame
    }

    /// Whether it folds away: it does not count, and no rule of the team's own is behind that.
    fn is_folded(&self) -> bool {
        let is_own_rule = self.rule.as_ref().is_some_and(|rule| rule.href.is_some());
        !self.counts && !is_own_rule
    }

    /// Why it does not count, for the line of those that fold.
    fn reason(&self) -> String {
        match (&self.rule, &self.why) {
            (Some(rule), _) => format!("by {}", rule.label),
            (None, Some(why)) => {
                let reason = why
                    .split_once(": ")
                    .map_or(why.as_str(), |(_, reason)| reason);
                reason.to_owned()
            }
            (None, None) => String::new(),
        }
    }
}

fn runs(frames: Vec<Frame>) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for frame in frames {
        match runs.last_mut() {
            Some(run)
                if run
                    .frames
                    .first()
                    .is_some_and(|one| one.is_folded() == frame.is_folded()) =>
            {
                run.frames.push(frame);
            }
            _ => runs.push(Run {
                folded: None,
                frames: vec![frame],
            }),
        }
    }
    for run in &mut runs {
        if run.frames.iter().all(Frame::is_folded) {
            run.folded = Some(folded(&run.frames));
        }
    }
    runs
}

/// `14 frames that do not count: not the application's own (12), by rule 3 (2)`.
fn folded(frames: &[Frame]) -> String {
    let mut reasons: Vec<(String, usize)> = Vec::new();
    for reason in frames
        .iter()
        .map(Frame::reason)
        .filter(|reason| !reason.is_empty())
    {
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => reasons.push((reason, 1)),
        }
    }
    reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let verb = if frames.len() == 1 { "does" } else { "do" };
    let head = format!("{} that {verb} not count", counted(frames.len(), "frame"));
    let named: Vec<String> = match reasons.as_slice() {
        [] => return head,
        [(reason, count)] if *count == frames.len() => vec![reason.clone()],
        many => many
            .iter()
            .take(REASONS_MAX)
            .map(|(reason, count)| format!("{reason} ({count})"))
            .collect(),
    };
    format!("{head}: {}", named.join(", "))
}
