//! `watchfire token create`.

use anyhow::{Context, Result, bail};
use rand::RngCore;
use serde_json::json;
use watchfire_event::Timestamp;
use watchfire_store::token::{self, NewToken};
use watchfire_store::user;

use crate::cli::TokenCommand;
use crate::commands::open_database;
use crate::config::Config;
use crate::output;

/// What sentry-cli expects a user's token to begin with (reference/PRODUCT.md section 9.1).
const PREFIX: &str = "sntryu_";
const SECRET_BYTES: usize = 32;

/// Creates a token and prints it; only its hash is kept.
pub(crate) fn run(config: &Config, command: TokenCommand, as_json: bool) -> Result<()> {
    let TokenCommand::Create { name, scopes, user } = command;
    for scope in &scopes {
        if !watchfire_api::SCOPES.contains(&scope.as_str()) {
            bail!(
                "unknown scope {scope:?}; known are {}",
                watchfire_api::SCOPES.join(", ")
            );
        }
    }
    let database = open_database(config)?;
    let user_id = match &user {
        Some(email) => {
            let found = database.read_blocking(|conn| user::by_email(conn, email))?;
            Some(found.with_context(|| format!("no account for {email}"))?.id)
        }
        None => None,
    };
    let secret = make_token();
    database.write_blocking(|conn| {
        let new = NewToken {
            user_id,
            name: &name,
            token: &secret,
            scopes: &scopes,
        };
        token::create(conn, &new, Timestamp::now())
    })?;
    output::print(as_json, &json!({"token": secret}), &secret)
}

fn make_token() -> String {
    let mut bytes = [0; SECRET_BYTES];
    rand::rng().fill_bytes(&mut bytes);
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{PREFIX}{digits}")
}
