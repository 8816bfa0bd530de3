//! What Watchfire keeps: schema, rows, queries, pools, migrations and the batching writer, for
//! SQLite and PostgreSQL alike.
//!
//! Queries are free functions in a module named after their table and take a [`Conn`]; they run
//! inside [`Database::read`] or [`Database::write`]. What SDKs send goes in through the [`Writer`]
//! alone, and the bytes of attachments into [`Blobs`].
//!
//! **Invariant:** the only crate that knows SQL; it knows nothing of HTTP or HTML.

pub mod activity;
pub mod attachment;
pub mod dropped;
pub mod environment;
pub mod erase;
pub mod event;
pub mod feedback;
pub mod grouping_rules;
pub mod ignore_rule;
pub mod import;
pub mod issue;
pub mod job;
pub mod key;
pub mod organization;
pub mod outcome;
pub mod project;
pub mod quota;
pub mod regroup;
pub mod release;
pub mod release_health;
pub mod rescrub;
pub mod sampling;
pub mod scrubbing;
pub mod search;
pub mod session;
pub mod set_up;
pub mod setup_link;
pub mod similar;
pub mod tag;
pub mod token;
pub mod tombstone;
pub mod user;

mod blob;
mod column;
mod conn;
mod cursor;
mod database;
mod dictionary;
mod error;
mod migration;
mod new_event;
mod overtaken;
mod pool;
mod postgres;
mod preview_gate;
mod rows;
mod schema;
mod sql;
mod sqlite;
mod stored;
mod tags;
mod training;
mod wipe;
mod writer;

pub use blob::Blobs;
pub use conn::Conn;
pub use cursor::{Cursor, ParseCursorError};
pub use database::{ConnectError, Database, Options};
pub use dictionary::Dictionaries;
pub use error::{Error, Result};
pub use new_event::NewEvent;
pub use overtaken::overtaken;
pub use preview_gate::{PREVIEW_WAIT_MAX, PreviewPermit};
pub use tags::derive as event_tags;
pub use writer::{Kept, NewRecord, Saved, Stored, WriteError, Writer, WriterOptions};
