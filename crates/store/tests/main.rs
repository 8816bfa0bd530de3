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
mod grouping_rules;
mod hashes;
mod import;
mod keys;
mod lists;
mod merge;
mod merge_jobs;
mod merge_property;
mod outcomes;
mod quotas;
mod recount;
mod regroup;
mod regroup_bounds;
mod regroup_control;
mod regroup_jobs;
mod regroup_scope;
mod release_health;
mod similar;
mod status;
mod support;
mod team;
mod tombstones;
mod writer;
