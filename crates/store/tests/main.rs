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
mod client_sampling;
mod connect;
mod counters;
mod erase;
mod erase_rest;
mod feedback;
mod grouping_rules;
mod hashes;
mod ignore_bounds;
mod ignore_overtaken;
mod ignore_rules;
mod ignore_trial;
mod import;
mod keys;
mod leases;
mod lists;
mod merge;
mod merge_jobs;
mod merge_property;
mod outcomes;
mod preview_gate;
mod quotas;
mod raw;
mod recount;
mod regroup;
mod regroup_bounds;
mod regroup_control;
mod regroup_jobs;
mod regroup_scope;
mod release_health;
mod rescrub;
mod rescrub_files;
mod rescrub_rest;
mod sampling;
mod sampling_property;
mod sampling_rules;
mod scrubbing;
mod similar;
mod status;
mod support;
mod team;
mod tombstones;
mod writer;
