use crate::config::Redaction;
use crate::text::hash;

/// Covers what is left of a part when its substitute is shorter.
const COVER: u8 = b'*';

/// Redacts a part of a file without a change of its length.
pub(super) fn bytes(part: &mut [u8], redaction: &Redaction) {
    if let Some(substitute) = substitute(part, redaction) {
        with(part, &substitute);
    }
}

/// The same for text of two bytes a character, the lower one first.
pub(super) fn wide(part: &mut [u8], redaction: &Redaction) {
    if let Some(substitute) = substitute(part, redaction) {
        wide_with(part, &substitute);
    }
}

/// What stands for a part; `None` when nobody knows how to redact it.
fn substitute(part: &[u8], redaction: &Redaction) -> Option<String> {
    match redaction {
        Redaction::Default | Redaction::Remove | Redaction::Mask => Some(String::new()),
        Redaction::Replace { text } => Some(text.clone()),
        Redaction::Hash => Some(hash(part)),
        Redaction::Other => None,
    }
}

/// Writes a text over a part, cut or filled up to its length.
pub(super) fn with(part: &mut [u8], text: &str) {
    let mut end = text.len().min(part.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let (head, rest) = part.split_at_mut(end);
    head.copy_from_slice(text.as_bytes().get(..end).unwrap_or_default());
    rest.fill(COVER);
}

/// The same in two bytes a character.
pub(super) fn wide_with(part: &mut [u8], text: &str) {
    let room = part.len() / 2;
    let mut units = Vec::new();
    for character in text.chars() {
        if units.len() + character.len_utf16() > room {
            break;
        }
        units.extend_from_slice(character.encode_utf16(&mut [0; 2]));
    }
    units.resize(room, u16::from(COVER));
    for (place, unit) in part.chunks_exact_mut(2).zip(units) {
        place.copy_from_slice(&unit.to_le_bytes());
    }
}
