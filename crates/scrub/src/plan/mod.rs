//! A configuration compiled for the walk. Applications are boolean formulas over path conditions;
//! at each node the walk asks once which conditions hold, as one number with a bit for each, and
//! the formulas are tests of that number. Which conditions can hold at all is looked up by the
//! node's key and types, so that most nodes are decided without comparing any path.

mod condition;
mod formula;
mod index;

use crate::config::PiiConfig;
use crate::path::Node;
use crate::rules::{Rule, collect_rules};

use formula::{Compiler, Formula};
use index::Index;

/// The compiled form of a [`PiiConfig`].
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    applications: Vec<Application>,
    index: Index,
}

#[derive(Clone, Debug)]
struct Application {
    formula: Formula,
    rules: Vec<Rule>,
}

impl Plan {
    /// Compiles a configuration; `None` when it has nothing to apply.
    pub(crate) fn new(config: &PiiConfig) -> Option<Self> {
        let mut compiler = Compiler::default();
        let mut applications = Vec::new();
        for (selector, ids) in &config.applications {
            let rules = collect_rules(config, ids);
            if !rules.is_empty() {
                let formula = compiler.compile(selector);
                applications.push(Application { formula, rules });
            }
        }
        let index = Index::new(compiler.into_conditions());
        (!applications.is_empty()).then_some(Self {
            applications,
            index,
        })
    }

    /// The conditions ending in `**` that hold for the children of `node`.
    pub(crate) fn deep_below(&self, node: &Node<'_>) -> u64 {
        self.index.deep_below(node)
    }

    /// The rules that apply to a node, in the order in which they run.
    pub(crate) fn rules_at(&self, node: &Node<'_>) -> impl Iterator<Item = &Rule> {
        let held = self.index.held_at(node);
        self.applications
            .iter()
            .filter(move |application| application.formula.holds(held, node))
            .flat_map(|application| &application.rules)
    }
}
