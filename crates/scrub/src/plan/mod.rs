//! A configuration compiled for the walk. Applications are boolean formulas over path conditions;
//! at each node the walk asks once which conditions hold, as one number with a bit for each, and
//! the formulas are tests of that number. Which conditions can hold at all is looked up by the
//! node's key and types, so that most nodes are decided without comparing any path. Most texts do
//! not even get there: what all rules together need to see in a text or its key is one mask.

mod condition;
mod formula;
mod index;
mod keys;
mod outline;
mod place;

use std::cell::Cell;

use crate::config::{Mode, PiiConfig, Redaction};
use crate::path::Node;
use crate::rules::{Match, Rule, collect_rules};
use crate::schema::Pii;
use crate::secrets::is_named;
use crate::text::{Hints, Look, Seen};

use formula::{Compiler, Formula};
use index::Index;
use keys::KeyMemory;
use outline::Outline;

pub(crate) use index::Below;
pub(crate) use keys::KeyVerdict;
pub(crate) use place::Place;

/// The compiled form of some [`PiiConfig`]s that run one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    applications: Vec<Application>,
    index: Index,
    outline: Outline,
    keys: KeyMemory,
    /// Whether what applies follows from the conditions that hold, and has a bit for each
    /// application.
    is_memorable: bool,
}

#[derive(Clone, Debug)]
struct Application {
    /// Of which configuration, in their order.
    turn: usize,
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

impl Choice {
    /// The conditions from which it follows; `None` when it depends on more.
    pub(crate) fn conditions(&self) -> Option<u64> {
        self.bits.is_some().then_some(self.held)
    }
}

impl Plan {
    /// Compiles configurations.
    pub(crate) fn new(configs: &[PiiConfig], mode: Mode) -> Self {
        let mut compiler = Compiler::default();
        let mut applications = Vec::new();
        for (turn, config) in configs.iter().enumerate() {
            for (selector, ids) in &config.applications {
                let mut rules = collect_rules(config, ids, mode);
                if mode == Mode::Improved {
                    rules.iter_mut().for_each(note_unknown_method);
                }
                if !rules.is_empty() {
                    applications.push(Application {
                        turn,
                        formula: compiler.compile(selector),
                        needs: needs_of(&rules),
                        rules,
                    });
                }
            }
        }
        let index = Index::new(compiler.into_conditions());
        let is_memorable = u64::try_from(applications.len()).is_ok_and(|len| len <= 64)
            && applications.iter().all(|one| one.formula.is_of_bits());
        let mut outline = Outline::default();
        for application in &applications {
            let formula = &application.formula;
            let keyed = formula.needed(&|bits| index.are_keyed(bits));
            let is_sweeping = !formula.may_hold(index.of_named_values());
            outline.add(application.needs, keyed, is_sweeping);
        }
        Self {
            applications,
            index,
            outline,
            keys: KeyMemory::default(),
            is_memorable,
        }
    }

    /// The searches of all rules but those for anything, in the order in which they run.
    pub(crate) fn searches(&self) -> impl Iterator<Item = &Match> {
        let rules = self.applications.iter().flat_map(|one| &one.rules);
        let rules = rules.filter(|rule| !rule.anything);
        rules.flat_map(|rule| &rule.matches)
    }

    /// The turns in which configurations have something to apply.
    pub(crate) fn turns(&self) -> impl Iterator<Item = usize> {
        let mut before = None;
        let turns = self.applications.iter().map(|one| one.turn);
        turns.filter(move |turn| before.replace(*turn) != Some(*turn))
    }

    /// Whether rules may apply to a value under `key`, as far as looks at the key and, for a text,
    /// at the text tell; `above` are the conditions of [`Plan::above`] for what it lies in.
    pub(crate) fn may_touch(
        &self,
        pii: Pii,
        above: u64,
        key: Option<KeyVerdict>,
        text: Option<&Look<'_>>,
    ) -> bool {
        if pii == Pii::False {
            return false;
        }
        let key = key.unwrap_or_default();
        let outline = &self.outline;
        outline.may_hit(pii, key.hits, text)
            || outline.may_hit_keyed(above | key.held, key.hits, text)
    }

    /// What to make of a key.
    pub(crate) fn key(&self, key: &str) -> KeyVerdict {
        self.keys.verdict(key, || {
            let look = Look::at(key);
            let seen = match is_named(key) {
                true => look.seen,
                false => look.seen.without(Seen::NAME),
            };
            KeyVerdict {
                seen,
                held: self.index.by_key(key),
                hits: self.outline.key_hits(&look),
            }
        })
    }

    /// The conditions on what a container is called that may hold for all values in it.
    pub(crate) fn above(&self, container: &Node<'_>) -> u64 {
        self.index.by_key_above(container.key().unwrap_or_default())
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

    /// The rules of a choice for `node`, in the order in which they run; those of one
    /// configuration only if `turn` names it.
    pub(crate) fn rules(
        &self,
        choice: Choice,
        node: &Node<'_>,
        turn: Option<usize>,
    ) -> impl Iterator<Item = &Rule> {
        let applies = move |number: usize, formula: &Formula| match choice.bits {
            Some(bits) => bits >> number & 1 != 0,
            None => formula.holds(choice.held, node),
        };
        let is_due = move |one: &Application| turn.is_none_or(|turn| one.turn == turn);
        self.applications
            .iter()
            .enumerate()
            .filter(move |(number, one)| is_due(one) && applies(*number, &one.formula))
            .flat_map(|(_, application)| &application.rules)
    }
}

/// Relay takes out what a rule with an unknown method finds and leaves no remark.
fn note_unknown_method(rule: &mut Rule) {
    if rule.redaction == Redaction::Other {
        rule.redaction = Redaction::Remove;
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
    for rule in rules {
        needs.in_text = needs.in_text.and(rule.in_text);
        needs.in_key = needs.in_key.and(rule.in_key);
    }
    needs
}
