//! Takes any bytes through every step that works on an event alone: decode, normalise, filter,
//! scrub, group, explain. Nothing may panic or hang, and what comes out must be JSON.

#![no_main]

use libfuzzer_sys::fuzz_target;
use watchfire_event::{EventKind, NormalizeContext, Timestamp, decode, json, normalize};
use watchfire_filter as filter;
use watchfire_grouping::{Grouper, Version};
use watchfire_scrub::{Scrubber, Settings};

const RECEIVED_AT: Timestamp = Timestamp(1_790_000_000_000_000);

thread_local! {
    static SCRUBBER: Scrubber = Scrubber::new(&Settings::default());
    // Both versions and Sentry's hashes of both.
    static GROUPER: Grouper = Grouper::new(&watchfire_grouping::Settings {
        older: Some(Version::Newstyle2023),
        knows_sentry: true,
        ..watchfire_grouping::Settings::default()
    });
}

fuzz_target!(|payload: &[u8]| {
    let Ok(draft) = decode(payload) else {
        return;
    };
    let context = NormalizeContext {
        received_at: RECEIVED_AT,
        sent_at: None,
        event_id: None,
        client_ip: Some("203.0.113.7"),
        user_agent: Some("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"),
        sdk_client: Some("sentry.python/2.75.0"),
        retention_days: 90,
        dsc: None,
        kind: EventKind::Event,
        sensitive: None,
    };
    let Ok(event) = normalize(draft, &context) else {
        return;
    };
    let Ok(kept) = filter::Filter::default().decide(event, &filter::Origin::default()) else {
        return;
    };
    let scrubbed = SCRUBBER.with(|scrubber| scrubber.scrub(kept));
    let (text, is_explained) = GROUPER.with(|grouper| {
        let grouped = grouper.group(scrubbed);
        let explanation = grouper.explain(grouped.event());
        let is_explained = explanation.hashes == grouped.grouping().hashes;
        (grouped.event().to_json(), is_explained)
    });
    assert!(is_explained, "an explanation of something else");
    assert!(json::parse(text.as_bytes()).is_ok(), "an event became something else");
});
