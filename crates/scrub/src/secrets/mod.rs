//! The secrets catalogue: what credentials of services look like, and a search for them in any
//! text (reference/SCRUBBING-BEYOND.md sections 2 and 3).
//!
//! The kinds are data, one file per field of providers in `catalogue`, written from the
//! providers' documented formats. A search reads a text a few bytes apart until it meets a run of
//! characters long enough for a token, a name with a value, a URL, a key block or the digits of a
//! card, and looks closely only there. Escaped text is searched once more as what it stands for.

mod alphabet;
mod authorization;
mod cards;
mod catalogue;
mod finder;
mod names;
mod pairs;
mod pem;
mod placeholder;
mod runs;
mod stops;
mod suspicion;
mod token;
mod unescape;
mod urls;
mod value;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::sync::LazyLock;

pub(crate) use cards::is_card;
pub(crate) use finder::{Clues, Finder, Found};
pub(crate) use pairs::is_named;
pub(crate) use placeholder::is_placeholder;
pub(crate) use stops::Stops;
pub(crate) use suspicion::may_hold;

/// One kind of secret that the catalogue knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its id in the text that replaces a secret, `[secret:<id>]`, and in the id of its rule,
    /// `@secret.<id>`: small letters, digits and hyphens.
    pub id: &'static str,
    /// Whose secret it is, as the provider writes its name; `Any` for kinds of no one provider.
    pub provider: &'static str,
    /// What it is, in a few words.
    pub what: &'static str,
}

/// A text with `[secret:<kind>]` for each secret in it, whatever the rules of a project: for lines
/// of the log and the like.
#[must_use]
pub fn hide_secrets(text: &str) -> Cow<'_, str> {
    Finder::shared().hidden(text)
}

/// Every kind, each once, at the place that a find names.
#[must_use]
pub fn kinds() -> &'static [Kind] {
    static KINDS: LazyLock<Vec<Kind>> = LazyLock::new(catalogue::kinds);
    &KINDS
}
