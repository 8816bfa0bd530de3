use std::borrow::Cow;
use std::collections::HashMap;

use serde::{Serialize, Serializer};

use super::Value;

/// Up to this many keys, duplicates are found by comparing each pair; above it, by hashing.
const LINEAR_SEARCH_KEYS_MAX: usize = 16;

/// A JSON object that keeps the order of its keys. Each key occurs once; of duplicates in the
/// input the last one wins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

impl<'a> Object<'a> {
    /// An object without keys.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An object of these entries; of entries with one key the last value wins.
    pub(super) fn from_entries(mut entries: Vec<(Cow<'a, str>, Value<'a>)>) -> Self {
        if has_duplicates(&entries) {
            let mut unique = Self(Vec::with_capacity(entries.len()));
            let mut place: HashMap<Cow<'a, str>, usize> = HashMap::with_capacity(entries.len());
            for (key, value) in entries.drain(..) {
                match place.get(&key).and_then(|index| unique.0.get_mut(*index)) {
                    Some(entry) => entry.1 = value,
                    None => {
                        place.insert(key.clone(), unique.0.len());
                        unique.0.push((key, value));
                    }
                }
            }
            return unique;
        }
        Self(entries)
    }

    /// The value under `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.0
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    /// The value under `key`, to change.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value<'a>> {
        self.0
            .iter_mut()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value)
    }

    /// The string under `key`, if there is a string.
    #[must_use]
    pub fn get_str(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_str()
    }

    /// The object under `key`, if there is an object.
    #[must_use]
    pub fn get_object(&self, key: &str) -> Option<&Object<'a>> {
        self.get(key)?.as_object()
    }

    /// The list under `key`, if there is a list.
    #[must_use]
    pub fn get_array(&self, key: &str) -> Option<&[Value<'a>]> {
        self.get(key)?.as_array()
    }

    /// Whether `key` is there, with any value.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Sets `key` to `value` and returns the former value.
    pub fn insert(
        &mut self,
        key: impl Into<Cow<'a, str>>,
        value: impl Into<Value<'a>>,
    ) -> Option<Value<'a>> {
        let (key, value) = (key.into(), value.into());
        match self.get_mut(&key) {
            Some(place) => Some(std::mem::replace(place, value)),
            None => {
                self.0.push((key, value));
                None
            }
        }
    }

    /// Takes `key` out and returns its value; the order of the rest stays.
    pub fn remove(&mut self, key: &str) -> Option<Value<'a>> {
        let index = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(index).1)
    }

    /// Gives the value under `from` the key `to`, in its place; `false` when there is no such value
    /// or `to` is taken.
    pub fn rename(&mut self, from: &str, to: impl Into<Cow<'a, str>>) -> bool {
        let to = to.into();
        if self.contains_key(&to) {
            return false;
        }
        let entry = self.0.iter_mut().find(|(name, _)| name == from);
        entry.map(|(name, _)| *name = to).is_some()
    }

    /// Keys and values in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&str, &Value<'a>)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), value))
    }

    /// Keys and values to change, in order.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (&str, &mut Value<'a>)> {
        self.0.iter_mut().map(|entry| (&*entry.0, &mut entry.1))
    }

    /// Keeps the entries for which `keep` says so.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &mut Value<'a>) -> bool) {
        self.0.retain_mut(|(key, value)| keep(key, value));
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same object with every string owned.
    #[must_use]
    pub fn into_owned(self) -> Object<'static> {
        let owned = |(key, value): (Cow<'a, str>, Value<'a>)| {
            (Cow::Owned(key.into_owned()), value.into_owned())
        };
        Object(self.0.into_iter().map(owned).collect())
    }
}

fn has_duplicates(entries: &[(Cow<'_, str>, Value<'_>)]) -> bool {
    if entries.len() <= LINEAR_SEARCH_KEYS_MAX && are_surely_unique(entries) {
        return false;
    }
    if entries.len() > LINEAR_SEARCH_KEYS_MAX {
        let unique: std::collections::HashSet<&str> =
            entries.iter().map(|(key, _)| key.as_ref()).collect();
        return unique.len() < entries.len();
    }
    entries.iter().enumerate().any(|(index, (key, _))| {
        entries
            .iter()
            .take(index)
            .any(|(earlier, _)| earlier == key)
    })
}

/// Whether length and edges alone tell all keys apart, as they mostly do.
fn are_surely_unique(entries: &[(Cow<'_, str>, Value<'_>)]) -> bool {
    let mut taken = 0_u128;
    entries.iter().all(|(key, _)| {
        let edge = |byte: Option<&u8>| byte.copied().map_or(0, usize::from);
        let (first, last) = (edge(key.as_bytes().first()), edge(key.as_bytes().last()));
        let bit = 1 << ((key.len() * 37 + first * 11 + last * 5) % 128);
        let is_new = taken & bit == 0;
        taken |= bit;
        is_new
    })
}

impl<'a> IntoIterator for Object<'a> {
    type Item = (Cow<'a, str>, Value<'a>);
    type IntoIter = std::vec::IntoIter<(Cow<'a, str>, Value<'a>)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> FromIterator<(Cow<'a, str>, Value<'a>)> for Object<'a> {
    fn from_iter<I: IntoIterator<Item = (Cow<'a, str>, Value<'a>)>>(entries: I) -> Self {
        Self::from_entries(entries.into_iter().collect())
    }
}

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}
