/// A set of ASCII bytes that end a value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stops(u128);

impl Stops {
    #[expect(
        clippy::indexing_slicing,
        reason = "evaluated at compile time within the bounds of the bytes"
    )]
    pub(crate) const fn new(bytes: &[u8]) -> Self {
        let (mut set, mut place) = (0, 0);
        while place < bytes.len() {
            set |= 1 << bytes[place];
            place += 1;
        }
        Self(set)
    }

    pub(crate) const fn has(self, byte: u8) -> bool {
        byte < 128 && self.0 >> byte & 1 == 1
    }

    /// How many bytes stand before the first of these.
    pub(crate) fn length(self, rest: &[u8]) -> usize {
        let mut bytes = rest.iter();
        bytes.position(|byte| self.has(*byte)).unwrap_or(rest.len())
    }
}
