//! What scrubbing changed in an event: by path and rule.

use watchfire_event::json::{Object, Value};
use watchfire_event::{Event, Meta, MetaTree, PathItem};

use crate::selector::SelectorItem;
use crate::walk::are_pairs;

/// One value that one rule changed. It holds what was removed: to be shown, never to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathChange {
    /// Where, as a selector names it: places in lists are numbers, pairs have their key. The value
    /// before normalisation that `_meta` keeps has ` (original)` behind its path.
    pub path: String,
    /// The id of the rule, as in the remark; empty when no remark tells of the change, as with
    /// unknown methods in mode *compatible*.
    pub rule: String,
    /// The text before all rules; JSON of what is no text, `None` when there was nothing.
    pub before: Option<String>,
    /// The same after them.
    pub after: Option<String>,
    /// Whether an object or a list went as a whole.
    pub is_container_removed: bool,
}

/// What differs between an event before and after scrubbing, in the order of the event; a value
/// that several rules changed comes once for each. Remarks that stood in `before` already are no
/// changes.
#[must_use]
pub fn changes(before: &Event<'_>, after: &Event<'_>) -> Vec<PathChange> {
    let mut changes = Vec::new();
    let notes = Notes {
        before: Some(&before.meta),
        after: Some(&after.meta),
    };
    objects(&before.body, &after.body, notes, "", &mut changes);
    changes
}

/// What `_meta` says of a value before and after.
#[derive(Clone, Copy)]
struct Notes<'n> {
    before: Option<&'n MetaTree>,
    after: Option<&'n MetaTree>,
}

impl<'n> Notes<'n> {
    fn child(self, item: PathItem<'_>) -> Self {
        let child = |tree: Option<&'n MetaTree>| tree.and_then(|tree| tree.child(item));
        Self {
            before: child(self.before),
            after: child(self.after),
        }
    }

    fn are_equal(self) -> bool {
        self.before == self.after
    }

    /// The rules with a new remark, each once.
    fn new_rules(self) -> Vec<String> {
        let known = self.before.map_or(&[][..], |tree| &tree.meta.remarks);
        let now = self.after.map_or(&[][..], |tree| &tree.meta.remarks);
        let mut rules = Vec::new();
        for remark in now {
            let count = |remarks: &[watchfire_event::Remark]| {
                remarks
                    .iter()
                    .filter(|other| other.rule == remark.rule)
                    .count()
            };
            if count(now) > count(known) && !rules.contains(&remark.rule) {
                rules.push(remark.rule.clone());
            }
        }
        rules
    }
}

fn objects(
    before: &Object<'_>,
    after: &Object<'_>,
    notes: Notes<'_>,
    path: &str,
    changes: &mut Vec<PathChange>,
) {
    for (key, value) in before.iter() {
        let path = joined(path, &SelectorItem::Key(key.to_owned()));
        let notes = notes.child(PathItem::Key(key));
        values(Some(value), after.get(key), notes, &path, changes);
    }
    for (key, value) in after.iter().filter(|(key, _)| before.get(key).is_none()) {
        let path = joined(path, &SelectorItem::Key(key.to_owned()));
        values(
            None,
            Some(value),
            notes.child(PathItem::Key(key)),
            &path,
            changes,
        );
    }
}

fn lists(
    before: &[Value<'_>],
    after: &[Value<'_>],
    notes: Notes<'_>,
    path: &str,
    changes: &mut Vec<PathChange>,
) {
    let are_pairs = are_pairs(before);
    for index in 0..before.len().max(after.len()) {
        let (before, after) = (before.get(index), after.get(index));
        let notes = notes.child(PathItem::Index(index));
        let key = before
            .filter(|_| are_pairs)
            .and_then(|pair| pair.as_array()?.first()?.as_str());
        if let Some(key) = key {
            let path = joined(path, &SelectorItem::Key(key.to_owned()));
            let notes = notes.child(PathItem::Index(1));
            values(of_pair(before), of_pair(after), notes, &path, changes);
        } else {
            let path = joined(path, &SelectorItem::Index(index));
            values(before, after, notes, &path, changes);
        }
    }
}

/// The value of a pair.
fn of_pair<'p, 'v>(pair: Option<&'p Value<'v>>) -> Option<&'p Value<'v>> {
    pair?.as_array()?.get(1)
}

fn values(
    before: Option<&Value<'_>>,
    after: Option<&Value<'_>>,
    notes: Notes<'_>,
    path: &str,
    changes: &mut Vec<PathChange>,
) {
    if before == after && notes.are_equal() {
        return;
    }
    originals(notes, path, changes);
    match (before, after) {
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            return objects(before, after, notes, path, changes);
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) => {
            return lists(before, after, notes, path, changes);
        }
        _ => {}
    }
    let mut rules = notes.new_rules();
    if rules.is_empty() && before != after {
        rules.push(String::new());
    }
    let was_container = matches!(before, Some(Value::Object(_) | Value::Array(_)));
    changes.extend(rules.into_iter().map(|rule| PathChange {
        path: path.to_owned(),
        rule,
        before: text(before),
        after: text(after),
        is_container_removed: was_container,
    }));
}

/// A change of the value before normalisation that is kept beside a value.
fn originals(notes: Notes<'_>, path: &str, changes: &mut Vec<PathChange>) {
    fn original(meta: &Meta) -> Option<&Value<'static>> {
        meta.original_value.as_ref()
    }
    let before = notes.before.and_then(|tree| original(&tree.meta));
    let after = notes.after.and_then(|tree| original(&tree.meta));
    if before != after {
        changes.push(PathChange {
            path: format!("{path} (original)"),
            rule: String::new(),
            before: text(before),
            after: text(after),
            is_container_removed: false,
        });
    }
}

fn text(value: Option<&Value<'_>>) -> Option<String> {
    match value? {
        Value::Null => None,
        Value::String(text) => Some(text.as_ref().to_owned()),
        other => Some(other.to_json()),
    }
}

fn joined(path: &str, item: &SelectorItem) -> String {
    if path.is_empty() {
        item.to_string()
    } else {
        format!("{path}.{item}")
    }
}

#[cfg(test)]
mod tests;
