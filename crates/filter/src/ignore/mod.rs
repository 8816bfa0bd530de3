//! Ignore rules: what a team says of events that it does not want to see, on all projects of an
//! organisation or on one (reference/PRODUCT.md section 5.1).
//!
//! This module holds what a rule says, how it is read and written, and how many rules are tried on
//! an event at once. Where rules are stored is not its business.

mod check;
mod compare;
mod draft;
mod error;
mod field;
mod fields;
mod index;
mod likeness;
mod matcher;
mod operator;
mod place;
mod range;
mod read;
mod rule;
#[cfg(test)]
mod tests;
mod toml_file;
mod toml_position;
mod values;
mod write;

pub use draft::draft_of;
pub use error::RuleError;
pub use field::{Field, FramePart, FrameSet};
pub use fields::{FieldInfo, FieldKind, fields};
pub use matcher::Matcher;
pub(crate) use matcher::Rules;
pub use operator::Operator;
pub use place::check_place;
pub use read::{parse_json, read_test};
pub use rule::{Action, Condition, Numbered, Rule, Test};
pub use toml_file::{parse_toml, to_toml};

/// How many letters the name of a rule has at most.
pub const NAME_CHARS_MAX: usize = 100;
/// How many letters the note of a rule has at most.
pub const NOTE_CHARS_MAX: usize = 2_000;
/// How many letters one value of a test has at most.
pub const VALUE_CHARS_MAX: usize = 1_024;
/// How many values *one of* takes at most.
pub const VALUES_MAX: usize = 500;
/// How many tests one rule has at most.
pub const TESTS_MAX: usize = 100;
/// How deep `all`, `any` and `not` stand in each other at most.
pub const DEPTH_MAX: usize = 8;
/// One event in how many a rule keeps at least.
pub const KEEP_ONE_IN_MAX: u32 = 1_000_000;
/// How many bytes a compiled regular expression takes at most.
pub const REGEX_BYTES_MAX: usize = 256 * 1024;
/// How many wildcards and regular expressions the rules of one file, organisation or project have at
/// most.
pub const EXPRESSIONS_MAX: usize = 200;
/// How many bytes the wildcards and regular expressions of one organisation or project take at most
/// together when compiled.
pub const PLACE_REGEX_BYTES_MAX: usize = 8 * 1024 * 1024;
/// How many rules one file, organisation or project has at most.
pub const RULES_MAX: usize = 500;
/// How many bytes a file of rules has at most.
pub const FILE_BYTES_MAX: usize = 1024 * 1024;
