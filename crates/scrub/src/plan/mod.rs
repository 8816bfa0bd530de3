//! A configuration compiled for the walk. Applications are boolean formulas over path conditions;
//! at each node the walk asks once which conditions hold, as one number with a bit for each, and
//! the formulas are tests of that number. Which conditions can hold at all is looked up by the
//! node's key and types, so that most nodes are decided without comparing any path.

mod condition;
mod formula;
mod index;

use std::cell::Cell;

use crate::config::PiiConfig;
use crate::path::Node;
use crate::rules::{Rule, Target, collect_rules};
use crate::text::Hints;

use formula::{Compiler, Formula};
use index::Index;

pub(crate) use index::Above;

/// The compiled form of a [`PiiConfig`].
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    applications: Vec<Application>,
    index: Index,
    /// Whether what applies follows from the conditions that hold, and has a bit for each
    /// application.
    is_memorable: bool,
}

#[derive(Clone, Debug)]
struct Application {
    formula: Formula,
    rules: Vec<Rule>,
    needs: Needs,
}

/// What a value must have before any of some rules is worth a try.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Needs {
    /// Whether there are rules at all.
    pub(crate) any: bool,
    /// Whether a rule hits every value.
    pub(crate) nothing: bool,
    /// Hints of which the text must have one …
    pub(crate) in_text: Hints,
    /// … or of these the key.
    pub(crate) in_key: Hints,
}

/// The applications that apply to a node.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice {
    held: u64,
    /// A bit for each application, unless they must be asked one by one.
    bits: Option<u64>,
    pub(crate) needs: Needs,
}

/// The last choices of a walk: neighbours mostly fulfil the same conditions.
#[derive(Debug, Default)]
pub(crate) struct Memory([Cell<Option<Choice>>; MEMORY_PLACES]);

const MEMORY_PLACES: usize = 8;

impl Memory {
    /// The place for the choice under these conditions.
    fn place(&self, held: u64) -> Option<&Cell<Option<Choice>>> {
        const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
        let place = held.wrapping_mul(SPREAD) >> (u64::BITS - MEMORY_PLACES.ilog2());
        self.0.get(usize::try_from(place).ok()?)
    }
}

impl Plan {
    /// Compiles a configuration; `None` when it has nothing to apply.
    pub(crate) fn new(config: &PiiConfig) -> Option<Self> {
        let mut compiler = Compiler::default();
        let mut applications = Vec::new();
        for (selector, ids) in &config.applications {
            let rules = collect_rules(config, ids);
            if !rules.is_empty() {
                applications.push(Application {
                    formula: compiler.compile(selector),
                    needs: needs_of(&rules),
                    rules,
                });
            }
        }
        let index = Index::new(compiler.into_conditions());
        let is_memorable = u64::try_from(applications.len()).is_ok_and(|len| len <= 64)
            && applications.iter().all(|one| one.formula.is_of_bits());
        (!applications.is_empty()).then_some(Self {
            applications,
            index,
            is_memorable,
        })
    }

    /// The conditions that the path to a container decides for its children.
    pub(crate) fn above(&self, node: &Node<'_>) -> Above {
        self.index.above(node)
    }

    /// Which applications apply to a node.
    pub(crate) fn choice(&self, node: &Node<'_>, memory: &Memory) -> Choice {
        let held = self.index.held_at(node);
        let place = memory.place(held).filter(|_| self.is_memorable);
        if let Some(known) = place.and_then(Cell::get)
            && known.held == held
        {
            return known;
        }
        let choice = self.choose(held, node);
        place.into_iter().for_each(|place| place.set(Some(choice)));
        choice
    }

    fn choose(&self, held: u64, node: &Node<'_>) -> Choice {
        let (mut bits, mut needs) = (0, Needs::default());
        for (number, application) in self.applications.iter().enumerate() {
            if application.formula.holds(held, node) {
                bits |= 1_u64
                    .checked_shl(u32::try_from(number).unwrap_or(u32::MAX))
                    .unwrap_or(0);
                needs = needs.and(application.needs);
            }
        }
        Choice {
            held,
            bits: self.is_memorable.then_some(bits),
            needs,
        }
    }

    /// The rules of a choice for `node`, in the order in which they run.
    pub(crate) fn rules(&self, choice: Choice, node: &Node<'_>) -> impl Iterator<Item = &Rule> {
        let applies = move |number: usize, formula: &Formula| match choice.bits {
            Some(bits) => bits >> number & 1 != 0,
            None => formula.holds(choice.held, node),
        };
        self.applications
            .iter()
            .enumerate()
            .filter(move |(number, application)| applies(*number, &application.formula))
            .flat_map(|(_, application)| &application.rules)
    }
}

impl Needs {
    const fn and(self, other: Self) -> Self {
        Self {
            any: self.any || other.any,
            nothing: self.nothing || other.nothing,
            in_text: self.in_text.and(other.in_text),
            in_key: self.in_key.and(other.in_key),
        }
    }
}

fn needs_of(rules: &[Rule]) -> Needs {
    let mut needs = Needs {
        any: !rules.is_empty(),
        nothing: rules.iter().any(|rule| rule.anything),
        ..Needs::default()
    };
    for search in rules.iter().flat_map(|rule| &rule.matches) {
        let hint = Hints::of(search.hint);
        if search.target != Target::Key {
            needs.in_text = needs.in_text.and(hint);
        }
        if search.target != Target::Value {
            needs.in_key = needs.in_key.and(hint);
        }
    }
    needs
}
