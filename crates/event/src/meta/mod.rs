mod children;

use std::borrow::Cow;

use crate::json::{Object, Value, write_entries, write_string};

use children::Children;

/// One step of a path into an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathItem<'a> {
    /// A key of an object.
    Key(&'a str),
    /// A place in a list.
    Index(usize),
}

/// How a value was changed (reference/SCRUBBING.md section 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemarkKind {
    /// Only noted.
    Annotated,
    /// Taken out.
    Removed,
    /// Replaced by another text.
    Substituted,
    /// Covered with `*`.
    Masked,
    /// Replaced by its hash.
    Pseudonymized,
    /// Replaced by a ciphertext.
    Encrypted,
}

impl RemarkKind {
    /// The letter that stands for the kind in `_meta`.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Self::Annotated => "a",
            Self::Removed => "x",
            Self::Substituted => "s",
            Self::Masked => "m",
            Self::Pseudonymized => "p",
            Self::Encrypted => "e",
        }
    }

    /// The kind of a letter; `None` for an unknown one.
    #[must_use]
    pub fn from_letter(letter: &str) -> Option<Self> {
        match letter {
            "a" => Some(Self::Annotated),
            "x" => Some(Self::Removed),
            "s" => Some(Self::Substituted),
            "m" => Some(Self::Masked),
            "p" => Some(Self::Pseudonymized),
            "e" => Some(Self::Encrypted),
            _ => None,
        }
    }
}

/// One change to a value: by which rule, how, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The rule's id, for example `@password:filter`; ids of Watchfire's own steps begin with `!`.
    pub rule: String,
    /// How the value was changed.
    pub kind: RemarkKind,
    /// The bytes of the new string that the change left, end exclusive; `None` for the whole value.
    pub range: Option<(usize, usize)>,
}

/// One thing that is wrong with a value.
#[derive(Clone, Debug, PartialEq)]
pub struct MetaError {
    /// The kind, for example `invalid_data`.
    pub kind: String,
    /// Further data, for example `{"reason": "expected a string"}`; empty where there is none.
    pub data: Object<'static>,
}

/// Everything noted about one value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meta {
    /// Changes, in the order of the text.
    pub remarks: Vec<Remark>,
    /// Errors.
    pub errors: Vec<MetaError>,
    /// Length before the change, in characters (strings) or as the step that set it defines.
    pub original_length: Option<u64>,
    /// The value before normalisation, where it is kept.
    pub original_value: Option<Value<'static>>,
}

impl Meta {
    /// Whether nothing is noted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.remarks.is_empty()
            && self.errors.is_empty()
            && self.original_length.is_none()
            && self.original_value.is_none()
    }
}

/// The `_meta` of an event: a sparse tree that mirrors the event's own
/// (reference/SCRUBBING.md section 7).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MetaTree {
    /// What is noted about this value itself.
    pub meta: Meta,
    children: Children,
}

impl MetaTree {
    /// Whether nothing is noted here or below.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.meta.is_empty() && self.children.iter().all(|(_, tree)| tree.is_empty())
    }

    /// The subtree of a key or list place, if anything was noted there or below.
    #[must_use]
    pub fn child(&self, item: PathItem<'_>) -> Option<&MetaTree> {
        self.children.get(item)
    }

    /// The subtree of a key or list place to change, if there is one.
    pub fn find_mut(&mut self, item: PathItem<'_>) -> Option<&mut MetaTree> {
        self.children.get_mut(item)
    }

    /// Whether there are subtrees for values below.
    #[must_use]
    pub fn has_children(&self) -> bool {
        !self.children.is_empty()
    }

    /// Whether a value before normalisation is kept here or below.
    #[must_use]
    pub fn has_originals(&self) -> bool {
        self.meta.original_value.is_some()
            || self.children.iter().any(|(_, tree)| tree.has_originals())
    }

    /// The notes at `path`, if there are any.
    #[must_use]
    pub fn get(&self, path: &[PathItem<'_>]) -> Option<&Meta> {
        let node = path.iter().try_fold(self, |node, item| node.child(*item))?;
        (!node.meta.is_empty()).then_some(&node.meta)
    }

    /// The notes at `path`, made where they are missing.
    pub fn entry(&mut self, path: &[PathItem<'_>]) -> &mut Meta {
        let node = path.iter().fold(self, |node, item| node.child_mut(*item));
        &mut node.meta
    }

    /// The subtree of a key or list place, made where it is missing.
    pub fn child_mut(&mut self, item: PathItem<'_>) -> &mut MetaTree {
        self.children.entry(item)
    }

    /// Takes the subtree of a key or list place out, for a value that moves.
    pub fn take(&mut self, item: PathItem<'_>) -> Option<MetaTree> {
        self.children.remove(item)
    }

    /// Puts a subtree in place, replacing what was there.
    pub fn put(&mut self, item: PathItem<'_>, tree: MetaTree) {
        *self.child_mut(item) = tree;
    }

    /// The names and subtrees of the values below that have notes; list places are decimal names.
    pub fn children(&self) -> impl Iterator<Item = (&str, &MetaTree)> {
        self.children.iter()
    }

    /// The same, to change.
    pub fn children_mut(&mut self) -> impl Iterator<Item = (&str, &mut MetaTree)> {
        self.children.iter_mut()
    }

    /// Reads the `_meta` that an SDK or the store wrote; what does not fit is left out.
    #[must_use]
    pub fn from_value(value: &Value<'_>) -> Self {
        let mut tree = Self::default();
        for (key, child) in value.as_object().into_iter().flat_map(Object::iter) {
            if key.is_empty() && !is_subtree(child) {
                tree.meta = read_meta(child);
            } else {
                let child = Self::from_value(child);
                if !child.is_empty() {
                    tree.put(PathItem::Key(key), child);
                }
            }
        }
        tree
    }

    /// Appends the JSON text of [`MetaTree::to_value`]; `{}` when nothing is noted.
    pub(crate) fn write(&self, output: &mut String) {
        self.write_signed(false, output);
    }

    /// The same, with a sign that this is a subtree where that `is_signed`.
    fn write_signed(&self, is_signed: bool, output: &mut String) {
        output.push('{');
        let mut is_first = true;
        let mut separate = |output: &mut String| {
            if !std::mem::take(&mut is_first) {
                output.push(',');
            }
        };
        if !self.meta.is_empty() {
            separate(output);
            output.push_str("\"\":{");
            write_entries(&write_meta(&self.meta), output);
            output.push('}');
        } else if is_signed {
            separate(output);
            output.push_str("\"\":{}");
        }
        for (name, child) in self.shown() {
            separate(output);
            write_string(name, output);
            output.push(':');
            child.write_signed(child.needs_sign(name), output);
        }
        output.push('}');
    }

    /// Whether [`MetaTree::to_value`] has something to show.
    pub(crate) fn is_shown(&self) -> bool {
        !self.meta.is_empty() || self.shown().next().is_some()
    }

    /// The subtrees to show. That of a value under the empty key has no place where something is
    /// noted about this value, as the notes about it stand under that key; elsewhere [`is_subtree`]
    /// tells it from such notes.
    fn shown(&self) -> impl Iterator<Item = (&str, &MetaTree)> {
        let has_place = self.meta.is_empty();
        let named = self.children.iter();
        named.filter(move |(name, child)| (has_place || !name.is_empty()) && child.is_shown())
    }

    /// Whether the tree of the value under `name` would be taken for what is noted about its
    /// parent: then empty notes of its own say that it is none.
    fn needs_sign(&self, name: &str) -> bool {
        let is_original = |(name, _): (&str, &Self)| name == ORIGINAL;
        name.is_empty() && self.meta.is_empty() && self.shown().all(is_original)
    }

    /// The tree as the JSON value of `_meta`; `None` when nothing is noted.
    #[must_use]
    pub fn to_value(&self) -> Option<Value<'static>> {
        self.to_signed_value(false)
    }

    fn to_signed_value(&self, is_signed: bool) -> Option<Value<'static>> {
        let own = (is_signed || !self.meta.is_empty())
            .then(|| (Cow::Borrowed(""), Value::Object(write_meta(&self.meta))));
        let below = self.shown().filter_map(|(name, child)| {
            let value = child.to_signed_value(child.needs_sign(name))?;
            Some((Cow::Owned(name.to_owned()), value))
        });
        let object: Object<'_> = own.into_iter().chain(below).collect();
        (!object.is_empty()).then_some(Value::Object(object))
    }
}

/// The key of the value before normalisation, the only note that can be an object.
const ORIGINAL: &str = "val";

/// Whether what stands under the empty key is the tree of a value there, and not what is noted
/// about the parent.
fn is_subtree(value: &Value<'_>) -> bool {
    let mut entries = value.as_object().into_iter().flat_map(Object::iter);
    entries.any(|(key, value)| key != ORIGINAL && matches!(value, Value::Object(_)))
}

fn read_meta(value: &Value<'_>) -> Meta {
    let list = |key| value.get(key).and_then(Value::as_array).unwrap_or_default();
    Meta {
        remarks: list("rem").iter().filter_map(read_remark).collect(),
        errors: list("err").iter().filter_map(read_error).collect(),
        original_length: value.get("len").and_then(Value::as_u64),
        original_value: value
            .get(ORIGINAL)
            .filter(|value| !value.is_null())
            .cloned()
            .map(Value::into_owned),
    }
}

fn read_remark(value: &Value<'_>) -> Option<Remark> {
    let parts = value.as_array()?;
    let place = |index: usize| usize::try_from(parts.get(index)?.as_u64()?).ok();
    Some(Remark {
        rule: parts.first()?.as_str()?.to_owned(),
        kind: RemarkKind::from_letter(parts.get(1)?.as_str()?)?,
        range: place(2).zip(place(3)),
    })
}

fn read_error(value: &Value<'_>) -> Option<MetaError> {
    match value {
        Value::String(kind) => Some(MetaError {
            kind: kind.to_string(),
            data: Object::new(),
        }),
        Value::Array(parts) => Some(MetaError {
            kind: parts.first()?.as_str()?.to_owned(),
            data: parts
                .get(1)
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default()
                .into_owned(),
        }),
        _ => None,
    }
}

fn write_meta(meta: &Meta) -> Object<'static> {
    let mut object = Object::new();
    if !meta.remarks.is_empty() {
        object.insert(
            "rem",
            Value::Array(meta.remarks.iter().map(write_remark).collect()),
        );
    }
    if !meta.errors.is_empty() {
        object.insert(
            "err",
            Value::Array(meta.errors.iter().map(write_error).collect()),
        );
    }
    if let Some(length) = meta.original_length {
        object.insert("len", length);
    }
    if let Some(value) = &meta.original_value {
        object.insert(ORIGINAL, value.clone());
    }
    object
}

fn write_remark(remark: &Remark) -> Value<'static> {
    let mut parts = vec![
        Value::from(remark.rule.clone()),
        Value::from(remark.kind.letter()),
    ];
    if let Some((start, end)) = remark.range {
        let place = |index: usize| Value::from(u64::try_from(index).unwrap_or(u64::MAX));
        parts.extend([place(start), place(end)]);
    }
    Value::Array(parts)
}

fn write_error(error: &MetaError) -> Value<'static> {
    if error.data.is_empty() {
        return Value::from(error.kind.clone());
    }
    Value::Array(vec![
        Value::from(error.kind.clone()),
        Value::Object(error.data.clone()),
    ])
}

#[cfg(test)]
mod tests;
