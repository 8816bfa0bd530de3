//! What happens inside one string: the cheap tests that rule most rules out, the pieces that
//! earlier redactions left, and the redaction itself (reference/SCRUBBING.md sections 2.5 and 3.5).

mod features;
mod hints;
mod pieces;
mod redact;
mod scan;
mod words;

pub(crate) use features::Features;
pub(crate) use hints::{Hint, Hints};
pub(crate) use redact::{redact, redact_whole};
