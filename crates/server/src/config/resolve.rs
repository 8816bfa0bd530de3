//! Finds each setting's value (flag, then environment, then file, then default) and checks it.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use watchfire_event::Network;
use watchfire_ingest::{InstanceQuotas, Limits, TrustedProxies};
use watchfire_web::LimitRow;

use super::limits;
use super::{Given, LogFormat, SETTINGS, Setting};

/// The checked settings.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// The folder for everything that is kept.
    pub(crate) data_dir: PathBuf,
    /// Which database.
    pub(crate) database_url: String,
    /// What to bind.
    pub(crate) listen: String,
    /// The public origin, without a slash at the end.
    pub(crate) url: String,
    /// Proxies whose forwarding headers are believed.
    pub(crate) trusted_proxies: TrustedProxies,
    /// What one request may cost.
    pub(crate) limits: Limits,
    /// How much the whole server takes.
    pub(crate) quotas: InstanceQuotas,
    /// Both, as the settings page shows them.
    pub(crate) limit_rows: Vec<LimitRow>,
    /// Serving threads; `None` for one per processor.
    pub(crate) workers: Option<usize>,
    /// How log lines are written.
    pub(crate) log_format: LogFormat,
    /// What is logged.
    pub(crate) log: String,
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A flag.
    Flag,
    /// The environment variable of this name.
    Environment(&'static str),
    /// This file.
    File(PathBuf),
    /// Nobody gave it.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => formatter.write_str("flag"),
            Self::Environment(variable) => write!(formatter, "environment {variable}"),
            Self::File(path) => write!(formatter, "file {}", path.display()),
            Self::Default => formatter.write_str("default"),
        }
    }
}

/// One setting's effective value.
#[derive(Clone, Debug)]
pub(crate) struct Resolved {
    /// The setting's name.
    pub(crate) name: &'static str,
    /// Its effective value as text; may hold secrets.
    pub(crate) value: String,
    /// Where it came from.
    pub(crate) origin: Origin,
}

/// Finds and checks every setting.
///
/// `given` holds the flags and `environment` looks a variable up. Returns the checked settings and
/// the list of effective values in the order of the table.
///
/// # Errors
/// A sentence that names the setting and what it should be, for the first bad value.
pub(crate) fn resolve(
    given: &Given,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<(Config, Vec<Resolved>)> {
    let outside = |setting: &'static Setting| {
        let flag = given
            .get(setting.name)
            .map(|value| (value.clone(), Origin::Flag));
        flag.or_else(|| {
            let value = environment(setting.variable).filter(|value| !value.is_empty())?;
            Some((value, Origin::Environment(setting.variable)))
        })
    };
    let early = |name: &str| {
        let setting = SETTINGS.iter().find(|setting| setting.name == name)?;
        outside(setting).map(|(value, _)| value)
    };
    let data_dir = early("data-dir").unwrap_or_else(|| "watchfire-data".to_owned());
    let file = read_file(early("config"), Path::new(&data_dir))?;

    let mut resolved: Vec<Resolved> = Vec::with_capacity(SETTINGS.len());
    for setting in SETTINGS {
        let (value, origin) = outside(setting)
            .or_else(|| file.as_ref()?.value(setting))
            .unwrap_or_else(|| (setting.default.to_owned(), Origin::Default));
        resolved.push(Resolved {
            name: setting.name,
            value,
            origin,
        });
    }
    fill_dependent_defaults(&mut resolved);
    let config = check(&resolved)?;
    Ok((config, resolved))
}

struct File {
    path: PathBuf,
    table: toml::Table,
}

impl File {
    fn value(&self, setting: &Setting) -> Option<(String, Origin)> {
        let value = match self.table.get(&setting.name.replace('-', "_"))? {
            toml::Value::String(text) => text.clone(),
            toml::Value::Array(items) => {
                let texts: Vec<&str> = items.iter().filter_map(toml::Value::as_str).collect();
                texts.join(",")
            }
            other => other.to_string(),
        };
        Some((value, Origin::File(self.path.clone())))
    }
}

/// Reads the named file, or `watchfire.toml` in the data folder where there is one.
fn read_file(named: Option<String>, data_dir: &Path) -> Result<Option<File>> {
    let path = match &named {
        Some(path) => PathBuf::from(path),
        None => data_dir.join("watchfire.toml"),
    };
    if named.is_none() && !path.exists() {
        return Ok(None);
    }
    let shown = path.display();
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("cannot read the configuration file {shown}"))?;
    let table: toml::Table = text
        .parse()
        .with_context(|| format!("the configuration file {shown} is not valid TOML"))?;
    let known = |key: &str| {
        SETTINGS
            .iter()
            .any(|setting| setting.name.replace('-', "_") == key)
    };
    if let Some(key) = table.keys().find(|key| !known(key)) {
        bail!(
            "the configuration file {shown} has an unknown key {key:?}; `watchfire config` lists the known ones"
        );
    }
    Ok(Some(File { path, table }))
}

/// Fills in the defaults that follow from other settings.
fn fill_dependent_defaults(resolved: &mut [Resolved]) {
    let data_dir = text(resolved, "data-dir").to_owned();
    let listen = text(resolved, "listen").to_owned();
    for entry in resolved.iter_mut().filter(|entry| entry.value.is_empty()) {
        match entry.name {
            "database-url" => entry.value = format!("sqlite://{data_dir}/watchfire.db"),
            "url" => entry.value = format!("http://{}", reachable(&listen)),
            _ => {}
        }
    }
}

/// An address that a browser on this machine can open: one that stands for every interface is
/// reached as `localhost`.
fn reachable(listen: &str) -> String {
    match listen.rsplit_once(':') {
        Some(("0.0.0.0" | "[::]", port)) => format!("localhost:{port}"),
        _ => listen.to_owned(),
    }
}

pub(super) fn text<'a>(resolved: &'a [Resolved], name: &str) -> &'a str {
    resolved
        .iter()
        .find(|entry| entry.name == name)
        .map_or("", |entry| entry.value.as_str())
}

fn check(resolved: &[Resolved]) -> Result<Config> {
    let url = text(resolved, "url").trim_end_matches('/').to_owned();
    if !url.starts_with("http://") && !url.starts_with("https://") {
        bail!("url must begin with http:// or https://, but is {url:?}");
    }
    let listen = text(resolved, "listen").to_owned();
    if listen
        .rsplit_once(':')
        .and_then(|(_, port)| port.parse::<u16>().ok())
        .is_none()
    {
        bail!("listen must be ADDRESS:PORT such as 127.0.0.1:9000, but is {listen:?}");
    }
    let log_format = match text(resolved, "log-format") {
        "text" => LogFormat::Text,
        "json" => LogFormat::Json,
        other => bail!("log-format must be text or json, but is {other:?}"),
    };
    Ok(Config {
        data_dir: PathBuf::from(text(resolved, "data-dir")),
        database_url: text(resolved, "database-url").to_owned(),
        listen,
        url,
        trusted_proxies: proxies(text(resolved, "trusted-proxies"))?,
        limits: limits::limits(resolved)?,
        quotas: limits::quotas(resolved)?,
        limit_rows: limits::rows(resolved),
        workers: match text(resolved, "workers") {
            "" => None,
            "0" => bail!("workers must be at least 1"),
            _ => Some(number(resolved, "workers")?),
        },
        log_format,
        log: text(resolved, "log").to_owned(),
    })
}

fn proxies(list: &str) -> Result<TrustedProxies> {
    match list.trim() {
        "" => Ok(TrustedProxies::Nobody),
        "*" => Ok(TrustedProxies::Everybody),
        list => {
            let networks = list.split(',').map(|text| text.trim().parse::<Network>());
            let networks = networks.collect::<Result<Vec<Network>, _>>().context(
                "trusted-proxies must be *, or addresses and networks separated by commas",
            )?;
            Ok(TrustedProxies::Networks(networks))
        }
    }
}

pub(super) fn number<N: std::str::FromStr>(resolved: &[Resolved], name: &str) -> Result<N>
where
    N::Err: std::error::Error + Send + Sync + 'static,
{
    let value = text(resolved, name);
    value
        .parse()
        .with_context(|| format!("{name} must be a whole number, but is {value:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(
        given: &[(&'static str, &str)],
        environment: &[(&str, &str)],
    ) -> Result<(Config, Vec<Resolved>)> {
        let given: Given = given
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect();
        resolve(&given, &|variable| {
            environment
                .iter()
                .find(|(name, _)| *name == variable)
                .map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_flag_beats_the_environment_and_the_environment_beats_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(
            folder.path().join("watchfire.toml"),
            "listen = \"127.0.0.1:1\"\nretention_days = 7\nlog = \"warn\"",
        )
        .expect("writes");
        let data_dir = folder.path().to_str().expect("a path");
        let (config, resolved) = with(
            &[("data-dir", data_dir), ("listen", "127.0.0.1:3")],
            &[
                ("WATCHFIRE_LISTEN", "127.0.0.1:2"),
                ("WATCHFIRE_LOG", "debug"),
            ],
        )
        .expect("resolves");
        assert_eq!(
            (
                config.listen.as_str(),
                config.log.as_str(),
                config.limits.retention_days
            ),
            ("127.0.0.1:3", "debug", 7)
        );
        let origins: Vec<String> = resolved
            .iter()
            .filter(|entry| ["listen", "log", "workers"].contains(&entry.name))
            .map(|entry| entry.origin.to_string())
            .collect();
        assert_eq!(origins, ["flag", "default", "environment WATCHFIRE_LOG"]);
    }

    #[test]
    fn database_and_url_follow_from_folder_and_address() {
        let (config, _) =
            with(&[("data-dir", "/none/here"), ("listen", "[::1]:80")], &[]).expect("resolves");
        assert_eq!(config.database_url, "sqlite:///none/here/watchfire.db");
        assert_eq!(config.url, "http://[::1]:80");
        let (config, _) = with(&[("listen", "0.0.0.0:9000")], &[]).expect("resolves");
        assert_eq!(config.url, "http://localhost:9000");
    }

    #[test]
    fn bad_values_are_refused_with_the_name_of_the_setting() {
        for (name, value) in [
            ("url", "watchfire.example"),
            ("listen", "9000"),
            ("retention-days", "many"),
            ("log-format", "xml"),
            ("workers", "0"),
            ("max-event-size", "large"),
            ("max-attachments", "-1"),
            ("events-per-month", "1e6"),
            ("trusted-proxies", "10.0.0.1,proxy"),
        ] {
            let error = with(&[(name, value)], &[])
                .expect_err("refuses")
                .to_string();
            assert!(error.starts_with(name) && error.contains("must"), "{error}");
        }
    }

    #[test]
    fn the_limits_are_those_of_ingest_unless_they_are_given() {
        let (config, _) = with(&[], &[]).expect("resolves");
        assert_eq!(config.limits, Limits::default());
        assert_eq!(config.quotas, InstanceQuotas::default());
        let given = [("max-event-size", "2MiB"), ("events-per-hour", "9000")];
        let (config, _) = with(&given, &[]).expect("resolves");
        assert_eq!(config.limits.event_bytes_max, 2 << 20);
        assert_eq!(config.quotas.per_hour, Some(9000));
    }

    #[test]
    fn an_unknown_key_in_the_file_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(
            folder.path().join("watchfire.toml"),
            "lisen = \"127.0.0.1:1\"",
        )
        .expect("writes");
        let error = with(
            &[("data-dir", folder.path().to_str().expect("a path"))],
            &[],
        )
        .expect_err("refuses");
        assert!(error.to_string().contains("unknown key \"lisen\""));
    }
}
