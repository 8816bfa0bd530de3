//! The settings: one table declares them, one function finds their values, one struct carries
//! them. No other place reads the environment.

mod limits;
mod resolve;
#[cfg(test)]
mod sample;
mod setting;

pub(crate) use resolve::{Config, Resolved, resolve};
pub(crate) use setting::{Given, LogFormat, SETTINGS, Setting};
