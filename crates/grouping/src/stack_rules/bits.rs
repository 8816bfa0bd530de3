//! Sets of small numbers.

/// Numbers per word.
const WORD: usize = 64;

/// How many words hold numbers below `count`.
pub(super) fn words(count: usize) -> usize {
    count.div_ceil(WORD)
}

/// Adds a number; one that is too large for the set is left out.
pub(super) fn insert(set: &mut [u64], number: usize) {
    if let Some(word) = set.get_mut(number / WORD) {
        *word |= 1 << (number % WORD);
    }
}

/// Whether a number is in the set.
pub(super) fn contains(set: &[u64], number: usize) -> bool {
    set.get(number / WORD)
        .is_some_and(|word| word >> (number % WORD) & 1 == 1)
}

/// Adds all numbers of another set, as far as there is room.
pub(super) fn unite(set: &mut [u64], other: &[u64]) {
    for (word, other) in set.iter_mut().zip(other) {
        *word |= other;
    }
}

/// The smallest number of the set that is not below `from`.
pub(super) fn next(set: &[u64], from: usize) -> Option<usize> {
    let first = from / WORD;
    let mut place = first;
    let mut word = set.get(first)? & (u64::MAX << (from % WORD));
    loop {
        if word != 0 {
            let bit = usize::try_from(word.trailing_zeros()).unwrap_or_default();
            return Some(place * WORD + bit);
        }
        place += 1;
        word = *set.get(place)?;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_come_back_in_order(numbers in proptest::collection::btree_set(0_usize..300, 0..40)) {
            let mut set = vec![0; words(300)];
            numbers.iter().for_each(|number| insert(&mut set, *number));
            let mut found = Vec::new();
            let mut from = 0;
            while let Some(number) = next(&set, from) {
                prop_assert!(contains(&set, number));
                found.push(number);
                from = number + 1;
            }
            prop_assert_eq!(found, numbers.into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn numbers_beyond_the_set_are_left_out() {
        let mut set = [0];
        insert(&mut set, 64);
        assert!(!contains(&set, 64) && next(&set, 64).is_none());
    }
}
