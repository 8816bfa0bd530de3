//! `get`: how long pages take, one request after the other over one connection.

use std::io::Write;
use std::time::Instant;

use anyhow::{Context, bail};
use bytes::Bytes;
use clap::Args;
use hdrhistogram::Histogram;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::SendRequest;
use hyper::{Request, header};

use crate::connection::connect;

/// Requests per address that are not counted.
const WARM_UP_REQUESTS: usize = 5;

/// Addresses to ask for and how often.
#[derive(Args)]
pub(crate) struct GetArgs {
    /// Pages: http://HOST:PORT/PATH
    #[arg(required = true)]
    urls: Vec<String>,
    /// A header of every request, for example `Cookie: session=…`
    #[arg(long)]
    header: Vec<String>,
    /// Requests per address
    #[arg(long, default_value_t = 200)]
    requests: usize,
}

/// Asks for each address and prints its latency.
///
/// # Errors
/// A sentence that names the address that cannot be used.
pub(crate) fn run(args: &GetArgs) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut out = std::io::stdout();
    for url in &args.urls {
        let (authority, path) = cut(url)?;
        let (status, bytes, latency_us) = runtime.block_on(time(&authority, &path, args))?;
        let ms = |quantile| {
            Ok::<f64, anyhow::Error>(
                f64::from(u32::try_from(latency_us.value_at_quantile(quantile))?) / 1e3,
            )
        };
        writeln!(
            out,
            "{status} {bytes:>8} bytes  p50 {:>6.2} ms  p99 {:>6.2} ms  max {:>6.2} ms  {path}",
            ms(0.5)?,
            ms(0.99)?,
            ms(1.0)?
        )?;
    }
    Ok(())
}

fn cut(url: &str) -> anyhow::Result<(String, String)> {
    let Some(rest) = url.strip_prefix("http://") else {
        bail!("{url}: an address begins with http://");
    };
    let at = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(at);
    let path = if path.is_empty() { "/" } else { path };
    Ok((authority.to_owned(), path.to_owned()))
}

/// Status and size of the last answer, and the latency of all counted ones.
async fn time(
    authority: &str,
    path: &str,
    args: &GetArgs,
) -> anyhow::Result<(u16, usize, Histogram<u64>)> {
    let mut latency_us = Histogram::new(3).context("histogram")?;
    let mut sender = connect(authority).await?;
    let mut last = (0, 0);
    for round in 0..WARM_UP_REQUESTS + args.requests {
        let start = Instant::now();
        last = exchange(&mut sender, authority, path, &args.header).await?;
        let elapsed_us = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
        if round >= WARM_UP_REQUESTS {
            latency_us.record(elapsed_us).context("histogram")?;
        }
    }
    Ok((last.0, last.1, latency_us))
}

async fn exchange(
    sender: &mut SendRequest<Full<Bytes>>,
    authority: &str,
    path: &str,
    headers: &[String],
) -> anyhow::Result<(u16, usize)> {
    let mut request = Request::get(path).header(header::HOST, authority);
    for line in headers {
        let (name, value) = line.split_once(':').context("a header is NAME: VALUE")?;
        request = request.header(name.trim(), value.trim());
    }
    sender.ready().await?;
    let answer = sender.send_request(request.body(Full::default())?).await?;
    let status = answer.status().as_u16();
    let bytes = answer.into_body().collect().await?.to_bytes();
    Ok((status, bytes.len()))
}
