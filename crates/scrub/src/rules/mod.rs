//! The rules: the built-in ones as data, and the compiled form of any rule
//! (reference/SCRUBBING.md section 2).

mod builtin;
mod collect;
mod compiled;
mod regexes;

pub(crate) use collect::collect_rules;
#[cfg(test)]
pub(crate) use compiled::matches_of;
pub(crate) use compiled::{Groups, Match, Rule, Target};
