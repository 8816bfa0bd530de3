//! `watchfire-bench` measures any server that speaks the Sentry protocol.
//!
//! `load` sends real event shapes over kept-alive connections, `slow` and `hostile` what nobody should send; `yardstick` says what plain JSON parsing of the
//! same events costs on this machine, so that figures become ratios. The tool knows nothing of Watchfire's crates.

mod body;
mod connection;
mod dsn;
mod fill;
mod get;
mod hostile;
mod load;
mod process;
mod report;
mod shape;
mod slow;
mod template;
mod yardstick;

use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Load generator and yardstick for servers that speak the Sentry protocol.
#[derive(Parser)]
#[command(name = "watchfire-bench", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Sends events to a DSN and reports rate, latency and what the server used.
    Load(load::LoadArgs),
    /// Asks for pages and reports how long each takes.
    Get(get::GetArgs),
    /// Holds half-open connections, as slow or hostile clients do.
    Slow(slow::SlowArgs),
    /// Sends bodies that are made to exhaust a server and reports what each was answered.
    Hostile(hostile::HostileArgs),
    /// Times plain JSON parsing of the same events on one thread.
    Yardstick(yardstick::YardstickArgs),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Load(args) => load::run(&args),
        Command::Get(args) => get::run(&args),
        Command::Slow(args) => slow::run(&args),
        Command::Hostile(args) => hostile::run(&args),
        Command::Yardstick(args) => yardstick::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do when standard error is closed.
            drop(writeln!(std::io::stderr(), "watchfire-bench: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
