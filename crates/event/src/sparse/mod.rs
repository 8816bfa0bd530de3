//! What Relay leaves out when it writes an event: fields of its schema that are null or, some of
//! them, empty, unless something is noted about them (seen by running `sentry-relay` 0.10.1).

mod schema;

use crate::json::{Object, Value};
use crate::{Event, MetaTree, PathItem};

use schema::EVENT;

/// The fields of an object of the schema; those that are not named are left out when null.
type Fields = &'static [(&'static str, When, Shape)];

/// When a field is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    /// Never.
    Never,
    /// When it is null.
    Null,
    /// When it is null, or nothing is in it.
    Empty,
    /// When nothing would be written of it; of a list or map also each element like that.
    Deep,
}

/// What a field contains, as far as that matters here.
#[derive(Clone, Copy, Debug)]
enum Shape {
    /// A text, a number, or JSON of no schema.
    Plain,
    Fields(Fields),
    /// A list of objects of the schema.
    List(Fields),
    /// An object whose values are objects of the schema.
    Map(Fields),
    /// An object of contexts: those of these types are objects of the schema.
    Contexts(&'static [(&'static str, Fields)]),
}

impl Event<'_> {
    /// The event without the fields that Relay leaves out when it writes one, and without notes
    /// about what is not there: as its own library answers.
    #[must_use]
    pub fn sparse(mut self) -> Self {
        self.meta = notes_on_fields(&self.body, self.meta);
        prune_fields(&mut self.body, EVENT, Some(&self.meta));
        self
    }
}

/// The notes about an object and the values in it.
fn notes_on_fields(object: &Object<'_>, mut notes: MetaTree) -> MetaTree {
    let mut kept = MetaTree::default();
    kept.meta = std::mem::take(&mut notes.meta);
    for (key, value) in object.iter() {
        keep_notes(value, PathItem::Key(key), &mut notes, &mut kept);
    }
    kept
}

fn keep_notes(value: &Value<'_>, item: PathItem<'_>, from: &mut MetaTree, to: &mut MetaTree) {
    let Some(mut notes) = from.take(item) else {
        return;
    };
    let kept = match value {
        Value::Object(object) => notes_on_fields(object, notes),
        Value::Array(items) => {
            let mut kept = MetaTree::default();
            kept.meta = std::mem::take(&mut notes.meta);
            for (index, value) in items.iter().enumerate() {
                keep_notes(value, PathItem::Index(index), &mut notes, &mut kept);
            }
            kept
        }
        _ => {
            let mut kept = MetaTree::default();
            kept.meta = notes.meta;
            kept
        }
    };
    if !kept.is_empty() {
        to.put(item, kept);
    }
}

fn prune(value: &mut Value<'_>, when: When, shape: Shape, notes: Option<&MetaTree>) {
    match (value, shape) {
        (Value::Object(object), Shape::Fields(fields)) => prune_fields(object, fields, notes),
        (Value::Object(object), Shape::Contexts(kinds)) => {
            for (key, context) in object.iter_mut() {
                let shape = context_shape(key, context, kinds);
                prune(
                    context,
                    When::Never,
                    shape,
                    below(notes, PathItem::Key(key)),
                );
            }
        }
        (Value::Object(object), Shape::Map(fields)) => {
            prune_values(object, when, Shape::Fields(fields), notes);
        }
        (Value::Object(object), Shape::Plain) if when == When::Deep => {
            prune_values(object, when, Shape::Plain, notes);
        }
        (Value::Array(items), Shape::List(fields)) => {
            prune_items(items, when, Shape::Fields(fields), notes);
        }
        (Value::Array(items), Shape::Plain) if when == When::Deep => {
            prune_items(items, when, Shape::Plain, notes);
        }
        _ => {}
    }
}

fn prune_fields(object: &mut Object<'_>, fields: Fields, notes: Option<&MetaTree>) {
    object.retain(|key, value| {
        let (when, shape) = field(fields, key);
        let notes = below(notes, PathItem::Key(key));
        let is_kept = !is_left_out(value, when, shape, notes);
        if is_kept {
            prune(value, when, shape, notes);
        }
        is_kept
    });
}

/// Prunes the values of a map or a list; in one that is pruned deeply some are left out.
fn prune_element(
    value: &mut Value<'_>,
    when: When,
    shape: Shape,
    notes: Option<&MetaTree>,
) -> bool {
    let is_kept = when != When::Deep || !is_left_out(value, when, shape, notes);
    if is_kept {
        prune(value, When::Null, shape, notes);
    }
    is_kept
}

fn prune_values(object: &mut Object<'_>, when: When, shape: Shape, notes: Option<&MetaTree>) {
    object.retain(|key, value| prune_element(value, when, shape, below(notes, PathItem::Key(key))));
}

fn prune_items(items: &mut Vec<Value<'_>>, when: When, shape: Shape, notes: Option<&MetaTree>) {
    let mut index = 0;
    items.retain_mut(|item| {
        index += 1;
        prune_element(item, when, shape, below(notes, PathItem::Index(index - 1)))
    });
}

fn is_left_out(value: &Value<'_>, when: When, shape: Shape, notes: Option<&MetaTree>) -> bool {
    if notes.is_some_and(|notes| !notes.meta.is_empty()) {
        return false;
    }
    match when {
        When::Never => false,
        When::Null => value.is_null(),
        When::Empty => is_empty(value, shape, notes),
        When::Deep => is_empty_deep(value, shape, notes),
    }
}

/// Whether nothing is in it: an object of the schema may have fields in which nothing is.
fn is_empty(value: &Value<'_>, shape: Shape, notes: Option<&MetaTree>) -> bool {
    match (value, shape) {
        (Value::Object(object), Shape::Fields(fields)) => object.iter().all(|(key, value)| {
            let (_, shape) = field(fields, key);
            is_left_out(value, When::Empty, shape, below(notes, PathItem::Key(key)))
        }),
        (Value::Null, _) => true,
        (Value::String(text), _) => text.is_empty(),
        (Value::Array(items), _) => items.is_empty(),
        (Value::Object(object), _) => object.is_empty(),
        _ => false,
    }
}

/// Whether nothing would be written of it.
fn is_empty_deep(value: &Value<'_>, shape: Shape, notes: Option<&MetaTree>) -> bool {
    let is_nothing = |value: &Value<'_>, shape: Shape, item: PathItem<'_>| {
        is_left_out(value, When::Deep, shape, below(notes, item))
    };
    match (value, shape) {
        (Value::Object(object), Shape::Fields(fields)) => object.iter().all(|(key, value)| {
            let (when, shape) = field(fields, key);
            is_left_out(value, when, shape, below(notes, PathItem::Key(key)))
        }),
        (Value::Object(object), _) => {
            let mut entries = object.iter();
            entries.all(|(key, value)| is_nothing(value, Shape::Plain, PathItem::Key(key)))
        }
        (Value::Array(items), shape) => {
            let shape = match shape {
                Shape::List(fields) => Shape::Fields(fields),
                _ => Shape::Plain,
            };
            let mut items = items.iter().enumerate();
            items.all(|(index, item)| is_nothing(item, shape, PathItem::Index(index)))
        }
        _ => is_empty(value, shape, notes),
    }
}

fn field(fields: Fields, key: &str) -> (When, Shape) {
    let known = fields.iter().find(|(name, ..)| *name == key);
    known.map_or((When::Null, Shape::Plain), |(_, when, shape)| {
        (*when, *shape)
    })
}

fn context_shape(key: &str, context: &Value<'_>, kinds: &[(&str, Fields)]) -> Shape {
    let kind = context.get("type").and_then(Value::as_str).unwrap_or(key);
    let known = kinds.iter().find(|(name, _)| *name == kind);
    known.map_or(Shape::Plain, |(_, fields)| Shape::Fields(fields))
}

fn below<'n>(notes: Option<&'n MetaTree>, item: PathItem<'_>) -> Option<&'n MetaTree> {
    notes?.child(item)
}

#[cfg(test)]
mod tests {
    use crate::{Event, Timestamp, decode};

    #[track_caller]
    fn check(event: &str, expected: &str) {
        let draft = decode(event.as_bytes()).expect("reads");
        let event = Event::from_draft(draft, Timestamp(0));
        assert_eq!(event.sparse().to_json(), expected);
    }

    #[test]
    fn fields_in_which_nothing_is_are_left_out() {
        check(
            r#"{"user":{"id":"","geo":{"city":"","x":null},"x":""}}"#,
            "{}",
        );
        check(
            r#"{"user":{"id":"1","name":"","x":""},"y":null,"transaction":""}"#,
            r#"{"user":{"id":"1","x":""},"transaction":""}"#,
        );
        check(
            r#"{"contexts":{"os":{"name":"","b":null},"c":{"d":null}}}"#,
            r#"{"contexts":{"os":{"name":"","type":"os"},"c":{"d":null,"type":"c"}}}"#,
        );
    }

    #[test]
    fn elements_of_which_nothing_would_be_written_are_left_out() {
        check(r#"{"exception":[null,{}]}"#, r#"{"exception":{}}"#);
        check(
            r#"{"exception":[{"type":""},{},{"type":"x","stacktrace":{"frames":[]}}]}"#,
            r#"{"exception":{"values":[{"type":""},{"type":"x"}]}}"#,
        );
        check(
            r#"{"stacktrace":{"frames":[null,{"function":"","vars":{}}]}}"#,
            r#"{"stacktrace":{"frames":[null,{"vars":{}}]}}"#,
        );
        check(
            r#"{"sdk":{"name":"x","integrations":["a","",null]},"modules":{"a":"","b":"c"}}"#,
            r#"{"sdk":{"name":"x","integrations":["a"]},"modules":{"b":"c"}}"#,
        );
    }

    #[test]
    fn what_is_noted_stays() {
        check(
            r#"{"user":{"id":null},"_meta":{"user":{"id":{"":{"len":3}},"x":{"":{"len":4}}}}}"#,
            r#"{"user":{"id":null},"_meta":{"user":{"id":{"":{"len":3}}}}}"#,
        );
    }
}
