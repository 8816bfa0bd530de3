//! A stack trace as a component.

use watchfire_event::json::{Object, Value};

use crate::frame::Frame;
use crate::platform::Platform;
use crate::stack_rules::{ErrorSubject, Limit, StackRules};
use crate::{Component, RuleSource};

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
    /// The components, before the stack-trace rules say what counts.
    components: Vec<Component<'e>>,
    max_frames: Option<Limit<'e>>,
    min_frames: Option<Limit<'e>>,
}

/// What counts of a stack trace in a view.
struct Counting<'e> {
    /// Whether each frame does.
    frames: Vec<bool>,
    /// The frames further out than this many that count do not, because of a rule.
    cut: Option<(usize, &'e RuleSource)>,
    /// How many count where the rules ask for more.
    too_few: Option<(usize, &'e RuleSource)>,
    /// Whether the rules let any frame count, the application's or not.
    any: bool,
}

impl<'e> Stack<'e> {
    /// Reads the `stacktrace` of an event or thread; `None` if it has no frames.
    pub(crate) fn read(
        holder: &'e Object<'e>,
        platform: Platform<'e>,
        rules: &'e StackRules,
    ) -> Option<Self> {
        Self::judged(holder, platform, rules, &ErrorSubject::default())
    }

    /// Reads the `stacktrace` of an exception, at which rules look too.
    pub(crate) fn of_exception(
        exception: &'e Object<'e>,
        platform: Platform<'e>,
        rules: &'e StackRules,
    ) -> Option<Self> {
        let text = |key| exception.get_str(key).filter(|text| !text.is_empty());
        let error = ErrorSubject {
            kind: text("type"),
            value: text("value"),
            mechanism: exception
                .get("mechanism")
                .and_then(|mechanism| mechanism.get("type")?.as_str())
                .filter(|text| !text.is_empty()),
        };
        Self::judged(exception, platform, rules, &error)
    }

    fn judged(
        holder: &'e Object<'e>,
        platform: Platform<'e>,
        rules: &'e StackRules,
        error: &ErrorSubject<'_>,
    ) -> Option<Self> {
        let list = holder.get("stacktrace")?.get("frames")?.as_array()?;
        let mut frames: Vec<Frame<'e>> = list
            .iter()
            .filter_map(Value::as_object)
            .map(|fields| Frame::read(fields, platform))
            .collect();
        if frames.is_empty() {
            return None;
        }
        let subjects: Vec<_> = frames.iter().map(Frame::subject).collect();
        let judged = rules.judge(&subjects, error);
        drop(subjects);
        for (frame, judgement) in frames.iter_mut().zip(judged.frames) {
            frame.take(judgement);
        }
        let components = components(&frames, rules);
        Some(Self {
            frames,
            components,
            max_frames: judged.max_frames,
            min_frames: judged.min_frames,
        })
    }

    /// The frames as seen by `view`; counts if one of them does
    /// (reference/GROUPING.md section 3 "whole frame").
    pub(crate) fn component(&self, view: View) -> Component<'e> {
        let counting = self.counting(view);
        let mut components = self.components.clone();
        for (component, frame) in components.iter_mut().zip(&self.frames) {
            judge(component, frame, view);
        }
        if let Some((last, rule)) = counting.cut {
            for component in components.iter_mut().take(last) {
                if component.contributes {
                    component.switch_off("ignored because a rule limits how many frames count");
                    component.rule = Some(rule);
                }
            }
        }
        let mut stack = Component::node("stacktrace", components);
        stack.contributes = counting.any && counting.too_few.is_none();
        if let Some((count, rule)) = counting.too_few {
            let frames = if count == 1 {
                "frame counts"
            } else {
                "frames count"
            };
            stack.switch_off(format!("ignored because only {count} {frames}"));
            stack.rule = Some(rule);
        }
        if let Some(reason) = self.reason_against(view) {
            stack.switch_off(reason);
            stack.rule = None;
        }
        stack
    }

    /// What counts in a view, once the rules had their say.
    fn counting(&self, view: View) -> Counting<'e> {
        let is_seen = |frame: &Frame<'e>| view == View::System || frame.in_app;
        let pairs = self.frames.iter().zip(&self.components);
        let mut frames: Vec<bool> = pairs
            .map(|(frame, component)| {
                let own = component.contributes && is_seen(frame);
                frame.judgement.group.unwrap_or(own)
            })
            .collect();
        let cut = self.max_frames.and_then(|limit| cut(&mut frames, limit));
        let count = frames.iter().filter(|counts| **counts).count();
        let too_few = self
            .min_frames
            .filter(|limit| (1..limit.count).contains(&count))
            .map(|limit| (count, limit.rule));
        // The rules may count a frame that is not the application's; the view does not.
        for (counts, frame) in frames.iter_mut().zip(&self.frames) {
            *counts &= is_seen(frame);
        }
        Counting {
            frames,
            cut,
            too_few,
            any: count > 0,
        }
    }

    /// Why the stack trace does not count in a view, by what counts of all its frames.
    fn reason_against(&self, view: View) -> Option<&'static str> {
        let counting = self.counting(View::System).frames;
        let is_app = view == View::App;
        if is_app && !self.frames.iter().any(|frame| frame.in_app) {
            return Some("ignored because it contains no in-app frames");
        }
        let mut counting = self.frames.iter().zip(counting);
        let is_any = counting.any(|(frame, counts)| counts && (!is_app || frame.in_app));
        (!is_any).then_some("ignored because it contains no contributing frames")
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

/// The components of frames by themselves and the frames before them.
fn components<'e>(frames: &[Frame<'e>], rules: &StackRules) -> Vec<Component<'e>> {
    let version = rules.version();
    let mut components = Vec::with_capacity(frames.len());
    let mut previous = None;
    for frame in frames {
        components.push(frame.component(previous, version));
        previous = Some(frame);
    }
    if let ([frame], [component]) = (frames, components.as_mut_slice())
        && frame.is_poor_alone(version)
    {
        component.switch_off("ignored single non-URL JavaScript frame");
    }
    components
}

/// Keeps the last so many frames that count; where the first of them stands, if others are left
/// out.
fn cut<'e>(frames: &mut [bool], limit: Limit<'e>) -> Option<(usize, &'e RuleSource)> {
    let mut counting = (0..frames.len()).rev().filter(|place| {
        let counts = frames.get(*place);
        counts.copied().unwrap_or(false)
    });
    let first = counting.nth(limit.count - 1)?;
    drop(counting);
    let before = frames.get_mut(..first)?;
    let is_any = before.contains(&true);
    before.fill(false);
    is_any.then_some((first, limit.rule))
}

/// Makes the component of a frame say whether it counts, why, and which rule decided that.
fn judge<'e>(component: &mut Component<'e>, frame: &Frame<'e>, view: View) {
    let judgement = &frame.judgement;
    if view == View::App && !frame.in_app {
        component.rule = judgement.in_app_rule;
        if component.contributes || judgement.in_app_rule.is_some() {
            component.switch_off(match judgement.in_app_rule {
                Some(_) => "marked out of app by stack-trace rule",
                None => "non app frame",
            });
        }
        return;
    }
    let is_changed = component.contributes != judgement.group.unwrap_or(component.contributes);
    if view == View::App && judgement.in_app_rule.is_some() {
        component.rule = judgement.in_app_rule;
        if component.contributes {
            component.hint = Some("marked in-app by stack-trace rule".into());
        }
    }
    if is_changed {
        component.rule = judgement.group_rule;
        component.hint = Some(match judgement.group {
            Some(true) => "un-ignored by stack-trace rule".into(),
            _ => "ignored by stack-trace rule".into(),
        });
        component.contributes = judgement.group.unwrap_or(component.contributes);
    }
}

#[cfg(test)]
mod tests;
