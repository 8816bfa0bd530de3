//! The small programs under `tests/` that report through real SDKs, as child processes.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use watchfire_testkit::client::agent;
use watchfire_testkit::server::{free_port, wait_for};

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
    let found = python().is_file() && folder("node").join("node_modules/@sentry/node").is_dir();
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

fn python() -> PathBuf {
    folder(".venv").join("bin/python")
}

/// The Django shop, reporting to a DSN.
pub(crate) struct Shop {
    child: Child,
    url: String,
    cookie: String,
}

impl Shop {
    /// Starts the shop with the SDK's own masking off, so that the server's rules are what is tested, and opens
    /// a session as a customer would.
    pub(crate) fn start(dsn: &str) -> anyhow::Result<Self> {
        let port = free_port()?.to_string();
        let child = Command::new(python())
            .args([
                "manage.py",
                "runserver",
                "--noreload",
                "--skip-checks",
                &port,
            ])
            .current_dir(folder("django"))
            .env("SENTRY_DSN", dsn)
            .env("SHOP_SDK_SCRUBS", "no")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start the Django shop")?;
        let url = format!("http://127.0.0.1:{port}");
        let mut shop = Self {
            child,
            url,
            cookie: String::new(),
        };
        shop.cookie = wait_for("the Django shop", Duration::from_secs(20), || {
            let Ok(answer) = agent().get(format!("{}/", shop.url)).call() else {
                return Ok(None);
            };
            let cookie = answer
                .headers()
                .get("set-cookie")
                .context("the shop opened no session")?;
            Ok(cookie.to_str()?.split(';').next().map(str::to_owned))
        })?;
        Ok(shop)
    }

    /// The shop's address.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The value of the session cookie.
    pub(crate) fn session(&self) -> &str {
        self.cookie.split_once('=').map_or("", |(_, value)| value)
    }

    /// Opens a page with the session's cookie; the shop's pages end in events.
    pub(crate) fn open(&self, path: &str) -> anyhow::Result<u16> {
        let request = agent()
            .get(format!("{}{path}", self.url))
            .header("Cookie", &self.cookie);
        Ok(request.call()?.status().as_u16())
    }

    /// Sends the checkout form, which ends in an unhandled exception.
    pub(crate) fn check_out(&self) -> anyhow::Result<u16> {
        let request = agent()
            .post(format!("{}/checkout/?step=pay", self.url))
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

impl Drop for Shop {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Runs the Node program once; `package` is the SDK's package, `scenario` an argument of `shop.js`.
pub(crate) fn run_node(dsn: &str, package: &str, scenario: &str) -> anyhow::Result<()> {
    let mut command = Command::new("node");
    command
        .args(["shop.js", scenario])
        .current_dir(folder("node"));
    finish(command.env("SENTRY_DSN", dsn).env("SENTRY_SDK", package))
}

/// Opens the failing page in a browser and waits until the server answered.
pub(crate) fn run_browser(dsn: &str) -> anyhow::Result<()> {
    let mut command = Command::new("node");
    command.arg("report.mjs").current_dir(folder("browser"));
    finish(command.env("SENTRY_DSN", dsn))
}

/// Runs a program to its end; what it wrote is the error when it fails.
pub(crate) fn finish(command: &mut Command) -> anyhow::Result<()> {
    let output = command
        .output()
        .with_context(|| format!("cannot run {command:?}"))?;
    if !output.status.success() {
        bail!(
            "{command:?} failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}
