//! What was noted about the values of an event, each note with the place of its value as a
//! selector, so that a rule or a safe field can be made of it.

use std::collections::BTreeMap;

use watchfire_event::json::{Object, Value};
use watchfire_event::{Event, Meta, MetaTree, PathItem};
use watchfire_scrub::{EffectiveRule, Policy, Selector, SelectorItem, Type, blame};

/// Where the lists of an event lead that selectors have a word for
/// (reference/SCRUBBING.md section 4.2), the longest first.
const WORDS: [(&[&str], Type); 10] = [
    (
        &["exception", "values", "*", "stacktrace", "frames", "*"],
        Type::Frame,
    ),
    (
        &["threads", "values", "*", "stacktrace", "frames", "*"],
        Type::Frame,
    ),
    (&["stacktrace", "frames", "*"], Type::Frame),
    (&["exception", "values", "*"], Type::Exception),
    (&["threads", "values", "*"], Type::Thread),
    (&["breadcrumbs", "values", "*"], Type::Breadcrumb),
    (&["request"], Type::Request),
    (&["user"], Type::User),
    (&["logentry"], Type::LogEntry),
    (&["sdk"], Type::ClientSdkInfo),
];

/// Values of one event whose rules are looked for; the marks on others tell what the id of their
/// rule tells.
const BLAMED_MAX: usize = 300;

/// The notes about one value and about those below it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    /// What is noted about the value itself.
    pub(crate) meta: Meta,
    /// Where the value is: `$frame.vars.password`. Only where something is noted about it.
    place: Option<String>,
    /// The rules in force that make the remarks; `None` where nobody looked.
    blamed: Option<Vec<EffectiveRule>>,
    children: BTreeMap<String, Notes>,
}

impl Notes {
    /// The notes of an event.
    pub(crate) fn of(tree: &MetaTree, body: &Object<'_>) -> Self {
        let below = tree.children().map(|(name, child)| {
            let mut path = vec![SelectorItem::Key(name.to_owned())];
            (
                name.to_owned(),
                Self::below(child, body.get(name), &mut path),
            )
        });
        Self {
            meta: tree.meta.clone(),
            children: below.collect(),
            ..Self::default()
        }
    }

    /// Finds the rules of a policy that make the remarks of the event that these notes are of.
    pub(crate) fn blame(&mut self, event: &Event<'_>, policy: &Policy) {
        let mut left = BLAMED_MAX;
        self.blame_below(event, policy, &mut Vec::new(), &mut left);
    }

    fn blame_below<'n>(
        &'n mut self,
        event: &Event<'_>,
        policy: &Policy,
        path: &mut Vec<&'n str>,
        left: &mut usize,
    ) {
        if !self.meta.remarks.is_empty() && *left > 0 {
            *left -= 1;
            let items: Vec<PathItem<'_>> = path.iter().map(|name| item(name)).collect();
            let rules = self.meta.remarks.iter().map(|remark| remark.rule.as_str());
            let blamed = rules.filter_map(|rule| blame(policy, event, &items, rule));
            self.blamed = Some(blamed.collect());
        }
        for (name, child) in &mut self.children {
            path.push(name);
            child.blame_below(event, policy, path, left);
            path.pop();
        }
    }

    fn below(tree: &MetaTree, value: Option<&Value<'_>>, path: &mut Vec<SelectorItem>) -> Self {
        let pairs = value.and_then(Value::as_array).filter(|items| {
            let mut items = items.iter().filter(|item| !item.is_null());
            items.all(|item| key_of_pair(item).is_some())
        });
        let mut children = BTreeMap::new();
        for (name, child) in tree.children() {
            let index: Option<usize> = name.parse().ok();
            let items = value.and_then(Value::as_array);
            let below = match (items, index) {
                (Some(items), Some(index)) => items.get(index),
                _ => value.and_then(|value| value.get(name)),
            };
            let pair_key = pairs.and(below).and_then(key_of_pair);
            let notes = match pair_key {
                Some(key) => Self::pair(child, below, key, path),
                None => {
                    path.push(if items.is_some() || (value.is_none() && index.is_some()) {
                        SelectorItem::Wildcard
                    } else {
                        SelectorItem::Key(name.to_owned())
                    });
                    let notes = Self::below(child, below, path);
                    path.pop();
                    notes
                }
            };
            children.insert(name.to_owned(), notes);
        }
        Self {
            meta: tree.meta.clone(),
            place: (!tree.meta.remarks.is_empty()).then(|| selector(path)),
            children,
            ..Self::default()
        }
    }

    /// A `[key, value]` of a pair list: rules find its value at the key (section 6.5).
    fn pair(
        tree: &MetaTree,
        pair: Option<&Value<'_>>,
        key: &str,
        path: &mut Vec<SelectorItem>,
    ) -> Self {
        path.push(SelectorItem::Key(key.to_owned()));
        let items = pair.and_then(Value::as_array).unwrap_or_default();
        let children = tree.children().map(|(name, child)| {
            let index: usize = name.parse().unwrap_or_default();
            (name.to_owned(), Self::below(child, items.get(index), path))
        });
        let notes = Self {
            meta: tree.meta.clone(),
            children: children.collect(),
            ..Self::default()
        };
        path.pop();
        notes
    }

    /// The notes below a key, or below a place in a list as a decimal number.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.get(name)
    }

    /// The names and notes of the values below that have some.
    pub(crate) fn children(&self) -> impl Iterator<Item = (&str, &Self)> {
        self.children
            .iter()
            .map(|(name, notes)| (name.as_str(), notes))
    }

    /// Whether nothing is noted here or below.
    pub(crate) fn is_empty(&self) -> bool {
        self.meta.is_empty() && self.children.values().all(Self::is_empty)
    }

    /// The rule in force that makes a remark with this id here: `Some(None)` where no rule does any
    /// more, `None` where nobody looked.
    pub(crate) fn blamed(&self, rule: &str) -> Option<Option<&EffectiveRule>> {
        let blamed = self.blamed.as_ref()?;
        Some(blamed.iter().find(|blamed| blamed.id == rule))
    }

    /// The selector of the value, if a step changed it.
    pub(crate) fn place(&self) -> Option<&str> {
        self.place.as_deref()
    }
}

/// A name in the notes as a step of a path.
fn item(name: &str) -> PathItem<'_> {
    name.parse().map_or(PathItem::Key(name), PathItem::Index)
}

fn key_of_pair<'v>(item: &'v Value<'_>) -> Option<&'v str> {
    match item.as_array()? {
        [key, _] => key.as_str(),
        _ => None,
    }
}

/// The text of the selector of a path, begun with a word where there is one.
fn selector(path: &[SelectorItem]) -> String {
    let is_step = |item: &SelectorItem, word: &str| match item {
        SelectorItem::Key(key) => key == word,
        SelectorItem::Wildcard => word == "*",
        _ => false,
    };
    let word = WORDS.iter().find(|(steps, _)| {
        steps.len() <= path.len()
            && path
                .iter()
                .zip(*steps)
                .all(|(item, step)| is_step(item, step))
    });
    let items = match word {
        Some((steps, kind)) => {
            let rest = path.get(steps.len()..).unwrap_or_default();
            let first = std::iter::once(SelectorItem::Type(*kind));
            first.chain(rest.iter().cloned()).collect()
        }
        None => path.to_vec(),
    };
    Selector::Path(items).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use watchfire_event::json::parse;

    fn places(notes: &Notes) -> Vec<String> {
        let below = notes.children().flat_map(|(_, child)| places(child));
        let here = notes.place().map(str::to_owned);
        here.into_iter().chain(below).collect()
    }

    #[track_caller]
    fn check(json: &str, expected: &[&str]) {
        let body = parse(json.as_bytes()).unwrap();
        let tree = MetaTree::from_value(body.get("_meta").unwrap());
        let body = body.as_object().unwrap();
        assert_eq!(places(&Notes::of(&tree, body)), expected);
    }

    #[test]
    fn a_value_is_named_by_the_selector_that_finds_it() {
        check(
            r#"{"exception":{"values":[{"stacktrace":{"frames":[{"vars":{"pass word":"x"}}]}}]},
                "_meta":{"exception":{"values":{"0":{"stacktrace":{"frames":{"0":{"vars":{"pass word":{"":{"rem":[["@password:filter","s",0,1]]}}}}}}}}}}}"#,
            &["$frame.vars.'pass word'"],
        );
        check(
            r#"{"extra":{"list":["x"],"gone":null},"user":null,
                "_meta":{"extra":{"list":{"0":{"":{"rem":[["a","s",0,1]]}}},"gone":{"":{"rem":[["a","x"]]}}},"user":{"":{"rem":[["a","x"]]}}}}"#,
            &["extra.gone", "extra.list.*", "$user"],
        );
    }

    #[test]
    fn the_value_of_a_pair_is_named_by_its_key() {
        check(
            r#"{"request":{"headers":[null,["X-Api-Key","x"]]},"tags":[["k","v"]],
                "_meta":{"request":{"headers":{"1":{"1":{"":{"rem":[["a","s",0,1]]}}}}},"tags":{"0":{"1":{"":{"rem":[["a","s",0,1]]}}}}}}"#,
            &["$http.headers.X-Api-Key", "tags.k"],
        );
    }

    #[test]
    fn what_is_noted_without_a_change_has_no_place() {
        check(
            r#"{"extra":{"a":1},"_meta":{"extra":{"a":{"":{"err":["invalid_data"]}}}}}"#,
            &[],
        );
    }
}
