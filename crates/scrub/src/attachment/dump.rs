//! Dumps of memory. What a program had in its memory, its environment and its names may be secret
//! too; nothing else in a dump looks like the tokens of the catalogue, so that covering them where
//! they stand breaks no structure.
//!
//! A secret is known by where its word begins and ends, as in other texts; of another text right
//! beside it, one character on either side is passed over. One in the middle of a longer word
//! stays, as where a program keeps its texts with nothing between them.

use super::{cover, mark};
use crate::secrets::Finder;

/// Shorter texts hold no secret.
const TEXT_CHARS_MIN: usize = 8;

/// Covers the secrets of the catalogue that stand as words in the texts of printable ASCII, of one
/// byte a character or of two.
pub(super) fn cover_secrets(content: &mut [u8]) {
    // Where the texts of two bytes begin is up to who wrote the dump.
    for start in 0..2 {
        each_text(content, start, 2, cover::wide_with);
    }
    each_text(content, 0, 1, cover::with);
}

/// Calls `cover` with the bytes of each secret and what is to stand there instead, in texts of
/// `width` bytes a character of which all but the first are zero.
fn each_text(content: &mut [u8], start: usize, width: usize, cover: fn(&mut [u8], &str)) {
    let (mut text, mut found) = (String::new(), Vec::new());
    let mut place = start;
    while place < content.len() {
        text.clear();
        let units = content.get(place..).unwrap_or_default().chunks_exact(width);
        text.extend(units.map_while(character));
        if text.len() >= TEXT_CHARS_MIN {
            // The first or the last may belong to a text of the other width that stands next to it.
            let (first, last) = (1, text.len() - 1);
            for (skipped, part) in [
                (0, text.get(..)),
                (1, text.get(first..)),
                (0, text.get(..last)),
            ] {
                found.clear();
                Finder::shared().find(part.unwrap_or_default(), &mut found);
                for secret in &found {
                    let start = place + (skipped + secret.start) * width;
                    let end = place + (skipped + secret.end) * width;
                    if let Some(bytes) = content.get_mut(start..end) {
                        cover(bytes, &mark(secret.kind));
                    }
                }
            }
        }
        place += (text.len() + 1) * width;
    }
}

/// The character of a unit, if it is one of a text.
fn character(unit: &[u8]) -> Option<char> {
    let (first, rest) = unit.split_first()?;
    let is_text = matches!(first, b' '..=b'~' | b'\t' | b'\r' | b'\n');
    (is_text && rest.iter().all(|byte| *byte == 0)).then(|| char::from(*first))
}
