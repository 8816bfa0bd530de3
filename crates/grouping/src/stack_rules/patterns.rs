//! Many patterns for one text, tried at once.

use ahash::AHashMap;
use aho_corasick::AhoCorasick;

use super::bits;
use crate::glob::{Glob, GlobKind};

/// The patterns of one field. A pattern is known by its place in the order of adding.
///
/// Names without wildcards are looked up; every other pattern is tried only on texts that hold
/// its longest plain part, and all of those parts are searched for in one pass over the text.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    globs: Vec<Glob>,
    whole: AHashMap<Box<str>, Vec<usize>>,
    search: Option<AhoCorasick>,
    /// For each text searched for, the patterns that need it.
    needing: Vec<Vec<usize>>,
    /// Patterns without a plain part.
    open: Vec<usize>,
}

impl Patterns {
    /// Makes a set of patterns; they are known by their places in the list.
    pub(super) fn new(globs: Vec<Glob>) -> Self {
        let mut patterns = Self::default();
        let mut literals: AHashMap<Box<str>, usize> = AHashMap::new();
        let mut searched: Vec<Box<str>> = Vec::new();
        for (place, glob) in globs.iter().enumerate() {
            let literal = glob.literal();
            if let Some(whole) = glob.whole() {
                patterns.whole.entry(whole.into()).or_default().push(place);
            } else if literal.is_empty() {
                patterns.open.push(place);
            } else {
                let next = searched.len();
                let number = *literals.entry(literal.into()).or_insert(next);
                if number == next {
                    searched.push(literal.into());
                    patterns.needing.push(Vec::new());
                }
                if let Some(needing) = patterns.needing.get_mut(number) {
                    needing.push(place);
                }
            }
        }
        match AhoCorasick::new(searched.iter().map(|text| text.as_bytes())) {
            Ok(search) => patterns.search = Some(search),
            // Too many texts for one search: then every pattern is tried.
            Err(_) => patterns.open.extend(patterns.needing.drain(..).flatten()),
        }
        patterns.globs = globs;
        patterns
    }

    /// Hands every pattern that matches `text` to `take`, some of them more than once. A path is
    /// also tried with a slash in front.
    pub(super) fn each_match(&self, text: &str, kind: GlobKind, take: &mut impl FnMut(usize)) {
        let folded = Glob::fold(text, kind);
        self.each_match_of_folded(&folded, take);
        if kind == GlobKind::Path && !folded.starts_with('/') {
            self.each_match_of_folded(&format!("/{folded}"), take);
        }
    }

    fn each_match_of_folded(&self, text: &str, take: &mut impl FnMut(usize)) {
        for place in self.whole.get(text).into_iter().flatten() {
            take(*place);
        }
        let mut verify = |place: &usize| {
            if self
                .globs
                .get(*place)
                .is_some_and(|glob| glob.matches_folded(text))
            {
                take(*place);
            }
        };
        self.open.iter().for_each(&mut verify);
        let mut seen = vec![0; bits::words(self.needing.len())];
        for found in self
            .search
            .iter()
            .flat_map(|search| search.find_overlapping_iter(text))
        {
            let literal = found.pattern().as_usize();
            if !bits::contains(&seen, literal) {
                bits::insert(&mut seen, literal);
                self.needing
                    .get(literal)
                    .into_iter()
                    .flatten()
                    .for_each(&mut verify);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The set finds what each pattern alone finds.
        #[test]
        fn a_set_finds_what_its_patterns_find(
            patterns in proptest::collection::vec("[ab/*?]{0,6}", 0..12),
            text in "[abB/\\\\]{0,8}",
            is_path: bool,
        ) {
            prop_assume!(!text.starts_with('\\'));
            let kind = if is_path { GlobKind::Path } else { GlobKind::Text };
            let glob = |pattern: &String| Glob::new(pattern, kind).unwrap();
            let set = Patterns::new(patterns.iter().map(glob).collect());
            let mut found = Vec::new();
            set.each_match(&text, kind, &mut |place| found.push(place));
            found.sort_unstable();
            found.dedup();
            let alone = |glob: &Glob| if is_path { glob.matches_path(&text) } else { glob.matches(&text) };
            let expected: Vec<_> =
                (0..patterns.len()).filter(|place| alone(&glob(&patterns[*place]))).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
