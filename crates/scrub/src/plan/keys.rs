use std::sync::{Arc, OnceLock};

use super::outline::KeyHits;
use crate::text::Seen;

/// What a plan makes of a key, whatever stands under it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct KeyVerdict {
    pub(crate) seen: Seen,
    /// The conditions that end in the key.
    pub(super) held: u64,
    pub(super) hits: KeyHits,
}

/// What a plan found out of the first keys it met: events of a project repeat the same few, frame
/// by frame and event by event. What is known is never forgotten; keys that come when their places
/// are taken, and long ones, are looked at again each time.
#[derive(Clone, Debug)]
pub(super) struct KeyMemory(Arc<[OnceLock<(Name, KeyVerdict)>]>);

/// So many keys are known at most, and each may stand at so many places.
const KEYS_MAX: usize = 512;
const PLACES: usize = 4;

impl Default for KeyMemory {
    fn default() -> Self {
        Self((0..KEYS_MAX).map(|_| OnceLock::new()).collect())
    }
}

impl KeyMemory {
    /// What is known of a key, or else what `find` says of it.
    pub(super) fn verdict(&self, key: &str, find: impl Fn() -> KeyVerdict) -> KeyVerdict {
        let Some(name) = Name::of(key.as_bytes()) else {
            return find();
        };
        let start = name.place();
        let places = self.0.get(start..start + PLACES).unwrap_or_default();
        for place in places {
            let (known, verdict) = place.get_or_init(|| (name, find()));
            if *known == name {
                return *verdict;
            }
        }
        find()
    }
}

/// A key of at most sixteen bytes: its length and its first and last bytes, all of them together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Name {
    length: usize,
    first: u64,
    last: u64,
}

impl Name {
    fn of(key: &[u8]) -> Option<Self> {
        let length = key.len();
        let (first, last) = match length {
            0..4 => {
                let byte = |place: usize| key.get(place).copied().map_or(0, u64::from);
                (byte(0) << 16 | byte(1) << 8 | byte(2), 0)
            }
            4..8 => (
                u64::from(u32::from_le_bytes(*key.first_chunk()?)),
                u64::from(u32::from_le_bytes(*key.last_chunk()?)),
            ),
            8..=16 => (
                u64::from_le_bytes(*key.first_chunk()?),
                u64::from_le_bytes(*key.last_chunk()?),
            ),
            _ => return None,
        };
        Some(Self {
            length,
            first,
            last,
        })
    }

    /// The first of its places.
    fn place(self) -> usize {
        const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
        let mixed = (self.first ^ self.last.rotate_left(29)).wrapping_mul(SPREAD);
        let group = mixed >> (u64::BITS - (KEYS_MAX / PLACES).ilog2());
        usize::try_from(group).unwrap_or_default() * PLACES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_known_again_and_those_without_a_place_are_found_out() {
        let memory = KeyMemory::default();
        let held = |key: &str, held| {
            memory
                .verdict(key, || KeyVerdict {
                    held,
                    ..KeyVerdict::default()
                })
                .held
        };
        assert_eq!((held("password", 1), held("password", 2)), (1, 1));
        for number in 0..2_000 {
            assert_eq!(held(&format!("key{number}"), number), number);
        }
        assert_eq!(
            (held("password", 3), held("a key of some length", 4)),
            (1, 4)
        );
    }

    #[test]
    fn names_are_equal_only_for_equal_keys() {
        let mut keys = vec![String::new()];
        for length in 1..=16 {
            for place in 0..length {
                let mut key = "a".repeat(length);
                key.replace_range(place..=place, "b");
                keys.push(key);
            }
            keys.push("a".repeat(length));
            keys.push("\0".repeat(length));
        }
        for (number, key) in keys.iter().enumerate() {
            for other in keys.iter().skip(number + 1) {
                assert_ne!(
                    Name::of(key.as_bytes()),
                    Name::of(other.as_bytes()),
                    "{key} {other}"
                );
            }
        }
        assert_eq!(Name::of(&[b'a'; 17]), None);
    }
}
