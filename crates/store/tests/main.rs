//! The store on both databases.

#![allow(
    clippy::tests_outside_test_module,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::panic,
    reason = "an integration test is a test module as a whole"
)]

mod accounts;
mod attachments;
mod cardinality;
mod connect;
mod counters;
mod feedback;
mod keys;
mod lists;
mod outcomes;
mod quotas;
mod release_health;
mod status;
mod support;
mod writer;
