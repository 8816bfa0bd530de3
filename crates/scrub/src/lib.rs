//! Removes personal and secret data from an event and records what was removed, where, and by
//! which rule.
//!
//! What an organisation and a project say ([`Document`]) makes a [`Policy`], a policy compiles to a
//! [`Scrubber`], and that turns an event that was kept into a [`ScrubbedEvent`]. [`effective`],
//! [`blame`], [`suggestions`] and [`changes()`] tell people what the rules are and do.
//!
//! In [`Mode::Compatible`] the rules, their order and every remark are those of Sentry's Relay
//! 0.10.1, as reference/SCRUBBING.md describes them. [`Mode::Improved`] fixes its known weaknesses
//! (reference/SCRUBBING-BEYOND.md section 1): [`improvements`] lists every difference, and
//! `tests::improved` shows each. It removes what *compatible* removes, and keeps only these:
//!
//! | kept | for example | why Relay removes it |
//! |---|---|---|
//! | words that only begin like a sensitive one | `author`, `is_authenticated`, `secretary`, `tokenizer`, `max_tokens` | has `auth`, `secret` or `token` in it |
//! | `auth` in the name of a host or module | `https://auth.example.com`, `django.contrib.auth` | has `auth` in it |
//! | literals under a sensitive key | `password: "None"` | is not one of JSON's |
//! | longer words around a sensitive field of up to three characters | `Unexpected` for `exp` | has the field in it |
//! | keys with dots that are safe fields | `auth.kind` | is a path only |
//! | numbers that are no card | `4111111111111112` | no check of range and digit |
//! | names with colons that are no address | `a::b` | has the form of one |
//! | words of 32 letters | `abcd…` | any letters count as a UUID |
//!
//! **Invariant:** pure functions of the event and the settings; no I/O, no SQL, no HTTP.

mod attachment;
mod changes;
mod config;
mod document;
mod graphql;
mod hidden;
mod lists;
mod path;
mod plan;
mod policy;
mod rules;
mod schema;
mod scrubber;
mod secrets;
mod selector;
mod settings;
mod suggest;
mod text;
mod visit;
mod walk;

#[cfg(test)]
mod tests;

pub use attachment::ScrubbedFile;
pub use changes::{PathChange, changes};
pub use config::{Mode, PiiConfig, Redaction, RuleKind, RuleSpec};
pub use document::{DOCUMENT_BYTES_MAX, Document, Problem};
pub use policy::{EffectiveRule, Improvement, Policy, RuleOrigin, blame, effective, improvements};
pub use rules::{Builtin, builtins};
pub use scrubber::{ScrubbedEvent, Scrubber};
pub use secrets::{Kind, hide_secrets, kinds};
pub use selector::{Selector, SelectorError, SelectorItem, Type};
pub use settings::Settings;
pub use suggest::{Suggestion, suggestions};
