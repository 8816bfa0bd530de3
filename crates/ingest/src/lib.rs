//! The endpoints that SDKs report to, and the way of an event from the request to the store, with
//! an outcome for everything that comes in.
//!
//! One event walks `request` (auth, limits, decompression) → `envelope` → `pipeline` (decode,
//! normalise, filter, scrub, group) → the store's writer; `intake` decides about every item with
//! what `items` reads of each kind, `quota` says when it is enough, and `outcome` sees that none
//! disappears unseen.
//!
//! **Invariant:** no SQL and no HTML. A request is answered 200 only after the events in it are
//! committed. Payloads are never logged.

mod client_ip;
mod client_report;
mod cors;
mod endpoints;
mod envelope;
mod error;
mod ingest;
mod intake;
mod items;
mod limits;
mod outcome;
mod pipeline;
mod project;
mod quota;
mod request;
mod store_body;

pub use client_ip::TrustedProxies;
pub use endpoints::configure;
pub use ingest::Ingest;
pub use limits::{ENVELOPE_ITEMS_MAX, InstanceQuotas, Limits};
