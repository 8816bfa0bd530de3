//! One frame of a stack trace.

use serde::Serialize;

use super::budget::{Budget, first_chars};
use super::link;
use super::node::Node;
use super::source::{self, SourceLine};
use super::value::Rows;

/// Characters of a file name, function or module that are shown.
const NAME_CHARS_MAX: usize = 300;

/// A frame as the page shows it.
#[derive(Debug, Serialize)]
pub(crate) struct Frame {
    /// The anchor, for example `frame-0-12`: the exception's and the frame's place as sent.
    pub(crate) anchor: String,
    /// `orders/views.py`, or the module or package where there is no file.
    pub(crate) file: String,
    /// The file's full path, where it tells more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// The file's address, where it is on the web.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) href: Option<String>,
    /// `:88` or `:88:7`; empty where unknown.
    pub(crate) place: String,
    /// The function.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) function: Option<String>,
    /// The module, where the file does not say it already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) module: Option<String>,
    /// The instruction's address in native code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<String>,
    /// Whether it is the application's own code, as the project's rules see it.
    pub(crate) in_app: bool,
    /// Where the form is that keeps it from counting when events are grouped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ignore_href: Option<String>,
    /// Whether it starts unfolded.
    pub(crate) open: bool,
    /// How often the frame stands here in a row, from 2 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) repeats: Option<usize>,
    /// Source around the failing line.
    pub(crate) source: Vec<SourceLine>,
    /// Local variables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) variables: Option<Rows>,
    /// Whether unfolding shows anything.
    pub(crate) has_body: bool,
}

impl Frame {
    /// The frame at a node, without source and variables.
    pub(crate) fn outline(node: Node<'_>, anchor: String) -> Self {
        let name = |key: &str| {
            let text = node.key(key).text()?;
            Some(first_chars(text, NAME_CHARS_MAX).to_owned())
        };
        let file = name("filename").or_else(|| name("abs_path"));
        let module = name("module");
        let package = name("package");
        let path = name("abs_path").filter(|path| file.as_ref() != Some(path));
        Self {
            anchor,
            href: node.key("abs_path").text().and_then(link::web_address),
            path,
            module: module.clone().filter(|_| file.is_some()),
            file: file
                .or(module)
                .or(package)
                .unwrap_or_else(|| "unknown file".to_owned()),
            place: place(node),
            function: name("function").or_else(|| name("raw_function")),
            address: name("instruction_addr"),
            in_app: is_in_app(node),
            ignore_href: None,
            open: false,
            repeats: None,
            source: Vec::new(),
            variables: None,
            has_body: false,
        }
    }

    /// Adds source and variables.
    pub(crate) fn with_body(mut self, node: Node<'_>, budget: &Budget) -> Self {
        self.source = source::lines(node);
        let variables = node.key("vars");
        if !variables.is_empty() {
            self.variables = Some(Rows::within(variables, variables.entries(), budget))
                .filter(|rows| !rows.is_empty());
        }
        self.has_body = !self.source.is_empty() || self.variables.is_some();
        self
    }
}

/// Whether the SDK took the frame for the application's own code.
pub(crate) fn is_in_app(node: Node<'_>) -> bool {
    node.key("in_app").flag() == Some(true)
}

/// Whether two frames stand at the same place, as in recursion.
pub(crate) fn same_place(one: Node<'_>, other: Node<'_>) -> bool {
    ["filename", "module", "function", "instruction_addr"]
        .iter()
        .all(|key| one.key(key).text() == other.key(key).text())
        && ["lineno", "colno"]
            .iter()
            .all(|key| one.key(key).number() == other.key(key).number())
}

fn place(node: Node<'_>) -> String {
    match (node.key("lineno").number(), node.key("colno").number()) {
        (Some(line), Some(column)) => format!(":{line}:{column}"),
        (Some(line), None) => format!(":{line}"),
        (None, _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::issue::view::node::tests::Sample;

    #[test]
    fn a_frame_names_file_line_function_and_module() {
        let sample = Sample::new(
            r#"{"filename":"orders/views.py","abs_path":"/srv/orders/views.py","lineno":88,"function":"load","module":"orders.views","in_app":true,"vars":{"a":1}}"#,
        );
        let frame = Frame::outline(sample.root(), "frame-0-0".to_owned())
            .with_body(sample.root(), &Budget::default());
        assert_eq!(
            format!("{}{}", frame.file, frame.place),
            "orders/views.py:88"
        );
        assert_eq!(frame.path.as_deref(), Some("/srv/orders/views.py"));
        assert_eq!(frame.module.as_deref(), Some("orders.views"));
        assert!(frame.in_app && frame.has_body && frame.href.is_none());
    }

    #[test]
    fn a_frame_without_a_file_is_named_by_its_module() {
        let sample = Sample::new(r#"{"module":"java.util.List","function":"get"}"#);
        let frame = Frame::outline(sample.root(), String::new());
        assert_eq!(frame.file, "java.util.List");
        assert_eq!(frame.module, None);
        assert!(!frame.has_body);
    }

    #[test]
    fn only_web_addresses_become_links() {
        let sample = Sample::new(r#"{"abs_path":"javascript:alert(1)"}"#);
        assert_eq!(Frame::outline(sample.root(), String::new()).href, None);
        let sample = Sample::new(r#"{"abs_path":"https://a.example/x.js"}"#);
        assert!(Frame::outline(sample.root(), String::new()).href.is_some());
    }
}
