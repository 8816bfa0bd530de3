//! All tests of all rules, by field: each field is read once, whatever the number of rules.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::bytes::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};
use watchfire_event::Event;

use super::check::{Anchor, Check, fold};
use super::compare::{Comparison, FieldValue};
use super::values::{Sets, visit};
use super::{Field, FrameSet, PLACE_REGEX_BYTES_MAX, REGEX_BYTES_MAX};

/// How many bytes one expression takes at most: somewhat more than alone, as it is wrapped.
const EXPRESSION_BYTES_MAX: usize = 2 * REGEX_BYTES_MAX;
/// How many bytes the expressions of one field take at most in one index: those of an organisation
/// and of a project. More are compiled apart.
const EXPRESSIONS_BYTES_MAX: usize = 2 * PLACE_REGEX_BYTES_MAX;

/// The number of a test among all tests of an index.
pub(super) type TestId = usize;

/// The tests of one field.
#[derive(Clone, Debug)]
struct FieldTests {
    field: Field,
    exists: Vec<(TestId, Sets)>,
    literals: Literals,
    expressions: Expressions,
    comparisons: Vec<(TestId, Sets, Comparison)>,
}

/// Texts that are looked for in one pass over a value.
#[derive(Clone, Debug, Default)]
struct Literals {
    /// `None` where there is no text.
    finder: Option<AhoCorasick>,
    /// For each text, which tests ask for it.
    asking: Vec<Vec<Asking>>,
}

/// A test that asks for a text.
#[derive(Clone, Debug)]
struct Asking {
    test: TestId,
    sets: Sets,
    /// Where the text must stand.
    anchor: Anchor,
    /// What the whole value must match besides.
    confirm: Option<Regex>,
}

/// Regular expressions that are tried in one pass over a value.
#[derive(Clone, Debug, Default)]
struct Expressions {
    set: RegexSet,
    asking: Vec<(TestId, Sets)>,
}

/// The tests, ready to be asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    fields: Vec<FieldTests>,
    tests: usize,
}

/// Where the tests of a rule are in an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Address {
    field: usize,
    test: TestId,
}

/// What a test asks of values of some sets.
type Asked = (TestId, Sets, Check);

/// Collects tests for an index.
#[derive(Debug, Default)]
pub(super) struct IndexBuilder {
    fields: Vec<(Field, Vec<Asked>)>,
    places: HashMap<Field, usize>,
    tests: usize,
}

impl IndexBuilder {
    /// Adds a test that passes if one of its checks does.
    pub(super) fn add(&mut self, field: &Field, checks: Vec<Check>) -> Address {
        let (key, sets) = match field {
            Field::Frame(set, part) => (Field::Frame(FrameSet::Any, *part), set.bit()),
            field => (field.clone(), Sets::MAX),
        };
        let next = self.fields.len();
        let place = *self.places.entry(key.clone()).or_insert(next);
        if place == next {
            self.fields.push((key, Vec::new()));
        }
        let test = self.tests;
        self.tests += 1;
        if let Some((_, tests)) = self.fields.get_mut(place) {
            tests.extend(checks.into_iter().map(|check| (test, sets, check)));
        }
        Address { field: place, test }
    }

    /// The index of the tests that were added.
    ///
    /// # Errors
    /// When the texts and expressions of one field are too large together to be compiled.
    pub(super) fn build(self) -> Result<Index, String> {
        let fields = self.fields.into_iter();
        Ok(Index {
            fields: fields
                .map(|(field, checks)| FieldTests::new(field, checks))
                .collect::<Result<_, _>>()?,
            tests: self.tests,
        })
    }
}

/// Texts with the tests that ask for them, before the finder is made.
#[derive(Debug, Default)]
struct LiteralsBuilder {
    texts: Vec<String>,
    places: HashMap<String, usize>,
    asking: Vec<Vec<Asking>>,
}

impl LiteralsBuilder {
    fn add(&mut self, text: String, asking: Asking) {
        let next = self.texts.len();
        let place = *self.places.entry(text.clone()).or_insert(next);
        if place == next {
            self.texts.push(text);
            self.asking.push(Vec::new());
        }
        if let Some(all) = self.asking.get_mut(place) {
            all.push(asking);
        }
    }

    fn build(self) -> Result<Literals, String> {
        if self.texts.is_empty() {
            return Ok(Literals::default());
        }
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .ascii_case_insensitive(true)
            .build(self.texts);
        Ok(Literals {
            finder: Some(finder.map_err(|error| error.to_string())?),
            asking: self.asking,
        })
    }
}

impl FieldTests {
    fn new(field: Field, checks: Vec<Asked>) -> Result<Self, String> {
        let (mut exists, mut comparisons) = (Vec::new(), Vec::new());
        let (mut sources, mut asking) = (Vec::new(), Vec::new());
        let mut literals = LiteralsBuilder::default();
        for (test, sets, check) in checks {
            let ask = |anchor, confirm| Asking {
                test,
                sets,
                anchor,
                confirm,
            };
            match check {
                Check::Exists => exists.push((test, sets)),
                Check::Comparison(comparison) => comparisons.push((test, sets, comparison)),
                Check::Literal(anchor, text) => literals.add(text, ask(anchor, None)),
                Check::Expression(expression) if expression.needs.is_empty() => {
                    sources.push(expression.source);
                    asking.push((test, sets));
                }
                Check::Expression(expression) => {
                    let compiled = RegexBuilder::new(&expression.source)
                        .size_limit(EXPRESSION_BYTES_MAX)
                        .build();
                    let regex = compiled.map_err(|error| error.to_string())?;
                    for text in expression.needs {
                        literals.add(text, ask(Anchor::Anywhere, Some(regex.clone())));
                    }
                }
            }
        }
        let set = RegexSetBuilder::new(sources)
            .size_limit(EXPRESSIONS_BYTES_MAX)
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self {
            field,
            exists,
            literals: literals.build()?,
            expressions: Expressions { set, asking },
            comparisons,
        })
    }

    /// Notes which tests a value passes.
    fn ask(&self, value: &FieldValue<'_>, progress: &mut [Progress]) {
        self.literals.ask(value, progress);
        let mut pass = |test: TestId, asked: Sets| {
            if let (true, Some(progress)) = (asked & value.sets != 0, progress.get_mut(test)) {
                progress.passed = true;
            }
        };
        for (test, asked) in &self.exists {
            pass(*test, *asked);
        }
        if !self.expressions.asking.is_empty() {
            for found in &self.expressions.set.matches(value.text.as_bytes()) {
                if let Some((test, asked)) = self.expressions.asking.get(found) {
                    pass(*test, *asked);
                }
            }
        }
        for (test, asked, comparison) in &self.comparisons {
            if asked & value.sets != 0 && comparison.holds(value) {
                pass(*test, *asked);
            }
        }
    }
}

impl Literals {
    /// Texts and values are compared in lower case: letters of ASCII by the finder, a value with
    /// others as a copy in lower case.
    fn ask(&self, value: &FieldValue<'_>, progress: &mut [Progress]) {
        let Some(finder) = &self.finder else {
            return;
        };
        let folded;
        let text = match value.text.is_ascii() {
            true => value.text,
            false => {
                folded = fold(value.text);
                &folded
            }
        };
        for found in finder.find_overlapping_iter(text) {
            let all = self.asking.get(found.pattern().as_usize());
            for asking in all.into_iter().flatten() {
                let (is_first, is_last) = (found.start() == 0, found.end() == text.len());
                if asking.sets & value.sets == 0 || !asking.anchor.holds(is_first, is_last) {
                    continue;
                }
                if let Some(progress) = progress.get_mut(asking.test) {
                    progress.pass(value, asking.confirm.as_ref());
                }
            }
        }
    }
}

/// What is known of one test so far.
#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    passed: bool,
    /// The number of the value that the expression was tried on last: a text that it needs may
    /// stand in a value many times.
    tried: usize,
}

impl Progress {
    /// Passes if the value matches the expression, where there is one.
    fn pass(&mut self, value: &FieldValue<'_>, expression: Option<&Regex>) {
        let Some(expression) = expression else {
            self.passed = true;
            return;
        };
        if !self.passed && self.tried != value.number {
            self.tried = value.number;
            self.passed = expression.is_match(value.text.as_bytes());
        }
    }
}

/// What is known of one event so far.
pub(super) struct Answers<'i, 'e, 'a> {
    index: &'i Index,
    event: &'e Event<'a>,
    asked: Vec<bool>,
    progress: Vec<Progress>,
}

impl<'i, 'e, 'a> Answers<'i, 'e, 'a> {
    pub(super) fn new(index: &'i Index, event: &'e Event<'a>) -> Self {
        Self {
            index,
            event,
            asked: vec![false; index.fields.len()],
            progress: vec![Progress::default(); index.tests],
        }
    }

    /// Whether the event passes the test. The first test of a field reads the field for all.
    pub(super) fn passes(&mut self, address: Address) -> bool {
        if let (Some(asked @ false), Some(tests)) = (
            self.asked.get_mut(address.field),
            self.index.fields.get(address.field),
        ) {
            *asked = true;
            let mut number = 0;
            visit(&tests.field, self.event, &mut |text, sets| {
                number += 1;
                let value = FieldValue::new(text, sets, number);
                tests.ask(&value, &mut self.progress);
            });
        }
        self.progress.get(address.test).is_some_and(|it| it.passed)
    }
}
