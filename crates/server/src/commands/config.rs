//! `watchfire config`: every setting, its effective value and where it came from.

use std::fmt::Write as _;

use anyhow::Result;
use serde_json::json;

use crate::config::Resolved;
use crate::output;

/// Prints the settings with secrets masked.
pub(crate) fn run(resolved: &[Resolved], as_json: bool) -> Result<()> {
    let mut text = String::new();
    let mut settings = serde_json::Map::new();
    for Resolved {
        name,
        value,
        origin,
    } in resolved
    {
        let value = masked(value);
        writeln!(
            text,
            "{name:<16} {:<44} {origin}",
            if value.is_empty() { "-" } else { &value }
        )?;
        settings.insert(
            (*name).to_owned(),
            json!({"value": value, "origin": origin.to_string()}),
        );
    }
    output::print(as_json, &settings.into(), text.trim_end())
}

/// Replaces the password of a URL by `***`.
fn masked(value: &str) -> String {
    let Some((scheme, rest)) = value.split_once("://") else {
        return value.to_owned();
    };
    let Some((account, place)) = rest.rsplit_once('@') else {
        return value.to_owned();
    };
    match account.split_once(':') {
        Some((user, _)) => format!("{scheme}://{user}:***@{place}"),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn the_password_of_a_database_url_is_masked() {
        assert_eq!(
            masked("postgres://ana:s3:cr@t@db/watchfire"),
            "postgres://ana:***@db/watchfire"
        );
        assert_eq!(
            masked("sqlite://data/watchfire.db"),
            "sqlite://data/watchfire.db"
        );
    }
}
