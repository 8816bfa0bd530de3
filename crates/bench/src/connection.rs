//! One kept-alive connection that sends prepared bodies until none is left.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use bytes::Bytes;
use hdrhistogram::Histogram;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::body::Body;
use crate::dsn::Dsn;

/// What the connections of one run share.
pub(crate) struct Work {
    /// Where the events go.
    pub(crate) dsn: Dsn,
    /// The requests.
    pub(crate) bodies: Vec<Body>,
    /// The next one to be taken.
    pub(crate) next: AtomicUsize,
    /// Whether the bodies are gzip.
    pub(crate) gzip: bool,
    /// When requests are due; `None` to send each as soon as a connection is free.
    pub(crate) pace: Option<Pace>,
}

/// A fixed rate, kept whether or not the server keeps up with it.
pub(crate) struct Pace {
    /// When the first request is due.
    pub(crate) start: Instant,
    /// From one request to the next.
    pub(crate) interval: Duration,
}

impl Pace {
    /// When the request with this number is due.
    fn due(&self, number: usize) -> Instant {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        self.start + self.interval.saturating_mul(number)
    }
}

/// What came back.
pub(crate) struct Tally {
    /// Answers 200 whose body named the event's id.
    pub(crate) accepted: u64,
    /// Answers by status; 0 counts requests without an answer.
    pub(crate) statuses: BTreeMap<u16, u64>,
    /// Of accepted events, from sending to the last byte of the answer, in microseconds.
    pub(crate) latency_us: Histogram<u64>,
    /// The same of all other answers.
    pub(crate) refusal_us: Histogram<u64>,
}

impl Tally {
    /// Nothing counted yet; latency keeps three digits.
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Self {
            accepted: 0,
            statuses: BTreeMap::new(),
            latency_us: Histogram::new(3).context("histogram")?,
            refusal_us: Histogram::new(3).context("histogram")?,
        })
    }

    /// Adds another's figures to these.
    pub(crate) fn add(&mut self, other: &Self) -> anyhow::Result<()> {
        self.accepted = self.accepted.saturating_add(other.accepted);
        for (status, count) in &other.statuses {
            let sum = self.statuses.entry(*status).or_default();
            *sum = sum.saturating_add(*count);
        }
        self.latency_us
            .add(&other.latency_us)
            .context("histogram")?;
        self.refusal_us.add(&other.refusal_us).context("histogram")
    }

    /// Counts one answer.
    fn record(&mut self, status: u16, named: bool, elapsed: Duration) -> anyhow::Result<()> {
        let elapsed_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        let histogram = if named {
            self.accepted = self.accepted.saturating_add(1);
            &mut self.latency_us
        } else {
            &mut self.refusal_us
        };
        histogram.record(elapsed_us).context("histogram")?;
        let count = self.statuses.entry(status).or_default();
        *count = count.saturating_add(1);
        Ok(())
    }
}

/// Opens a connection to `HOST:PORT`; a refusal names the address.
pub(crate) async fn connect(authority: &str) -> anyhow::Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(authority)
        .await
        .with_context(|| format!("cannot connect to {authority}"))?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    Ok(sender)
}

/// Sends bodies until none is left; opens a new connection when the server closed this one.
pub(crate) async fn drain(work: Arc<Work>) -> anyhow::Result<Tally> {
    let mut tally = Tally::new()?;
    let mut sender = connect(&work.dsn.authority).await?;
    loop {
        let number = work.next.fetch_add(1, Ordering::Relaxed);
        let Some(body) = work.bodies.get(number) else {
            return Ok(tally);
        };
        if let Some(pace) = &work.pace {
            tokio::time::sleep_until(pace.due(number).into()).await;
        }
        if sender.ready().await.is_err() {
            sender = connect(&work.dsn.authority).await?;
        }
        let start = Instant::now();
        let (status, named) = exchange(&mut sender, &work, body)
            .await
            .unwrap_or((0, false));
        tally.record(status, named, start.elapsed())?;
    }
}

/// One request; returns its status and whether it was a 200 that names the event.
async fn exchange(
    sender: &mut SendRequest<Full<Bytes>>,
    work: &Work,
    body: &Body,
) -> anyhow::Result<(u16, bool)> {
    let auth = format!(
        "Sentry sentry_key={}, sentry_version=7, sentry_client=watchfire-bench/{}",
        work.dsn.key,
        env!("CARGO_PKG_VERSION"),
    );
    let mut request = Request::post(&work.dsn.path)
        .header(header::HOST, &work.dsn.authority)
        .header(header::CONTENT_TYPE, "application/x-sentry-envelope")
        .header("x-sentry-auth", auth);
    if work.gzip {
        request = request.header(header::CONTENT_ENCODING, "gzip");
    }
    let answer = sender
        .send_request(request.body(Full::new(body.bytes.clone()))?)
        .await?;
    let status = answer.status().as_u16();
    let text = answer.into_body().collect().await?.to_bytes();
    let id = body.event_id.as_bytes();
    let named = status == 200 && text.windows(id.len()).any(|window| window == id);
    Ok((status, named))
}
