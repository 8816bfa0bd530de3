//! The fingerprint, title and culprit of an event, and the explanation of them.
//!
//! A [`Grouper`] is a project's [`Settings`], compiled once; [`Grouper::group`] and
//! [`Grouper::explain`] run one code over an event, so that an explanation never says anything
//! else than what was done.
//!
//! # The way of an event
//!
//! 1. `context` reads the event's exceptions, stack traces and threads when they are asked for.
//!    `stack` gives every frame what the stack-trace rules say of it (`stack_rules`), and
//!    `exception_group` picks the exceptions that tell events apart.
//! 2. `fingerprint` finds the first fingerprint rule that matches the event as the client sent it,
//!    or else takes the client's own fingerprint.
//! 3. `decide` runs the strategies (`strategy`, one file each) in their order. Each makes a tree of
//!    [`Component`]s for every way of looking at the event, its variants: `app` for the frames of
//!    the application, `system` for all of them, `default` for what has no frames. The texts in it
//!    are borrowed from the event, normalised by `frame`, and masked by `parameterize` where they
//!    are messages. The first strategy that has something to say decides.
//! 4. `hash` takes our hash ([`struct@Hash`]) and Sentry's ([`SentryHash`]) over the parts of a variant
//!    that count.
//!
//! # Versions
//!
//! A project pins a [`Version`]. Where versions differ, the code that differs matches on it;
//! nothing exists twice. After a change of the version, [`Grouping::fallbacks`] holds the hashes
//! of the older one, so that no known issue is split, and for projects with issues from Sentry,
//! what Sentry would have made of the event.
//!
//! # Rules
//!
//! Teams write rules in Sentry's grammars and in one of ours ([`RuleKind`]). A line that is no
//! rule is a [`RuleProblem`] and leaves the others as they are. [`suggest`] writes lines from
//! events, [`compare()`] names what separates or joins two events.
//!
//! **Invariant:** pure functions of the settings and the event; no I/O, no SQL, no HTTP. Time and
//! memory are linear in the event, whatever is in it.

mod compare;
mod compiled;
mod component;
mod context;
mod culprit;
mod decide;
mod exception;
mod exception_group;
mod explain;
mod fingerprint;
mod frame;
mod glob;
mod grouper;
mod grouping;
mod hash;
mod in_app;
mod message;
mod parameterize;
mod platform;
mod rule;
mod rule_lines;
mod settings;
mod stack;
mod stack_rules;
mod strategy;
pub mod suggest;
mod title;
mod variable_rules;
mod variant;
mod version;

pub use compare::{ComparedPart, Comparison, PartText, VariantPair, compare};
pub use component::{Component, Content};
pub use explain::Explanation;
pub use grouper::{Grouper, check};
pub use grouping::{FallbackHash, GroupedEvent, Grouping, Metadata};
pub use hash::{Hash, ParseHashError, ParseSentryHashError, SentryHash};
pub use in_app::InApp;
pub use rule::{
    RULE_TEXT_CHARS_MAX, RULES_MAX, RuleKind, RuleProblem, RuleSource, RuleText, UnknownRuleKind,
};
pub use settings::Settings;
pub use variant::Variant;
pub use version::{UnknownVersion, Version};

#[cfg(test)]
mod tests;
