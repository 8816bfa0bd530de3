//! What can be typed: one sub-command and, before or after it, every setting as a flag.

use std::path::PathBuf;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::config::{Given, SETTINGS, Setting};

/// A parsed command line.
pub(crate) struct CommandLine {
    /// What to do; serving when nothing was named.
    pub(crate) command: Command,
    /// The settings that were given as flags.
    pub(crate) given: Given,
    /// Whether standard output is to hold JSON alone.
    pub(crate) json: bool,
}

/// A self-hosted error tracker that any Sentry SDK can report to.
#[derive(Parser)]
#[command(name = "watchfire", version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    /// Print JSON alone on standard output.
    #[arg(long, global = true)]
    json: bool,
}

/// The sub-commands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Serve SDKs, pages and API; print the DSN and, before the first account, the set-up link.
    Serve,
    /// Manage projects.
    #[command(subcommand)]
    Project(ProjectCommand),
    /// Manage accounts.
    #[command(subcommand)]
    User(UserCommand),
    /// Manage API tokens.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Send a varied set of realistic events to a running server through its own endpoint.
    Demo(DemoArgs),
    /// Print every setting with its effective value and where it came from.
    Config,
    /// Explain a decision for events read as JSON lines from standard input.
    #[command(subcommand)]
    Explain(ExplainCommand),
    /// Bring issues over from another error tracker.
    #[command(subcommand)]
    Import(ImportCommand),
    /// Ask the running server whether it is ready; exit 1 when it isn't. For health checks.
    Health,
}

/// `watchfire project …`
#[derive(Subcommand)]
pub(crate) enum ProjectCommand {
    /// Create a project with one key and print its DSN.
    Create {
        /// The project's name; its slug is made from it.
        name: String,
        /// The slug of the organisation it belongs to.
        #[arg(long, default_value = "default")]
        org: String,
        /// The main platform of its code, for example `python` or `javascript`.
        #[arg(long)]
        platform: Option<String>,
    },
}

/// `watchfire user …`
#[derive(Subcommand)]
pub(crate) enum UserCommand {
    /// Create an account; without --password-stdin a password is made and printed.
    Create {
        /// The e-mail address to log in with.
        email: String,
        /// Read the password from the first line of standard input.
        #[arg(long)]
        password_stdin: bool,
        /// Allow everything.
        #[arg(long)]
        superuser: bool,
        /// What the account may do; all but members may change keys, limits and domains.
        #[arg(long, default_value = "member", value_parser = ["member", "admin", "manager", "owner"])]
        role: String,
    },
}

/// `watchfire token …`
#[derive(Subcommand)]
pub(crate) enum TokenCommand {
    /// Create a token for the API and print it once.
    Create {
        /// What the token is for.
        #[arg(long)]
        name: String,
        /// Its scopes, separated by commas, for example `event:read,project:read`.
        #[arg(long, value_delimiter = ',', required = true)]
        scopes: Vec<String>,
        /// The account it acts for.
        #[arg(long)]
        user: Option<String>,
    },
}

/// `watchfire demo`
#[derive(Args)]
pub(crate) struct DemoArgs {
    /// The DSN to send to; the project `default` of this database when not given.
    #[arg(long)]
    pub(crate) dsn: Option<String>,
}

/// `watchfire explain …`
#[derive(Subcommand)]
pub(crate) enum ExplainCommand {
    /// What scrubbing makes of an event: `{"event":{…},"settings":{…}}` per line.
    Scrub,
    /// Whether an event is kept: `{"event":{…},"rules":…}` per line, the rules being inbound filters
    /// or ignore rules.
    Filter,
    /// How an event is grouped: `{"event":{…}}` per line.
    Grouping,
}

/// `watchfire import …`
#[derive(Subcommand)]
pub(crate) enum ImportCommand {
    /// Issues of a project at Sentry with their hashes, so that their next events join them; run
    /// it again to bring over what changed since.
    Sentry(SentryArgs),
}

/// `watchfire import sentry`
#[derive(Args)]
pub(crate) struct SentryArgs {
    /// The address of Sentry.
    #[arg(
        long,
        value_name = "URL",
        env = "SENTRY_URL",
        default_value = "https://sentry.io"
    )]
    pub(crate) url: String,
    /// A token of Sentry's with the scopes org:read, project:read and event:read.
    #[arg(long, env = "SENTRY_AUTH_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
    /// The slug of the organisation at Sentry.
    #[arg(long, value_name = "SLUG", env = "SENTRY_ORG")]
    pub(crate) org: Option<String>,
    /// The slug of the project at Sentry.
    #[arg(long, value_name = "SLUG", env = "SENTRY_PROJECT")]
    pub(crate) project: Option<String>,
    /// Read issues from a file instead: a JSON array of what Sentry's API answers, or one issue a
    /// line, each with `hashes` added.
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// The project here that they go to, as PROJECT or ORG/PROJECT; the slug at Sentry in the
    /// organisation `default` when not given.
    #[arg(long, value_name = "PROJECT")]
    pub(crate) to: Option<String>,
}

/// Reads the process's arguments; prints help or a complaint and exits where they say so.
pub(crate) fn parse() -> CommandLine {
    let command = Cli::command()
        .args_override_self(true)
        .args(SETTINGS.iter().map(flag));
    let matches = command.get_matches();
    let is_import = matches.subcommand_name() == Some("import");
    let given = SETTINGS
        .iter()
        // There, it is the address of somebody else.
        .filter(|setting| !(is_import && setting.name == "url"))
        .filter_map(|setting| Some((setting.name, deepest(&matches, setting.name)?)))
        .collect();
    match Cli::from_arg_matches(&matches) {
        Ok(cli) => CommandLine {
            command: cli.command.unwrap_or(Command::Serve),
            given,
            json: cli.json,
        },
        Err(error) => error.exit(),
    }
}

/// The flag of a setting. Environment and file are read by `config`, which knows their order.
fn flag(setting: &Setting) -> clap::Arg {
    clap::Arg::new(setting.name)
        .long(setting.name)
        .global(true)
        .value_name(setting.value_name)
        .help(format!("{} [env: {}]", setting.help, setting.variable))
        .help_heading("Settings")
}

/// Global arguments are found in the innermost sub-command that was named.
fn deepest(matches: &clap::ArgMatches, name: &str) -> Option<String> {
    let inner = matches
        .subcommand()
        .and_then(|(_, inner)| deepest(inner, name));
    inner.or_else(|| matches.try_get_one::<String>(name).ok().flatten().cloned())
}
