//! The ingest endpoints as an SDK meets them, on real databases of both kinds.

#[cfg(test)]
mod auth;
#[cfg(test)]
mod bad_input;
#[cfg(test)]
mod body_forms;
#[cfg(test)]
mod cors;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod items;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod overload;
#[cfg(test)]
mod pipeline;
#[cfg(test)]
mod wire;
