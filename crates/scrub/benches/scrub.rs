//! What scrubbing costs, beside the yardstick: `serde_json::from_slice::<Value>` of the same event.
//!
//! `cargo bench -p watchfire-scrub`; BENCHMARKS.md has the figures and says what they are
//! compared with.

#![allow(
    missing_docs,
    clippy::expect_used,
    reason = "criterion's macros make undocumented functions, and a bench may stop at once"
)]

use std::hint::black_box;

use criterion::{BatchSize, Bencher, Criterion, criterion_group, criterion_main};
use watchfire_event::{Event, EventKind, NormalizeContext, Timestamp, decode, normalize};
use watchfire_filter::KeptEvent;
use watchfire_scrub::{Mode, PiiConfig, Policy, Scrubber, Settings};

/// The allocator of the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

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

/// The event as it reaches scrubbing.
fn normalized(payload: &[u8]) -> KeptEvent<'_> {
    let context = NormalizeContext {
        received_at: Timestamp::now(),
        sent_at: None,
        event_id: None,
        client_ip: None,
        user_agent: None,
        sdk_client: None,
        retention_days: 90,
        dsc: None,
        kind: EventKind::Event,
        sensitive: None,
    };
    let draft = decode(payload).expect("an event");
    KeptEvent::unfiltered(normalize(draft, &context).expect("an event of today"))
}

fn scrub(bencher: &mut Bencher<'_>, scrubber: &Scrubber, event: &KeptEvent<'_>) {
    bencher.iter_batched(
        || event.clone(),
        |event| scrubber.scrub(black_box(event)),
        // The event was decoded a moment before, so it is in the processor's caches.
        BatchSize::PerIteration,
    );
}

/// A project's rules with addresses and one sensitive field on.
fn all_on() -> Settings {
    Settings {
        scrub_ip_addresses: true,
        sensitive_fields: vec!["holder".to_owned()],
        ..Settings::default()
    }
}

/// The ways to scrub of which the figures tell.
fn scrubbers() -> Vec<(&'static str, Scrubber)> {
    let none = PiiConfig::default;
    let advanced: PiiConfig = serde_json::from_str(ADVANCED).expect("a configuration");
    let improved = |settings, config| Policy::new(settings, config, Mode::Improved);
    let policies = [
        (
            "defaults and secrets",
            improved(Settings::default(), none()),
        ),
        (
            "defaults",
            improved(Settings::default(), none()).with_secrets(false),
        ),
        (
            "defaults as Relay",
            Policy::new(Settings::default(), none(), Mode::Compatible),
        ),
        (
            "secrets, addresses and a sensitive field",
            improved(all_on(), none()),
        ),
        (
            "secrets and a pasted configuration",
            improved(Settings::default(), advanced),
        ),
    ];
    policies
        .map(|(name, policy)| (name, Scrubber::of_policy(&policy)))
        .into()
}

/// What teams paste: own patterns, masks and hashes by selector.
const ADVANCED: &str = r#"{
    "rules": {
        "order": {"type": "pattern", "pattern": "\\b20\\d\\d-\\d+-\\d{4}\\b", "redaction": {"method": "mask"}},
        "holder": {"type": "redact_pair", "keyPattern": "holder|customer", "redaction": {"method": "replace", "text": "[who]"}},
        "contact": {"type": "multiple", "rules": ["@email:hash", "@ip:replace"], "hideInner": true}
    },
    "applications": {
        "$string": ["order", "contact"],
        "$frame.vars.**": ["holder"],
        "extra.** || $http.data.card": ["@creditcard:mask"],
        "$user.username": ["@anything:hash"],
        "$error.value": ["@urlauth", "@email"]
    }
}"#;

fn event(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("django event");
    let payload = django_event();
    let event = normalized(payload);
    group.bench_function("yardstick", |bencher| {
        // Freeing the tree is no part of parsing, nor of scrubbing.
        bencher.iter_batched(
            || payload,
            |payload| serde_json::from_slice::<serde_json::Value>(black_box(payload)),
            BatchSize::PerIteration,
        );
    });
    for (name, scrubber) in scrubbers() {
        group.bench_function(name, |bencher| scrub(bencher, &scrubber, &event));
    }
    group.finish();
}

/// What rules begin to match again and again, a JSON text per line.
const WORST_UNITS: &str = include_str!("worst.txt");
const WORST_BYTES: usize = 1_000_000;

/// Where a long text may stand: as free JSON, as a message, and as an error's text.
const PLACES: [(&str, &str); 3] = [
    ("extra", r#"{"extra": {"v": "#),
    ("message", r#"{"logentry": {"formatted": "#),
    ("error", r#"{"exception": {"values": [{"value": "#),
];

fn worst(criterion: &mut Criterion) {
    let scrubber = Scrubber::default();
    for (place, before) in PLACES {
        let mut group = criterion.benchmark_group(format!("1 MB in {place}"));
        group.sample_size(10);
        let after = if place == "error" { "}]}}" } else { "}}" };
        for line in WORST_UNITS.lines() {
            let unit: String = serde_json::from_str(line).expect("a JSON text");
            let text = unit.repeat(WORST_BYTES / unit.len());
            let text = serde_json::to_string(&text).expect("a JSON text");
            let payload = format!("{before}{text}{after}");
            let draft = decode(payload.as_bytes()).expect("an event");
            let event = KeptEvent::unfiltered(Event::from_draft(draft, Timestamp::now()));
            group.bench_function(line, |bencher| scrub(bencher, &scrubber, &event));
        }
        group.finish();
    }
}

criterion_group!(benches, event, worst);
criterion_main!(benches);
