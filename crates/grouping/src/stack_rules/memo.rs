//! Remembers which conditions hold for a frame: the frames of a program come again and again.

use std::cell::RefCell;

use ahash::{AHashMap, RandomState};

use super::Subject;
use crate::platform::Family;

/// Frames that each thread remembers; then it starts anew.
const FRAMES_MAX: usize = 4_096;
/// Bytes of the texts of a frame that is remembered.
const FRAME_BYTES_MAX: usize = 2_048;

thread_local! {
    static MEMO: RefCell<Memo> = RefCell::new(Memo::default());
}

#[derive(Default)]
struct Memo {
    random: RandomState,
    frames: AHashMap<u64, Remembered>,
}

struct Remembered {
    rules: u64,
    family: Family,
    function: Box<str>,
    module: Option<Box<str>>,
    package: Option<Box<str>>,
    path: Option<Box<str>>,
    conditions: Box<[u64]>,
}

/// Appends the conditions that hold for `frame` to `conditions`: those remembered for the rules
/// of this number, or else what `find` finds.
pub(super) fn conditions(
    rules: u64,
    frame: &Subject<'_>,
    conditions: &mut Vec<u64>,
    find: impl FnOnce() -> Vec<u64>,
) {
    MEMO.with_borrow_mut(|memo| {
        let texts = (frame.function, frame.module, frame.package, frame.path);
        let key = memo.random.hash_one((rules, frame.family, texts));
        match memo.frames.get(&key) {
            Some(remembered) if remembered.is_of(rules, frame) => {
                conditions.extend_from_slice(&remembered.conditions);
            }
            _ => {
                let found = find();
                conditions.extend_from_slice(&found);
                memo.remember(key, Remembered::new(rules, frame, found));
            }
        }
    });
}

impl Memo {
    fn remember(&mut self, key: u64, remembered: Remembered) {
        let optional = [&remembered.module, &remembered.package, &remembered.path];
        let bytes = optional
            .into_iter()
            .flatten()
            .map(|text| text.len())
            .sum::<usize>();
        if bytes + remembered.function.len() > FRAME_BYTES_MAX {
            return;
        }
        if self.frames.len() >= FRAMES_MAX {
            self.frames.clear();
        }
        self.frames.insert(key, remembered);
    }
}

impl Remembered {
    fn new(rules: u64, frame: &Subject<'_>, conditions: Vec<u64>) -> Self {
        Self {
            rules,
            family: frame.family,
            function: frame.function.into(),
            module: frame.module.map(Into::into),
            package: frame.package.map(Into::into),
            path: frame.path.map(Into::into),
            conditions: conditions.into_boxed_slice(),
        }
    }

    fn is_of(&self, rules: u64, frame: &Subject<'_>) -> bool {
        self.rules == rules
            && self.family == frame.family
            && *self.function == *frame.function
            && self.module.as_deref() == frame.module
            && self.package.as_deref() == frame.package
            && self.path.as_deref() == frame.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(function: &str) -> Subject<'_> {
        Subject {
            family: Family::Native,
            function,
            module: None,
            package: None,
            path: None,
            in_app: None,
            category: None,
        }
    }

    fn ask(rules: u64, function: &str, answer: u64) -> u64 {
        let mut found = Vec::new();
        conditions(rules, &subject(function), &mut found, || vec![answer]);
        found[0]
    }

    #[test]
    fn a_frame_is_judged_once_for_each_set_of_rules() {
        assert_eq!(ask(u64::MAX, "a", 1), 1);
        assert_eq!(ask(u64::MAX, "a", 2), 1);
        assert_eq!(ask(u64::MAX - 1, "a", 3), 3);
        assert_eq!(ask(u64::MAX, "b", 4), 4);
    }

    #[test]
    fn long_frames_are_not_kept_and_many_make_it_start_anew() {
        let long = "x".repeat(FRAME_BYTES_MAX + 1);
        assert_eq!(ask(u64::MAX, &long, 1), 1);
        assert_eq!(ask(u64::MAX, &long, 2), 2);
        for number in 0..FRAMES_MAX + 10 {
            ask(u64::MAX, &number.to_string(), 5);
        }
        let kept = MEMO.with_borrow(|memo| memo.frames.len());
        assert!(kept <= FRAMES_MAX);
    }
}
