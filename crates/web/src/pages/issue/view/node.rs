//! A place in an event: the value there together with what was noted about it in `_meta`.

use std::collections::HashSet;

use watchfire_event::Meta;
use watchfire_event::json::{Object, Value};

use super::notes::Notes;
use super::sources::{Source, Sources};

/// A value of the event and its notes. Both may be missing: a removed value leaves only notes.
///
/// Copying is free; all methods answer with an empty node where there is nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Node<'e> {
    value: Option<&'e Value<'e>>,
    notes: Option<&'e Notes>,
    sources: Option<&'e Sources>,
}

/// Notes of a node that has none.
static NO_META: Meta = Meta {
    remarks: Vec::new(),
    errors: Vec::new(),
    original_length: None,
    original_value: None,
};

impl<'e> Node<'e> {
    /// The event as a whole; `sources` tell which settings changed its values, where that is known.
    pub(crate) fn root(
        body: &'e Value<'e>,
        notes: &'e Notes,
        sources: Option<&'e Sources>,
    ) -> Self {
        Self {
            value: Some(body),
            notes: Some(notes),
            sources,
        }
    }

    /// The node under `key` of an object.
    pub(crate) fn key(self, key: &str) -> Self {
        Self {
            value: self.value.and_then(|value| value.get(key)),
            notes: self.notes.and_then(|notes| notes.child(key)),
            sources: self.sources,
        }
    }

    /// The node at a place in a list.
    pub(crate) fn index(self, index: usize) -> Self {
        Self {
            value: self
                .value
                .and_then(Value::as_array)
                .and_then(|items| items.get(index)),
            notes: self.notes.and_then(|notes| notes.child(&index.to_string())),
            sources: self.sources,
        }
    }

    /// The node at the end of a path of keys.
    pub(crate) fn path(self, keys: &[&str]) -> Self {
        keys.iter().fold(self, |node, key| node.key(key))
    }

    /// The value; `None` for null and for what is missing.
    pub(crate) fn value(self) -> Option<&'e Value<'e>> {
        self.value.filter(|value| !value.is_null())
    }

    /// The string, if there is one that is not empty.
    pub(crate) fn text(self) -> Option<&'e str> {
        self.value
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    }

    /// The value as one line of text: strings as they are, numbers and booleans in JSON's words.
    pub(crate) fn scalar(self) -> Option<String> {
        match self.value()? {
            Value::String(text) => (!text.is_empty()).then(|| text.to_string()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// The boolean, if there is one.
    pub(crate) fn flag(self) -> Option<bool> {
        self.value.and_then(Value::as_bool)
    }

    /// The whole non-negative number, if there is one.
    pub(crate) fn number(self) -> Option<u64> {
        self.value.and_then(Value::as_u64)
    }

    /// What is noted about the value itself.
    pub(crate) fn meta(self) -> &'e Meta {
        self.notes.map_or(&NO_META, |notes| &notes.meta)
    }

    /// Where the rule of an id comes from that changed the value.
    pub(crate) fn source(self, rule: &str) -> Source {
        let blamed = self.notes.and_then(|notes| notes.blamed(rule));
        match self.sources {
            Some(sources) => sources.of(rule, blamed),
            None => Source::of_id(rule),
        }
    }

    /// Where the value can be made safe; nothing where that is not known or not allowed.
    pub(crate) fn safe_href(self) -> Option<String> {
        let place = self.notes.and_then(Notes::place)?;
        self.sources.and_then(|sources| sources.safe_href(place))
    }

    /// Whether the value itself was taken away and only a note says so.
    pub(crate) fn is_gone(self) -> bool {
        self.value().is_none() && !self.meta().is_empty()
    }

    /// Whether nothing is here: no value, or null, an empty text, list or object, without notes.
    pub(crate) fn is_empty(self) -> bool {
        let hollow = match self.value {
            None | Some(Value::Null) => true,
            Some(Value::String(text)) => text.is_empty(),
            Some(Value::Array(items)) => items.is_empty(),
            Some(Value::Object(object)) => object.is_empty(),
            Some(Value::Bool(_) | Value::Number(_)) => false,
        };
        hollow && self.notes.is_none_or(Notes::is_empty)
    }

    /// The elements of a list, in order.
    pub(crate) fn items(self) -> impl DoubleEndedIterator<Item = Node<'e>> + ExactSizeIterator {
        let count = self.value.and_then(Value::as_array).map_or(0, <[_]>::len);
        (0..count).map(move |index| self.index(index))
    }

    /// The elements of a `Values` list: `{"values": […]}` or, as older events have it, a bare list
    /// (reference/PROTOCOL.md section 8.0).
    pub(crate) fn values(self) -> impl DoubleEndedIterator<Item = Node<'e>> + ExactSizeIterator {
        let wrapped = self.key("values");
        if wrapped.value.is_some() {
            wrapped.items()
        } else {
            self.items()
        }
    }

    /// The entries of an object in order; then keys of which only notes are left.
    pub(crate) fn entries(self) -> Vec<(&'e str, Node<'e>)> {
        let object = self.value.and_then(Value::as_object);
        let notes_of = |key| self.notes.and_then(|notes| notes.child(key));
        let mut entries: Vec<(&str, Node<'_>)> = Vec::new();
        for (key, value) in object.into_iter().flat_map(Object::iter) {
            entries.push((
                key,
                Node {
                    value: Some(value),
                    notes: notes_of(key),
                    sources: self.sources,
                },
            ));
        }
        let present: HashSet<&str> = entries.iter().map(|(key, _)| *key).collect();
        for (key, notes) in self.notes.into_iter().flat_map(Notes::children) {
            if !present.contains(key) {
                entries.push((
                    key,
                    Node {
                        value: None,
                        notes: Some(notes),
                        sources: self.sources,
                    },
                ));
            }
        }
        entries
    }

    /// The pairs of a pair list (`[[key, value], …]`), or the entries of an object in its place.
    /// Pairs without a key are left out (reference/PROTOCOL.md section 8.4).
    pub(crate) fn pairs(self) -> Vec<(&'e str, Node<'e>)> {
        if self.value.is_some_and(|value| value.as_array().is_none()) {
            return self.entries();
        }
        self.items()
            .filter_map(|pair| Some((pair.index(0).text()?, pair.index(1))))
            .collect()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use watchfire_event::MetaTree;
    use watchfire_event::json::parse;

    /// An event to read nodes from, kept for as long as the test runs.
    pub(crate) struct Sample {
        body: Value<'static>,
        notes: Notes,
    }

    impl Sample {
        /// Reads an event's JSON, `_meta` included.
        pub(crate) fn new(json: &str) -> Self {
            let body = parse(json.as_bytes()).expect("reads").into_owned();
            let notes = body
                .get("_meta")
                .map(|meta| Notes::of(&MetaTree::from_value(meta), body.as_object().unwrap()))
                .unwrap_or_default();
            Self { body, notes }
        }

        /// The event.
        pub(crate) fn root(&self) -> Node<'_> {
            Node::root(&self.body, &self.notes, None)
        }
    }

    #[test]
    fn notes_follow_the_value_into_pair_lists() {
        let sample = Sample::new(
            r#"{"request":{"headers":[["Host","a"],null,["Cookie","[Filtered]"]]},
                "_meta":{"request":{"headers":{"2":{"1":{"":{"rem":[["@password:filter","s",0,10]]}}}}}}}"#,
        );
        let pairs = sample.root().path(&["request", "headers"]).pairs();
        assert_eq!(pairs.len(), 2);
        assert_eq!(pairs[1].0, "Cookie");
        assert_eq!(pairs[1].1.meta().remarks[0].rule, "@password:filter");
        assert!(pairs[0].1.meta().is_empty());
    }

    #[test]
    fn a_removed_key_is_still_an_entry() {
        let sample =
            Sample::new(r#"{"user":{"id":1},"_meta":{"user":{"ip":{"":{"rem":[["@ip","x"]]}}}}}"#);
        let entries = sample.root().key("user").entries();
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[1].0, "ip");
        assert!(entries[1].1.value().is_none());
        assert!(!entries[1].1.is_empty());
    }

    #[test]
    fn values_are_found_with_and_without_their_wrapper() {
        let sample = Sample::new(r#"{"a":{"values":[1,2]},"b":[3]}"#);
        assert_eq!(sample.root().key("a").values().len(), 2);
        assert_eq!(sample.root().key("b").values().len(), 1);
    }
}
