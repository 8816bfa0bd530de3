//! Issues are brought over from Sentry, and their next events join them.

mod joins;
mod sentry;
mod site;
mod trouble;
