//! What happens inside one string: the cheap tests that rule most rules out, the pieces that
//! earlier redactions left, and the redaction itself (reference/SCRUBBING.md sections 2.5 and 3.5).

mod features;
mod letters;
mod pieces;
mod redact;
mod words;

pub(crate) use features::{Features, Hint};
pub(crate) use redact::{redact, redact_whole};

use words::Words;
