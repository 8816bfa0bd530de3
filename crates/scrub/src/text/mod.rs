//! What happens inside one string: the cheap tests that rule most rules out, the pieces that
//! earlier redactions left, and the redaction itself (reference/SCRUBBING.md sections 2.5 and 3.5).

mod features;
mod grams;
mod hints;
mod long_word;
mod numbers;
mod output;
mod pieces;
mod redact;
mod scan;
mod substitute;
mod words;

pub(crate) use features::{Features, hints};
pub(crate) use hints::{Hint, Hints};
pub(crate) use long_word::{has_long_word, is_hex};
pub(crate) use numbers::has_digits;
pub(crate) use redact::{Passage, Replacement};
pub(crate) use scan::{Look, Seen};
pub(crate) use substitute::hash;
pub(crate) use words::is_whole_word;
