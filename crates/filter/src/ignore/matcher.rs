use watchfire_event::{Event, Timestamp};

use super::check::Check;
use super::index::{Address, Answers, Index, IndexBuilder};
use super::{Action, Condition, Numbered, Operator, Rule, RuleError, Test};
use crate::Origin;

/// One rule, compiled, to try it on events whatever its action, switch and expiry.
#[derive(Clone, Debug)]
pub struct Matcher {
    index: Index,
    when: Node,
}

/// Many rules, compiled together, so that each field of an event is read once for all of them; only
/// rules that are too large together are in several groups.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules(Vec<Group>);

#[derive(Clone, Debug)]
struct Group {
    index: Index,
    rules: Vec<CompiledRule>,
}

/// A rule that is switched on.
#[derive(Clone, Debug)]
pub(crate) struct CompiledRule {
    pub(crate) id: i64,
    pub(crate) action: Action,
    expires: Option<Timestamp>,
    when: Node,
}

/// A condition whose tests lie in an index.
#[derive(Clone, Debug)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Test(Address),
}

impl Matcher {
    /// Compiles the rule.
    ///
    /// # Errors
    /// [`RuleError`] says which value cannot be compiled; no rule that was read is of this kind.
    pub fn new(rule: &Rule) -> Result<Self, RuleError> {
        let refused = |reason| RuleError {
            at: "when".to_owned(),
            reason,
        };
        let mut index = IndexBuilder::default();
        let when = compile(&rule.when, &mut index).map_err(refused)?;
        Ok(Self {
            index: index.build().map_err(refused)?,
            when,
        })
    }

    /// Whether the rule's conditions hold for the event. No condition is about the origin; rules
    /// and inbound filters are asked alike.
    #[must_use]
    pub fn matches(&self, event: &Event<'_>, _origin: &Origin) -> bool {
        self.when.holds(&mut Answers::new(&self.index, event))
    }
}

impl Rules {
    /// Compiles the rules that are switched on; names those that cannot be compiled.
    pub(crate) fn new(rules: &[Numbered]) -> (Self, Vec<RuleError>) {
        let on: Vec<&Numbered> = rules.iter().filter(|it| it.rule.enabled).collect();
        let (mut groups, mut problems) = (Vec::new(), Vec::new());
        if !on.is_empty() {
            add_groups(&on, &mut groups, &mut problems);
        }
        (Self(groups), problems)
    }

    /// Hands the rules that match the event to `take`, in their order, as long as it says so.
    pub(crate) fn each_match(
        &self,
        event: &Event<'_>,
        now: Timestamp,
        mut take: impl FnMut(&CompiledRule) -> bool,
    ) {
        for group in &self.0 {
            let mut answers = Answers::new(&group.index, event);
            for rule in &group.rules {
                let is_expired = rule.expires.is_some_and(|expires| expires <= now);
                if !is_expired && rule.when.holds(&mut answers) && !take(rule) {
                    return;
                }
            }
        }
    }
}

/// Adds the rules as one group; where that cannot be, their halves, down to the rule whose fault it
/// is.
fn add_groups(rules: &[&Numbered], groups: &mut Vec<Group>, problems: &mut Vec<RuleError>) {
    let reason = match Group::new(rules) {
        Ok(group) => return groups.push(group),
        Err(reason) => reason,
    };
    match rules {
        [one] => problems.push(RuleError {
            at: format!("ignore rule {} {:?}", one.id, one.rule.name),
            reason,
        }),
        many => {
            let (first, second) = many.split_at(many.len() / 2);
            add_groups(first, groups, problems);
            add_groups(second, groups, problems);
        }
    }
}

impl Group {
    fn new(rules: &[&Numbered]) -> Result<Self, String> {
        let mut index = IndexBuilder::default();
        let compiled = rules.iter().map(|Numbered { id, rule }| {
            Ok(CompiledRule {
                id: *id,
                action: rule.action,
                expires: rule.expires,
                when: compile(&rule.when, &mut index)?,
            })
        });
        let rules = compiled.collect::<Result<_, String>>()?;
        let index = index.build()?;
        Ok(Self { index, rules })
    }
}

impl Node {
    fn holds(&self, answers: &mut Answers<'_, '_, '_>) -> bool {
        match self {
            Self::All(nodes) => nodes.iter().all(|node| node.holds(answers)),
            Self::Any(nodes) => nodes.iter().any(|node| node.holds(answers)),
            Self::Not(node) => !node.holds(answers),
            Self::Test(address) => answers.passes(*address),
        }
    }
}

fn compile(condition: &Condition, index: &mut IndexBuilder) -> Result<Node, String> {
    let mut each = |list: &[Condition]| {
        let nodes = list.iter().map(|condition| compile(condition, index));
        nodes.collect::<Result<Vec<_>, _>>()
    };
    Ok(match condition {
        Condition::All(list) => Node::All(each(list)?),
        Condition::Any(list) => Node::Any(each(list)?),
        Condition::Not(inner) => Node::Not(Box::new(compile(inner, index)?)),
        Condition::Test(test) => compile_test(test, index)?,
    })
}

fn compile_test(test: &Test, index: &mut IndexBuilder) -> Result<Node, String> {
    let checks = test
        .values
        .iter()
        .map(|value| Check::new(&test.field, test.op, value));
    let checks = checks.collect::<Result<Vec<_>, _>>()?;
    let node = Node::Test(index.add(&test.field, checks));
    let is_negated = match test.op {
        Operator::IsNot => true,
        Operator::Exists => test.values.first().is_some_and(|value| value == "false"),
        _ => false,
    };
    Ok(match is_negated {
        true => Node::Not(Box::new(node)),
        false => node,
    })
}
