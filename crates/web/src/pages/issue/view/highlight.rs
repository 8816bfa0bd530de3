//! The facts of an event that people look for first.

use serde::Serialize;

use super::budget::{Budget, first_chars};
use super::curl;
use super::link;
use super::node::Node;
use super::text::Text;

/// Characters of a fact that are shown here; its own section has all of it.
const FACT_CHARS_MAX: usize = 120;

/// One fact.
#[derive(Debug, Serialize)]
pub(crate) struct Highlight {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it is.
    pub(crate) value: Text,
    /// Where it leads, on the web.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) href: Option<String>,
}

/// The facts that the event has, in a fixed order.
pub(crate) fn highlights(event: Node<'_>) -> Vec<Highlight> {
    let request = event.key("request");
    let found = [
        ("environment", fact(event.key("environment"))),
        ("release", fact(event.key("release"))),
        ("transaction", fact(event.key("transaction"))),
        ("url", fact(request.key("url"))),
        ("user", user(event.key("user"))),
        ("handled", handled(event)),
        ("level", fact(event.key("level"))),
        ("runtime", named(event.path(&["contexts", "runtime"]))),
        ("browser", named(event.path(&["contexts", "browser"]))),
        ("server", server(event)),
    ];
    found
        .into_iter()
        .filter_map(|(name, value)| {
            let value = value?;
            // A marked value has links of its own, and a link cannot hold others.
            let is_link = name == "url" && value.chunks.is_empty();
            Some(Highlight {
                name,
                value,
                href: is_link
                    .then(|| curl::url(request).as_deref().and_then(link::web_address))
                    .flatten(),
            })
        })
        .collect()
}

fn fact(node: Node<'_>) -> Option<Text> {
    let text = Text::of(node, &Budget::default())?;
    if text.chunks.is_empty() {
        Some(short(&text.plain))
    } else {
        Some(text)
    }
}

fn short(text: &str) -> Text {
    let shown = first_chars(text, FACT_CHARS_MAX);
    let dots = if shown.len() < text.len() { "…" } else { "" };
    Text {
        folded: false,
        ..Text::plain(&format!("{shown}{dots}"))
    }
}

fn user(user: Node<'_>) -> Option<Text> {
    ["email", "username", "name", "id", "ip_address"]
        .iter()
        .map(|key| user.key(key))
        .find(|node| !node.is_empty())
        .and_then(fact)
}

/// `no` when any exception was not caught, `yes` when one is said to have been.
fn handled(event: Node<'_>) -> Option<Text> {
    let flags: Vec<bool> = event
        .key("exception")
        .values()
        .filter_map(|exception| exception.path(&["mechanism", "handled"]).flag())
        .collect();
    if flags.is_empty() {
        return None;
    }
    Some(short(if flags.contains(&false) { "no" } else { "yes" }))
}

fn named(context: Node<'_>) -> Option<Text> {
    let name = context.key("name").text()?;
    let version = context.key("version").scalar().unwrap_or_default();
    Some(short(format!("{name} {version}").trim_end()))
}

fn server(event: Node<'_>) -> Option<Text> {
    let tag = |name: &str| {
        let pairs = event.key("tags").pairs();
        let found = pairs.into_iter().find(|(key, _)| *key == name);
        found.map(|(_, node)| node).unwrap_or_default()
    };
    fact(event.key("server_name")).or_else(|| fact(tag("server_name")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::issue::view::node::tests::Sample;

    #[test]
    fn only_the_facts_that_there_are_show() {
        let sample = Sample::new(
            r#"{"environment":"production","user":{"id":7,"email":"a@b.example"},
                "exception":{"values":[{"mechanism":{"handled":true}},{"mechanism":{"handled":false}}]},
                "contexts":{"runtime":{"name":"CPython","version":"3.13"}},
                "tags":[["server_name","web-1"]]}"#,
        );
        let facts = highlights(sample.root());
        let outline: Vec<_> = facts
            .iter()
            .map(|fact| format!("{} {}", fact.name, fact.value.plain))
            .collect();
        assert_eq!(
            outline,
            [
                "environment production",
                "user a@b.example",
                "handled no",
                "runtime CPython 3.13",
                "server web-1"
            ]
        );
    }

    #[test]
    fn a_scrubbed_user_is_a_mark() {
        let sample = Sample::new(
            r#"{"user":{"email":"[email]"},"_meta":{"user":{"email":{"":{"rem":[["@email:replace","s",0,7]]}}}}}"#,
        );
        assert_eq!(highlights(sample.root())[0].value.chunks.len(), 1);
    }
}
