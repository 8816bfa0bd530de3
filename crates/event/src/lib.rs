//! The domain types of Watchfire: events, ids, levels, times, and the lenient decoding and
//! normalisation that turn what an SDK sent into an [`Event`].
//!
//! **Invariant:** this crate knows nothing of I/O, SQL or HTTP. It never rejects an event for one
//! bad field: the field becomes null and the reason is kept in the event's `_meta` and `errors`
//! (reference/PROTOCOL.md section 8.0).

pub mod json;
pub mod security;

mod decode;
mod dsc;
mod event;
mod id;
mod level;
mod meta;
mod network;
mod normalize;
mod place;
mod release_version;
mod sensitive;
mod sparse;
mod time;
mod user_agent;

pub use decode::{DecodeError, decode, decode_as_relay};
pub use dsc::Dsc;
pub use event::{Draft, Event};
pub use id::{EventId, IssueId, OrganizationId, ParseEventIdError, ProjectId, UserId};
pub use level::Level;
pub use meta::{Meta, MetaError, MetaTree, PathItem, Remark, RemarkKind};
pub use network::{Network, ParseNetworkError};
pub use normalize::{
    EventKind, NormalizeContext, Rejected, clock_drift_micros, is_environment, is_release,
    normalize,
};
pub use release_version::ReleaseVersion;
pub use sensitive::{Sensitive, SensitivePart};
pub use time::Timestamp;
pub use user_agent::{Browser, prepare};
