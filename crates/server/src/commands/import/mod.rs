//! `watchfire import …`: brings issues over from another error tracker.
//!
//! Works on the database directly, whether or not a server runs. It can be stopped and run again
//! at any time: what is here already is recognised by its id, and issues of which the source says
//! nothing new cost no request of their own.

mod batch;
mod client;
mod file;
mod issue;
mod link;
mod problem;
mod remote;
mod scrub;
mod summary;

use anyhow::{Context, Result, bail};
use watchfire_store::project::Project;
use watchfire_store::{Database, organization, project};

use crate::cli::{ImportCommand, SentryArgs};
use crate::commands::open_database;
use crate::config::Config;
use crate::output;

use batch::Batch;
use client::Sentry;
use remote::Remote;

/// Imports and prints a summary.
///
/// # Errors
/// When something is wrong with the arguments, when there is no such project, or when the source
/// cannot be read to its end; what was imported until then stays.
pub(crate) fn run(config: &Config, command: ImportCommand, as_json: bool) -> Result<()> {
    let ImportCommand::Sentry(arguments) = command;
    let source = Source::of(&arguments)?;
    let database = open_database(config)?;
    let project = target(&database, &arguments)?;
    let mut batch = Batch::begin(&database, &project)?;
    let done = match &source {
        Source::File(path) => from_file(&mut batch, path),
        Source::Remote(remote) => remote.import(&mut batch),
    };
    let summary = batch.finish();
    match done {
        Ok(()) => output::print(
            as_json,
            &summary.json(&project.slug),
            &summary.text(&project.slug),
        ),
        Err(error) => Err(error.context(format!(
            "the import stopped ({}); run it again to go on",
            summary.text(&project.slug)
        ))),
    }
}

/// Where issues come from.
enum Source {
    File(std::path::PathBuf),
    Remote(Remote),
}

impl Source {
    fn of(arguments: &SentryArgs) -> Result<Self> {
        if let Some(path) = &arguments.file {
            return Ok(Self::File(path.clone()));
        }
        let needed = |value: &Option<String>, flag: &str| {
            let value = value.as_deref().map(str::trim).unwrap_or_default();
            if value.is_empty() {
                bail!("--{flag} is missing; or name a file of issues with --file");
            }
            Ok(value.to_owned())
        };
        let slug = |value: &Option<String>, flag: &str| {
            let slug = needed(value, flag)?;
            if slug.contains(|letter: char| !is_of_slug(letter)) {
                bail!("--{flag} is a slug, as in Sentry's addresses, but it is {slug:?}");
            }
            Ok(slug)
        };
        Ok(Self::Remote(Remote {
            sentry: Sentry::new(&arguments.url, needed(&arguments.token, "token")?)?,
            organization: slug(&arguments.org, "org")?,
            project: slug(&arguments.project, "project")?,
        }))
    }
}

/// Whether a slug may have the letter; it goes into addresses.
fn is_of_slug(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.')
}

/// The project that the issues go to.
fn target(database: &Database, arguments: &SentryArgs) -> Result<Project> {
    let named = arguments.to.as_deref().or(arguments.project.as_deref());
    let named = named.context("name the project that the issues go to with --to")?;
    let (owner, slug) = named.split_once('/').unwrap_or(("default", named));
    let found = database.read_blocking(|conn| {
        let Some(owner) = organization::by_slug(conn, owner)? else {
            return Ok(None);
        };
        project::by_slug(conn, owner.id, slug)
    })?;
    found.with_context(|| {
        format!(
            "there is no project {slug:?} in the organisation {owner:?} here; `watchfire project \
             create` makes one, --to names another one (PROJECT or ORG/PROJECT)"
        )
    })
}

fn from_file(batch: &mut Batch<'_>, path: &std::path::Path) -> Result<()> {
    let (items, problems) = file::read(path)?;
    for problem in problems {
        batch.refuse(problem);
    }
    for item in items {
        match issue::read(&item.value, &item.place, batch.now()) {
            Ok(issue::Item::Issue(issue, odd)) => {
                batch.leave_out_hashes(&issue, &odd);
                batch.add(*issue)?;
            }
            Ok(issue::Item::Other) => batch.pass_over(),
            Err(problem) => batch.refuse(problem),
        }
    }
    batch.flush()
}
