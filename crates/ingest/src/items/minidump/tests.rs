use serde_json::{Value, json};

use super::synth::{crash, crash_of, dump};
use super::{Crash, to_event};

fn event(crash: &Crash<'_>) -> Value {
    serde_json::from_slice(&to_event(crash)).expect("JSON")
}

fn of_dump(dump: &[u8]) -> Value {
    event(&Crash {
        dump: Some(dump),
        ..Crash::default()
    })
}

#[test]
fn the_exception_says_why_and_where() {
    let event = of_dump(&crash());
    assert_eq!(event["platform"], "native");
    assert_eq!(event["level"], "fatal");
    let exception = &event["exception"]["values"][0];
    assert_eq!(exception["type"], "SIGSEGV / SEGV_MAPERR");
    assert_eq!(
        exception["value"],
        "Fatal Error: SIGSEGV / SEGV_MAPERR at 0x10"
    );
    assert_eq!(exception["thread_id"], 1);
    let mechanism = json!({
        "type": "minidump", "handled": false, "synthetic": true,
        "meta": {"signal": {"number": 11, "code": 1}},
    });
    assert_eq!(exception["mechanism"], mechanism);
}

#[test]
fn the_stack_is_walked_from_the_crash_outwards() {
    let event = of_dump(&crash());
    let stacktrace = &event["exception"]["values"][0]["stacktrace"];
    let frames = stacktrace["frames"].as_array().expect("frames");
    let addresses: Vec<&Value> = frames.iter().map(|it| &it["instruction_addr"]).collect();
    assert_eq!(addresses, ["0x403456", "0x402345", "0x401234"]);
    let trusts: Vec<&Value> = frames.iter().map(|it| &it["trust"]).collect();
    assert_eq!(trusts, ["frame_pointer", "frame_pointer", "context"]);
    assert_eq!(frames[0]["package"], "/opt/shop/bin/shop");
    assert_eq!(frames[0]["image_addr"], "0x400000");
    assert_eq!(stacktrace["registers"]["rip"], "0x401234");
}

#[test]
fn a_dump_that_was_asked_for_is_no_crash() {
    let event = of_dump(&dump("shop", 0xffff_ffff));
    assert_eq!(event["level"], "info");
    let exception = &event["exception"]["values"][0];
    assert_eq!(exception["type"], "Minidump");
    assert_eq!(exception["value"], "The dump was written without a crash");
    assert_eq!(exception["mechanism"]["handled"], true);
    assert_eq!(exception["stacktrace"]["frames"][2]["package"], "shop");
}

#[test]
fn crashes_are_told_apart_by_their_place() {
    let fingerprint = |dump: &[u8]| of_dump(dump)["fingerprint"].clone();
    let place = json!(["{{ default }}", "shop+0x1234"]);
    assert_eq!(fingerprint(&crash()), place);
    let windows = json!(["{{ default }}", "Shop.exe+0x1234"]);
    assert_eq!(fingerprint(&crash_of("D:\\Games\\Shop.exe")), windows);
    // Where everything is of the system, the innermost of it is told.
    assert_eq!(fingerprint(&crash_of("/usr/lib/shop")), place);
}

#[test]
fn threads_images_and_contexts_are_told() {
    let event = of_dump(&crash());
    let threads = &event["threads"]["values"];
    assert_eq!(
        threads[0],
        json!({"id": 1, "crashed": true, "current": true, "name": "checkout"})
    );
    assert_eq!(threads[1]["id"], 2);
    assert_eq!(
        threads[1]["stacktrace"]["frames"][0]["package"],
        "/usr/lib/libc.so.6"
    );
    let image = json!({
        "type": "elf", "code_file": "/opt/shop/bin/shop", "debug_file": "/opt/shop/bin/shop",
        "image_addr": "0x400000", "image_size": 0x10_0000, "arch": "x86_64",
        "code_id": "ab".repeat(20), "debug_id": "abababab-abab-abab-abab-abababababab",
    });
    assert_eq!(event["debug_meta"]["images"][0], image);
    let contexts = json!({
        "os": {
            "name": "Linux", "version": "6.8.0",
            "distribution_name": "Debian", "distribution_version": "12",
        },
        "device": {
            "arch": "x86_64", "processor_count": 4,
            "cpu_description": "family 6 model 0 stepping 0",
        },
    });
    assert_eq!(event["contexts"], contexts);
}

#[test]
fn what_the_sdk_says_stands_beside_the_dump() {
    let dump = crash();
    // {"event_id": "11…", "level": "error", "release": "a@1"}
    let mut payload = vec![0x83, 0xa8];
    payload.extend(b"event_id\xd9\x20");
    payload.extend([b'1'; 32]);
    payload.extend(b"\xa5level\xa5error\xa7release\xa3a@1");
    let fields = [
        ("sentry[event_id]".to_owned(), "2".repeat(32)),
        ("sentry[release]".to_owned(), "b@2".to_owned()),
        (
            "sentry".to_owned(),
            r#"{"environment":"prod","contexts":{"os":{"name":"Guess"}}}"#.to_owned(),
        ),
        ("ptype".to_owned(), "renderer".to_owned()),
    ];
    let event = event(&Crash {
        dump: Some(&dump),
        payload: Some(&payload),
        fields: &fields,
        ..Crash::default()
    });
    assert_eq!(event["event_id"], "1".repeat(32));
    assert_eq!(event["level"], "error");
    assert_eq!(event["release"], "a@1");
    assert_eq!(event["environment"], "prod");
    assert_eq!(event["extra"], json!({"ptype": "renderer"}));
    assert_eq!(event["contexts"]["os"]["name"], "Guess");
    assert_eq!(event["contexts"]["os"]["version"], "6.8.0");
    assert_eq!(event["exception"]["values"][0]["thread_id"], 1);
}

#[test]
fn the_event_item_counts_most_and_its_exception_least() {
    let dump = crash();
    let item = json!({
        "event_id": "3".repeat(32), "tags": {"a": "b"},
        "exception": {"values": [{"type": "Placeholder"}]},
    });
    let fields = [("sentry[event_id]".to_owned(), "2".repeat(32))];
    let event = event(&Crash {
        dump: Some(&dump),
        event: Some(item.to_string().as_bytes()),
        fields: &fields,
        ..Crash::default()
    });
    assert_eq!(event["event_id"], "3".repeat(32));
    assert_eq!(event["tags"], json!({"a": "b"}));
    assert_eq!(
        event["exception"]["values"][0]["type"],
        "SIGSEGV / SEGV_MAPERR"
    );
}

#[test]
fn breadcrumbs_of_both_buffers_are_in_the_order_of_time() {
    // {"timestamp": "2", "message": "b"} as it is, and a list of {"timestamp": "1"}
    let newer = b"\x82\xa9timestamp\xa12\xa7message\xa1b";
    let older = b"\x91\x81\xa9timestamp\xa11";
    let event = event(&Crash {
        breadcrumbs: [Some(newer), Some(older)],
        ..Crash::default()
    });
    let expected = json!([{"timestamp": "1"}, {"timestamp": "2", "message": "b"}]);
    assert_eq!(event["breadcrumbs"]["values"], expected);
    assert_eq!(event.get("exception"), None);
}

#[test]
fn a_dump_that_cannot_be_read_is_still_a_crash() {
    let event = of_dump(b"MDMP and nothing else");
    assert_eq!(event["level"], "fatal");
    let exception = &event["exception"]["values"][0];
    assert_eq!(exception["value"], "The dump cannot be read");
    assert_eq!(exception["mechanism"]["type"], "minidump");
}

#[test]
fn a_name_over_its_limit_costs_only_its_module() {
    let event = of_dump(&crash_of(&"x".repeat(5_000)));
    let images = event["debug_meta"]["images"].as_array().expect("images");
    assert_eq!(images.len(), 1);
    assert_eq!(images[0]["code_file"], "/usr/lib/libc.so.6");
    let frames = &event["exception"]["values"][0]["stacktrace"]["frames"];
    assert_eq!(frames[0].get("package"), None);
}

mod hostile {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::*;

    /// Far more than any dump takes in a debug build, far less than an attack needs.
    const TIME_MAX: Duration = Duration::from_secs(10);
    const EVENT_BYTES_MAX: usize = 1024 * 1024;

    #[track_caller]
    fn check(dump: &[u8]) -> Value {
        let start = Instant::now();
        let bytes = to_event(&Crash {
            dump: Some(dump),
            ..Crash::default()
        });
        assert!(start.elapsed() < TIME_MAX);
        assert!(bytes.len() < EVENT_BYTES_MAX);
        serde_json::from_slice(&bytes).expect("JSON")
    }

    proptest! {
        #[test]
        fn a_damaged_dump_makes_an_event_all_the_same(
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
            cut in any::<prop::sample::Index>(),
            is_cut in any::<bool>(),
        ) {
            let mut dump = crash();
            for (place, byte) in damage {
                let index = place.index(dump.len());
                dump[index] = byte;
            }
            if is_cut {
                dump.truncate(cut.index(dump.len()));
            }
            prop_assert!(check(&dump).is_object());
        }
    }

    /// The dump with its list of modules replaced by a long one whose entries all point to one
    /// long name.
    #[test]
    fn a_long_name_that_every_module_points_to_is_not_copied_for_each() {
        const ENTRY: usize = 108;
        const COUNT: u32 = 100_000;
        let list_bytes = 4 + usize::try_from(COUNT).expect("fits") * ENTRY;
        let mut dump = crash();
        let list_at = dump.len();
        let name_at = u32::try_from(list_at + list_bytes).expect("fits");
        dump.extend(COUNT.to_le_bytes());
        for index in 0..u64::from(COUNT) {
            let mut entry = [0; ENTRY];
            entry[..8].copy_from_slice(&(index * 0x1000).to_le_bytes());
            entry[8..12].copy_from_slice(&0x1000_u32.to_le_bytes());
            entry[20..24].copy_from_slice(&name_at.to_le_bytes());
            dump.extend(entry);
        }
        dump.extend(4_000_000_u32.to_le_bytes());
        dump.resize(dump.len() + 4_000_000, b'x');
        point_stream(&mut dump, 4, list_at, list_bytes);
        assert_eq!(check(&dump)["debug_meta"]["images"], json!([]));
    }

    /// The crashed thread's stack replaced by megabytes of frames.
    #[test]
    fn an_endless_stack_is_walked_in_part() {
        const FRAMES: u32 = 500_000;
        let mut dump = crash();
        let at = dump.len();
        for index in 0..u64::from(FRAMES) {
            let next = 0x7ffe_0000_1000_u64 + (index + 1) * 16;
            dump.extend(next.to_le_bytes());
            dump.extend(0x40_1111_u64.to_le_bytes());
        }
        let thread = stream_at(&dump, 3) + 4;
        dump[thread + 32..thread + 36].copy_from_slice(&(FRAMES * 16).to_le_bytes());
        let place = u32::try_from(at).expect("fits").to_le_bytes();
        dump[thread + 36..thread + 40].copy_from_slice(&place);
        let event = check(&dump);
        let frames = &event["exception"]["values"][0]["stacktrace"]["frames"];
        assert_eq!(frames.as_array().map(Vec::len), Some(250));
        assert_eq!(frames[249]["trust"], "context");
    }

    fn directory_entry(dump: &[u8], stream: usize) -> usize {
        let read = |at: usize| u32::from_le_bytes(dump[at..at + 4].try_into().expect("four"));
        let read = |at: usize| usize::try_from(read(at)).expect("fits");
        let (count, start) = (read(8), read(12));
        let mut entries = (0..count).map(|index| start + index * 12);
        entries.find(|at| read(*at) == stream).expect("the stream")
    }

    fn stream_at(dump: &[u8], stream: usize) -> usize {
        let entry = directory_entry(dump, stream);
        let place = dump[entry + 8..entry + 12].try_into().expect("four");
        usize::try_from(u32::from_le_bytes(place)).expect("fits")
    }

    fn point_stream(dump: &mut [u8], stream: usize, at: usize, bytes: usize) {
        let entry = directory_entry(dump, stream);
        for (offset, value) in [(4, bytes), (8, at)] {
            let value = u32::try_from(value).expect("fits").to_le_bytes();
            dump[entry + offset..entry + offset + 4].copy_from_slice(&value);
        }
    }
}
