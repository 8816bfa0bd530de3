use super::alphabet::Alphabet;

/// The runs of at least `min` bytes of an alphabet, from left to right. Only one byte in `min` is
/// looked at until one is of the alphabet, so that ordinary text costs a fraction of its length.
pub(super) struct Runs<'t> {
    bytes: &'t [u8],
    alphabet: Alphabet,
    min: usize,
    /// What lies before is done.
    place: usize,
}

impl<'t> Runs<'t> {
    /// `min` is 1 at least.
    pub(super) fn new(bytes: &'t [u8], alphabet: Alphabet, min: usize) -> Self {
        Self {
            bytes,
            alphabet,
            min,
            place: 0,
        }
    }
}

impl Iterator for Runs<'_> {
    /// Where a run starts and ends.
    type Item = (usize, usize);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            // A run of `min` bytes that starts here or later covers the byte `min - 1` further on.
            let probe = self.place + self.min - 1;
            if !self.alphabet.has(*self.bytes.get(probe)?) {
                self.place = probe + 1;
                continue;
            }
            let before = self.bytes.get(self.place..probe)?;
            let start = probe - self.alphabet.count_back(before, self.min);
            let rest = self.bytes.get(probe..)?;
            let end = probe + self.alphabet.count(rest, usize::MAX);
            self.place = end + 1;
            if end - start >= self.min {
                return Some((start, end));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(text: &str, min: usize) -> Vec<&str> {
        let runs = Runs::new(text.as_bytes(), Alphabet::ALNUM, min);
        runs.map(|(start, end)| text.get(start..end).unwrap())
            .collect()
    }

    #[test]
    fn runs_are_found_wherever_they_stand() {
        assert_eq!(runs("abcd", 4), ["abcd"]);
        assert_eq!(runs(" abcd abc abcde.abcd", 4), ["abcd", "abcde", "abcd"]);
        assert_eq!(runs("abc abc", 4), [""; 0]);
        assert_eq!(runs("", 4), [""; 0]);
    }

    #[test]
    fn every_run_is_found_at_every_distance() {
        for before in 0..20 {
            let text = format!("{}{}", "a ".repeat(before), "b".repeat(7));
            assert_eq!(runs(&text, 7), ["b".repeat(7)], "{text}");
        }
    }
}
