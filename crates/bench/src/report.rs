//! What a load run found, for people and as JSON.

use std::io::Write;
use std::time::Duration;

use serde_json::{Value, json};

use crate::connection::Tally;
use crate::process::Usage;

/// Figures of one process.
pub(crate) struct ProcessReport {
    pid: u32,
    cpu: Duration,
    resident_kib: u64,
    peak_kib: u64,
}

impl ProcessReport {
    /// What the process used between two readings.
    pub(crate) fn new(pid: u32, before: &Usage, after: &Usage) -> Self {
        let cpu = after.cpu.saturating_sub(before.cpu);
        Self {
            pid,
            cpu,
            resident_kib: after.resident_kib,
            peak_kib: after.peak_kib,
        }
    }
}

/// Figures of one run.
pub(crate) struct Report {
    /// Events sent.
    pub(crate) events: usize,
    /// Connections used.
    pub(crate) connections: usize,
    /// Time in which requests were under way; making bodies is not in it.
    pub(crate) elapsed: Duration,
    /// Answers and latency.
    pub(crate) tally: Tally,
    /// Mean size of an envelope before compression.
    pub(crate) plain_bytes: usize,
    /// Mean size of an envelope as sent.
    pub(crate) sent_bytes: usize,
    /// One entry per process asked for.
    pub(crate) processes: Vec<ProcessReport>,
    /// The yardstick before and after, in microseconds.
    pub(crate) yardstick_us: Option<(f64, f64)>,
}

impl Report {
    /// Prints the report on standard output.
    pub(crate) fn print(&self, as_json: bool) -> anyhow::Result<()> {
        let mut out = std::io::stdout();
        if as_json {
            writeln!(out, "{}", self.json())?;
        } else {
            write!(out, "{}", self.text())?;
        }
        Ok(())
    }

    fn per_second(&self) -> f64 {
        decimal(self.tally.accepted) / self.elapsed.as_secs_f64().max(f64::EPSILON)
    }

    /// CPU of all processes together, in microseconds per event.
    fn cpu_us(&self) -> Option<f64> {
        let total: Duration = self.processes.iter().map(|process| process.cpu).sum();
        let events = u32::try_from(self.events).ok()?;
        (!self.processes.is_empty()).then(|| total.as_secs_f64() * 1e6 / f64::from(events))
    }

    fn yardstick_mean_us(&self) -> Option<f64> {
        self.yardstick_us
            .map(|(before, after)| before.midpoint(after))
    }

    fn ratio(&self) -> Option<f64> {
        Some(self.cpu_us()? / self.yardstick_mean_us()?)
    }

    fn latency_ms(&self, quantile: f64) -> f64 {
        decimal(self.tally.latency_us.value_at_quantile(quantile)) / 1e3
    }

    fn refusal_ms(&self, quantile: f64) -> f64 {
        decimal(self.tally.refusal_us.value_at_quantile(quantile)) / 1e3
    }

    fn json(&self) -> Value {
        let processes: Vec<Value> = self
            .processes
            .iter()
            .map(|process| {
                json!({"pid": process.pid, "cpu_ms": process.cpu.as_secs_f64() * 1e3,
                       "resident_kib": process.resident_kib, "peak_kib": process.peak_kib})
            })
            .collect();
        json!({
            "events": self.events, "connections": self.connections,
            "elapsed_ms": self.elapsed.as_secs_f64() * 1e3,
            "accepted": self.tally.accepted, "accepted_per_second": self.per_second(),
            "statuses": self.tally.statuses,
            "latency_ms": {"p50": self.latency_ms(0.5), "p99": self.latency_ms(0.99), "max": self.latency_ms(1.0)},
            "refusal_ms": {"p50": self.refusal_ms(0.5), "p99": self.refusal_ms(0.99), "max": self.refusal_ms(1.0)},
            "plain_bytes": self.plain_bytes, "sent_bytes": self.sent_bytes,
            "processes": processes, "cpu_us_per_event": self.cpu_us(),
            "yardstick_us": self.yardstick_mean_us(), "cpu_per_yardstick": self.ratio(),
        })
    }

    fn text(&self) -> String {
        let statuses: Vec<String> = self
            .tally
            .statuses
            .iter()
            .map(|(status, count)| match status {
                0 => format!("no answer: {count}"),
                status => format!("{status}: {count}"),
            })
            .collect();
        let mut lines = vec![
            format!(
                "accepted   {} of {} events, {:.0}/s, over {} connections in {:.2} s",
                self.tally.accepted,
                self.events,
                self.per_second(),
                self.connections,
                self.elapsed.as_secs_f64()
            ),
            format!("status     {}", statuses.join(", ")),
            format!(
                "latency    p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms",
                self.latency_ms(0.5),
                self.latency_ms(0.99),
                self.latency_ms(1.0)
            ),
            format!(
                "envelope   {} bytes, {} as sent (mean)",
                self.plain_bytes, self.sent_bytes
            ),
        ];
        if !self.tally.refusal_us.is_empty() {
            lines.push(format!(
                "refused    p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms",
                self.refusal_ms(0.5),
                self.refusal_ms(0.99),
                self.refusal_ms(1.0)
            ));
        }
        for process in &self.processes {
            lines.push(format!(
                "process    {}: CPU {:.2} s, resident {:.1} MiB, peak {:.1} MiB",
                process.pid,
                process.cpu.as_secs_f64(),
                mib(process.resident_kib),
                mib(process.peak_kib)
            ));
        }
        if let Some(cpu_us) = self.cpu_us() {
            lines.push(format!("CPU        {:.3} ms per event", cpu_us / 1e3));
        }
        if let Some((before, after)) = self.yardstick_us {
            lines.push(format!(
                "yardstick  {before:.1} µs before, {after:.1} µs after"
            ));
        }
        if let Some(ratio) = self.ratio() {
            lines.push(format!("ratio      {ratio:.2} × the yardstick per event"));
        }
        lines.join("\n") + "\n"
    }
}

fn mib(kib: u64) -> f64 {
    decimal(kib) / 1024.0
}

#[expect(
    clippy::as_conversions,
    reason = "figures for people; sixteen digits are enough"
)]
fn decimal(value: u64) -> f64 {
    value as f64
}
