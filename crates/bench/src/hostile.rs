//! `hostile`: bodies that are small to send and large to work on.

use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

use crate::dsn::Dsn;
use crate::process::usage;

const MIB: usize = 1 << 20;
/// What a bomb inflates to.
const BOMB_BYTES: usize = 1_000 * MIB;
/// How long one answer may take.
const ANSWER_WAIT_MAX: Duration = Duration::from_secs(60);

/// Options of `hostile`.
#[derive(clap::Args)]
pub(crate) struct HostileArgs {
    /// Where the bodies go: http://KEY@HOST:PORT/PROJECT.
    dsn: Dsn,
    /// The server's process, whose memory is read after each body.
    #[arg(long)]
    pid: Option<u32>,
    /// How often each body is sent.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
}

/// One way to hurt a server.
struct Attack {
    name: &'static str,
    encoding: Option<&'static str>,
    body: Vec<u8>,
}

/// Runs the command: a line per body with its answer, its slowest time and the server's memory.
pub(crate) fn run(args: &HostileArgs) -> anyhow::Result<()> {
    let url = format!("http://{}{}", args.dsn.authority, args.dsn.path);
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(ANSWER_WAIT_MAX))
        .build()
        .into();
    let mut out = std::io::stdout();
    for attack in attacks()? {
        let mut slowest = Duration::ZERO;
        let mut status = 0;
        for _ in 0..args.rounds {
            let start = Instant::now();
            let mut request = agent.post(&url).header(
                "x-sentry-auth",
                format!("Sentry sentry_key={}", args.dsn.key),
            );
            if let Some(encoding) = attack.encoding {
                request = request.header("content-encoding", encoding);
            }
            status = request
                .send(&attack.body)
                .map_or(0, |answer| answer.status().as_u16());
            slowest = slowest.max(start.elapsed());
        }
        let memory = match args.pid.map(usage).transpose()? {
            Some(usage) => format!(
                ", resident {} MiB, peak {} MiB",
                usage.resident_kib / 1024,
                usage.peak_kib / 1024
            ),
            None => String::new(),
        };
        writeln!(
            out,
            "{}: {} bytes sent, answered {status} within {} ms{memory}",
            attack.name,
            attack.body.len(),
            slowest.as_millis()
        )?;
    }
    Ok(())
}

fn attacks() -> anyhow::Result<Vec<Attack>> {
    let zeros = vec![b' '; BOMB_BYTES];
    let gzip = gzip(&zeros)?;
    let member = self::gzip(zeros.get(..10 * MIB).unwrap_or_default())?;
    let mut attacks = vec![
        attack("gzip bomb", Some("gzip"), gzip.clone()),
        attack("gzip bomb of 100 members", Some("gzip"), member.repeat(100)),
        attack("gzip bomb within gzip", Some("gzip"), self::gzip(&gzip)?),
        attack("chained encodings", Some("gzip, gzip"), self::gzip(&gzip)?),
        attack("zlib bomb", Some("deflate"), zlib(&zeros)?),
        attack(
            "zstd bomb",
            Some("zstd"),
            zstd::encode_all(zeros.as_slice(), 3)?,
        ),
    ];
    drop(zeros);
    let keys: Vec<String> = (0..10_000).map(|key| format!("\"k{key}\":{key}")).collect();
    attacks.push(event(
        "10,000 keys in one object",
        &format!("\"extra\":{{{}}}", keys.join(",")),
    ));
    let tags: Vec<String> = (0..60_000)
        .map(|tag| format!("[\"t{tag}\",\"v\"]"))
        .collect();
    attacks.push(event(
        "60,000 tags in one event",
        &format!("\"tags\":[{}]", tags.join(",")),
    ));
    let tags: Vec<String> = (0..1_000_000)
        .map(|tag| format!("[\"t{tag}\",\"v\"]"))
        .collect();
    attacks.push(event(
        "1,000,000 tags in one event",
        &format!("\"tags\":[{}]", tags.join(",")),
    ));
    let frame = "{\"function\":\"f\",\"lineno\":1},".repeat(30_000);
    attacks.push(event(
        "30,000 frames",
        &format!(
            "\"stacktrace\":{{\"frames\":[{}]}}",
            frame.trim_end_matches(',')
        ),
    ));
    let value = "{\"type\":\"E\",\"value\":\"v\"},".repeat(30_000);
    attacks.push(event(
        "30,000 exceptions",
        &format!("\"exception\":[{}]", value.trim_end_matches(',')),
    ));
    attacks.push(event(
        "100,000 levels deep",
        &format!("\"extra\":{}", "[".repeat(100_000)),
    ));
    attacks.push(event(
        "a string of 1,000,000 digits",
        &format!("\"message\":\"{}\"", "4".repeat(1_000_000)),
    ));
    attacks.push(attack(
        "500,000 items",
        None,
        format!("{{}}\n{}", "{\"type\":\"event\"}\n{}\n".repeat(500_000)).into_bytes(),
    ));
    Ok(attacks)
}

fn attack(name: &'static str, encoding: Option<&'static str>, body: Vec<u8>) -> Attack {
    Attack {
        name,
        encoding,
        body,
    }
}

/// An envelope with one event that has these fields.
fn event(name: &'static str, fields: &str) -> Attack {
    attack(
        name,
        None,
        format!("{{}}\n{{\"type\":\"event\"}}\n{{{fields}}}").into_bytes(),
    )
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn zlib(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish()
}
