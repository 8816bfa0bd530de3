//! Runs rules over the frames of a stack trace.
//!
//! Rules apply one after the other, each to all frames. Only rules that can hold are looked at:
//! those of which a condition holds for some frame, those that ask for a category that some frame
//! has, and those that ask for neither.

use super::compile::{Compiled, Pass, Ranges, Rule, Side, StateTest};
use super::{ErrorSubject, Subject, bits, memo};
use crate::RuleSource;

/// Of longer stack traces rules see the texts of this many frames nearest to the crash; further
/// out no rule holds that asks for a text or a platform.
pub(super) const FRAMES_MAX: usize = 1_000;

/// What the rules say of a stack trace.
#[derive(Clone, Debug)]
pub(crate) struct Judged<'r> {
    /// One entry per frame.
    pub(crate) frames: Vec<Judgement<'r>>,
    /// How many frames count at most.
    pub(crate) max_frames: Option<Limit<'r>>,
    /// How many frames must count for the stack trace to count.
    pub(crate) min_frames: Option<Limit<'r>>,
}

/// What the rules say of a frame.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Judgement<'r> {
    /// Whether it is the application's; `None` if neither the client nor a rule said so.
    pub(crate) in_app: Option<bool>,
    /// The rule that changed what the client said, or what an earlier rule did.
    pub(crate) in_app_rule: Option<&'r RuleSource>,
    /// Whether it counts, whatever its texts are.
    pub(crate) group: Option<bool>,
    /// The rule that said so.
    pub(crate) group_rule: Option<&'r RuleSource>,
}

/// A number of frames, and the rule that set it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit<'r> {
    /// Above 0.
    pub(crate) count: usize,
    pub(crate) rule: &'r RuleSource,
}

/// Judges the frames of one stack trace, outermost call first.
pub(super) fn judge<'r>(
    rules: &'r Compiled,
    frames: &[Subject<'_>],
    error: &ErrorSubject<'_>,
) -> Judged<'r> {
    let mut run = Run::new(rules, frames);
    run.classify(error);
    run.count(error);
    run.judged
}

/// What is known of the frames while rules run.
struct Run<'r> {
    compiled: &'r Compiled,
    /// For each frame the conditions that hold.
    conditions: Vec<u64>,
    words: usize,
    categories: Vec<Option<usize>>,
    judged: Judged<'r>,
    /// The frames for which the current rule holds.
    matching: Vec<usize>,
}

impl<'r> Run<'r> {
    fn new(compiled: &'r Compiled, frames: &[Subject<'_>]) -> Self {
        let words = compiled.conditions.words();
        let mut conditions = Vec::with_capacity(words * frames.len());
        let unseen = frames.len().saturating_sub(FRAMES_MAX);
        conditions.resize(words * unseen, 0);
        for frame in frames.iter().skip(unseen) {
            let find = || compiled.conditions.of(frame);
            memo::conditions(compiled.number, frame, &mut conditions, find);
        }
        let category = |frame: &Subject<'_>| {
            let name = frame.category?;
            compiled
                .categories
                .iter()
                .position(|known| **known == *name)
        };
        let judgement = |frame: &Subject<'_>| Judgement {
            in_app: frame.in_app,
            ..Judgement::default()
        };
        Self {
            compiled,
            conditions,
            words,
            categories: frames.iter().map(category).collect(),
            judged: Judged {
                frames: frames.iter().map(judgement).collect(),
                max_frames: None,
                min_frames: None,
            },
            matching: Vec::new(),
        }
    }

    /// Finds out what each frame is: its category, and whether it is the application's.
    fn classify(&mut self, error: &ErrorSubject<'_>) {
        let pass = &self.compiled.classifying;
        let mut active = self.active(pass);
        let mut from = 0;
        while let Some((place, rule)) = self.next(&active, from) {
            from = place + 1;
            if !self.matches(rule, error) {
                continue;
            }
            if let Some(category) = rule.category {
                for frame in &self.matching {
                    if let Some(own) = self.categories.get_mut(*frame) {
                        *own = Some(category);
                    }
                }
                if let Some(rules) = pass.of_category.get(category) {
                    bits::unite(&mut active, rules);
                }
            }
            each_set(
                rule.in_app,
                &self.matching,
                &mut self.judged.frames,
                |frame, value| {
                    if frame.in_app != Some(value) {
                        (frame.in_app, frame.in_app_rule) = (Some(value), Some(&rule.source));
                    }
                },
            );
        }
    }

    /// Finds out what counts.
    fn count(&mut self, error: &ErrorSubject<'_>) {
        let active = self.active(&self.compiled.counting);
        let mut from = 0;
        while let Some((place, rule)) = self.next(&active, from) {
            from = place + 1;
            if !self.matches(rule, error) {
                continue;
            }
            each_set(
                rule.group,
                &self.matching,
                &mut self.judged.frames,
                |frame, value| {
                    if frame.group != Some(value) {
                        (frame.group, frame.group_rule) = (Some(value), Some(&rule.source));
                    }
                },
            );
            let limit = |count| {
                (count > 0).then_some(Limit {
                    count,
                    rule: &rule.source,
                })
            };
            if let Some(count) = rule.max_frames {
                self.judged.max_frames = limit(count);
            }
            if let Some(count) = rule.min_frames {
                self.judged.min_frames = limit(count);
            }
        }
    }

    /// The rules of a pass that can hold.
    fn active(&self, pass: &Pass) -> Vec<u64> {
        let mut active = pass.always.clone();
        if self.words > 0 {
            for conditions in self.conditions.chunks_exact(self.words) {
                bits::unite(&mut active, conditions);
            }
        }
        for category in self.categories.iter().flatten() {
            if let Some(rules) = pass.of_category.get(*category) {
                bits::unite(&mut active, rules);
            }
        }
        // Conditions on neighbours have numbers behind those of the rules.
        for (word, rules) in active.iter_mut().zip(&pass.rules) {
            *word &= rules;
        }
        active
    }

    fn next(&self, active: &[u64], from: usize) -> Option<(usize, &'r Rule)> {
        let place = bits::next(active, from)?;
        Some((place, self.compiled.rules.get(place)?))
    }

    /// Lists the frames for which a rule holds; whether there are any.
    fn matches(&mut self, rule: &Rule, error: &ErrorSubject<'_>) -> bool {
        self.matching.clear();
        // What no condition filed is tried on every frame, so the exception is asked first.
        let is_open = rule.own.condition.is_none();
        if is_open && !rule.is_for(error) {
            return false;
        }
        for frame in 0..self.categories.len() {
            let holds = |side: Option<&Side>, frame| side.is_none_or(|it| self.holds(it, frame));
            if self.holds(&rule.own, Some(frame))
                && holds(rule.caller.as_ref(), frame.checked_sub(1))
                && holds(rule.callee.as_ref(), Some(frame + 1))
            {
                self.matching.push(frame);
            }
        }
        if !is_open && !self.matching.is_empty() && !rule.is_for(error) {
            self.matching.clear();
        }
        !self.matching.is_empty()
    }

    fn holds(&self, side: &Side, frame: Option<usize>) -> bool {
        let Some((frame, category)) =
            frame.and_then(|frame| Some((frame, *self.categories.get(frame)?)))
        else {
            return false;
        };
        let start = frame * self.words;
        let has = |condition| {
            let conditions = self.conditions.get(start..start + self.words);
            conditions.is_some_and(|conditions| bits::contains(conditions, condition))
        };
        side.condition.is_none_or(has)
            && side.states.iter().all(|test| match test {
                StateTest::InApp(expected) => {
                    let judgement = self.judged.frames.get(frame);
                    let in_app = judgement.and_then(|judgement| judgement.in_app);
                    in_app.unwrap_or(false) == *expected
                }
                StateTest::Is(wanted) => category == Some(*wanted),
                StateTest::IsNot(unwanted) => category != Some(*unwanted),
                StateTest::Like(glob, is_negated) => {
                    let name = category.and_then(|place| self.compiled.categories.get(place));
                    name.is_some_and(|name| glob.matches(name)) != *is_negated
                }
            })
    }
}

/// Sets a flag of all frames that a rule is for, as if the frames that match were gone through
/// one after the other.
///
/// What happens last to a frame holds. So the last matching frame sets all frames further out by
/// `down`, if there is such an action; else a matching frame is set by the action for itself, and
/// the others behind the first matching one by `up`.
fn each_set<'r>(
    ranges: Ranges,
    matching: &[usize],
    frames: &mut [Judgement<'r>],
    set: impl Fn(&mut Judgement<'r>, bool),
) {
    let (Some(first), Some(last)) = (matching.first(), matching.last()) else {
        return;
    };
    // All frames before this one are left to `down`.
    let free = if ranges.down.is_some() { *last } else { 0 };
    if let Some(value) = ranges.down {
        frames
            .iter_mut()
            .take(free)
            .for_each(|frame| set(frame, value));
    }
    let is_own = |place| ranges.this.is_some() && matching.binary_search(&place).is_ok();
    if let Some(value) = ranges.up {
        let beyond = frames.iter_mut().enumerate().skip(free.max(first + 1));
        beyond
            .filter(|(place, _)| !is_own(*place))
            .for_each(|(_, frame)| set(frame, value));
    }
    if let Some(value) = ranges.this {
        for place in matching.iter().filter(|place| **place >= free) {
            if let Some(frame) = frames.get_mut(*place) {
                set(frame, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// One after the other, as the rules are described.
    fn slowly(ranges: Ranges, matching: &[usize], flags: &mut [Option<bool>]) {
        for place in matching {
            for (at, flag) in flags.iter_mut().enumerate() {
                let value = match at.cmp(place) {
                    std::cmp::Ordering::Less => ranges.down,
                    std::cmp::Ordering::Equal => ranges.this,
                    std::cmp::Ordering::Greater => ranges.up,
                };
                *flag = value.or(*flag);
            }
        }
    }

    proptest! {
        #[test]
        fn all_at_once_is_one_after_the_other(
            this: Option<bool>,
            up: Option<bool>,
            down: Option<bool>,
            matching in proptest::collection::btree_set(0_usize..8, 0..8),
            flags in proptest::collection::vec(any::<Option<bool>>(), 8),
        ) {
            let ranges = Ranges { this, up, down };
            let matching: Vec<_> = matching.into_iter().collect();
            let mut frames: Vec<_> = flags
                .iter()
                .map(|group| Judgement { group: *group, ..Judgement::default() })
                .collect();
            each_set(ranges, &matching, &mut frames, |frame, value| frame.group = Some(value));
            let mut expected = flags;
            slowly(ranges, &matching, &mut expected);
            let found: Vec<_> = frames.into_iter().map(|frame| frame.group).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
