//! Dev-only helpers of the tests: throw-away databases of both kinds, a running server, an SDK-like client.
//!
//! **Invariant:** only a dev-dependency; nothing that is shipped knows this crate.

pub mod api;
pub mod client;
pub mod database;
pub mod dump;
pub mod project;
pub mod server;
