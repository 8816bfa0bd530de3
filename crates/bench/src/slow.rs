//! `slow`: connections that begin a request and never end it. Run `load` beside it.

use std::collections::BTreeMap;
use std::io::Write;
use std::time::Duration;

use anyhow::Context;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

use crate::dsn::Dsn;

/// How long a client waits between two bytes.
const BYTE_INTERVAL: Duration = Duration::from_secs(1);

/// Options of `slow`.
#[derive(clap::Args)]
pub(crate) struct SlowArgs {
    /// Whose server is held: http://KEY@HOST:PORT/PROJECT.
    dsn: Dsn,
    /// Connections that are held at the same time; every second one stops within the head, the
    /// others within the body.
    #[arg(long, default_value_t = 1_000)]
    connections: usize,
    /// How long they are held if the server does not end them.
    #[arg(long, default_value_t = 90)]
    seconds: u64,
}

/// Runs the command: prints how the connections ended, and after how long the last one did.
pub(crate) fn run(args: &SlowArgs) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let start = Instant::now();
    let ends = runtime.block_on(hold_all(args))?;
    let mut out = std::io::stdout();
    for (end, count) in ends {
        writeln!(out, "{count} connections: {end}")?;
    }
    writeln!(
        out,
        "the last one ended after {:.0} s",
        start.elapsed().as_secs_f64()
    )?;
    Ok(())
}

async fn hold_all(args: &SlowArgs) -> anyhow::Result<BTreeMap<String, usize>> {
    let until = Instant::now() + Duration::from_secs(args.seconds);
    let mut tasks = JoinSet::new();
    for number in 0..args.connections {
        tasks.spawn(hold(args.dsn.clone(), number % 2 == 0, until));
    }
    let mut ends = BTreeMap::new();
    while let Some(ended) = tasks.join_next().await {
        let end = ended.context("a connection's task panicked")??;
        let count: &mut usize = ends.entry(end).or_default();
        *count = count.saturating_add(1);
    }
    Ok(ends)
}

/// Sends a byte now and then until the server answers or closes, or time is up.
async fn hold(dsn: Dsn, within_head: bool, until: Instant) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(&dsn.authority)
        .await
        .with_context(|| format!("cannot connect to {}", dsn.authority))?;
    let head = format!(
        "POST {}?sentry_key={} HTTP/1.1\r\nHost: {}\r\nContent-Length: 100000\r\n",
        dsn.path, dsn.key, dsn.authority
    );
    stream.write_all(head.as_bytes()).await?;
    if !within_head {
        stream.write_all(b"\r\n{}\n").await?;
    }
    let mut answer = [0; 64];
    while Instant::now() < until {
        match timeout(BYTE_INTERVAL, stream.read(&mut answer)).await {
            Ok(Ok(0) | Err(_)) => return Ok("closed by the server".to_owned()),
            Ok(Ok(length)) => return Ok(status_line(answer.get(..length).unwrap_or_default())),
            Err(_) => {
                if stream.write_all(b"x").await.is_err() {
                    return Ok("closed by the server".to_owned());
                }
            }
        }
    }
    Ok("held until the end".to_owned())
}

/// The first line of an answer without its protocol.
fn status_line(answer: &[u8]) -> String {
    let text = String::from_utf8_lossy(answer);
    let line = text.lines().next().unwrap_or_default();
    format!("answered {}", line.trim_start_matches("HTTP/1.1 "))
}
