//! What grouping costs, beside the yardstick: `serde_json::from_slice::<Value>` of the same event.
//!
//! `cargo bench -p watchfire-grouping`; BENCHMARKS.md has the figures and says what they are
//! compared with.

#![allow(
    missing_docs,
    clippy::expect_used,
    reason = "criterion's macros make undocumented functions, and a bench may stop at once"
)]

use std::fmt::Write;
use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use watchfire_event::{Event, Timestamp, decode};
use watchfire_grouping::{Grouper, RuleKind, RuleText, Settings, Version};

/// The Django event of 12 KB that the other figures are of, as the SDK sent it.
fn django_event() -> &'static [u8] {
    let envelope: &[u8] = include_bytes!(
        "../../../fixtures/envelopes/python-django-unmasked-2.75.0/checkout.envelope"
    );
    let mut lines = envelope.splitn(3, |byte| *byte == b'\n');
    let payload = lines.nth(2).expect("a payload behind two lines of headers");
    let text = std::str::from_utf8(payload).expect("text");
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>();
    let length = values.next().map(|_| values.byte_offset());
    payload
        .get(..length.expect("an event"))
        .expect("within the payload")
}

fn event(payload: &[u8]) -> Event<'_> {
    Event::from_draft(decode(payload).expect("an event"), Timestamp::now())
}

fn message(text: &str) -> Vec<u8> {
    serde_json::json!({"logentry": {"message": text}})
        .to_string()
        .into_bytes()
}

fn fingerprint(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("django event");
    let payload = django_event();
    let event = event(payload);
    group.bench_function("yardstick", |bencher| {
        bencher.iter(|| serde_json::from_slice::<serde_json::Value>(black_box(payload)));
    });
    let grouper = Grouper::default();
    group.bench_function("describe", |bencher| {
        bencher.iter(|| grouper.describe(black_box(&event)));
    });
    let fallbacks = Grouper::new(&Settings {
        older: Some(Version::Newstyle2023),
        knows_sentry: true,
        ..Settings::default()
    });
    group.bench_function("describe with fallbacks", |bencher| {
        bencher.iter(|| fallbacks.describe(black_box(&event)));
    });
    let own = Grouper::new(&own_rules(200));
    assert_eq!(own.problems(), []);
    group.bench_function("describe with 200 own rules", |bencher| {
        bencher.iter(|| own.describe(black_box(&event)));
    });
    group.bench_function("explain", |bencher| {
        bencher.iter(|| grouper.explain(black_box(&event)).hashes.len());
    });
    group.finish();
}

/// Rules of which none matches the event: so many of each kind together.
fn own_rules(count: usize) -> Settings {
    let mut fingerprint = String::new();
    let mut stack_trace = String::new();
    for number in 0..count / 2 {
        writeln!(
            fingerprint,
            "error.type:\"Error{number}\" stack.module:\"shop.*{number}\" -> \"rule-{number}\""
        )
        .expect("writes");
        writeln!(
            stack_trace,
            "stack.module:\"shop.wrap{number}.*\" stack.function:\"call_*\" -group"
        )
        .expect("writes");
    }
    let text = |kind, text| RuleText {
        kind,
        origin: "project rules".to_owned(),
        text,
    };
    Settings {
        texts: vec![
            text(RuleKind::Fingerprint, fingerprint),
            text(RuleKind::StackTrace, stack_trace),
        ],
        ..Settings::default()
    }
}

/// What patterns begin to match again and again, a JSON text per line.
const WORST_UNITS: &str = include_str!("../src/parameterize/worst.txt");

/// 100 KB of each of these units.
fn parameterize(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("message of 100 KB");
    group.sample_size(20);
    let grouper = Grouper::default();
    for line in WORST_UNITS.lines() {
        let unit: String = serde_json::from_str(line).expect("a JSON text");
        let payload = message(&unit.repeat(100_000 / unit.len()));
        let event = event(&payload);
        group.bench_function(line, |bencher| {
            bencher.iter(|| grouper.describe(black_box(&event)));
        });
    }
    group.finish();
}

fn compile(criterion: &mut Criterion) {
    let settings = own_rules(200);
    criterion.bench_function("compile 200 own rules", |bencher| {
        bencher.iter_batched(|| &settings, Grouper::new, BatchSize::SmallInput);
    });
}

criterion_group!(benches, fingerprint, parameterize, compile);
criterion_main!(benches);
