//! One version of the algorithm, ready to run.

use crate::fingerprint::FingerprintRules;
use crate::parameterize::Parameterizer;
use crate::stack_rules::StackRules;
use crate::variable_rules::VariableRules;
use crate::{RuleKind, RuleProblem, RuleText, Version};

/// One version of the algorithm with a project's rules.
#[derive(Debug, Default)]
pub(crate) struct Compiled {
    pub(crate) version: Version,
    pub(crate) parameterizer: Parameterizer,
    pub(crate) fingerprint_rules: FingerprintRules,
    pub(crate) stack_rules: StackRules,
}

impl Compiled {
    /// Compiles rules for a version; lines that are no rules are left out and added to
    /// `problems`.
    pub(crate) fn new(
        version: Version,
        texts: &[RuleText],
        problems: &mut Vec<RuleProblem>,
    ) -> Self {
        let mut fingerprint_rules = FingerprintRules::default();
        let mut variables = VariableRules::default();
        for text in texts {
            match text.kind {
                RuleKind::Fingerprint => fingerprint_rules.add(text, problems),
                RuleKind::Variable => variables.add(text, problems),
                RuleKind::StackTrace => {}
            }
        }
        Self {
            version,
            parameterizer: Parameterizer::new(version, variables),
            fingerprint_rules,
            stack_rules: StackRules::new(version, texts, problems),
        }
    }
}
