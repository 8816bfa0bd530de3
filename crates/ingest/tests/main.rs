//! The ingest endpoints as an SDK meets them, on real databases of both kinds.

#[cfg(test)]
mod attachments;
#[cfg(test)]
mod auth;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod body_forms;
#[cfg(test)]
mod bombs;
#[cfg(test)]
mod cors;
#[cfg(test)]
mod cron;
#[cfg(test)]
mod discarded;
#[cfg(test)]
mod embed;
#[cfg(test)]
mod filters;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod integrations;
#[cfg(test)]
mod items;
#[cfg(test)]
mod kept;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod minidump;
#[cfg(test)]
mod mutation;
#[cfg(test)]
mod origins;
#[cfg(test)]
mod overload;
#[cfg(test)]
mod pipeline;
#[cfg(test)]
mod quotas;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod sampling;
#[cfg(test)]
mod security;
#[cfg(test)]
mod silence;
#[cfg(test)]
mod smuggling;
#[cfg(test)]
mod statuses;
#[cfg(test)]
mod wire;
