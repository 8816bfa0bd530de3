//! The inbound filters of Sentry, one file each (reference/PROTOCOL.md section 10).

mod browser_extensions;
pub(crate) mod condition;
pub(crate) mod csp;
mod error_message;
mod generic;
mod getter;
mod health_checks;
mod inbound;
mod legacy_browsers;
mod localhost;
mod web_crawlers;

pub(crate) use inbound::Inbound;
