//! What ignore rules add to an event's way through the pipeline: decode, normalise, filter, scrub,
//! group.
//!
//! `cargo bench -p watchfire-filter`; BENCHMARKS.md has the figures.

#![allow(
    missing_docs,
    clippy::expect_used,
    reason = "criterion's macros make undocumented functions, and a bench may stop at once"
)]

use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Bencher, Criterion, criterion_group, criterion_main};
use watchfire_event::{Event, EventKind, NormalizeContext, Timestamp, decode, normalize};
use watchfire_filter::ignore::{Numbered, parse_toml};
use watchfire_filter::{Filter, Origin, Settings};
use watchfire_grouping::Grouper;
use watchfire_scrub::{Policy, Scrubber};

/// The allocator of the server.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Tests of every field and operator, of which none holds for the event: so every rule is asked to
/// its end. `N` stands for the number of the rule.
const TESTS: &str = r#"
field = "exception.type", op = "is", value = "NoSuchErrorN"
field = "exception.value", op = "contains", value = "never said N"
field = "exception.value", op = "regex", value = 'worker-\d+ N gone'
field = "message", op = "starts_with", value = "N nothing"
field = "logger", op = "one_of", value = ["a.N", "b.N", "c.N"]
field = "level", op = "<", value = "info"
field = "transaction", op = "wildcard", value = "/health*N"
field = "url", op = "ends_with", value = "/favicon-N.ico"
field = "http.status_code", op = ">=", value = 600
field = "release", op = "in_range", value = ">=900.N, <901"
field = "environment", op = "is", value = "stage-N"
field = "server_name", op = "wildcard", value = "canary-?-N"
field = "platform", op = "is", value = "cobol-N"
field = "sdk.version", op = "<", value = "0.0.N"
field = "user.ip", op = "is", value = "203.0.113.0/24"
field = "user.email", op = "ends_with", value = "@loadN.example"
field = "user_agent", op = "contains", value = "bot-N"
field = "tag.region", op = "is", value = "mars-N"
field = "context.device.family", op = "is", value = "toaster-N"
field = "frame.function", op = "is", value = "no_such_function_N"
field = "frame.in_app.file", op = "wildcard", value = "*/vendor-N/*"
field = "frame.crashing.module", op = "starts_with", value = "lib.N"
"#;

/// So many rules, each with two of the tests.
fn rules(count: usize) -> Vec<Numbered> {
    let tests: Vec<&str> = TESTS.trim().lines().collect();
    let mut file = String::new();
    for number in 1..=count {
        let test = |place: usize| {
            let test = tests.get(place % tests.len()).expect("a test");
            test.replace('N', &number.to_string())
        };
        let (first, second) = (test(number), test(number * 7 + 3));
        write!(
            file,
            "[[rule]]\nname = \"{number}\"\naction = \"drop\"\nwhen.any = [{{ {first} }}, {{ {second} }}]\n"
        )
        .expect("fits");
    }
    let rules = parse_toml(&file).expect("rules");
    let numbered = rules.into_iter().zip(1..);
    numbered.map(|(rule, id)| Numbered { id, rule }).collect()
}

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

fn normalized(payload: &[u8]) -> Event<'_> {
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
    normalize(draft, &context).expect("an event of today")
}

/// Runs events through the whole pipeline and times only the part of it that is asked for, so that
/// both parts meet the processor's caches as they do in the server.
fn pipeline(bencher: &mut Bencher<'_>, filter: &Filter, part: Part) {
    let payload = django_event();
    let (scrubber, grouper) = (Scrubber::of_policy(&Policy::default()), Grouper::default());
    let origin = Origin::default();
    bencher.iter_custom(|times| {
        let mut spent = Duration::ZERO;
        for _ in 0..times {
            let began = Instant::now();
            let event = normalized(black_box(payload));
            let decoded = began.elapsed();
            let began = Instant::now();
            let kept = filter.decide(event, &origin).expect("no rule matches");
            let decided = began.elapsed();
            let began = Instant::now();
            black_box(grouper.group(scrubber.scrub(kept)));
            spent += match part {
                Part::Filter => decided,
                Part::Rest => decoded + began.elapsed(),
            };
        }
        spent
    });
}

/// What is timed.
#[derive(Clone, Copy)]
enum Part {
    /// The filter.
    Filter,
    /// Decode, normalise, scrub and group.
    Rest,
}

fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pipeline");
    for (name, count, part) in [
        ("filters without rules", 0, Part::Filter),
        ("filters with 200 ignore rules", 200, Part::Filter),
        ("all but filters", 200, Part::Rest),
    ] {
        let filter = Filter::new(&Settings::default(), &rules(count));
        group.bench_function(name, |bencher| pipeline(bencher, &filter, part));
    }
    group.finish();
}

criterion_group!(filter, benches);
criterion_main!(filter);
