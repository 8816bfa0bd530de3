use std::cell::Cell;

use crate::json::{Object, Value};
use crate::sensitive::{Repeats, Sensitive, is_behind, safe_end};
use crate::{Meta, MetaError, MetaTree, PathItem};

/// Original values above this estimated size are not kept in `_meta`, which nothing trims.
/// Relay's limit (reference/PROTOCOL.md section 8.0).
const ORIGINAL_VALUE_BYTES_MAX: usize = 500;

/// More errors than this in one event are not noted one by one: a note takes many times the memory
/// of the few bytes that can cause it. The values become null all the same.
const ERRORS_NOTED_MAX: usize = 1_000;

/// The way from the event's root to a value, as a chain of stack frames: it costs nothing until
/// something has to be noted.
enum Path<'p> {
    Root,
    Child(&'p Path<'p>, PathItem<'p>),
}

/// Where in an event a step works, and the notes about the event.
pub(crate) struct Place<'p> {
    path: Path<'p>,
    meta: &'p mut MetaTree,
    scope: &'p Scope<'p>,
}

/// What holds everywhere in an event.
pub(crate) struct Scope<'s> {
    /// How many more errors may be noted.
    errors_left: Cell<usize>,
    /// What knows where no text may be cut.
    sensitive: Option<&'s dyn Sensitive>,
    /// How many more bytes it may look at once more.
    repeats: Repeats,
    /// Whether the event is read to be answered as Relay would, and not to be kept.
    as_relay: bool,
}

impl<'s> Scope<'s> {
    /// That of a new event.
    pub(crate) fn new(sensitive: Option<&'s dyn Sensitive>) -> Self {
        Self {
            errors_left: Cell::new(ERRORS_NOTED_MAX),
            sensitive,
            repeats: Repeats::default(),
            as_relay: false,
        }
    }

    /// That of an event that is read to be answered as Relay would.
    pub(crate) fn as_relay() -> Self {
        Self {
            as_relay: true,
            ..Self::default()
        }
    }
}

impl Default for Scope<'_> {
    fn default() -> Self {
        Self::new(None)
    }
}

impl<'p> Place<'p> {
    /// The event itself.
    pub(crate) fn root(meta: &'p mut MetaTree, scope: &'p Scope<'p>) -> Self {
        Self {
            path: Path::Root,
            meta,
            scope,
        }
    }

    /// The place of a key of the object here.
    pub(crate) fn key<'q>(&'q mut self, key: &'q str) -> Place<'q> {
        Place {
            path: Path::Child(&self.path, PathItem::Key(key)),
            meta: self.meta,
            scope: self.scope,
        }
    }

    /// The place of an element of the list here.
    pub(crate) fn index(&mut self, index: usize) -> Place<'_> {
        Place {
            path: Path::Child(&self.path, PathItem::Index(index)),
            meta: self.meta,
            scope: self.scope,
        }
    }

    /// Whether anything is noted about the value here or below.
    pub(crate) fn is_noted(&self) -> bool {
        find(self.meta, &self.path).is_some_and(|tree| !tree.is_empty())
    }

    /// Whether a remark about the text here names bytes of it, so that it must not move.
    pub(crate) fn has_ranges(&self) -> bool {
        let notes = find(self.meta, &self.path);
        notes.is_some_and(|tree| tree.meta.remarks.iter().any(|it| it.range.is_some()))
    }

    /// Whether Relay's answer is asked for. What is kept loses nothing that it could keep.
    pub(crate) fn is_as_relay(&self) -> bool {
        self.scope.as_relay
    }

    /// The notes about the value here, made where they are missing.
    pub(crate) fn note(&mut self) -> &mut Meta {
        &mut self.tree().meta
    }

    /// The notes here and below, made where they are missing.
    pub(crate) fn tree(&mut self) -> &mut MetaTree {
        reach(self.meta, &self.path)
    }

    /// Replaces a value of the wrong kind by null, and keeps it with the reason in `_meta`.
    pub(crate) fn invalid(&mut self, value: &mut Value<'_>, reason: &str) {
        self.error(invalid_data(reason), value);
    }

    /// Replaces a value by null for an error of any kind.
    pub(crate) fn error(&mut self, error: MetaError, value: &mut Value<'_>) {
        let original = std::mem::take(value);
        let Some(left) = self.scope.errors_left.get().checked_sub(1) else {
            return;
        };
        self.scope.errors_left.set(left);
        let note = self.note();
        note.errors.push(error);
        if !original.is_null() && original.json_size() <= ORIGINAL_VALUE_BYTES_MAX {
            note.original_value = Some(original.into_owned());
        }
    }

    /// Where a text that is over its limit may be cut: at `end`, or in front of something sensitive
    /// that would not be known any more without the rest.
    pub(crate) fn safe_end(&self, text: &str, end: usize) -> usize {
        let sensitive = self.scope.sensitive;
        sensitive.map_or(end, |it| safe_end(it, text, end, &self.scope.repeats))
    }

    /// Whether something sensitive is in a text at `start` or later.
    pub(crate) fn is_sensitive_behind(&self, text: &str, start: usize) -> bool {
        let sensitive = self.scope.sensitive;
        sensitive.is_some_and(|it| is_behind(it, text, start))
    }

    /// Moves all notes of this value under `key`, because the value itself moved there.
    pub(crate) fn wrap(&mut self, key: &str) {
        if self.is_noted() {
            let tree = std::mem::take(self.tree());
            self.tree().put(PathItem::Key(key), tree);
        }
    }

    /// Moves the notes of one child to another name or place.
    pub(crate) fn rename(&mut self, from: &str, to: &[PathItem<'_>]) {
        if self.key(from).is_noted()
            && let Some(tree) = self.tree().take(PathItem::Key(from))
        {
            let target = to
                .iter()
                .fold(self.tree(), |node, item| node.child_mut(*item));
            *target = tree;
        }
    }

    /// Moves the notes of the list here of `length` elements, of which only those are left for
    /// which `keep` says so.
    pub(crate) fn keep_indices(&mut self, length: usize, keep: impl Fn(usize) -> bool) {
        if !self.is_noted() {
            return;
        }
        let mut old = std::mem::take(self.tree());
        let new = self.tree();
        new.meta = std::mem::take(&mut old.meta);
        for (to, from) in (0..length).filter(|index| keep(*index)).enumerate() {
            if let Some(tree) = old.take(PathItem::Index(from)) {
                new.put(PathItem::Index(to), tree);
            }
        }
    }

    /// Forgets all notes about a child that was removed on purpose.
    pub(crate) fn forget(&mut self, item: PathItem<'_>) {
        if find(self.meta, &self.path).is_some() {
            self.tree().take(item);
        }
    }
}

/// The error of a value that its field cannot hold.
pub(crate) fn invalid_data(reason: &str) -> MetaError {
    let mut data = Object::new();
    data.insert("reason", reason.to_owned());
    MetaError {
        kind: "invalid_data".to_owned(),
        data,
    }
}

fn find<'t>(root: &'t MetaTree, path: &Path<'_>) -> Option<&'t MetaTree> {
    match path {
        Path::Root => Some(root),
        Path::Child(parent, item) => find(root, parent)?.child(*item),
    }
}

fn reach<'t>(root: &'t mut MetaTree, path: &Path<'_>) -> &'t mut MetaTree {
    match path {
        Path::Root => root,
        Path::Child(parent, item) => reach(root, parent).child_mut(*item),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_errors_is_noted_up_to_a_limit() {
        let mut meta = MetaTree::default();
        let scope = Scope::default();
        let mut root = Place::root(&mut meta, &scope);
        for index in 0..ERRORS_NOTED_MAX + 5 {
            let mut value = Value::from(true);
            root.index(index).invalid(&mut value, "expected a string");
            assert!(value.is_null());
        }
        assert_eq!(meta.children().count(), ERRORS_NOTED_MAX);
    }

    #[test]
    fn notes_follow_a_value_that_moves() {
        let mut meta = MetaTree::default();
        let scope = Scope::default();
        let mut root = Place::root(&mut meta, &scope);
        root.key("breadcrumbs").index(2).note().original_length = Some(7);
        root.key("breadcrumbs").wrap("values");
        root.rename("breadcrumbs", &[PathItem::Key("crumbs")]);
        let path = [
            PathItem::Key("crumbs"),
            PathItem::Key("values"),
            PathItem::Index(2),
        ];
        assert_eq!(
            meta.get(&path).and_then(|note| note.original_length),
            Some(7)
        );
    }

    #[test]
    fn long_originals_are_not_kept() {
        let mut meta = MetaTree::default();
        let mut value = Value::from("x".repeat(ORIGINAL_VALUE_BYTES_MAX));
        Place::root(&mut meta, &Scope::default()).invalid(&mut value, "expected a number");
        assert!(value.is_null());
        assert_eq!(meta.meta.errors.len(), 1);
        assert_eq!(meta.meta.original_value, None);
    }
}
