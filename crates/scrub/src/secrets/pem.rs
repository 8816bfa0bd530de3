use std::sync::LazyLock;

use memchr::memmem::{self, Finder};

use super::alphabet::Alphabet;
use super::catalogue::number;
use super::finder::Found;
use super::runs::Runs;

/// `RSA PRIVATE KEY`, `PGP PRIVATE KEY BLOCK` and the like are shorter.
const LABEL_BYTES_MAX: usize = 60;
/// Of the lines of a key, one at least has so much Base64.
const LINE_BYTES_MIN: usize = 24;
static BEGIN: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"BEGIN"));
/// The lines of a block, its headers, and breaks of lines that are escaped.
const BODY: Alphabet = Alphabet::BLOCK.and(Alphabet::COLON).and(Alphabet::HYPHEN);

/// Finds the bodies of private keys in PEM (RFC 7468), of OpenSSH, SSH2 and PGP. Without an end,
/// as in a text that was cut, a body goes as far as its characters do.
pub(super) fn find(bytes: &[u8], out: &mut Vec<Found>) {
    let mut heads = BEGIN.find_iter(bytes).peekable();
    while let Some(head) = heads.next() {
        let end = heads.peek().copied().unwrap_or(bytes.len());
        let is_marked = bytes
            .get(..head)
            .is_some_and(|before| before.ends_with(b"----") || before.ends_with(b"---- "));
        if is_marked && let Some(found) = body(bytes, head, end) {
            out.push(found);
        }
    }
}

/// Whether [`find`] may find something in a text.
pub(super) fn may_find(bytes: &[u8]) -> bool {
    BEGIN.find(bytes).is_some()
}

/// The body of the block whose `BEGIN` stands at `head`; the next begins at `next`.
fn body(bytes: &[u8], head: usize, next: usize) -> Option<Found> {
    let block = bytes.get(head..next)?;
    let label_max = block.get(..block.len().min(LABEL_BYTES_MAX))?;
    let label = label_max.get(..memmem::find(label_max, b"----")?)?;
    let is_private = memmem::find(label, b"PRIVATE").is_some();
    if !is_private {
        return None;
    }
    let dashes = Alphabet::HYPHEN.count(block.get(label.len()..)?, "-----".len());
    let body = block.get(label.len() + dashes..)?;
    let end = memmem::find(body, b"-----END").or_else(|| memmem::find(body, b"---- END"));
    let length = end.unwrap_or_else(|| {
        let is_body = |byte: &&u8| BODY.has(**byte) || matches!(byte, b'\\' | b',');
        body.iter().take_while(is_body).count()
    });
    let body = body.get(..length)?;
    let blanks = body.len() - body.trim_ascii_start().len();
    let start = head + label.len() + dashes + blanks;
    let body = body.trim_ascii();
    let is_key = Runs::new(body, Alphabet::BASE64, LINE_BYTES_MIN)
        .next()
        .is_some();
    is_key.then_some(Found {
        start,
        end: start + body.len(),
        kind: number("private-key"),
    })
}
