use std::borrow::Cow;

use sha1::{Digest, Sha1};
use watchfire_event::RemarkKind;

use crate::config::Redaction;
use crate::rules::Rule;

/// What becomes of a part of a text, and what to note; `None` when it goes without a note.
pub(super) fn substitute<'r>(rule: &'r Rule, part: &str) -> Option<(Cow<'r, str>, RemarkKind)> {
    Some(match &rule.redaction {
        Redaction::Default | Redaction::Remove => (Cow::Borrowed(""), RemarkKind::Removed),
        Redaction::Replace { text } => (Cow::Borrowed(text), RemarkKind::Substituted),
        Redaction::Mask => {
            let stars = "*".repeat(part.chars().count());
            (Cow::Owned(stars), RemarkKind::Masked)
        }
        Redaction::Hash => (Cow::Owned(hash(part)), RemarkKind::Pseudonymized),
        Redaction::Other => return None,
    })
}

/// HMAC-SHA1 with an empty key in upper-case hexadecimal digits (section 0, point 7).
pub(crate) fn hash(part: impl AsRef<[u8]>) -> String {
    const BLOCK_BYTES: usize = 64;
    let inner = Sha1::new()
        .chain_update([0x36; BLOCK_BYTES])
        .chain_update(part)
        .finalize();
    let outer = Sha1::new()
        .chain_update([0x5c; BLOCK_BYTES])
        .chain_update(inner)
        .finalize();
    format!("{outer:X}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_one_that_relay_computes() {
        assert_eq!(hash("1.2.3.4"), "452CBFAF73237C28A6BA00DA112DAD057C3E86D8");
    }
}
