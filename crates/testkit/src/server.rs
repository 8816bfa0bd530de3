//! The compiled `watchfire` binary as a child process, on a free port with a data folder of its own.
//!
//! Hold the [`Server`] as long as it is needed: dropping it stops the process and removes the folder.

use std::fs::File;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde_json::Value;
use tempfile::TempDir;

use crate::api::Api;
use crate::client::Client;

/// How long a server may take until it is ready.
const START_WAIT_MAX: Duration = Duration::from_secs(20);
/// How long it may take to end after SIGTERM.
const STOP_WAIT_MAX: Duration = Duration::from_secs(12);
/// Between two looks at a condition.
const POLL: Duration = Duration::from_millis(10);

/// A running `watchfire serve`.
pub struct Server {
    child: Option<Child>,
    folder: TempDir,
    database_url: String,
    address: String,
    /// What `serve` is started with besides.
    arguments: Vec<String>,
    announced: Value,
}

impl Server {
    /// Starts a server on this database and waits until it is ready; `None` means SQLite in its own folder.
    ///
    /// # Errors
    /// When the binary has not been built, or the server ends or stays silent for 20 seconds; the error holds
    /// what the server wrote.
    pub fn start(database_url: Option<&str>) -> anyhow::Result<Self> {
        Self::start_with(database_url, &[])
    }

    /// As [`Self::start`], with further arguments for `serve`.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn start_with(database_url: Option<&str>, arguments: &[&str]) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir().context("cannot make a temporary folder")?;
        let own = || format!("sqlite://{}/watchfire.db", folder.path().display());
        let database_url = database_url.map_or_else(own, str::to_owned);
        let address = format!("127.0.0.1:{}", free_port()?);
        let mut server = Self {
            child: None,
            folder,
            database_url,
            address,
            arguments: arguments.iter().copied().map(str::to_owned).collect(),
            announced: Value::Null,
        };
        server.restart()?;
        Ok(server)
    }

    /// Starts the process again after [`Self::stop`] or [`Self::kill_hard`], on the same data and port.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub fn restart(&mut self) -> anyhow::Result<()> {
        let mut command = self.command(&["serve", "--json"])?;
        command.arg("--listen").arg(&self.address);
        command.args(&self.arguments);
        command
            .stdout(File::create(self.stdout())?)
            .stderr(File::create(self.stderr())?);
        self.child = Some(
            command
                .spawn()
                .context("cannot start the watchfire binary")?,
        );
        let end = Instant::now() + START_WAIT_MAX;
        while !self.is_ready() {
            if let Some(status) = self.ended()? {
                bail!(
                    "watchfire ended with {status} before it was ready: {}",
                    self.log()
                );
            }
            if Instant::now() > end {
                bail!(
                    "watchfire was not ready after {START_WAIT_MAX:?}: {}",
                    self.log()
                );
            }
            std::thread::sleep(POLL);
        }
        let printed = std::fs::read_to_string(self.stdout())?;
        let line = printed
            .lines()
            .next()
            .context("watchfire printed nothing")?;
        self.announced = serde_json::from_str(line).with_context(|| format!("not JSON: {line}"))?;
        Ok(())
    }

    /// The origin, such as `http://127.0.0.1:9000`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The DSN of the project `default`.
    #[must_use]
    pub fn dsn(&self) -> String {
        self.announcement("dsn")
    }

    /// The one-time link to the first account; empty once there is an account.
    #[must_use]
    pub fn setup_url(&self) -> String {
        self.announcement("setup_url")
    }

    /// The process's id; 0 while it is stopped.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.as_ref().map_or(0, Child::id)
    }

    /// The address of the database.
    #[must_use]
    pub fn database_url(&self) -> &str {
        &self.database_url
    }

    /// The folder the server was given.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        self.folder.path()
    }

    /// An SDK-like client for the project `default`.
    ///
    /// # Errors
    /// When the server printed no usable DSN.
    pub fn client(&self) -> anyhow::Result<Client> {
        Client::new(&self.dsn())
    }

    /// A reader of `/api/0/` with a token of its own.
    ///
    /// # Errors
    /// When `watchfire token create` fails.
    pub fn api(&self) -> anyhow::Result<Api> {
        let scopes = "event:read,event:write,org:read,project:read,project:write";
        let output = self.run(&[
            "token", "create", "--name", "test", "--scopes", scopes, "--json",
        ])?;
        let created: Value = serde_json::from_slice(&output.stdout).with_context(|| {
            format!(
                "token create failed: {}",
                String::from_utf8_lossy(&output.stderr)
            )
        })?;
        let token = created
            .get("token")
            .and_then(Value::as_str)
            .context("no token printed")?;
        Ok(Api::new(&self.url(), token))
    }

    /// Runs a command of the binary on this server's database and returns what it wrote.
    ///
    /// # Errors
    /// When the binary cannot be started.
    pub fn run(&self, arguments: &[&str]) -> anyhow::Result<Output> {
        self.command(arguments)?
            .output()
            .context("cannot start the watchfire binary")
    }

    /// Ends the process with SIGTERM and waits for it; returns whether it ended with code 0.
    ///
    /// # Errors
    /// When it does not end within 12 seconds.
    pub fn stop(&mut self) -> anyhow::Result<bool> {
        let Some(child) = &mut self.child else {
            return Ok(true);
        };
        let pid = child.id().to_string();
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .context("cannot run kill")?;
        let end = Instant::now() + STOP_WAIT_MAX;
        loop {
            if let Some(status) = child.try_wait()? {
                self.child = None;
                return Ok(status.success());
            }
            if Instant::now() > end {
                bail!("watchfire was still running {STOP_WAIT_MAX:?} after SIGTERM");
            }
            std::thread::sleep(POLL);
        }
    }

    /// Ends the process with SIGKILL, as a crash or a power cut would.
    ///
    /// # Errors
    /// When the process cannot be killed.
    pub fn kill_hard(&mut self) -> anyhow::Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// What the server wrote to standard error, for messages of failed tests.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.stderr()).unwrap_or_default()
    }

    fn command(&self, arguments: &[&str]) -> anyhow::Result<Command> {
        let mut command = Command::new(binary()?);
        command
            .args(arguments)
            .arg("--data-dir")
            .arg(self.folder.path())
            .args(["--database-url", &self.database_url])
            // Settings of the person who runs the tests stay out.
            .env_clear()
            .stdin(Stdio::null());
        Ok(command)
    }

    fn is_ready(&self) -> bool {
        crate::client::agent()
            .get(format!("{}/health/ready", self.url()))
            .call()
            .is_ok_and(|answer| answer.status() == 200)
    }

    fn ended(&mut self) -> anyhow::Result<Option<std::process::ExitStatus>> {
        let child = self.child.as_mut().context("not started")?;
        Ok(child.try_wait()?)
    }

    fn announcement(&self, name: &str) -> String {
        self.announced
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    }

    fn stdout(&self) -> PathBuf {
        self.folder.path().join("stdout.log")
    }

    fn stderr(&self) -> PathBuf {
        self.folder.path().join("stderr.log")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A server that ignores SIGTERM must not outlive the test.
        if self.stop().is_err() {
            self.kill_hard().ok();
        }
    }
}

/// The `watchfire` binary of the profile that the running test was built with.
///
/// # Errors
/// When it is not there, with the command that builds it.
pub fn binary() -> anyhow::Result<PathBuf> {
    let test = std::env::current_exe().context("cannot tell where the test's binary is")?;
    let profile = test
        .parent()
        .and_then(Path::parent)
        .context("the test's binary has no folder")?;
    let binary = profile.join("watchfire");
    if !binary.is_file() {
        bail!(
            "{} is missing; build it with `cargo build --workspace --bins`",
            binary.display()
        );
    }
    Ok(binary)
}

/// A port that nobody listens on.
///
/// # Errors
/// When no port can be bound.
pub fn free_port() -> anyhow::Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("cannot bind a port")?;
    Ok(listener.local_addr()?.port())
}

/// Looks at a condition until it yields a value, for at most `limit`.
///
/// # Errors
/// When the time is over; the message says what was waited for.
pub fn wait_for<T>(
    what: &str,
    limit: Duration,
    mut condition: impl FnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let end = Instant::now() + limit;
    loop {
        if let Some(value) = condition()? {
            return Ok(value);
        }
        if Instant::now() > end {
            bail!("waited {limit:?} for {what}");
        }
        std::thread::sleep(POLL);
    }
}
