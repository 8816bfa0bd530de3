use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel_async::AsyncPgConnection;
use tokio::runtime::{Handle, Runtime};
use tokio_postgres::config::SslMode;
use tokio_postgres::{Client, Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::conn::PgConnection;
use crate::database::{ConnectError, Options};
use crate::migration;
use crate::pool::Pool;

/// How long the server may take to answer a new connection.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// Threads that move bytes between the server and the connections.
const IO_THREADS: usize = 1;

/// A PostgreSQL database: connections that write and connections that read.
pub(crate) struct Postgres {
    pub(crate) writers: Pool<PgSession>,
    pub(crate) readers: Pool<PgSession>,
    _io: IoRuntime,
}

/// A connection, and whether the server or the network has closed it.
pub(crate) struct PgSession {
    pub(crate) connection: PgConnection,
    closed: Arc<AtomicBool>,
}

/// The runtime of the connections. Ends without waiting, so that it may be dropped anywhere.
struct IoRuntime(Option<Runtime>);

impl Drop for IoRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Postgres {
    /// Connects and brings the schema up to date. Must not run inside an async task.
    pub(crate) fn connect(url: &str, options: &Options) -> Result<Self, ConnectError> {
        let config = config_of_url(url)?;
        let io = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(IO_THREADS)
            .thread_name("postgres-io")
            .enable_all()
            .build()
            .map_err(|error| ConnectError::Unreachable(error.to_string()))?;
        let handle = io.handle().clone();
        let io = IoRuntime(Some(io));

        let mut first = open(&handle, &config).map_err(ConnectError::Unreachable)?;
        migration::migrate_postgres(&mut first.connection).map_err(ConnectError::Migration)?;
        Ok(Self {
            writers: pool(&handle, &config, options.writers),
            readers: pool(&handle, &config, options.readers),
            _io: io,
        })
    }
}

fn pool(handle: &Handle, config: &Config, connections_max: usize) -> Pool<PgSession> {
    let (handle, config) = (handle.clone(), config.clone());
    Pool::new(
        connections_max,
        Box::new(move || open(&handle, &config)),
        |session| session.closed.load(Ordering::Acquire),
    )
}

fn open(handle: &Handle, config: &Config) -> Result<PgSession, String> {
    // The wrapper remembers the runtime that is entered while it is made.
    let _entered = handle.enter();
    handle.block_on(async {
        let closed = Arc::new(AtomicBool::new(false));
        let connecting = connect(config, Arc::clone(&closed));
        let client = tokio::time::timeout(CONNECT_MAX, connecting)
            .await
            .or(Err("the server does not answer"))??;
        let connection = AsyncPgConnection::try_from(client)
            .await
            .map_err(|error| error.to_string())?;
        Ok(PgSession {
            connection: PgConnection::from(connection),
            closed,
        })
    })
}

async fn connect(config: &Config, closed: Arc<AtomicBool>) -> Result<Client, String> {
    if config.get_ssl_mode() == SslMode::Require {
        let tls = MakeRustlsConnect::new(tls_config()?);
        let (client, connection) = config.connect(tls).await.map_err(with_causes)?;
        tokio::spawn(drive(connection, closed));
        return Ok(client);
    }
    let (client, connection) = config.connect(NoTls).await.map_err(with_causes)?;
    tokio::spawn(drive(connection, closed));
    Ok(client)
}

/// Moves bytes until the connection ends, and notes that it has.
async fn drive(
    connection: impl Future<Output = Result<(), tokio_postgres::Error>>,
    closed: Arc<AtomicBool>,
) {
    if let Err(error) = connection.await {
        tracing::warn!(error = %with_causes(error), "a database connection broke");
    }
    closed.store(true, Ordering::Release);
}

fn tls_config() -> Result<rustls::ClientConfig, String> {
    let roots = rustls::RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}

/// Reads `postgres://…`. `sslmode=require`, `verify-ca` and `verify-full` all mean TLS with a
/// certificate that the public roots vouch for; every other mode means no TLS, because a
/// connection that falls back to plain text protects nothing.
fn config_of_url(url: &str) -> Result<Config, ConnectError> {
    let url = url
        .replace("sslmode=verify-full", "sslmode=require")
        .replace("sslmode=verify-ca", "sslmode=require");
    let mut config: Config = url
        .parse()
        .map_err(|error| ConnectError::InvalidUrl(with_causes(error)))?;
    if config.get_ssl_mode() != SslMode::Require {
        config.ssl_mode(SslMode::Disable);
    }
    config.application_name("watchfire");
    Ok(config)
}

/// The error with what caused it, because its own text says only where it struck.
fn with_causes(error: tokio_postgres::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_modes_that_promise_encryption_use_tls() {
        for (mode, expected) in [
            ("", SslMode::Disable),
            ("?sslmode=disable", SslMode::Disable),
            ("?sslmode=prefer", SslMode::Disable),
            ("?sslmode=require", SslMode::Require),
            ("?sslmode=verify-full", SslMode::Require),
        ] {
            let config = config_of_url(&format!("postgres://u:p@host/db{mode}")).unwrap();
            assert_eq!(config.get_ssl_mode(), expected, "{mode}");
        }
        assert!(tls_config().is_ok());
    }
}
