//! What two messages have in common.

use std::collections::HashSet;

/// How many words of a message are compared.
const WORDS_MAX: usize = 40;

/// The words of a message in lower case that are likely to be the same the next time: those
/// without a digit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Shape<'t> {
    words: HashSet<&'t str>,
}

impl<'t> Shape<'t> {
    pub(super) fn of(message: &'t str) -> Self {
        let words = message
            .split(|c: char| c.is_whitespace() || ",;:()[]{}<>='\"".contains(c))
            .filter(|word| !word.is_empty() && !word.contains(|c: char| c.is_ascii_digit()))
            .take(WORDS_MAX);
        Self {
            words: words.collect(),
        }
    }

    /// The share of words that both have, from 0 to 1; 0 when either has none.
    pub(super) fn likeness(&self, other: &Self) -> f32 {
        let all = self.words.union(&other.words).count();
        if self.words.is_empty() || other.words.is_empty() {
            return 0.0;
        }
        let common = self.words.intersection(&other.words).count();
        ratio(common, all)
    }
}

/// A share of small numbers.
pub(super) fn ratio(part: usize, whole: usize) -> f32 {
    let small = |number: usize| f32::from(u16::try_from(number).unwrap_or(u16::MAX));
    if whole == 0 {
        return 0.0;
    }
    small(part) / small(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_event_to_event_does_not_count() {
        let first = Shape::of("user 17 not found in 'shop-2'");
        let second = Shape::of("user 99 not found in 'shop-7'");
        assert!((first.likeness(&second) - 1.0).abs() < f32::EPSILON);
        assert!(first.likeness(&Shape::of("disk full")) < 0.1);
        assert!(Shape::of("12").likeness(&Shape::of("12")) < 0.1);
    }
}
