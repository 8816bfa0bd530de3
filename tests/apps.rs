//! The small programs under `tests/` that report through real SDKs, as child processes.

use std::io::Write;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::Value;
use watchfire_testkit::client::agent;
use watchfire_testkit::server::{free_port, wait_for};

/// How long an application may take to start or end.
const START_WAIT_MAX: Duration = Duration::from_secs(20);
/// What the shop's form and locals hold and no page, API or disk may.
pub(crate) const PASSWORD: &str = "correct horse battery staple";
/// The card number in the shop's form.
pub(crate) const CARD: &str = "4111 1111 1111 1111";

/// Whether tests that need this part run. It is needed when `variable` says `required` (as `tests/run` sets it);
/// otherwise a missing part skips the test and says so.
fn available(part: &str, variable: &str, found: bool) -> bool {
    if !found {
        let required = std::env::var(variable).is_ok_and(|value| value == "required");
        assert!(!required, "{part} is missing; tests/run installs it");
        // Written past the test harness, which shows output of failed tests only.
        writeln!(
            std::io::stderr(),
            "skipped: {part} is missing; tests/run installs it"
        )
        .ok();
    }
    found
}

/// Whether the SDKs are installed.
pub(crate) fn sdks_available() -> bool {
    let is_file = |path: PathBuf| path.is_file();
    let found = is_file(python("current"))
        && is_file(python("previous"))
        && folder("node/node_modules/@sentry/node").is_dir();
    available(
        "tests/.venv or tests/node/node_modules",
        "WATCHFIRE_TEST_SDKS",
        found,
    )
}

/// Whether the browser's driver is installed.
pub(crate) fn browser_available() -> bool {
    let found = folder("browser")
        .join("node_modules/playwright-core")
        .is_dir();
    available(
        "tests/browser/node_modules",
        "WATCHFIRE_TEST_BROWSER",
        found,
    )
}

/// A folder beside this file.
pub(crate) fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Python of one of the two environments: `current`, or `previous` with what the current SDK replaced.
pub(crate) fn python(environment: &str) -> PathBuf {
    folder(".venv").join(environment).join("bin/python")
}

/// An application that serves HTTP, as a child process that ends with this.
pub(crate) struct App {
    child: Child,
    url: String,
}

impl App {
    /// Starts Python of an environment in `directory`; `arguments` make the command of a port. Waits until the
    /// port is open.
    pub(crate) fn start(
        environment: &str,
        directory: &str,
        dsn: &str,
        arguments: impl Fn(&str) -> Vec<String>,
    ) -> anyhow::Result<Self> {
        let port = free_port()?;
        let arguments = arguments(&port.to_string());
        let child = Command::new(python(environment))
            .args(&arguments)
            .current_dir(folder(directory))
            .env("SENTRY_DSN", dsn)
            .env("SHOP_SDK_SCRUBS", "no")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {arguments:?}"))?;
        let mut app = Self {
            child,
            url: format!("http://127.0.0.1:{port}"),
        };
        wait_for(&format!("{arguments:?}"), START_WAIT_MAX, || {
            if let Some(status) = app.child.try_wait()? {
                bail!("{arguments:?} ended with {status}");
            }
            Ok(TcpStream::connect(("127.0.0.1", port))
                .is_ok()
                .then_some(()))
        })?;
        Ok(app)
    }

    /// The application's address.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Opens a page and returns the status.
    pub(crate) fn open(&self, path: &str) -> anyhow::Result<u16> {
        let answer = agent().get(format!("{}{path}", self.url)).call()?;
        Ok(answer.status().as_u16())
    }

    /// Ends the application as its operator would, so that its SDK sends what it holds back.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status()?;
        wait_for("the end of the application", START_WAIT_MAX, || {
            Ok(self.child.try_wait()?)
        })?;
        Ok(())
    }
}

impl Drop for App {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// The Django shop, reporting to a DSN.
pub(crate) struct Shop {
    app: App,
    cookie: String,
}

impl Shop {
    /// Starts the shop with the SDK's own masking off, so that the server's rules are what is tested, and opens
    /// a session as a customer would.
    pub(crate) fn start(dsn: &str) -> anyhow::Result<Self> {
        Self::start_by(
            dsn,
            &["manage.py", "runserver", "--noreload", "--skip-checks"],
        )
    }

    /// The same under ASGI.
    pub(crate) fn start_asgi(dsn: &str) -> anyhow::Result<Self> {
        let arguments = [
            "-m",
            "uvicorn",
            "shop.asgi:application",
            "--lifespan=off",
            "--port",
        ];
        Self::start_by(dsn, &arguments)
    }

    fn start_by(dsn: &str, arguments: &[&str]) -> anyhow::Result<Self> {
        let app = App::start("current", "django", dsn, |port| {
            let arguments = arguments.iter().copied().chain([port]);
            arguments.map(str::to_owned).collect()
        })?;
        let answer = agent().get(format!("{}/", app.url())).call()?;
        let cookie = answer
            .headers()
            .get("set-cookie")
            .context("the shop opened no session")?;
        let cookie = cookie.to_str()?.split(';').next().unwrap_or_default();
        Ok(Self {
            cookie: cookie.to_owned(),
            app,
        })
    }

    /// The shop's address.
    pub(crate) fn url(&self) -> &str {
        self.app.url()
    }

    /// The value of the session cookie.
    pub(crate) fn session(&self) -> &str {
        self.cookie.split_once('=').map_or("", |(_, value)| value)
    }

    /// Opens a page with the session's cookie; the shop's pages end in events.
    pub(crate) fn open(&self, path: &str) -> anyhow::Result<u16> {
        let request = agent()
            .get(format!("{}{path}", self.url()))
            .header("Cookie", &self.cookie);
        Ok(request.call()?.status().as_u16())
    }

    /// Sends the checkout form, which ends in an unhandled exception.
    pub(crate) fn check_out(&self) -> anyhow::Result<u16> {
        let request = agent()
            .post(format!("{}/checkout/?step=pay", self.url()))
            .header("Cookie", &self.cookie)
            .header("Authorization", "Bearer 6f1ed002ab5595859014ebf0951522d9");
        let form = [
            ("email", "customer-42@example.com"),
            ("password", PASSWORD),
            ("card", CARD),
        ];
        Ok(request.send_form(form)?.status().as_u16())
    }
}

/// Runs a Python program of `tests/python` to its end and returns what it printed.
pub(crate) fn run_python(
    environment: &str,
    arguments: &[&str],
    dsn: &str,
) -> anyhow::Result<String> {
    let mut command = Command::new(python(environment));
    command.args(arguments).current_dir(folder("python"));
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    finish(command.env("SENTRY_DSN", dsn))
}

/// Runs a Node program of `tests/node` to its end; `package` is the SDK's package.
pub(crate) fn run_node(dsn: &str, package: &str, arguments: &[&str]) -> anyhow::Result<()> {
    let mut command = Command::new("node");
    command.args(arguments).current_dir(folder("node"));
    finish(command.env("SENTRY_DSN", dsn).env("SENTRY_SDK", package)).map(drop)
}

/// Opens the failing page in a browser, waits until the server answered, and returns what the page saw of it.
pub(crate) fn run_browser(dsn: &str, scenario: &str) -> anyhow::Result<Value> {
    let mut command = Command::new("node");
    command
        .args(["report.mjs", scenario])
        .current_dir(folder("browser"));
    let printed = finish(command.env("SENTRY_DSN", dsn))?;
    serde_json::from_str(&printed).with_context(|| format!("not JSON: {printed}"))
}

/// Runs a program to its end and returns what it printed; what it wrote is the error when it fails.
pub(crate) fn finish(command: &mut Command) -> anyhow::Result<String> {
    let output = command
        .output()
        .with_context(|| format!("cannot run {command:?}"))?;
    if !output.status.success() {
        bail!(
            "{command:?} failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
