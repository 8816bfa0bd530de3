//! Which selectors an event offers, for the editor of rules (reference/SCRUBBING.md section 4.5).

use std::collections::BTreeSet;

use watchfire_event::Event;
use watchfire_event::json::Value;

use crate::config::Mode;
use crate::path::Node;
use crate::schema::Pii;
use crate::selector::{Selector, SelectorItem, Type};
use crate::visit::{Descend, visit};

/// A selector that matches a value of an event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suggestion {
    /// The selector.
    pub path: String,
    /// The text there; `None` for other values.
    pub value: Option<String>,
}

/// The selectors that an event offers, sorted, each with each of its values once.
#[must_use]
pub fn suggestions(event: &Event<'_>) -> Vec<Suggestion> {
    let mut found = BTreeSet::new();
    visit(&event.body, Mode::Improved, &mut |node, value| {
        let is_offered = !matches!(value, Value::Null | Value::Bool(_)) && node.pii != Pii::False;
        if is_offered {
            let text = value.as_str().map(ToOwned::to_owned);
            found.extend(selectors(node).into_iter().map(|selector| Suggestion {
                path: selector.to_string(),
                value: text.clone(),
            }));
        }
        Descend::Yes
    });
    found.into_iter().collect()
}

/// The selectors that name a value: its plain type, and the path from the nearest value that has a
/// type of the schema, or else the whole path. Places in lists become `*`.
fn selectors(node: &Node<'_>) -> Vec<Selector> {
    let mut offered = Vec::new();
    // The items from the value upwards.
    let mut items = Vec::new();
    let matching = |items: &[SelectorItem]| {
        let selector = Selector::Path(items.iter().rev().cloned().collect());
        let is_alone = matches!(items, [SelectorItem::Wildcard]);
        (!is_alone && selector.matches(node)).then_some(selector)
    };
    for state in node.upwards() {
        for kind in state.types.iter() {
            match kind {
                Type::Array | Type::Object => {}
                _ if kind.is_basic() => offered.extend(matching(&[SelectorItem::Type(kind)])),
                _ => {
                    items.push(SelectorItem::Type(kind));
                    if let Some(selector) = matching(&items) {
                        offered.push(selector);
                        return offered;
                    }
                    items.pop();
                }
            }
        }
        items.push(match state.key() {
            Some(key) => SelectorItem::Key(key.to_owned()),
            None => SelectorItem::Wildcard,
        });
    }
    offered.extend(matching(&items));
    offered
}

#[cfg(test)]
mod tests;
