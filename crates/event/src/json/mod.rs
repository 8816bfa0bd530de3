//! A JSON tree that borrows from the bytes it was read from, and a reader that repairs what real
//! SDKs get wrong (reference/PROTOCOL.md section 8.0b).

mod object;
mod parse;
mod quick;
mod repair;
mod scan;
mod size;
mod value;
mod write;

pub use object::Object;
pub(crate) use parse::parse_with_nul;
pub use parse::{JsonError, parse};
pub use value::{Number, Value};
pub(crate) use write::{write_entries, write_string, write_value};
