//! `watchfire user create`.

use std::io::{self, BufRead};

use anyhow::{Result, bail};
use rand::distr::{Alphanumeric, SampleString};
use serde_json::json;
use watchfire_event::Timestamp;
use watchfire_store::user::NewUser;
use watchfire_store::{Error, organization, user};
use watchfire_web::password;

use crate::cli::UserCommand;
use crate::commands::open_database;
use crate::config::Config;
use crate::output;

const MADE_PASSWORD_CHARACTERS: usize = 20;

/// Creates an account in every organisation; makes a password where none is given.
pub(crate) fn run(config: &Config, command: UserCommand, as_json: bool) -> Result<()> {
    let UserCommand::Create {
        email,
        password_stdin,
        superuser,
        role,
    } = command;
    if !email.contains('@') {
        bail!("an e-mail address has an @, but this is {email:?}");
    }
    let given = if password_stdin {
        Some(first_line()?)
    } else {
        None
    };
    if let Some(problem) = given.as_deref().and_then(password::problem) {
        bail!("the password is refused: {problem}");
    }
    let password = given.clone().unwrap_or_else(make_password);
    let new = NewUser {
        name: email.split('@').next().unwrap_or_default().to_owned(),
        email: email.clone(),
        password_hash: password::hash(&password)?,
        is_superuser: superuser,
    };
    let database = open_database(config)?;
    let made = database.write_blocking(|conn| {
        let now = Timestamp::now();
        let user = user::create(conn, &new, now)?;
        for organization in organization::list(conn)? {
            organization::add_member(conn, organization.id, user.id, &role, now)?;
        }
        Ok(user)
    });
    let user = match made {
        Err(Error::Taken(_)) => bail!("there is already an account for {email}"),
        other => other?,
    };
    let made = if given.is_none() {
        Some(&password)
    } else {
        None
    };
    let value = json!({
        "id": user.id, "email": user.email, "superuser": user.is_superuser, "password": made,
    });
    let text = match made {
        Some(password) => format!(
            "Created the account {} with the password {password}",
            user.email
        ),
        None => format!("Created the account {}", user.email),
    };
    output::print(as_json, &value, &text)
}

fn first_line() -> Result<String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn make_password() -> String {
    Alphanumeric.sample_string(&mut rand::rng(), MADE_PASSWORD_CHARACTERS)
}
