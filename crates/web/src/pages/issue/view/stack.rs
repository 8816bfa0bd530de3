//! A stack trace: frames in runs, so that the frames of libraries fold into one line.

use serde::Serialize;

use super::budget::{Budget, FRAME_BODIES_MAX, FRAMES_MAX, counted, grouped_count};
use super::frame::{Frame, same_place};
use super::frame_rules::StackRules;
use super::node::Node;
use crate::pages::issue::choice::{Order, StackView};

/// A stack trace as the page shows it.
#[derive(Debug, Serialize)]
pub(crate) struct Stack {
    /// Runs of frames, in the order that was asked for.
    pub(crate) runs: Vec<Run>,
    /// How many frames are left out of the middle, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) left_out: Option<String>,
}

/// Frames that stand together.
#[derive(Debug, Serialize)]
pub(crate) struct Run {
    /// `14 library frames`, when the run folds into one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) folded: Option<String>,
    /// The frames.
    pub(crate) frames: Vec<Frame>,
}

/// What a stack trace is built by.
#[derive(Clone, Copy)]
pub(crate) struct StackStyle<'b> {
    /// In-app or full.
    pub(crate) view: StackView,
    /// Newest or oldest frame first.
    pub(crate) order: Order,
    /// The place of the exception or thread, part of the frames' anchors.
    pub(crate) prefix: usize,
    /// Whether the newest in-app frame starts unfolded.
    pub(crate) unfold: bool,
    /// The page's share for in-app frames' variables.
    pub(crate) own: &'b Budget,
    /// The page's share for library frames' variables.
    pub(crate) library: &'b Budget,
    /// Which frames are the application's, and where they are told not to count.
    pub(crate) rules: StackRules<'b>,
}

impl Stack {
    /// The stack trace at a node; `None` when it has no frames.
    pub(crate) fn of(node: Node<'_>, style: &StackStyle<'_>) -> Option<Self> {
        let all: Vec<(usize, Node<'_>)> = node
            .key("frames")
            .items()
            .enumerate()
            .filter(|(_, frame)| frame.value().is_some())
            .collect();
        if all.is_empty() {
            return None;
        }
        let distinct = collapse(&all);
        let open = opened(&distinct, style.rules);
        let sent = node.key("frames").items().len();
        let total = distinct.len();
        let mut frames: Vec<Frame> = Vec::with_capacity(total.min(FRAMES_MAX));
        for (position, item) in distinct.iter().rev().take(FRAMES_MAX).enumerate() {
            let mut frame = item.view(style, sent, position < FRAME_BODIES_MAX);
            frame.open = style.unfold && frame.has_body && Some(item.index) == open;
            frames.push(frame);
        }
        let left_out = (total > frames.len()).then(|| {
            let older = grouped_count(total - frames.len());
            format!(
                "{older} older of {} are not shown here",
                counted(total, "frame")
            )
        });
        if style.order == Order::OldestFirst {
            frames.reverse();
        }
        let shows_all = style.view == StackView::Full || !frames.iter().any(|frame| frame.in_app);
        Some(Self {
            runs: if shows_all {
                vec![Run {
                    folded: None,
                    frames,
                }]
            } else {
                runs(frames)
            },
            left_out,
        })
    }
}

/// A frame and how often it stands in a row.
struct Distinct<'e> {
    index: usize,
    node: Node<'e>,
    repeats: usize,
}

impl Distinct<'_> {
    /// The frame of a stack trace of `sent` frames.
    fn view(&self, style: &StackStyle<'_>, sent: usize, with_body: bool) -> Frame {
        let anchor = format!("frame-{}-{}", style.prefix, self.index);
        let mut frame = Frame::outline(self.node, anchor);
        frame.in_app = style.rules.in_app(self.index, self.node);
        frame.ignore_href = style.rules.ignore_href(self.index, sent);
        frame.repeats = (self.repeats > 1).then_some(self.repeats);
        if with_body {
            let budget = if frame.in_app {
                style.own
            } else {
                style.library
            };
            frame = frame.with_body(self.node, budget);
        }
        frame
    }
}

fn collapse<'e>(frames: &[(usize, Node<'e>)]) -> Vec<Distinct<'e>> {
    let mut distinct: Vec<Distinct<'e>> = Vec::new();
    for (index, node) in frames {
        match distinct.last_mut() {
            Some(last) if same_place(last.node, *node) => {
                // The variables of the newest call are the telling ones.
                (last.index, last.node) = (*index, *node);
                last.repeats += 1;
            }
            _ => distinct.push(Distinct {
                index: *index,
                node: *node,
                repeats: 1,
            }),
        }
    }
    distinct
}

/// The frame that starts unfolded: the newest in-app one, else the newest.
fn opened(frames: &[Distinct<'_>], rules: StackRules<'_>) -> Option<usize> {
    let is_own = |frame: &&Distinct<'_>| rules.in_app(frame.index, frame.node);
    let own = frames.iter().rev().find(is_own);
    own.or(frames.last()).map(|frame| frame.index)
}

fn runs(frames: Vec<Frame>) -> Vec<Run> {
    let mut runs: Vec<(bool, Vec<Frame>)> = Vec::new();
    for frame in frames {
        match runs.last_mut() {
            Some((in_app, run)) if *in_app == frame.in_app => run.push(frame),
            _ => runs.push((frame.in_app, vec![frame])),
        }
    }
    let view = |(in_app, frames): (bool, Vec<Frame>)| Run {
        folded: (!in_app).then(|| counted(frames.len(), "library frame")),
        frames,
    };
    runs.into_iter().map(view).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::issue::view::node::tests::Sample;

    fn stack(frames: &str, view: StackView, order: Order) -> Stack {
        let sample = Sample::new(&format!(r#"{{"frames":[{frames}]}}"#));
        let style = StackStyle {
            view,
            order,
            prefix: 0,
            unfold: true,
            own: &Budget::default(),
            library: &Budget::default(),
            rules: StackRules::default(),
        };
        Stack::of(sample.root(), &style).expect("has frames")
    }

    /// Each run as `14 library frames: a b` or `a b`, an unfolded frame in brackets.
    fn outline(stack: &Stack) -> Vec<String> {
        let frame = |frame: &Frame| match (frame.open, frame.repeats) {
            (true, _) => format!("[{}]", frame.file),
            (false, Some(repeats)) => format!("{}x{repeats}", frame.file),
            (false, None) => frame.file.clone(),
        };
        let run = |run: &Run| {
            let files: Vec<String> = run.frames.iter().map(frame).collect();
            match &run.folded {
                Some(folded) => format!("{folded}: {}", files.join(" ")),
                None => files.join(" "),
            }
        };
        stack.runs.iter().map(run).collect()
    }

    const MIXED: &str = r#"{"filename":"main"},{"filename":"wsgi"},
        {"filename":"old","in_app":true,"vars":{"a":1}},{"filename":"db"},
        {"filename":"new","in_app":true,"vars":{"a":1}},{"filename":"pool"}"#;

    #[test]
    fn library_frames_fold_and_the_newest_own_frame_is_open() {
        assert_eq!(
            outline(&stack(MIXED, StackView::InApp, Order::NewestFirst)),
            [
                "1 library frame: pool",
                "[new]",
                "1 library frame: db",
                "old",
                "2 library frames: wsgi main"
            ]
        );
    }

    #[test]
    fn full_shows_every_frame_and_the_order_turns() {
        assert_eq!(
            outline(&stack(MIXED, StackView::Full, Order::OldestFirst)),
            ["main wsgi old db [new] pool"]
        );
    }

    #[test]
    fn without_own_frames_nothing_folds_and_the_newest_opens() {
        let frames = r#"{"filename":"a"},null,{"filename":"b","vars":{"x":1}}"#;
        assert_eq!(
            outline(&stack(frames, StackView::InApp, Order::NewestFirst)),
            ["[b] a"]
        );
    }

    #[test]
    fn recursion_is_one_frame_with_a_count() {
        let frames = r#"{"filename":"a","lineno":1},"#.repeat(40) + r#"{"filename":"b"}"#;
        assert_eq!(
            outline(&stack(&frames, StackView::Full, Order::NewestFirst)),
            ["b ax40"]
        );
    }

    #[test]
    fn of_thousands_of_frames_the_newest_are_shown() {
        let frames: Vec<String> = (0..2_000)
            .map(|index| format!(r#"{{"filename":"f{index}","in_app":true}}"#))
            .collect();
        let stack = stack(&frames.join(","), StackView::InApp, Order::NewestFirst);
        assert_eq!(stack.runs[0].frames.len(), FRAMES_MAX);
        assert_eq!(stack.runs[0].frames[0].file, "f1999");
        assert_eq!(
            stack.left_out.expect("says so"),
            "1,750 older of 2,000 frames are not shown here"
        );
    }
}
