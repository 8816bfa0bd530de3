//! What a rule asks of the texts and the platform of one frame.

use super::line::{Families, Field, Matcher, Test};
use super::patterns::Patterns;
use super::{Subject, bits};
use crate::glob::Glob;
use crate::platform::Family;

/// Tests of one frame that must all hold. A condition is known by its number.
#[derive(Debug)]
pub(super) struct Condition {
    number: usize,
    families: Families,
    /// Patterns that must match, the first of which the condition is filed under.
    wanted: Vec<PatternAt>,
    unwanted: Vec<PatternAt>,
}

/// A pattern of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PatternAt {
    field: Field,
    place: usize,
}

/// All conditions, filed so that those of a frame are found without trying each.
#[derive(Debug)]
pub(super) struct Conditions {
    count: usize,
    fields: Vec<FieldIndex>,
    /// Those that ask for no pattern.
    open: Vec<Condition>,
}

#[derive(Debug)]
struct FieldIndex {
    field: Field,
    patterns: Patterns,
    /// How many patterns there are.
    count: usize,
    /// For each pattern the conditions filed under it.
    filed: Vec<Vec<Condition>>,
}

/// Collects conditions.
#[derive(Debug)]
pub(super) struct Collector {
    globs: [Vec<Glob>; Field::ALL.len()],
    conditions: Vec<Condition>,
}

impl Collector {
    pub(super) fn new() -> Self {
        Self {
            globs: std::array::from_fn(|_| Vec::new()),
            conditions: Vec::new(),
        }
    }

    /// Adds the tests of texts and families among `matchers`, which all look at the same frame,
    /// as the condition `number`. Hands back the other matchers, and whether there was a test.
    pub(super) fn add(&mut self, number: usize, matchers: Vec<Matcher>) -> (Vec<Matcher>, bool) {
        let mut condition = Condition {
            number,
            families: Families::ALL,
            wanted: Vec::new(),
            unwanted: Vec::new(),
        };
        let (mut others, mut has_test) = (Vec::new(), false);
        for matcher in matchers {
            let is_negated = matcher.is_negated;
            match matcher.test {
                Test::Family(families) => condition.families.restrict(families, is_negated),
                Test::Text(field, glob) => {
                    let pattern = self.pattern(field, glob);
                    if is_negated {
                        condition.unwanted.push(pattern);
                    } else {
                        condition.wanted.push(pattern);
                    }
                }
                test => {
                    others.push(Matcher { test, ..matcher });
                    continue;
                }
            }
            has_test = true;
        }
        if has_test {
            self.conditions.push(condition);
        }
        (others, has_test)
    }

    fn pattern(&mut self, field: Field, glob: Glob) -> PatternAt {
        let mut place = 0;
        for (globs, _) in self
            .globs
            .iter_mut()
            .zip(Field::ALL)
            .filter(|it| it.1 == field)
        {
            place = globs.len();
            globs.push(glob.clone());
        }
        PatternAt { field, place }
    }

    /// Files the conditions, whose numbers are below `count`.
    pub(super) fn finish(self, count: usize) -> Conditions {
        let globs = self.globs.into_iter().zip(Field::ALL);
        let mut fields: Vec<_> = globs
            .map(|(globs, field)| FieldIndex::new(field, globs))
            .collect();
        let mut open = Vec::new();
        for condition in self.conditions {
            let first = condition.wanted.first().copied();
            let filed = first.and_then(|first| {
                let index = fields.iter_mut().find(|index| index.field == first.field)?;
                index.filed.get_mut(first.place)
            });
            filed.unwrap_or(&mut open).push(condition);
        }
        Conditions {
            count,
            fields,
            open,
        }
    }
}

impl FieldIndex {
    fn new(field: Field, globs: Vec<Glob>) -> Self {
        let count = globs.len();
        Self {
            field,
            patterns: Patterns::new(globs),
            count,
            filed: std::iter::repeat_with(Vec::new).take(count).collect(),
        }
    }
}

impl Conditions {
    /// How many words a set of their numbers takes.
    pub(super) fn words(&self) -> usize {
        bits::words(self.count)
    }

    /// The numbers of those that hold for a frame.
    pub(super) fn of(&self, frame: &Subject<'_>) -> Vec<u64> {
        let mut holding = vec![0; self.words()];
        let mut matches = Vec::with_capacity(self.fields.len());
        for index in &self.fields {
            let mut matching = vec![0; bits::words(index.count)];
            if let Some(text) = index.field.of(frame) {
                let mut take = |place| bits::insert(&mut matching, place);
                index
                    .patterns
                    .each_match(text, index.field.kind(), &mut take);
            }
            matches.push((index, matching));
        }
        let mut consider = |condition: &Condition| {
            if condition.holds(frame.family, &matches) {
                bits::insert(&mut holding, condition.number);
            }
        };
        self.open.iter().for_each(&mut consider);
        for (index, matching) in &matches {
            let mut from = 0;
            while let Some(place) = bits::next(matching, from) {
                index
                    .filed
                    .get(place)
                    .into_iter()
                    .flatten()
                    .for_each(&mut consider);
                from = place + 1;
            }
        }
        holding
    }
}

impl Condition {
    fn holds(&self, family: Family, matches: &[(&FieldIndex, Vec<u64>)]) -> bool {
        let is_match = |pattern: &PatternAt| {
            let of_field = matches
                .iter()
                .find(|(index, _)| index.field == pattern.field);
            of_field.is_some_and(|(_, matching)| bits::contains(matching, pattern.place))
        };
        self.families.has(family)
            && self.wanted.iter().all(is_match)
            && !self.unwanted.iter().any(is_match)
    }
}

impl Field {
    fn of<'f>(self, frame: &Subject<'f>) -> Option<&'f str> {
        match self {
            Self::Function => Some(frame.function),
            Self::Module => frame.module,
            Self::Package => frame.package,
            Self::Path => frame.path,
        }
    }
}

impl Families {
    /// All of them.
    pub(super) const ALL: Self = Self {
        native: true,
        javascript: true,
        other: true,
    };

    /// Keeps what is also in `others`, or what is not in them.
    fn restrict(&mut self, others: Self, is_negated: bool) {
        self.native &= others.native != is_negated;
        self.javascript &= others.javascript != is_negated;
        self.other &= others.other != is_negated;
    }

    fn has(self, family: Family) -> bool {
        match family {
            Family::Native => self.native,
            Family::JavaScript => self.javascript,
            Family::Other => self.other,
        }
    }
}
