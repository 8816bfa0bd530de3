use std::io::{Read, Write};

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

use super::*;
use crate::items::raw::tests::check_hostile;

const BYTES_MAX: usize = 100 * 1024 * 1024;
/// As browser SDKs write it.
const EVENT: &str = r#"{"type":"replay_event","replay_start_timestamp":1795249270.1,"timestamp":1795249275.2,"error_ids":[],"trace_ids":["97273d2034714854b2e0a5b7efefc838"],"urls":["https://shop.example.com/"],"replay_id":"12876ba30fe44b7298f9cc0b3800b288","segment_id":0,"replay_type":"session","event_id":"12876ba30fe44b7298f9cc0b3800b288","environment":"production","platform":"javascript"}"#;
const LIST: &str = r#"[{"type":4,"data":{"href":"https://shop.example.com/","width":1280,"height":720},"timestamp":1795249270100},{"type":3,"data":{"text":"a \"[{"},"timestamp":1795249270200}]"#;

fn look_at(item_type: &str, payload: &[u8]) -> Findings {
    let header = ItemHeader {
        item_type: item_type.to_owned(),
        ..ItemHeader::default()
    };
    look(payload, &header, &mut Budget::new(BYTES_MAX))
}

#[track_caller]
fn check_good(item_type: &str, payload: &[u8]) {
    let findings = look_at(item_type, payload);
    assert_eq!(findings.bad, []);
    assert_eq!(findings.good, [(DataCategory::Replay, 1)]);
}

#[track_caller]
fn check_bad(item_type: &str, payload: &[u8], reason: &str, message: &str) {
    let findings = look_at(item_type, payload);
    assert_eq!(findings.good, []);
    let bad = &findings.bad[0];
    assert_eq!((bad.reason, &*bad.message), (reason, message));
}

fn recording(body: &[u8]) -> Vec<u8> {
    [b"{\"segment_id\":0}\n", body].concat()
}

fn zlib(text: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).expect("compresses");
    encoder.finish().expect("compresses")
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).expect("compresses");
    encoder.finish().expect("compresses")
}

fn video(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut map = Vec::new();
    let count = u32::try_from(parts.len()).expect("few");
    rmp::encode::write_map_len(&mut map, count).expect("writes");
    for (name, bytes) in parts {
        rmp::encode::write_str(&mut map, name).expect("writes");
        rmp::encode::write_bin(&mut map, bytes).expect("writes");
    }
    map
}

#[test]
fn a_replay_event_tells_replay_and_segment() {
    check_good("replay_event", EVENT.as_bytes());
    let replaced = |from: &str, to: &str| EVENT.replace(from, to).into_bytes();
    let reason = "invalid_replay";
    let lacks = replaced("\"replay_id\"", "\"other\"");
    check_bad(
        "replay_event",
        &lacks,
        reason,
        "the replay event lacks replay_id",
    );
    let message = "the replay event has a replay_id that is not a UUID";
    check_bad("replay_event", &replaced("12876ba30", ""), reason, message);
    let message = "the replay event has a segment_id that is not a number up to 65535";
    check_bad(
        "replay_event",
        &replaced("\"segment_id\":0", "\"segment_id\":65536"),
        reason,
        message,
    );
    let message = "the replay event has urls or ids that are not a list";
    check_bad(
        "replay_event",
        &replaced("\"error_ids\":[]", "\"error_ids\":5"),
        reason,
        message,
    );
    let many = format!("\"error_ids\":[{}0]", "0,".repeat(1000));
    let message = "the replay event has more than 1000 urls or ids";
    check_bad(
        "replay_event",
        &replaced("\"error_ids\":[]", &many),
        reason,
        message,
    );
    check_bad(
        "replay_event",
        b"[]",
        reason,
        "the replay event is not an object",
    );
    check_bad(
        "replay_event",
        b"{",
        "invalid_json",
        "the replay event is not valid JSON",
    );
}

#[test]
fn a_recording_is_a_list_in_any_packing() {
    for body in [
        LIST.as_bytes().to_vec(),
        zlib(LIST.as_bytes()),
        gzip(LIST.as_bytes()),
    ] {
        check_good("replay_recording", &recording(&body));
    }
}

#[test]
fn a_recording_may_end_in_any_byte() {
    for number in 0..1000 {
        let list = format!("[{number}]");
        check_good("replay_recording", &recording(&zlib(list.as_bytes())));
    }
}

#[test]
fn a_recording_that_is_none_is_told_in_words() {
    let check = |payload: &[u8], reason, words: &str| {
        let message = format!("the replay recording {words}");
        check_bad("replay_recording", payload, reason, &message);
    };
    let reason = "invalid_replay_recording";
    check(b"", reason, "lacks the line with its segment_id");
    check(b"{}\n[]", reason, "lacks segment_id");
    check(b"x{\n[]", reason, "has a first line that is not JSON");
    let words = "has nothing after its first line";
    check(&recording(b""), "invalid_replay_no_payload", words);
    let words = "cannot be unpacked or is not valid JSON";
    check(&recording(b"[1"), reason, words);
    check(&recording(b"nonsense"), reason, words);
    let mut cut_short = zlib(LIST.as_bytes());
    cut_short.truncate(20);
    check(&recording(&cut_short), reason, words);
    check(&recording(&gzip(b"{}")), reason, "is not a list");
}

#[test]
fn a_recording_that_nests_without_end_is_stopped() {
    let deep = zlib("[".repeat(1_000_000).as_bytes());
    let message = "the replay recording nests deeper than 127 levels";
    check_bad(
        "replay_recording",
        &recording(&deep),
        "nesting_too_deep",
        message,
    );
}

#[test]
fn a_recording_that_unpacks_without_end_is_stopped() {
    let endless = std::io::Cursor::new(b"[").chain(std::io::repeat(b' '));
    let mut budget = Budget::new(100_000);
    let flaw = recording::check_list(endless, 1000, &mut budget).expect_err("too large");
    assert_eq!(flaw.reason, "too_large:replay_recording");
    let words = "unpacks to 100000 bytes or more, alone or with those before it";
    assert_eq!(flaw.words, words);
    let mut budget = Budget::new(3);
    assert_eq!(recording::check_list(&b"[]"[..], 2, &mut budget), Ok(()));
}

#[test]
fn a_recording_that_grows_a_thousand_times_is_stopped_early() {
    let bomb = format!("[{}]", " ".repeat(20 * 1024 * 1024));
    let message =
        "the replay recording unpacks to 8388608 bytes or more, far more than its packed size";
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bomb.as_bytes()).expect("compresses");
    let bomb = recording(&encoder.finish().expect("compresses"));
    let reason = "too_large:replay_recording";
    check_bad("replay_recording", &bomb, reason, message);
}

#[test]
fn the_recordings_of_an_envelope_unpack_to_a_limit_together() {
    let header = ItemHeader {
        item_type: "replay_recording".to_owned(),
        ..ItemHeader::default()
    };
    let film = video(&[
        ("replay_event", EVENT.as_bytes()),
        ("replay_recording", &recording(LIST.as_bytes())),
        ("replay_video", b"film"),
    ]);
    let film_header = ItemHeader {
        item_type: "replay_video".to_owned(),
        ..ItemHeader::default()
    };
    let payload = recording(&gzip(LIST.as_bytes()));
    let mut budget = Budget::new(LIST.len() * 2 + 1);
    for (payload, header) in [(&payload, &header), (&film, &film_header)] {
        assert_eq!(look(payload, header, &mut budget).bad, []);
    }
    for _ in 0..3 {
        let findings = look(&payload, &header, &mut budget);
        assert_eq!(findings.bad[0].reason, "too_large:replay_recording");
    }
}

#[test]
fn a_video_is_a_map_of_three_parts() {
    let recording = recording(LIST.as_bytes());
    let event: (&str, &[u8]) = ("replay_event", EVENT.as_bytes());
    let recording: (&str, &[u8]) = ("replay_recording", &recording);
    let film: (&str, &[u8]) = ("replay_video", b"\0\0\0\x20ftypisom");
    check_good("replay_video", &video(&[event, recording, film]));
    check_good(
        "replay_video",
        &video(&[film, ("other", b"x"), recording, event]),
    );
    let check = |payload: &[u8], reason, words: &str| {
        let message = format!("the replay video {words}");
        check_bad("replay_video", payload, reason, &message);
    };
    let reason = "invalid_replay_video";
    check(&video(&[event, recording]), reason, "lacks replay_video");
    check(&video(&[event, film]), reason, "lacks replay_recording");
    check(&video(&[recording, film]), reason, "lacks replay_event");
    check(b"", reason, "is not a map of byte strings");
    check(
        b"{\"replay_event\":1}",
        reason,
        "is not a map of byte strings",
    );
    let mut cut_short = video(&[event, recording, film]);
    cut_short.pop();
    check(&cut_short, reason, "is not a map of byte strings");
    let bad_event: (&str, &[u8]) = ("replay_event", b"{}");
    let words = "lacks replay_id";
    check(
        &video(&[bad_event, recording, film]),
        "invalid_replay",
        words,
    );
    let words = "has an empty replay_video";
    let empty: (&str, &[u8]) = ("replay_video", b"");
    check(
        &video(&[event, recording, empty]),
        "invalid_replay_no_payload",
        words,
    );
}

#[test]
fn a_replay_event_needs_a_recording_beside_it() {
    let bad = &without_recording().bad[0];
    assert_eq!(bad.reason, "invalid_replay_missing_recording");
    assert_eq!((bad.category, bad.quantity), (DataCategory::Replay, 1));
}

#[test]
fn hostile_payloads_never_panic() {
    check_hostile(EVENT, |payload| {
        drop(look_at("replay_event", payload));
        drop(look_at("replay_video", payload));
        drop(look_at("replay_recording", payload));
        drop(look_at("replay_recording", &recording(payload)));
        drop(look_at(
            "replay_video",
            &video(&[("replay_event", payload)]),
        ));
    });
}
