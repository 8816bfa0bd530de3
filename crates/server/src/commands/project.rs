//! `watchfire project create`.

use anyhow::{Context, Result, bail};
use serde_json::json;
use watchfire_event::Timestamp;
use watchfire_store::{Error, organization, set_up};

use crate::cli::ProjectCommand;
use crate::commands::open_database;
use crate::config::Config;
use crate::output;

/// Creates a project with one key and prints its DSN.
pub(crate) fn run(config: &Config, command: ProjectCommand, as_json: bool) -> Result<()> {
    let ProjectCommand::Create {
        name,
        org,
        platform,
    } = command;
    if set_up::slug_of(&name).is_none() {
        bail!("a project's name needs a letter or digit, but this is {name:?}");
    }
    let database = open_database(config)?;
    let organization = database
        .read_blocking(|conn| organization::by_slug(conn, &org))?
        .with_context(|| format!("organisation {org:?} not found"))?;
    let made = database.write_blocking(|conn| {
        set_up::make_project(
            conn,
            organization.id,
            &name,
            platform.as_deref(),
            Timestamp::now(),
        )
    });
    let (project, key) = match made {
        Err(Error::Taken(_)) => {
            bail!("organisation {org:?} already has a project of the name {name:?}")
        }
        other => other?,
    };
    let dsn = key.dsn(&config.url);
    let value = json!({
        "id": project.id, "slug": project.slug, "org": organization.slug,
        "dsn": dsn, "public_key": key.public_key,
    });
    output::print(as_json, &value, &dsn)
}
