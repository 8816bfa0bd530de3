//! Stack-trace rules: which frames are the application's, and which count for the fingerprint
//! (reference/GROUPING.md section 9). Sentry calls them enhancements.
//!
//! A line is read by `grammar` into what `line` holds; `compile` puts all lines of a project
//! behind the default ones of `base` and sorts their tests: those that look at the texts of one
//! frame become *conditions*, which `conditions` and `patterns` find for a frame all at once and
//! `memo` remembers; what depends on other rules (category, whether it is the application's) is
//! tested when a rule's turn comes. `judge` runs the rules over a stack trace in two passes:
//! first what frames are, then what counts.
//!
//! **Limits:** [`crate::RULES_MAX`] lines a text, the patterns' own, [`judge::FRAMES_MAX`] frames of
//! a stack trace and [`ERROR_BYTES_MAX`] of an exception's texts. A rule's turn costs a step per
//! frame, whatever its ranges.

use std::sync::{Arc, LazyLock};

use crate::{RuleKind, RuleProblem, RuleSource, RuleText, Version, rule_lines};

mod base;
mod bits;
mod compile;
mod conditions;
mod grammar;
mod judge;
mod line;
mod memo;
mod patterns;

pub(crate) use judge::{Judged, Judgement, Limit};

use compile::{Compiled, Compiler};

/// Where an explanation says that a default rule stands.
const BASE_ORIGIN: &str = "default rules";

/// Bytes of an exception's type, value or mechanism that rules look at.
const ERROR_BYTES_MAX: usize = 8_192;

/// The stack-trace rules of a project, compiled. Clones share what was compiled.
#[derive(Clone, Debug)]
pub(crate) struct StackRules {
    compiled: Arc<Compiled>,
}

/// What rules see of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Subject<'f> {
    /// The family of its platform.
    pub(crate) family: crate::platform::Family,
    /// Its trimmed function, `<unknown>` if it has none.
    pub(crate) function: &'f str,
    pub(crate) module: Option<&'f str>,
    pub(crate) package: Option<&'f str>,
    /// The full path, or else the file's name.
    pub(crate) path: Option<&'f str>,
    /// What the client said; `None` if nothing.
    pub(crate) in_app: Option<bool>,
    /// What it was sorted into before it was sent.
    pub(crate) category: Option<&'f str>,
}

/// What rules see of the exception whose stack trace they judge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ErrorSubject<'f> {
    pub(crate) kind: Option<&'f str>,
    pub(crate) value: Option<&'f str>,
    /// The type of its mechanism.
    pub(crate) mechanism: Option<&'f str>,
}

impl StackRules {
    /// Compiles the default rules of a version and behind them those of `texts` that are
    /// stack-trace rules. Lines that are no rules are left out and added to `problems`.
    pub(crate) fn new(
        version: Version,
        texts: &[RuleText],
        problems: &mut Vec<RuleProblem>,
    ) -> Self {
        let is_ours = |text: &&RuleText| text.kind == RuleKind::StackTrace;
        let mut texts = texts.iter().filter(is_ours).peekable();
        if texts.peek().is_none() {
            return Self::of_version(version);
        }
        let mut compiler = base_compiler(version);
        for text in texts {
            for line in rule_lines::lines(text, problems) {
                match grammar::read(line.text) {
                    Ok(read) => compiler.add(read, line.source(text)),
                    Err(reason) => problems.push(line.problem(text, reason)),
                }
            }
        }
        Self {
            compiled: Arc::new(compiler.finish()),
        }
    }

    /// The default rules of a version.
    fn of_version(version: Version) -> Self {
        static OF_2023: LazyLock<StackRules> = LazyLock::new(|| compiled(Version::Newstyle2023));
        static OF_2026: LazyLock<StackRules> = LazyLock::new(|| compiled(Version::Newstyle2026));
        match version {
            Version::Newstyle2023 => OF_2023.clone(),
            Version::Newstyle2026 => OF_2026.clone(),
        }
    }

    /// The version whose default rules these are.
    pub(crate) fn version(&self) -> Version {
        self.compiled.version
    }

    /// Judges the frames of one stack trace, outermost call first.
    pub(crate) fn judge<'r>(
        &'r self,
        frames: &[Subject<'_>],
        error: &ErrorSubject<'_>,
    ) -> Judged<'r> {
        judge::judge(&self.compiled, frames, error)
    }
}

impl Default for StackRules {
    fn default() -> Self {
        Self::of_version(Version::LATEST)
    }
}

fn compiled(version: Version) -> StackRules {
    StackRules {
        compiled: Arc::new(base_compiler(version).finish()),
    }
}

/// A compiler that has read the default rules. A test reads all of them, so that none is missing.
fn base_compiler(version: Version) -> Compiler {
    let mut compiler = Compiler::new(version);
    for (text, line) in base::lines(version).into_iter().zip(1..) {
        if let Ok(read) = grammar::read(&text) {
            let origin = BASE_ORIGIN.to_owned();
            compiler.add(read, RuleSource { origin, line, text });
        }
    }
    compiler
}

#[cfg(test)]
mod tests;
