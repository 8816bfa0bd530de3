//! How an exception was caught.

use serde::Serialize;

use super::budget::{Budget, first_chars};
use super::link;
use super::node::Node;
use super::value::Rows;

/// Characters of a mechanism's description that are shown.
const DESCRIPTION_CHARS_MAX: usize = 300;

/// A mechanism as the page shows it.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Mechanism {
    /// Its type, for example `django` or `onunhandledrejection`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
    /// `handled` or `unhandled`; absent where the SDK did not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) handled: Option<&'static str>,
    /// Whether nobody caught the exception.
    pub(crate) is_unhandled: bool,
    /// What the SDK says about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    /// Where help is to be found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) help_href: Option<String>,
    /// Error numbers, signals and further data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) facts: Option<Rows>,
}

impl Mechanism {
    /// The mechanism at a node; `None` when there is none.
    pub(crate) fn of(node: Node<'_>, budget: &Budget) -> Option<Self> {
        node.value()?;
        let kind = node.key("type").text().filter(|kind| *kind != "generic");
        let handled = node.key("handled").flag();
        let description = node.key("description").text();
        let mut entries = node.key("meta").entries();
        entries.extend(node.key("data").entries());
        let facts = Rows::of(entries, budget);
        Some(Self {
            kind: kind.map(|kind| first_chars(kind, DESCRIPTION_CHARS_MAX).to_owned()),
            handled: handled.map(|handled| if handled { "handled" } else { "unhandled" }),
            is_unhandled: handled == Some(false),
            description: description
                .map(|text| first_chars(text, DESCRIPTION_CHARS_MAX).to_owned()),
            help_href: node.key("help_link").text().and_then(link::web_address),
            facts: Some(facts).filter(|facts| !facts.is_empty()),
        })
    }
}
