use super::{number, tokens};
use crate::secrets::finder::Found;
use crate::secrets::token::{Token, Words};

/// The tokens of the catalogue by the first two bytes of their anchors.
#[derive(Debug)]
pub(in crate::secrets) struct Index {
    /// By the low six bits of both bytes; longer anchors stand first.
    groups: Vec<Vec<Entry>>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    anchor: &'static str,
    token: &'static Token,
    kind: u16,
}

impl Index {
    pub(in crate::secrets) fn new() -> Self {
        let mut groups = vec![Vec::new(); 64 * 64];
        for entry in entries() {
            let group = group(entry.anchor.as_bytes());
            if let Some(group) = group.and_then(|group| groups.get_mut(group)) {
                group.push(entry);
            }
        }
        for group in &mut groups {
            group.sort_by_key(|entry: &Entry| usize::MAX - entry.anchor.len());
        }
        Self { groups }
    }

    /// The token whose anchor stands at `place`, the longest anchor first.
    pub(in crate::secrets) fn token_at(
        &self,
        bytes: &[u8],
        place: usize,
        words: &mut Words,
    ) -> Option<Found> {
        let rest = bytes.get(place..)?;
        let group = self.groups.get(group(rest)?)?;
        let mut here = group
            .iter()
            .filter(|entry| begins_with(rest, entry.anchor.as_bytes()));
        here.find_map(|entry| entry.found(bytes, place, words))
    }
}

impl Entry {
    fn found(&self, bytes: &[u8], place: usize, words: &mut Words) -> Option<Found> {
        let body = place + self.anchor.len();
        let range = self.token.range(bytes, place, body, words)?;
        Some(Found {
            start: range.start,
            end: range.end,
            kind: self.kind,
        })
    }
}

/// Every anchor of every token.
fn entries() -> impl Iterator<Item = Entry> {
    tokens().flat_map(|token| {
        let kind = number(token.kind.id);
        let anchors = token.anchors.iter();
        anchors.map(move |anchor| Entry {
            anchor,
            token,
            kind,
        })
    })
}

/// Whether a text begins with an anchor. The first letter may be a capital, as in the names of
/// headers.
fn begins_with(text: &[u8], anchor: &[u8]) -> bool {
    let ([first, rest @ ..], [anchor_first, anchor_rest @ ..]) = (text, anchor) else {
        return false;
    };
    (first == anchor_first || *first == anchor_first.to_ascii_uppercase())
        && rest.starts_with(anchor_rest)
}

/// The group of a text by its first two bytes, whatever the case of the first.
fn group(bytes: &[u8]) -> Option<usize> {
    let [first, second, ..] = bytes else {
        return None;
    };
    Some(usize::from(first.to_ascii_lowercase() & 63) << 6 | usize::from(second & 63))
}
