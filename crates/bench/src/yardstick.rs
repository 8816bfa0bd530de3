//! What plain JSON parsing of the same events costs here: the unit in which a server's cost is told.

use std::hint::black_box;
use std::io::Write;
use std::time::{Duration, Instant};

use crate::body::BodyMaker;
use crate::shape::Shape;

/// Distinct events per round; more than a processor's fastest cache holds.
const EVENTS: usize = 64;

/// Options of `yardstick`.
#[derive(clap::Args)]
pub(crate) struct YardstickArgs {
    /// Which SDKs the events imitate.
    #[arg(long, value_enum, default_value = "django")]
    shape: Shape,
    /// Size of an event's JSON in bytes, about; the fixture's own size if absent.
    #[arg(long)]
    size: Option<usize>,
    /// How many times the events are parsed.
    #[arg(long, default_value_t = 50)]
    rounds: usize,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(args: &YardstickArgs) -> anyhow::Result<()> {
    let median = measure(args.shape, args.size, args.rounds)?;
    let us = median.as_secs_f64() * 1e6;
    let mut out = std::io::stdout();
    if args.json {
        writeln!(out, "{}", serde_json::json!({"yardstick_us": us}))?;
    } else {
        writeln!(
            out,
            "serde_json::from_slice::<Value> takes {us:.1} µs per event (median)"
        )?;
    }
    Ok(())
}

/// The median time of `serde_json::from_slice::<Value>` on one thread over events of this shape and size.
pub(crate) fn measure(
    shape: Shape,
    size_bytes: Option<usize>,
    rounds: usize,
) -> anyhow::Result<Duration> {
    let templates = shape.templates(size_bytes)?;
    let maker = BodyMaker {
        templates: &templates,
        issues: EVENTS,
        gzip: false,
        distinct: false,
    };
    let turns = EVENTS.saturating_mul(templates.len());
    let events: Vec<String> = (0..turns).map(|number| maker.event(number).1).collect();
    let mut times = Vec::with_capacity(rounds.saturating_mul(events.len()));
    for _ in 0..rounds.max(1) {
        for event in &events {
            let start = Instant::now();
            let value: serde_json::Value = serde_json::from_slice(black_box(event.as_bytes()))?;
            times.push(start.elapsed());
            // Freeing the tree is no part of parsing.
            drop(black_box(value));
        }
    }
    times.sort_unstable();
    Ok(times.get(times.len() / 2).copied().unwrap_or_default())
}
