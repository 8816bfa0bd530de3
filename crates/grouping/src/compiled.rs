//! One version of the algorithm, ready to run.

use crate::fingerprint::FingerprintRules;
use crate::parameterize::Parameterizer;
use crate::stack_rules::StackRules;
use crate::variable_rules::VariableRules;
use crate::{RULE_TEXT_CHARS_MAX, RuleKind, RuleProblem, RuleText, Version};

/// Characters of all rule texts of a project together; a text past that is left out whole.
const RULE_TEXTS_CHARS_MAX: usize = 4 * RULE_TEXT_CHARS_MAX;

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
        let texts = within_limit(texts, problems);
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

/// The texts up to [`RULE_TEXTS_CHARS_MAX`]; the others are added to `problems`.
fn within_limit<'t>(texts: &'t [RuleText], problems: &mut Vec<RuleProblem>) -> &'t [RuleText] {
    let mut characters = 0_usize;
    let fits = |text: &&RuleText| {
        // A text over its own limit is not read at all.
        let own = text.text.chars().count();
        characters += if own > RULE_TEXT_CHARS_MAX { 0 } else { own };
        characters <= RULE_TEXTS_CHARS_MAX
    };
    let (within, beyond) = texts.split_at(texts.iter().take_while(fits).count());
    problems.extend(beyond.iter().map(|text| RuleProblem {
        kind: text.kind,
        origin: text.origin.clone(),
        line: 1,
        text: String::new(),
        reason: format!(
            "left out: the rules of the project and its organisation have more than \
             {RULE_TEXTS_CHARS_MAX} characters together"
        ),
    }));
    within
}
