//! What a `User-Agent` says about browser, operating system and device
//! (reference/PROTOCOL.md section 8.6). The rules are those of uap-core.

mod memory;
mod rules;

use std::sync::{Arc, LazyLock};

use memory::Memory;

/// Only this much of a user agent is looked at. The longest of real browsers, inside of apps, have
/// about 500 bytes.
const BYTES_MAX: usize = 1_024;
/// At least this many of the last different user agents are remembered, at most twice as many.
const REMEMBERED: usize = 512;

static MEMORY: LazyLock<Memory<UserAgent>> = LazyLock::new(|| Memory::new(REMEMBERED));

/// What could be told; parts that could not are absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct UserAgent {
    pub(crate) browser: Option<Product>,
    pub(crate) os: Option<Product>,
    pub(crate) device: Option<Device>,
}

/// A browser or an operating system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Product {
    pub(crate) name: String,
    /// Up to three numbers with dots between them.
    pub(crate) version: Option<String>,
}

/// What the browser runs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Device {
    pub(crate) family: String,
    pub(crate) model: Option<String>,
    pub(crate) brand: Option<String>,
}

/// A browser, as filters ask for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Browser {
    /// What uap-core calls it: `Chrome`, `IE Mobile`.
    pub family: String,
    /// The first number of its version.
    pub major: Option<u32>,
}

impl Browser {
    /// The browser that a `User-Agent` names; `None` when nobody knows it.
    #[must_use]
    pub fn of_user_agent(text: &str) -> Option<Self> {
        let agent = read(text);
        let Product { name, version } = agent.browser.as_ref()?;
        let major = version
            .as_ref()
            .and_then(|version| version.split('.').next());
        Some(Self {
            family: name.clone(),
            major: major.and_then(|major| major.parse().ok()),
        })
    }
}

/// Builds what reading the first user agent needs. That takes a tenth of a second and 26 MB, so
/// call it where nobody is kept waiting; without it, the first event with a user agent does.
pub fn prepare() {
    rules::prepare();
}

/// Tells what it can from a user agent. About ten microseconds the first time; the very first call
/// builds the rules, which takes a tenth of a second and 26 MB.
pub(crate) fn read(text: &str) -> Arc<UserAgent> {
    let text = head(text);
    MEMORY.get_or_make(text, || rules::read(text))
}

/// The words of a text that are looked at: only whole ones, as a part of one could be a part of a
/// secret.
fn head(text: &str) -> &str {
    if text.len() <= BYTES_MAX {
        return text;
    }
    let bytes = text.as_bytes().get(..=BYTES_MAX).unwrap_or_default();
    let end = memchr::memrchr(b' ', bytes).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_user_agents_are_cut_between_words() {
        let text = format!("a é {}", "é".repeat(BYTES_MAX));
        assert_eq!(head(&text), "a é");
        let fits = format!("{} b", "a".repeat(BYTES_MAX));
        assert_eq!(head(&fits).len(), BYTES_MAX);
        assert_eq!(head(fits.get(1..).expect("is longer")).len(), BYTES_MAX - 1);
        assert_eq!(head("short"), "short");
        assert_eq!(head(&"a".repeat(BYTES_MAX + 1)), "");
    }

    #[test]
    fn a_user_agent_is_read_once() {
        let text = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0";
        assert!(Arc::ptr_eq(&read(text), &read(text)));
    }
}
