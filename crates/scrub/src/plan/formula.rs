use super::condition::{ConditionItem, absorb};
use super::index::CONDITIONS_MAX;
use crate::path::Node;
use crate::selector::{Selector, path_matches};

/// A selector over numbered conditions.
#[derive(Clone, Debug)]
pub(super) enum Formula {
    /// One of the conditions with these bits holds.
    Any(u64),
    All(Vec<Formula>),
    Either(Vec<Formula>),
    Not(Box<Formula>),
    /// A condition beyond those that have a bit.
    Path(Vec<ConditionItem>),
}

impl Formula {
    /// Whether the formula holds at `node`, where the conditions `held` hold.
    pub(super) fn holds(&self, held: u64, node: &Node<'_>) -> bool {
        match self {
            Self::Any(bits) => held & bits != 0,
            Self::All(parts) => parts.iter().all(|part| part.holds(held, node)),
            Self::Either(parts) => parts.iter().any(|part| part.holds(held, node)),
            Self::Not(part) => !part.holds(held, node),
            Self::Path(items) => path_matches(items, node),
        }
    }

    /// Conditions of which one must hold for the formula to hold, all of them accepted by `are`;
    /// `None` when there are no such.
    pub(super) fn needed(&self, are: &impl Fn(u64) -> bool) -> Option<u64> {
        match self {
            Self::Any(bits) => are(*bits).then_some(*bits),
            Self::All(parts) => parts.iter().find_map(|part| part.needed(are)),
            Self::Either(parts) => parts
                .iter()
                .try_fold(0, |bits, part| Some(bits | part.needed(are)?)),
            Self::Not(_) | Self::Path(_) => None,
        }
    }

    /// Whether the formula may hold where of the conditions only some of `possible` do.
    pub(super) fn may_hold(&self, possible: u64) -> bool {
        match self {
            Self::Any(bits) => bits & possible != 0,
            Self::All(parts) => parts.iter().all(|part| part.may_hold(possible)),
            Self::Either(parts) => parts.iter().any(|part| part.may_hold(possible)),
            Self::Not(_) | Self::Path(_) => true,
        }
    }

    /// Whether the conditions that hold decide, whatever the node.
    pub(super) fn is_of_bits(&self) -> bool {
        match self {
            Self::Any(_) => true,
            Self::All(parts) | Self::Either(parts) => parts.iter().all(Self::is_of_bits),
            Self::Not(part) => part.is_of_bits(),
            Self::Path(_) => false,
        }
    }
}

/// Numbers the conditions of the selectors of one configuration.
#[derive(Debug, Default)]
pub(super) struct Compiler {
    conditions: Vec<Vec<ConditionItem>>,
}

impl Compiler {
    pub(super) fn compile(&mut self, selector: &Selector) -> Formula {
        match selector {
            Selector::And(parts) => {
                Formula::All(parts.iter().map(|part| self.compile(part)).collect())
            }
            Selector::Or(parts) => self.compile_or(parts),
            Selector::Not(part) => Formula::Not(Box::new(self.compile(part))),
            Selector::Path(_) => self.compile_or(std::slice::from_ref(selector)),
        }
    }

    /// Alternatives: the paths among them become few conditions, tested together.
    fn compile_or(&mut self, parts: &[Selector]) -> Formula {
        let mut merged: Vec<Vec<ConditionItem>> = Vec::new();
        let mut formulas = Vec::new();
        for part in parts {
            let Selector::Path(items) = part else {
                formulas.push(self.compile(part));
                continue;
            };
            let path: Vec<ConditionItem> = items.iter().map(ConditionItem::from).collect();
            if !merged.iter_mut().any(|known| absorb(known, &path)) {
                merged.push(path);
            }
        }
        let mut bits = 0;
        for path in merged {
            match self.number(&path) {
                Some(number) => bits |= 1 << number,
                None => formulas.push(Formula::Path(path)),
            }
        }
        if formulas.is_empty() {
            return Formula::Any(bits);
        }
        formulas.push(Formula::Any(bits));
        Formula::Either(formulas)
    }

    /// The number of a condition; `None` when no bit is left for it.
    fn number(&mut self, path: &[ConditionItem]) -> Option<usize> {
        if let Some(number) = self.conditions.iter().position(|known| known == path) {
            return Some(number);
        }
        let number = self.conditions.len();
        (number < CONDITIONS_MAX).then(|| {
            self.conditions.push(path.to_vec());
            number
        })
    }

    pub(super) fn into_conditions(self) -> Vec<Vec<ConditionItem>> {
        self.conditions
    }
}
