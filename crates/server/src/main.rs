//! The binary `watchfire`: configuration, wiring, sub-commands, start and shutdown.
//!
//! One binary serves SDKs, pages and the API on one port, and holds every command that works on
//! the database directly. `watchfire --help` lists them.

mod cli;
mod commands;
mod config;
mod health;
mod logging;
mod output;

use std::process::ExitCode;

/// Events are many small allocations; this allocator makes them cheap and gives memory back.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match commands::run(cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&error);
            ExitCode::FAILURE
        }
    }
}
