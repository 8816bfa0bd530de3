//! The rules: the built-in ones as data, and the compiled form of any rule
//! (reference/SCRUBBING.md section 2).

mod assigned;
mod builtin;
mod by_hand;
mod collect;
mod compiled;
mod improved;
mod regexes;
mod spare;
mod url_user;

pub use builtin::{Builtin, builtins};
pub(crate) use builtin::{is_builtin, label};
pub(crate) use collect::{Collected, collect, collect_rules};
#[cfg(test)]
pub(crate) use compiled::matches_of;
pub(crate) use compiled::{Groups, Match, Rule, Target};
pub(crate) use regexes::{IBAN_COUNTRIES, PATTERN_BYTES_MAX, user_regex};
