//! `load`: sends events and measures.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tokio::task::JoinSet;

use crate::body::BodyMaker;
use crate::connection::{self, Pace, Tally, Work};
use crate::dsn::Dsn;
use crate::process::{Usage, usage};
use crate::report::{ProcessReport, Report};
use crate::shape::Shape;
use crate::yardstick;

/// Events prepared at a time, so that a long run needs little memory.
const BATCH: usize = 25_000;

/// Work that a server puts off until after its answers still counts: CPU is read this much later.
const SETTLE: Duration = Duration::from_secs(1);

/// Rounds of the yardstick before and after a load.
const YARDSTICK_ROUNDS: usize = 20;

/// Options of `load`.
#[derive(clap::Args)]
pub(crate) struct LoadArgs {
    /// Where the events go: http://KEY@HOST:PORT/PROJECT.
    dsn: Dsn,
    /// How many events are sent.
    #[arg(long, default_value_t = 10_000)]
    events: usize,
    /// Connections that send at the same time.
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Distinct issues among the events.
    #[arg(long, default_value_t = 100)]
    issues: usize,
    /// Requests a second, each sent on time if one of the connections is free then. As fast as the
    /// connections allow if absent.
    #[arg(long)]
    rate: Option<f64>,
    /// Gives every event a release and a tag value of its own, as a broken or hostile client does.
    #[arg(long)]
    distinct: bool,
    /// Size of an event's JSON in bytes, about; the fixture's own size (12 KB for django) if absent.
    #[arg(long)]
    size: Option<usize>,
    /// Which SDKs the events imitate.
    #[arg(long, value_enum, default_value = "django")]
    shape: Shape,
    /// Server processes whose CPU and memory are read.
    #[arg(long, value_delimiter = ',')]
    pid: Vec<u32>,
    /// Sends plain bodies.
    #[arg(long, conflicts_with = "gzip")]
    plain: bool,
    /// Sends gzip bodies (the default).
    #[arg(long)]
    gzip: bool,
    /// Measures the yardstick before and after and prints the server's cost as a multiple of it.
    #[arg(long)]
    yardstick: bool,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(args: &LoadArgs) -> anyhow::Result<()> {
    if args.connections == 0 || args.events == 0 {
        bail!("--events and --connections must be at least 1");
    }
    let before = stick(args)?;
    let mut report = measure(args)?;
    report.yardstick_us = before.zip(stick(args)?);
    report.print(args.json)
}

fn stick(args: &LoadArgs) -> anyhow::Result<Option<f64>> {
    if !args.yardstick {
        return Ok(None);
    }
    let median = yardstick::measure(args.shape, args.size, YARDSTICK_ROUNDS)?;
    Ok(Some(median.as_secs_f64() * 1e6))
}

fn measure(args: &LoadArgs) -> anyhow::Result<Report> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    // Refusals are told before time is spent on preparing bodies.
    runtime.block_on(connection::connect(&args.dsn.authority))?;
    let usages_before = usages(&args.pid)?;
    let templates = args.shape.templates(args.size)?;
    let maker = BodyMaker {
        templates: &templates,
        issues: args.issues.max(1),
        gzip: !args.plain,
        distinct: args.distinct,
    };
    let interval = args
        .rate
        .map(|rate| Duration::from_secs_f64(1.0 / rate.max(0.001)));
    let mut tally = Tally::new()?;
    let (mut elapsed, mut plain_bytes, mut sent_bytes) = (Duration::ZERO, 0_usize, 0_usize);
    for first in (0..args.events).step_by(BATCH) {
        let bodies = maker.bodies(first..args.events.min(first.saturating_add(BATCH)))?;
        for body in &bodies {
            plain_bytes = plain_bytes.saturating_add(body.plain_bytes);
            sent_bytes = sent_bytes.saturating_add(body.bytes.len());
        }
        let start = Instant::now();
        let work = Work {
            dsn: args.dsn.clone(),
            bodies,
            next: AtomicUsize::new(0),
            gzip: !args.plain,
            pace: interval.map(|interval| Pace { start, interval }),
        };
        tally.add(&runtime.block_on(send(Arc::new(work), args.connections))?)?;
        elapsed += start.elapsed();
    }
    if !args.pid.is_empty() {
        std::thread::sleep(SETTLE);
    }
    let usages_after = usages(&args.pid)?;
    let processes = args.pid.iter().zip(usages_before.iter().zip(&usages_after));
    Ok(Report {
        events: args.events,
        connections: args.connections,
        elapsed,
        tally,
        plain_bytes: plain_bytes / args.events,
        sent_bytes: sent_bytes / args.events,
        processes: processes
            .map(|(pid, (before, after))| ProcessReport::new(*pid, before, after))
            .collect(),
        yardstick_us: None,
    })
}

fn usages(pids: &[u32]) -> anyhow::Result<Vec<Usage>> {
    pids.iter().map(|pid| usage(*pid)).collect()
}

async fn send(work: Arc<Work>, connections: usize) -> anyhow::Result<Tally> {
    let mut tasks = JoinSet::new();
    for _ in 0..connections {
        tasks.spawn(connection::drain(Arc::clone(&work)));
    }
    let mut tally = Tally::new()?;
    while let Some(ended) = tasks.join_next().await {
        tally.add(&ended.context("a connection's task panicked")??)?;
    }
    Ok(tally)
}
