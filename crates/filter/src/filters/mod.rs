//! The inbound filters of Sentry that apply to errors, one file each
//! (reference/PROTOCOL.md section 10).

pub(crate) mod browser_extensions;
pub(crate) mod chunk_load_error;
pub(crate) mod error_message;
pub(crate) mod localhost;
pub(crate) mod react_hydration;
pub(crate) mod release;
pub(crate) mod web_crawlers;
