//! Lines made ready to be run: their tests sorted by what they look at, and filed by what can
//! make them hold.

use std::sync::atomic::{AtomicU64, Ordering};

use ahash::AHashMap;

use super::bits;
use super::conditions::{Collector, Conditions};
use super::line::{Action, ErrorField, Flag, Line, Matcher, Place, Range, Test};
use super::{ERROR_BYTES_MAX, ErrorSubject};
use crate::glob::Glob;
use crate::{RuleSource, Version};

/// Rules in the order in which they apply. A rule is known by its place.
#[derive(Debug)]
pub(super) struct Compiled {
    /// Tells these rules from others of this process.
    pub(super) number: u64,
    pub(super) version: Version,
    pub(super) rules: Vec<Rule>,
    /// The number of a condition on the frame itself is the place of its rule.
    pub(super) conditions: Conditions,
    /// The names of categories; one is known by its place.
    pub(super) categories: Vec<Box<str>>,
    /// Rules that say what frames are.
    pub(super) classifying: Pass,
    /// Rules that say what counts.
    pub(super) counting: Pass,
}

/// Which rules can hold, depending on what is known of the frames.
#[derive(Debug)]
pub(super) struct Pass {
    /// All rules of this pass.
    pub(super) rules: Vec<u64>,
    /// Those of them that ask for no condition and no category of the frame.
    pub(super) always: Vec<u64>,
    /// For each category, those that ask for it.
    pub(super) of_category: Vec<Vec<u64>>,
}

/// A rule, ready to be run.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) source: RuleSource,
    errors: Vec<ErrorTest>,
    pub(super) own: Side,
    pub(super) caller: Option<Side>,
    pub(super) callee: Option<Side>,
    pub(super) in_app: Ranges,
    pub(super) group: Ranges,
    pub(super) category: Option<usize>,
    pub(super) max_frames: Option<usize>,
    pub(super) min_frames: Option<usize>,
}

/// What a rule asks of one frame.
#[derive(Debug)]
pub(super) struct Side {
    pub(super) condition: Option<usize>,
    pub(super) states: Vec<StateTest>,
}

/// A test of what other rules found out.
#[derive(Debug)]
pub(super) enum StateTest {
    InApp(bool),
    /// The category is this one.
    Is(usize),
    /// It is any but this one, or there is none.
    IsNot(usize),
    /// Its name matches, or does not.
    Like(Glob, bool),
}

/// What a flag is set to, by where a frame stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ranges {
    pub(super) this: Option<bool>,
    pub(super) up: Option<bool>,
    pub(super) down: Option<bool>,
}

impl Ranges {
    fn set(&mut self, range: Range, value: bool) {
        *match range {
            Range::This => &mut self.this,
            Range::Up => &mut self.up,
            Range::Down => &mut self.down,
        } = Some(value);
    }

    pub(super) fn is_empty(self) -> bool {
        self == Self::default()
    }
}

#[derive(Debug)]
struct ErrorTest {
    field: ErrorField,
    glob: Glob,
    is_negated: bool,
}

impl Rule {
    /// Whether it holds for an exception.
    pub(super) fn is_for(&self, error: &ErrorSubject<'_>) -> bool {
        self.errors.iter().all(|test| {
            let text = match test.field {
                ErrorField::Kind => error.kind,
                ErrorField::Value => error.value,
                ErrorField::Mechanism => error.mechanism,
            };
            let text = text.map_or("<unknown>", start);
            test.glob.matches(text) != test.is_negated
        })
    }

    fn is_classifying(&self) -> bool {
        self.category.is_some() || !self.in_app.is_empty()
    }

    fn is_counting(&self) -> bool {
        !self.group.is_empty() || self.max_frames.is_some() || self.min_frames.is_some()
    }
}

/// As much of a text as rules look at.
fn start(text: &str) -> &str {
    let mut ends = (0..=ERROR_BYTES_MAX.min(text.len())).rev();
    let end = ends.find(|end| text.is_char_boundary(*end));
    end.and_then(|end| text.get(..end)).unwrap_or_default()
}

/// Collects lines in the order in which they apply.
#[derive(Debug)]
pub(super) struct Compiler {
    version: Version,
    lines: Vec<(Line, RuleSource)>,
}

impl Compiler {
    pub(super) fn new(version: Version) -> Self {
        Self {
            version,
            lines: Vec::new(),
        }
    }

    /// Adds a line.
    pub(super) fn add(&mut self, line: Line, source: RuleSource) {
        self.lines.push((line, source));
    }

    pub(super) fn finish(self) -> Compiled {
        static NEXT_NUMBER: AtomicU64 = AtomicU64::new(0);
        let mut sorter = Sorter {
            collector: Collector::new(),
            next_condition: self.lines.len(),
            categories: AHashMap::new(),
        };
        let lines = self.lines.into_iter().enumerate();
        let rules: Vec<_> = lines
            .map(|(place, (line, source))| sorter.rule(place, line, source))
            .collect();
        let categories = sorter.names();
        let pass = |is_in: fn(&Rule) -> bool| Pass::new(&rules, categories.len(), is_in);
        Compiled {
            number: NEXT_NUMBER.fetch_add(1, Ordering::Relaxed),
            version: self.version,
            classifying: pass(Rule::is_classifying),
            counting: pass(Rule::is_counting),
            conditions: sorter.collector.finish(sorter.next_condition),
            rules,
            categories,
        }
    }
}

impl Pass {
    fn new(rules: &[Rule], categories: usize, is_in: fn(&Rule) -> bool) -> Self {
        let none = vec![0; bits::words(rules.len())];
        let mut pass = Self {
            rules: none.clone(),
            always: none.clone(),
            of_category: vec![none; categories],
        };
        let rules = rules.iter().enumerate();
        for (place, rule) in rules.filter(|(_, rule)| is_in(rule)) {
            bits::insert(&mut pass.rules, place);
            if rule.own.condition.is_some() {
                continue;
            }
            let asked = rule.own.states.iter().find_map(|test| match test {
                StateTest::Is(category) => Some(*category),
                _ => None,
            });
            let asked = asked.and_then(|category| pass.of_category.get_mut(category));
            bits::insert(asked.unwrap_or(&mut pass.always), place);
        }
        pass
    }
}

struct Sorter {
    collector: Collector,
    /// Numbers of conditions on neighbours come behind those on the frame itself.
    next_condition: usize,
    categories: AHashMap<Box<str>, usize>,
}

impl Sorter {
    fn rule(&mut self, place: usize, line: Line, source: RuleSource) -> Rule {
        let (mut errors, mut sides) = (Vec::new(), [Vec::new(), Vec::new(), Vec::new()]);
        let [own, caller, callee] = &mut sides;
        for matcher in line.matchers {
            match (matcher.test, matcher.place) {
                (Test::Error(field, glob), _) => errors.push(ErrorTest {
                    field,
                    glob,
                    is_negated: matcher.is_negated,
                }),
                (test, Place::Own) => own.push(Matcher { test, ..matcher }),
                (test, Place::Caller) => caller.push(Matcher { test, ..matcher }),
                (test, Place::Callee) => callee.push(Matcher { test, ..matcher }),
            }
        }
        let [own, caller, callee] = sides;
        let mut rule = Rule {
            source,
            errors,
            own: self.side(place, own),
            caller: self.neighbour(caller),
            callee: self.neighbour(callee),
            in_app: Ranges::default(),
            group: Ranges::default(),
            category: None,
            max_frames: None,
            min_frames: None,
        };
        for action in line.actions {
            self.act(&mut rule, action);
        }
        rule
    }

    fn act(&mut self, rule: &mut Rule, action: Action) {
        match action {
            Action::Category(name) => rule.category = Some(self.category(&name)),
            Action::MaxFrames(count) => rule.max_frames = Some(count),
            Action::MinFrames(count) => rule.min_frames = Some(count),
            Action::Flag(action) => match action.flag {
                Flag::InApp => rule.in_app.set(action.range, action.value),
                Flag::Group => rule.group.set(action.range, action.value),
            },
        }
    }

    fn neighbour(&mut self, matchers: Vec<Matcher>) -> Option<Side> {
        if matchers.is_empty() {
            return None;
        }
        let number = self.next_condition;
        let side = self.side(number, matchers);
        if side.condition.is_some() {
            self.next_condition += 1;
        }
        Some(side)
    }

    fn side(&mut self, number: usize, matchers: Vec<Matcher>) -> Side {
        let (others, has_condition) = self.collector.add(number, matchers);
        let states = others.into_iter().filter_map(|matcher| {
            let is_negated = matcher.is_negated;
            Some(match matcher.test {
                Test::InApp(expected) => StateTest::InApp(expected != is_negated),
                Test::Category(glob) => match (glob.whole(), is_negated) {
                    (Some(name), false) => StateTest::Is(self.category(name)),
                    (Some(name), true) => StateTest::IsNot(self.category(name)),
                    (None, _) => StateTest::Like(glob, is_negated),
                },
                Test::Family(_) | Test::Text(..) | Test::Error(..) => return None,
            })
        });
        Side {
            states: states.collect(),
            condition: has_condition.then_some(number),
        }
    }

    fn category(&mut self, name: &str) -> usize {
        let next = self.categories.len();
        *self.categories.entry(name.into()).or_insert(next)
    }

    fn names(&self) -> Vec<Box<str>> {
        let mut names: Vec<_> = self.categories.iter().collect();
        names.sort_unstable_by_key(|(_, place)| **place);
        names.into_iter().map(|(name, _)| name.clone()).collect()
    }
}
