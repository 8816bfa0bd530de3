//! `watchfire health`: asks the running server, for health checks of container engines.

use std::time::Duration;

use anyhow::{Context, Result};

use crate::config::Config;

/// How long the server may take to answer.
const ANSWER_WAIT_MAX: Duration = Duration::from_secs(2);

/// Succeeds when the server on the configured port answers that it is ready.
pub(crate) fn run(config: &Config) -> Result<()> {
    let (_, port) = config
        .listen
        .rsplit_once(':')
        .context("listen has no port")?;
    let url = format!("http://127.0.0.1:{port}/health/ready");
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(ANSWER_WAIT_MAX))
        .build()
        .into();
    agent
        .get(&url)
        .call()
        .with_context(|| format!("{url} is not ready"))?;
    Ok(())
}
