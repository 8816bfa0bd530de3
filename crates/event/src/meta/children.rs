use std::collections::BTreeMap;

use super::{MetaTree, PathItem};

/// The notes about the values in a container, in the order of the values' names.
#[derive(Clone, Debug)]
pub(super) enum Children {
    /// Of up to [`FEW`] values, as nearly always: one allocation holds all.
    Few(Vec<(String, MetaTree)>),
    /// Of more. Boxed, because a node of the map has room for eleven.
    Many(BTreeMap<String, Box<MetaTree>>),
}

const FEW: usize = 32;

impl PartialEq for Children {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Default for Children {
    fn default() -> Self {
        Self::Few(Vec::new())
    }
}

impl Children {
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Few(few) => few.is_empty(),
            Self::Many(many) => many.is_empty(),
        }
    }

    pub(super) fn get(&self, item: PathItem<'_>) -> Option<&MetaTree> {
        let mut name = Name::of(item);
        match self {
            Self::Few(few) => few.get(find(few, name.text()).ok()?).map(|(_, tree)| tree),
            Self::Many(many) => many.get(name.text()).map(Box::as_ref),
        }
    }

    pub(super) fn get_mut(&mut self, item: PathItem<'_>) -> Option<&mut MetaTree> {
        let mut name = Name::of(item);
        match self {
            Self::Few(few) => {
                let place = find(few, name.text()).ok()?;
                few.get_mut(place).map(|(_, tree)| tree)
            }
            Self::Many(many) => many.get_mut(name.text()).map(Box::as_mut),
        }
    }

    /// The notes about a value, made where they are missing.
    #[expect(
        clippy::indexing_slicing,
        reason = "the place was found or filled just before"
    )]
    pub(super) fn entry(&mut self, item: PathItem<'_>) -> &mut MetaTree {
        let mut name = Name::of(item);
        let name = name.text();
        if matches!(self, Self::Few(few) if few.len() >= FEW && find(few, name).is_err()) {
            let few = std::mem::take(self);
            *self = Self::Many(few.into_entries().collect());
        }
        match self {
            Self::Few(few) => {
                let place = find(few, name).unwrap_or_else(|place| {
                    few.insert(place, (name.to_owned(), MetaTree::default()));
                    place
                });
                &mut few[place].1
            }
            Self::Many(many) => many.entry(name.to_owned()).or_default(),
        }
    }

    pub(super) fn remove(&mut self, item: PathItem<'_>) -> Option<MetaTree> {
        let mut name = Name::of(item);
        match self {
            Self::Few(few) => {
                let place = find(few, name.text()).ok()?;
                Some(few.remove(place).1)
            }
            Self::Many(many) => many.remove(name.text()).map(|tree| *tree),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &MetaTree)> {
        let (few, many) = match self {
            Self::Few(few) => (Some(few), None),
            Self::Many(many) => (None, Some(many)),
        };
        let few = few.into_iter().flatten();
        let many = many.into_iter().flatten();
        few.map(|(name, tree)| (name.as_str(), tree))
            .chain(many.map(|(name, tree)| (name.as_str(), tree.as_ref())))
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut MetaTree)> {
        let (few, many) = match self {
            Self::Few(few) => (Some(few), None),
            Self::Many(many) => (None, Some(many)),
        };
        let few = few.into_iter().flatten();
        let many = many.into_iter().flatten();
        few.map(|(name, tree)| (name.as_str(), tree))
            .chain(many.map(|(name, tree)| (name.as_str(), tree.as_mut())))
    }

    fn into_entries(self) -> impl Iterator<Item = (String, Box<MetaTree>)> {
        let (few, many) = match self {
            Self::Few(few) => (few, BTreeMap::new()),
            Self::Many(many) => (Vec::new(), many),
        };
        let few = few.into_iter().map(|(name, tree)| (name, Box::new(tree)));
        few.chain(many)
    }
}

/// Where a name stands, or else where it would.
fn find(few: &[(String, MetaTree)], name: &str) -> Result<usize, usize> {
    few.binary_search_by(|(known, _)| known.as_str().cmp(name))
}

/// The name of a value, without an allocation where it is a place in a list.
struct Name<'a> {
    item: PathItem<'a>,
    digits: [u8; INDEX_DIGITS_MAX],
}

const INDEX_DIGITS_MAX: usize = 20;

impl<'a> Name<'a> {
    fn of(item: PathItem<'a>) -> Self {
        Self {
            item,
            digits: [0; INDEX_DIGITS_MAX],
        }
    }

    /// The name; list places are decimal numbers.
    fn text(&mut self) -> &str {
        let mut rest = match self.item {
            PathItem::Key(key) => return key,
            PathItem::Index(index) => index,
        };
        let mut start = INDEX_DIGITS_MAX;
        for place in self.digits.iter_mut().rev() {
            *place = b'0' + u8::try_from(rest % 10).unwrap_or_default();
            start -= 1;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        let digits = self.digits.get(start..).unwrap_or_default();
        std::str::from_utf8(digits).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_children_are_found_taken_and_listed_like_few() {
        let mut children = Children::default();
        for index in 0..100_u64 {
            let place = usize::try_from(index).unwrap();
            children.entry(PathItem::Index(place)).meta.original_length = Some(index);
        }
        let length = |tree: Option<&MetaTree>| tree.and_then(|tree| tree.meta.original_length);
        assert_eq!(length(children.get(PathItem::Index(71))), Some(71));
        assert_eq!(length(children.get(PathItem::Key("7"))), Some(7));
        assert!(children.get_mut(PathItem::Index(100)).is_none());
        assert!(children.remove(PathItem::Index(7)).is_some());
        assert!(children.remove(PathItem::Index(7)).is_none());
        let names: Vec<_> = children.iter().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(names.len(), 99);
        assert!(names.is_sorted());
        assert_eq!(children.iter_mut().count(), 99);
    }

    #[test]
    fn names_of_places_are_decimal() {
        for index in [0, 9, 10, 4_096, usize::MAX] {
            assert_eq!(Name::of(PathItem::Index(index)).text(), index.to_string());
        }
    }
}
