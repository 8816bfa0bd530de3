//! Any JSON value as a tree, laid out as a flat run of steps, so that the template needs no
//! recursion: a leaf, the opening of a container, its closing.

use serde::Serialize;
use watchfire_event::json::Value;

use super::budget::{Budget, DEPTH_MAX, ENTRIES_MAX, counted, first_chars, grouped_count};
use super::mark::Mark;
use super::node::Node;
use super::text::Text;

/// Characters of a folded container's preview.
const PREVIEW_CHARS_MAX: usize = 72;
/// Entries that a preview looks at.
const PREVIEW_ENTRIES_MAX: usize = 4;

/// One row of a table: a name and a value.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    /// The name.
    pub(crate) key: String,
    /// The value.
    pub(crate) value: Tree,
}

/// The rows of a table, and how many are left out.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Rows {
    /// The rows.
    pub(crate) rows: Vec<Row>,
    /// A mark in place of the rows, where they were removed together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gone: Option<Text>,
    /// What is left out, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) left_out: Option<String>,
}

impl Rows {
    /// A table of these named values; those without value and notes are left out.
    pub(crate) fn of<'e>(
        entries: impl IntoIterator<Item = (&'e str, Node<'e>)>,
        budget: &Budget,
    ) -> Self {
        let mut view = Self::default();
        let mut left_out = 0;
        for (key, node) in entries {
            if view.rows.len() < ENTRIES_MAX && budget.take_value() {
                view.rows.push(Row {
                    key: first_chars(key, PREVIEW_CHARS_MAX * 4).to_owned(),
                    value: Tree::of(node, budget),
                });
            } else {
                left_out += 1;
            }
        }
        view.left_out = (left_out > 0).then(|| format!("{} more", grouped_count(left_out)));
        view
    }

    /// The table of a container's entries; where the whole container was removed, a mark says so.
    pub(crate) fn within<'e>(
        container: Node<'e>,
        entries: impl IntoIterator<Item = (&'e str, Node<'e>)>,
        budget: &Budget,
    ) -> Self {
        let mut view = Self::of(entries, budget);
        if container.is_gone() && view.rows.is_empty() {
            view.gone = Text::gone(container);
        }
        view
    }

    /// Whether there is nothing to show.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.left_out.is_none() && self.gone.is_none()
    }
}

/// A value laid out as steps.
#[derive(Debug, Serialize)]
pub(crate) struct Tree {
    /// The value, when it is a scalar without marks and folds: the usual case, kept apart because
    /// rendering steps takes much longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    simple: Option<Simple>,
    steps: Vec<Step>,
}

/// A scalar that is shown as it is.
#[derive(Debug, Serialize)]
struct Simple {
    kind: &'static str,
    plain: String,
}

/// One step of the layout. Exactly one of `open`, `close` and `leaf` is set.
#[derive(Debug, Default, Serialize)]
struct Step {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    open: bool,
    /// Whether an opening starts unfolded.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unfolded: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    close: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    leaf: Option<Leaf>,
    /// Whether the step stands inside a container.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    nested: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// What a folded container holds, in one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    preview: Option<String>,
    /// The mark on a container.
    #[serde(skip_serializing_if = "Option::is_none")]
    mark: Option<Mark>,
}

/// A scalar.
#[derive(Debug, Serialize)]
struct Leaf {
    /// The end of a style class: `string`, `number`, `word` for booleans and null, `note`.
    kind: &'static str,
    #[serde(flatten)]
    text: Text,
}

impl Tree {
    /// Lays out the value at a node.
    pub(crate) fn of(node: Node<'_>, budget: &Budget) -> Self {
        let mut tree = Self {
            simple: None,
            steps: Vec::new(),
        };
        tree.push(None, node, 0, budget);
        if let [Step { leaf, .. }] = tree.steps.as_mut_slice()
            && let Some(leaf) = leaf.take_if(|leaf| leaf.text.is_simple())
        {
            tree.simple = Some(Simple {
                kind: leaf.kind,
                plain: leaf.text.plain,
            });
            tree.steps.clear();
        }
        tree
    }

    /// The same tree with its outermost container unfolded.
    pub(crate) fn unfolded(mut self) -> Self {
        if let Some(first) = self.steps.first_mut() {
            first.unfolded = first.open;
        }
        self
    }

    fn push(&mut self, key: Option<String>, node: Node<'_>, depth: usize, budget: &Budget) {
        let entries: Vec<(Option<&str>, Node<'_>)> = match node.value() {
            Some(Value::Object(object)) if !object.is_empty() => node
                .entries()
                .into_iter()
                .map(|(key, node)| (Some(key), node))
                .collect(),
            Some(Value::Array(items)) if !items.is_empty() => {
                node.items().map(|node| (None, node)).collect()
            }
            _ => return self.push_leaf(key, leaf(node, budget), depth),
        };
        if depth >= DEPTH_MAX {
            let note = format!("{}, nested too deep for this page", size(node));
            return self.push_leaf(key, note_leaf(&note), depth);
        }
        self.steps.push(Step {
            open: true,
            nested: depth > 0,
            key,
            preview: Some(preview(node)),
            mark: Mark::of_value(node),
            ..Step::default()
        });
        self.push_entries(&entries, depth, budget);
        self.steps.push(Step {
            close: true,
            nested: depth > 0,
            ..Step::default()
        });
    }

    fn push_entries(
        &mut self,
        entries: &[(Option<&str>, Node<'_>)],
        depth: usize,
        budget: &Budget,
    ) {
        for (index, (key, child)) in entries.iter().enumerate() {
            if index >= ENTRIES_MAX || !budget.take_value() {
                let note = format!("{} more", grouped_count(entries.len() - index));
                return self.push_leaf(None, note_leaf(&note), depth + 1);
            }
            let key = match key {
                Some(key) => first_chars(key, PREVIEW_CHARS_MAX * 4).to_owned(),
                None => index.to_string(),
            };
            self.push(Some(key), *child, depth + 1, budget);
        }
    }

    fn push_leaf(&mut self, key: Option<String>, leaf: Leaf, depth: usize) {
        self.steps.push(Step {
            leaf: Some(leaf),
            nested: depth > 0,
            key,
            ..Step::default()
        });
    }
}

fn leaf(node: Node<'_>, budget: &Budget) -> Leaf {
    let kind = match node.value() {
        Some(Value::String(_)) => "string",
        Some(Value::Number(_)) => "number",
        _ => "word",
    };
    match Text::of(node, budget) {
        Some(text) => Leaf { kind, text },
        None => match node.value() {
            Some(Value::String(_)) => note_leaf("empty text"),
            Some(Value::Array(_)) => word_leaf("[]"),
            Some(Value::Object(_)) => word_leaf("{}"),
            _ => word_leaf("null"),
        },
    }
}

fn note_leaf(text: &str) -> Leaf {
    Leaf {
        kind: "note",
        text: Text::plain(text),
    }
}

fn word_leaf(text: &str) -> Leaf {
    Leaf {
        kind: "word",
        text: Text::plain(text),
    }
}

fn size(node: Node<'_>) -> String {
    match node.value() {
        Some(Value::Array(items)) => counted(items.len(), "item"),
        Some(Value::Object(object)) => counted(object.len(), "key"),
        _ => String::new(),
    }
}

/// What a folded container holds, in one line: `{id: 12, name: Ana, … 3 more}`.
fn preview(node: Node<'_>) -> String {
    let (open, close, parts, count) = match node.value() {
        Some(Value::Array(items)) => {
            let parts: Vec<String> = items.iter().take(PREVIEW_ENTRIES_MAX).map(brief).collect();
            ('[', ']', parts, items.len())
        }
        Some(Value::Object(object)) => {
            let part = |(key, value): (&str, &Value<'_>)| {
                format!("{}: {}", first_chars(key, 24), brief(value))
            };
            let parts = object.iter().take(PREVIEW_ENTRIES_MAX).map(part).collect();
            ('{', '}', parts, object.len())
        }
        _ => return String::new(),
    };
    let mut text = String::from(open);
    let mut shown = 0;
    for part in &parts {
        if shown > 0 && text.chars().count() + part.chars().count() > PREVIEW_CHARS_MAX {
            break;
        }
        if shown > 0 {
            text.push_str(", ");
        }
        text.push_str(part);
        shown += 1;
    }
    if shown < count {
        text.push_str(&format!(", … {} more", grouped_count(count - shown)));
    }
    text.push(close);
    text
}

fn brief(value: &Value<'_>) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => {
            let shown = first_chars(text, 24);
            let dots = if shown.len() < text.len() { "…" } else { "" };
            format!("{shown}{dots}")
        }
        Value::Array(items) if items.is_empty() => "[]".to_owned(),
        Value::Array(_) => "[…]".to_owned(),
        Value::Object(object) if object.is_empty() => "{}".to_owned(),
        Value::Object(_) => "{…}".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::issue::view::node::tests::Sample;

    /// The layout as text: one line a step, `>` opens, `<` closes.
    fn layout(json: &str) -> String {
        let sample = Sample::new(json);
        let tree = Tree::of(sample.root().key("v"), &Budget::default());
        if let Some(simple) = tree.simple {
            return format!("{}: {}", simple.kind, simple.plain);
        }
        let lines: Vec<String> = tree.steps.iter().map(line).collect();
        lines.join("\n")
    }

    fn line(step: &Step) -> String {
        let key = step.key.as_deref().unwrap_or_default();
        if step.open {
            return format!("> {key} {}", step.preview.as_deref().unwrap_or_default());
        }
        let Some(leaf) = &step.leaf else {
            return "<".to_owned();
        };
        let parts: String = leaf
            .text
            .chunks
            .iter()
            .map(|chunk| chunk.text.as_str())
            .collect();
        format!("{key} {}: {}{parts}", leaf.kind, leaf.text.plain)
    }

    #[test]
    fn nested_values_are_laid_out_as_steps() {
        assert_eq!(
            layout(r#"{"v":{"a":[1,true,null],"b":"","c":{},"d":"x"}}"#),
            ">  {a: […], b: , c: {}, d: x}\n> a [1, true, null]\n0 number: 1\n1 word: true\n2 word: null\n<\nb note: empty text\nc word: {}\nd string: x\n<"
        );
    }

    #[test]
    fn a_scalar_needs_no_steps() {
        assert_eq!(layout(r#"{"v":12.5}"#), "number: 12.5");
        assert_eq!(layout(r#"{}"#), "word: null");
    }

    #[test]
    fn scrubbed_keys_and_values_in_a_tree_are_marked() {
        let text = layout(
            r#"{"v":{"pw":"[Filtered]"},"_meta":{"v":{"gone":{"":{"rem":[["@ip","x"]]}},"pw":{"":{"rem":[["@password:filter","s",0,10]]}}}}}"#,
        );
        assert!(
            text.ends_with("pw string: [Filtered]\ngone word: removed\n<"),
            "{text}"
        );
    }

    #[test]
    fn many_entries_and_deep_nesting_are_left_out_and_counted() {
        let list = format!(r#"{{"v":[{}0]}}"#, "0,".repeat(ENTRIES_MAX + 5));
        let text = layout(&list);
        assert!(text.ends_with("note: 6 more\n<"), "{text}");
        let deep = format!(r#"{{"v":{}1{}}}"#, "[".repeat(20), "]".repeat(20));
        assert!(layout(&deep).contains("1 item, nested too deep for this page"));
    }

    #[test]
    fn a_spent_budget_shows_no_more_values() {
        let inner = format!("[{}0]", "0,".repeat(90));
        let outer = format!(r#"{{"v":[{}0]}}"#, format!("{inner},").repeat(90));
        assert!(layout(&outer).lines().count() < 2_400);
    }
}
