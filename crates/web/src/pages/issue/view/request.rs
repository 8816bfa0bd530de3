//! The HTTP request during which the event happened.

use serde::Serialize;
use watchfire_event::json::Value;

use super::budget::{Budget, first_chars};
use super::curl;
use super::link;
use super::node::Node;
use super::text::Text;
use super::value::{Rows, Tree};

/// Characters of the address that are shown.
const URL_CHARS_MAX: usize = 1_000;

/// A request as the page shows it.
#[derive(Debug, Serialize)]
pub(crate) struct Request {
    /// `GET`, `POST` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<String>,
    /// The address without its query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) url: Option<Text>,
    /// The address with its query, where it may be a link.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) href: Option<String>,
    /// The body, where it is structured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) body: Option<Tree>,
    /// The body, where it is text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) body_text: Option<Text>,
    /// Query, cookies, headers, environment and what else was sent; only those that there are.
    pub(crate) tables: Vec<Table>,
    /// The request as a shell command.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) curl: Option<String>,
}

/// A titled table.
#[derive(Debug, Serialize)]
pub(crate) struct Table {
    /// The title.
    pub(crate) title: &'static str,
    /// The rows.
    pub(crate) rows: Rows,
}

/// Keys that have a place of their own on the page.
const PLACED: [&str; 9] = [
    "method",
    "url",
    "query_string",
    "data",
    "cookies",
    "headers",
    "env",
    "fragment",
    "inferred_content_type",
];

impl Request {
    /// The request of an event; `None` when it has none.
    pub(crate) fn of(event: Node<'_>) -> Option<Self> {
        let node = event.key("request");
        if node.is_empty() {
            return None;
        }
        let budget = Budget::default();
        let data = node.key("data");
        let structured = matches!(data.value(), Some(Value::Object(_) | Value::Array(_)));
        let mut tables = vec![
            table("Query", node.key("query_string"), &budget),
            table("Headers", node.key("headers"), &budget),
            table("Cookies", node.key("cookies"), &budget),
            table("Environment", node.key("env"), &budget),
        ];
        let mut others = node.entries();
        others.retain(|(key, other)| !PLACED.contains(key) && !other.is_empty());
        tables.push(Table {
            title: "More",
            rows: Rows::within(node, others, &budget),
        });
        tables.retain(|table| !table.rows.is_empty());
        let url = address(node, &budget);
        // A marked address has links of its own, and a link cannot hold others.
        let is_marked = url.as_ref().is_some_and(|url| !url.chunks.is_empty());
        Some(Self {
            method: node
                .key("method")
                .text()
                .map(|method| first_chars(method, 32).to_owned()),
            url,
            href: curl::url(node)
                .filter(|_| !is_marked)
                .as_deref()
                .and_then(link::web_address),
            body: structured.then(|| Tree::of(data, &budget).unfolded()),
            body_text: if structured {
                None
            } else {
                Text::of(data, &budget)
            },
            tables,
            curl: curl::command(node),
        })
    }
}

fn table(title: &'static str, pairs: Node<'_>, budget: &Budget) -> Table {
    Table {
        title,
        rows: Rows::within(pairs, pairs.pairs(), budget),
    }
}

/// The address; without marks it is cut, with marks the text itself limits it.
fn address(request: Node<'_>, budget: &Budget) -> Option<Text> {
    let url = Text::of(request.key("url"), budget)?;
    if url.chunks.is_empty() {
        return Some(Text {
            folded: false,
            ..Text::plain(first_chars(&url.plain, URL_CHARS_MAX))
        });
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::issue::view::node::tests::Sample;

    #[test]
    fn only_the_tables_that_there_are_show() {
        let sample = Sample::new(
            r#"{"request":{"method":"GET","url":"https://a.example/x","headers":[["Accept","*/*"]],"cookies":[],"api_target":"graphql","data":{"a":1}}}"#,
        );
        let request = Request::of(sample.root()).expect("there");
        let titles: Vec<_> = request.tables.iter().map(|table| table.title).collect();
        assert_eq!(titles, ["Headers", "More"]);
        assert!(request.body.is_some() && request.href.is_some());
    }

    #[test]
    fn an_address_that_is_not_http_is_no_link() {
        let sample = Sample::new(r#"{"request":{"url":"javascript:alert(1)"}}"#);
        assert_eq!(Request::of(sample.root()).expect("there").href, None);
    }

    #[test]
    fn an_empty_request_is_not_shown() {
        assert!(Request::of(Sample::new(r#"{"request":{}}"#).root()).is_none());
    }
}
