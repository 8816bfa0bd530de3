//! Crash dumps: what is in them, and the event that is made of one and of what came with it
//! (reference/PROTOCOL.md section 7).
//!
//! A dump is as hostile as any text: lists are read up to a limit, no name is read twice from the
//! same place without being counted, stacks are walked within a budget. A dump that cannot be read
//! still makes an event, so that no crash is lost.

mod dump;
mod event;
mod form;
mod images;
mod msgpack;
mod stack;
mod unpack;

#[cfg(test)]
pub(crate) mod synth;
#[cfg(test)]
mod tests;

pub(crate) use event::{Crash, to_event};
pub(crate) use unpack::unpack;
