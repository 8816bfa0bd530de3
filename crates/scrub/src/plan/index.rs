use std::collections::HashMap;

use super::condition::ConditionItem;
use crate::path::{Node, Step};
use crate::schema::Pii;
use crate::selector::{Types, above_matches, item_matches, path_matches};

/// So many conditions have a bit of their own.
pub(super) const CONDITIONS_MAX: usize = 64;

/// The path conditions that hold for all children of a container with a flag, a bit for each.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Below {
    /// Those ending in `**`, for values that every rule may touch.
    deep: u64,
    /// Those ending in `*`, for such values.
    wild: u64,
    /// Those ending in `*`, for values that only explicit paths touch.
    wild_maybe: u64,
}

/// Finds the conditions that can hold at a node by the last item of their paths.
#[derive(Clone, Debug)]
pub(super) struct Index {
    conditions: Vec<Vec<ConditionItem>>,
    /// By the number of the type.
    by_type: [u64; Types::NUMBERS],
    by_key: Keys,
    /// By a key in front of a last `*`.
    by_key_above: Keys,
    /// By a key in front of a last `**`, with nothing in front of that.
    by_key_deep: Keys,
    by_index: u64,
    /// Ending in `*`.
    wild: u64,
    /// Those with a key in front of it.
    keyed_wild: u64,
    /// Ending in `**`.
    deep: u64,
    /// Those of one key in front of it.
    keyed_deep: u64,
    /// Of one item only, so that the lookup itself decides.
    single: u64,
    /// Of one item which is a type of plain JSON.
    basic_type: u64,
    /// With items that match by the flag of the value.
    depends_on_pii: u64,
}

impl Index {
    pub(super) fn new(conditions: Vec<Vec<ConditionItem>>) -> Self {
        let mut index = Self {
            conditions: Vec::new(),
            by_type: [0; Types::NUMBERS],
            by_key: Keys::default(),
            by_key_above: Keys::default(),
            by_key_deep: Keys::default(),
            by_index: 0,
            wild: 0,
            keyed_wild: 0,
            deep: 0,
            keyed_deep: 0,
            single: 0,
            basic_type: 0,
            depends_on_pii: 0,
        };
        for (number, items) in conditions.iter().enumerate() {
            index.add(1 << number, items);
        }
        index.conditions = conditions;
        index
    }

    fn add(&mut self, bit: u64, items: &[ConditionItem]) {
        match items.last() {
            Some(ConditionItem::Type(kind)) => {
                for number in Types::of(*kind).numbers() {
                    self.by_type
                        .iter_mut()
                        .skip(number)
                        .take(1)
                        .for_each(|bits| *bits |= bit);
                }
                if items.len() == 1 && kind.is_basic() {
                    self.basic_type |= bit;
                }
            }
            Some(ConditionItem::Keys(keys)) => {
                self.by_key.add(keys, bit);
            }
            Some(ConditionItem::Index(_)) => self.by_index |= bit,
            Some(ConditionItem::Wildcard) => {
                self.wild |= bit;
                if let [.., ConditionItem::Keys(keys), _] = items {
                    self.keyed_wild |= bit;
                    self.by_key_above.add(keys, bit);
                }
            }
            Some(ConditionItem::DeepWildcard) => {
                self.deep |= bit;
                if let [ConditionItem::Keys(keys), _] = items {
                    self.keyed_deep |= bit;
                    self.by_key_deep.add(keys, bit);
                }
            }
            None => {}
        }
        let by_pii = |item: &ConditionItem| {
            matches!(item, ConditionItem::Type(_) | ConditionItem::DeepWildcard)
        };
        if items.iter().any(by_pii) {
            self.depends_on_pii |= bit;
        }
        if let [ConditionItem::Type(_) | ConditionItem::Keys(_)] = items {
            self.single |= bit;
        }
    }

    /// The conditions that hold at `node`, a bit for each.
    pub(super) fn held_at(&self, node: &Node<'_>) -> u64 {
        if node.pii == Pii::False {
            return 0;
        }
        let mut candidates = 0;
        for number in node.types.numbers() {
            candidates |= self.by_type.get(number).copied().unwrap_or_default();
        }
        if let Some(key) = node.key() {
            candidates |= self.by_key.get(key);
        } else if node.index().is_some() {
            candidates |= self.by_index;
        }
        let mut held = candidates & self.single;
        match node.pii {
            Pii::True => {
                let above = self.above(node);
                held |= above.deep | above.wild;
            }
            Pii::Maybe => held = held & !self.basic_type | self.above(node).wild_maybe,
            Pii::False => return 0,
        }
        held | self.matching(candidates & !self.single, node)
    }

    /// Those of the conditions `rest` whose paths match.
    fn matching(&self, mut rest: u64, node: &Node<'_>) -> u64 {
        let mut held = 0;
        while rest != 0 {
            let lowest = rest & rest.wrapping_neg();
            if self
                .condition(lowest)
                .is_some_and(|items| path_matches(items, node))
            {
                held |= lowest;
            }
            rest &= !lowest;
        }
        held
    }

    /// The conditions that the path above a value decides.
    fn above(&self, node: &Node<'_>) -> Below {
        if self.wild | self.deep == 0 {
            return Below::default();
        }
        node.parent
            .map_or_else(Below::default, |parent| self.below(parent))
    }

    /// The conditions that the path to a container decides for its children.
    fn below(&self, node: &Node<'_>) -> Below {
        if let Some(known) = node.below.get() {
            return known;
        }
        // Most wait for a container of another name.
        let possible =
            self.wild & !self.keyed_wild | self.by_key_above(node.key().unwrap_or_default());
        let wild = self.wild_below(possible, node, Pii::True);
        let same = wild & !self.depends_on_pii;
        let others = possible & self.depends_on_pii;
        let below = Below {
            deep: self.deep_below(node),
            wild,
            wild_maybe: same | self.wild_below(others, node, Pii::Maybe),
        };
        node.below.set(Some(below));
        below
    }

    fn wild_below(&self, wild: u64, node: &Node<'_>, pii: Pii) -> u64 {
        if wild == 0 {
            return 0;
        }
        // The last item matches whatever stands there.
        self.matching(wild, &node.child(Step::Root, pii, Types::NONE))
    }

    fn deep_below(&self, node: &Node<'_>) -> u64 {
        if self.deep == 0 {
            return 0;
        }
        let above = self.above(node).deep;
        let mut held = above & self.keyed_deep;
        if let Some(key) = node.key() {
            held |= self.by_key_deep.get(key);
        }
        let mut rest = self.deep & !self.keyed_deep;
        while rest != 0 {
            let lowest = rest & rest.wrapping_neg();
            let items = self.condition(lowest).unwrap_or_default();
            let holds = match items.split_last() {
                // One item above `**`: it matched further up, or it matches here.
                Some((_, [item])) => {
                    above & lowest != 0 || node.depth > 0 && item_matches(item, Pii::True, 0, node)
                }
                Some((_, left)) => left.len() <= node.depth && above_matches(left, Some(node)),
                None => false,
            };
            if holds {
                held |= lowest;
            }
            rest &= !lowest;
        }
        held
    }

    fn condition(&self, bit: u64) -> Option<&[ConditionItem]> {
        let number = usize::try_from(bit.trailing_zeros()).ok()?;
        self.conditions.get(number).map(Vec::as_slice)
    }

    /// Whether each of the conditions `bits` ends in a key, or in a key and `*`.
    pub(super) fn are_keyed(&self, bits: u64) -> bool {
        let mut conditions = self.conditions.iter().enumerate();
        conditions.all(|(number, items)| {
            let is_keyed = matches!(
                items.as_slice(),
                [.., ConditionItem::Keys(_)]
                    | [.., ConditionItem::Keys(_), ConditionItem::Wildcard]
            );
            bits >> number & 1 == 0 || is_keyed
        })
    }

    /// The conditions that can hold for values that only explicit paths touch.
    pub(super) fn of_named_values(&self) -> u64 {
        !(self.basic_type | self.deep)
    }

    /// The conditions that end in `*` and before that in this key.
    pub(super) fn by_key_above(&self, key: &str) -> u64 {
        self.by_key_above.get(key)
    }

    /// The conditions that end in this key.
    pub(super) fn by_key(&self, key: &str) -> u64 {
        self.by_key.get(key)
    }
}

/// Conditions by keys in lower case, found for keys in any case.
#[derive(Clone, Debug)]
struct Keys {
    bits: HashMap<String, u64, ahash::RandomState>,
    /// For each first byte of a key, a bit for each length that a key with it has: most keys are
    /// ruled out so.
    lengths: [u32; 256],
}

impl Default for Keys {
    fn default() -> Self {
        Self {
            bits: HashMap::default(),
            lengths: [0; 256],
        }
    }
}

impl Keys {
    fn add(&mut self, keys: &[String], bit: u64) {
        for key in keys {
            *self.bits.entry(key.clone()).or_default() |= bit;
            if let Some(lengths) = self.lengths.get_mut(first_byte(key)) {
                *lengths |= length_bit(key);
            }
        }
    }

    fn get(&self, key: &str) -> u64 {
        let lengths = self.lengths.get(first_byte(key)).copied();
        if key.is_ascii() && lengths.unwrap_or_default() & length_bit(key) == 0 {
            return 0;
        }
        let found = if !key.is_ascii() {
            self.bits.get(&key.to_lowercase())
        } else if key.bytes().any(|byte| byte.is_ascii_uppercase()) {
            self.bits.get(&key.to_ascii_lowercase())
        } else {
            self.bits.get(key)
        };
        found.copied().unwrap_or_default()
    }
}

fn first_byte(key: &str) -> usize {
    key.as_bytes()
        .first()
        .map_or(0, |byte| usize::from(byte.to_ascii_lowercase()))
}

/// A bit for the length of a key; all long keys share the last.
fn length_bit(key: &str) -> u32 {
    1 << key.len().min(31)
}
