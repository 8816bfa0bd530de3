//! Which compression dictionaries hold pieces of removed text.

use std::collections::{BTreeSet, HashSet};

use diesel::prelude::*;
use watchfire_event::Timestamp;

use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::dictionary;

/// A dictionary that has so many bytes in a row of a removed text learned it. Dictionaries are cut
/// anywhere, so that a part of a text may be all that they have.
const PIECE_BYTES: usize = 12;
/// Shorter texts are everywhere and say nothing.
const TEXT_BYTES_MIN: usize = 5;

type Piece = [u8; PIECE_BYTES];

/// The dictionaries as they were at a time, and those of them that hold removed text.
#[derive(Default)]
pub(crate) struct Learned {
    dictionaries: Vec<Known>,
    /// Short texts that were looked for, each after how many dictionaries.
    seen: HashSet<(usize, String), ahash::RandomState>,
    found: BTreeSet<i64>,
}

struct Known {
    id: i64,
    created_at: i64,
    bytes: Vec<u8>,
    pieces: HashSet<Piece, ahash::RandomState>,
}

impl Learned {
    /// Reads the dictionaries.
    pub(crate) fn read(conn: &mut Conn<'_>) -> Result<Self> {
        let rows: Vec<(i64, i64, Vec<u8>)> = on!(conn, |c| dictionary::table
            .select((dictionary::id, dictionary::created_at, dictionary::bytes))
            .order(dictionary::id)
            .load(c))?;
        let known = |(id, created_at, bytes): (i64, i64, Vec<u8>)| Known {
            id,
            created_at,
            pieces: pieces(&bytes).collect(),
            bytes,
        };
        Ok(Self {
            dictionaries: rows.into_iter().map(known).collect(),
            ..Self::default()
        })
    }

    /// Notes that a text became another one, or went as a whole.
    pub(crate) fn note(&mut self, before: &str, after: Option<&str>) {
        let removed = removed(before.as_bytes(), after.unwrap_or_default().as_bytes());
        self.look(removed, 0);
    }

    /// Notes that a text went that came in at a time: no earlier dictionary can have it from there.
    pub(crate) fn note_since(&mut self, text: &str, time: Timestamp) {
        let is_earlier = |known: &Known| known.created_at < time.0;
        let first = self.dictionaries.partition_point(is_earlier);
        self.look(text.as_bytes(), first);
    }

    /// Looks for a removed text in all dictionaries but so many earlier ones.
    fn look(&mut self, removed: &[u8], first: usize) {
        let dictionaries = self.dictionaries.get(first..).unwrap_or_default();
        let is_found = |known: &Known| self.found.contains(&known.id);
        if removed.len() < TEXT_BYTES_MIN || dictionaries.iter().all(is_found) {
            return;
        }
        let is_short = removed.len() < PIECE_BYTES;
        if is_short
            && !self
                .seen
                .insert((first, String::from_utf8_lossy(removed).into_owned()))
        {
            return;
        }
        for known in dictionaries {
            let is_learned = match is_short {
                true => known.bytes.windows(removed.len()).any(|it| it == removed),
                false => pieces(removed).any(|piece| known.pieces.contains(&piece)),
            };
            if is_learned {
                self.found.insert(known.id);
            }
        }
    }

    /// Adds the dictionaries that hold removed text to others.
    pub(crate) fn merge_into(&self, others: &mut Vec<i64>) {
        others.extend(&self.found);
        others.sort_unstable();
        others.dedup();
    }
}

/// The dictionaries that were trained since a time: what they learned may have been removed after.
pub(crate) fn trained_since(conn: &mut Conn<'_>, time: Timestamp) -> Result<Vec<i64>> {
    Ok(on!(conn, |c| dictionary::table
        .filter(dictionary::created_at.ge(time.0))
        .select(dictionary::id)
        .load(c))?)
}

fn pieces(bytes: &[u8]) -> impl Iterator<Item = Piece> + '_ {
    bytes
        .windows(PIECE_BYTES)
        .filter_map(|window| Piece::try_from(window).ok())
}

/// What a text lost: all between the beginning and the end that it kept.
fn removed<'t>(before: &'t [u8], after: &[u8]) -> &'t [u8] {
    let same =
        |pairs: &mut dyn Iterator<Item = (&u8, &u8)>| pairs.take_while(|(a, b)| a == b).count();
    let start = same(&mut before.iter().zip(after));
    let rest = before.get(start..).unwrap_or_default();
    let rest_after = after.get(start..).unwrap_or_default();
    let end = same(&mut rest.iter().rev().zip(rest_after.iter().rev()));
    rest.get(..rest.len() - end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(bytes: &[u8]) -> Learned {
        Learned {
            dictionaries: vec![Known {
                id: 7,
                created_at: 70,
                bytes: bytes.to_vec(),
                pieces: pieces(bytes).collect(),
            }],
            ..Learned::default()
        }
    }

    #[test]
    fn a_dictionary_with_a_piece_of_a_removed_text_is_found() {
        for (before, after, is_found) in [
            (
                "the key is abcdefghijklmnopqrst now",
                Some("the key is [x] now"),
                true,
            ),
            ("abcdefghijklmnopqrst", None, true),
            ("10.1.2.3", Some("[ip]"), true),
            (
                "the words before abcdef",
                Some("the words before [x]"),
                false,
            ),
            ("1234", None, false),
        ] {
            let mut learned = learned(b"xx the words before efghijklmnopqr 10.1.2.3 yy");
            learned.note(before, after);
            assert_eq!(learned.found.contains(&7), is_found, "{before}");
        }
    }
    #[test]
    fn only_a_dictionary_that_came_after_a_text_learned_it() {
        for (time, is_found) in [(71, false), (70, true), (0, true)] {
            let mut learned = learned(b"request.env of 203.0.113.7 is here");
            learned.note_since("203.0.113.7", Timestamp(time));
            assert_eq!(learned.found.contains(&7), is_found, "{time}");
        }
    }
}
