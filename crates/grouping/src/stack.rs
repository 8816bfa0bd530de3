//! A stack trace as a component.

use watchfire_event::json::{Object, Value};

use crate::Component;
use crate::frame::{Frame, judge_native};
use crate::platform::Platform;

/// Which frames of a stack trace are looked at (reference/GROUPING.md section 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    /// Only those of the application.
    App,
    /// All of them.
    System,
}

impl View {
    /// Both, the one with priority first.
    pub(crate) const ALL: [Self; 2] = [Self::App, Self::System];

    /// The name of the variant.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::App => "app",
            Self::System => "system",
        }
    }
}

/// The frames of a stack trace, outermost call first, each with its component.
#[derive(Clone, Debug)]
pub(crate) struct Stack<'e> {
    pub(crate) frames: Vec<Frame<'e>>,
    components: Vec<Component<'e>>,
}

impl<'e> Stack<'e> {
    /// Reads the `stacktrace` of an exception, thread or event; `None` if it has no frames.
    pub(crate) fn read(holder: &'e Object<'e>, platform: Platform<'e>) -> Option<Self> {
        let list = holder.get("stacktrace")?.get("frames")?.as_array()?;
        let mut frames: Vec<Frame<'e>> = list
            .iter()
            .filter_map(Value::as_object)
            .map(|fields| Frame::read(fields, platform))
            .collect();
        judge_native(&mut frames);
        let mut components = Vec::with_capacity(frames.len());
        let mut previous = None;
        for frame in &frames {
            components.push(frame.component(previous));
            previous = Some(frame);
        }
        if let ([frame], [component]) = (frames.as_slice(), components.as_mut_slice())
            && component.contributes
            && frame.is_poor_alone()
        {
            component.switch_off("ignored single non-URL JavaScript frame");
        }
        (!frames.is_empty()).then_some(Self { frames, components })
    }

    /// The frames as seen by `view`; counts if one of them does
    /// (reference/GROUPING.md section 3 "whole frame").
    pub(crate) fn component(&self, view: View) -> Component<'e> {
        let mut components = self.components.clone();
        if view == View::App {
            for (frame, component) in self.frames.iter().zip(&mut components) {
                if !frame.in_app && component.contributes {
                    component.switch_off("non app frame");
                }
            }
        }
        let mut stack = Component::node("stacktrace", components);
        if !stack.contributes {
            let has_app = self.frames.iter().any(|frame| frame.in_app);
            stack.switch_off(if view == View::App && !has_app {
                "ignored because it contains no in-app frames"
            } else {
                "ignored because it contains no contributing frames"
            });
        }
        stack
    }

    /// The frame to name the event after, of those that `is_good`: the one of the application
    /// nearest to the crash, or else the nearest one (reference/GROUPING.md sections 8 and 10).
    pub(crate) fn crash_frame(&self, is_good: impl Fn(&Frame<'e>) -> bool) -> Option<&Frame<'e>> {
        let mut good = self.frames.iter().rev().filter(|frame| is_good(frame));
        let nearest = good.next()?;
        if nearest.in_app {
            return Some(nearest);
        }
        good.find(|frame| frame.in_app).or(Some(nearest))
    }
}
