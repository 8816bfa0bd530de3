//! One file per sub-command; this one chooses among them.

mod config;
mod demo;
mod explain;
mod health;
mod import;
mod project;
mod serve;
mod token;
mod user;

use anyhow::{Context, Result};
use watchfire_event::Timestamp;
use watchfire_store::{Database, Options, key, set_up};

use crate::cli::{Command, CommandLine};
use crate::config::{Config, resolve};

/// Does what the command line says.
///
/// # Errors
/// What went wrong, as a sentence for the person who typed the command.
pub(crate) fn run(line: CommandLine) -> Result<()> {
    let (config, resolved) = resolve(&line.given, &|variable| std::env::var(variable).ok())?;
    match line.command {
        Command::Serve => serve::run(&config, line.json),
        Command::Project(command) => project::run(&config, command, line.json),
        Command::User(command) => user::run(&config, command, line.json),
        Command::Token(command) => token::run(&config, command, line.json),
        Command::Demo(arguments) => demo::run(&config, arguments, line.json),
        Command::Config => config::run(&resolved, line.json),
        Command::Explain(command) => explain::run(&command),
        Command::Import(command) => import::run(&config, command, line.json),
        Command::Health => health::run(&config),
    }
}

/// Opens the database for a command: migrates it, and makes sure that the organisation and project
/// that everything starts with are there.
fn open_database(config: &Config) -> Result<Database> {
    let database = Database::connect(&config.database_url, &Options::default())?;
    database.write_blocking(|conn| set_up::first_start(conn, Timestamp::now()))?;
    Ok(database)
}

/// The DSN of the oldest key of the oldest project.
fn default_dsn(database: &Database, config: &Config) -> Result<String> {
    let key = database.read_blocking(key::oldest_active)?;
    let key = key.context("no project has a key; `watchfire project create NAME` makes one")?;
    Ok(key.dsn(&config.url))
}
