//! What Relay's event schema says about personal data: for each field whether rules may touch it,
//! and which types selectors see there (reference/SCRUBBING.md section 5). Written down as one
//! static tree, measured on Relay 0.10.1.

mod contexts;
mod event;
mod field;

pub(crate) use contexts::context_field;
pub(crate) use event::{EVENT, MODEL_TEXTS};
pub(crate) use field::{Field, Pii, Shape};
