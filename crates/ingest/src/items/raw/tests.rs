use proptest::prelude::*;

use super::*;

fn elements(text: &str) -> Result<Vec<String>, Broken> {
    let raw = Raw::whole(text.as_bytes())?;
    let write = |it: Result<Raw<'_>, Broken>| it.map(|it| String::from_utf8_lossy(it.0).into());
    raw.elements().expect("a list").map(write).collect()
}

fn members(text: &str) -> Result<Vec<String>, Broken> {
    let raw = Raw::whole(text.as_bytes())?;
    let write = |it: Result<(Key<'_>, Raw<'_>), Broken>| {
        it.map(|(key, value)| {
            let (key, value) = (
                String::from_utf8_lossy(key.0),
                String::from_utf8_lossy(value.0),
            );
            format!("{key}={value}")
        })
    };
    raw.members().expect("an object").map(write).collect()
}

#[test]
fn lists_are_cut_into_their_elements() {
    assert_eq!(elements("[]"), Ok(vec![]));
    assert_eq!(elements(" [ ] "), Ok(vec![]));
    assert_eq!(
        elements(r#"[1, "a]\"," ,{"x":[1,{"y":"}"}]},null,[]]"#).expect("a list"),
        ["1", r#""a]\",""#, r#"{"x":[1,{"y":"}"}]}"#, "null", "[]"]
    );
}

#[test]
fn objects_are_cut_into_keys_and_values() {
    assert_eq!(members("{}"), Ok(vec![]));
    assert_eq!(
        members(" {\"a\" : 1 ,\"b\":[2],\"\":{}}").expect("an object"),
        ["a=1", "b=[2]", "={}"]
    );
}

#[test]
fn what_does_not_pair_up_is_broken() {
    for text in [
        "", " ", "[", "[1", "[1,", "[}", "[{]}", "{\"a", "\"a\\\"", "[] x", "[]]",
    ] {
        assert_eq!(
            Raw::whole(text.as_bytes()).err(),
            Some(Broken::Syntax),
            "{text}"
        );
    }
    for text in ["[,]", "[1,]", "[1 2]", "[,1]", "[1:2]"] {
        assert_eq!(elements(text), Err(Broken::Syntax), "{text}");
    }
    for text in [
        "{1:2}",
        "{\"a\"}",
        "{\"a\":}",
        "{,}",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\":1\"b\":2}",
    ] {
        assert_eq!(members(text), Err(Broken::Syntax), "{text}");
    }
}

#[test]
fn text_may_nest_as_deep_as_events_may() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(Raw::whole(nested(127).as_bytes()).is_ok());
    let deep = Raw::whole(nested(128).as_bytes()).err();
    assert_eq!(deep, Some(Broken::TooDeep));
    let endless = Raw::whole("[".repeat(1_000_000).as_bytes()).err();
    assert_eq!(endless, Some(Broken::TooDeep));
}

#[test]
fn picking_takes_the_last_of_duplicates_and_reads_escaped_keys() {
    let raw = Raw::whole(br#"{"a":1,"b":null,"\u0061":2,"d":[]}"#).expect("an object");
    let [first, second, third] = raw.pick(["a", "b", "c"]).expect("cuts");
    assert_eq!(first.and_then(Raw::number), Some(2.0));
    assert!(second.is_none() && third.is_none());
    let list = Raw::whole(b"[1]").expect("a list");
    assert!(list.pick(["a"]).expect("cuts")[0].is_none());
}

#[test]
fn scalars_are_read_leniently() {
    let read = |text: &'static str| Raw::whole(text.as_bytes()).expect("JSON");
    assert_eq!(read(r#""a\ud83d""#).text().as_deref(), Some("a\u{fffd}"));
    assert_eq!(read("NaN").number(), Some(0.0));
    assert_eq!(read("\"17\"").whole_number(), Some(17));
    assert_eq!(read("-17").whole_number(), None);
    assert_eq!(read("true").flag(), Some(true));
    assert!(read("1795249274.9").time().is_some());
    assert!(read("[1]").number().is_none());
    assert!(read("nonsense").number().is_none());
}

#[test]
fn a_check_reads_to_the_last_comma() {
    let check = |text: &str| Raw::whole(text.as_bytes()).and_then(Raw::check);
    assert_eq!(check(r#"{"a":[1,{"b":2}]}"#), Ok(()));
    assert_eq!(check(r#"{"a":NaN,"b":"\ud83d"}"#), Ok(()));
    assert_eq!(check(r#"{"a":[1 {"b":2}]}"#), Err(Broken::Syntax));
    assert_eq!(check(r#"{"a":{"b"}}"#), Err(Broken::Syntax));
}

/// Cuts everything down to the last value, as often as the text is long.
fn cut_all(raw: Raw<'_>, depth: u32) {
    for element in raw.elements().into_iter().flatten().flatten() {
        cut_all(element, depth + 1);
    }
    for (_, value) in raw.members().into_iter().flatten().flatten() {
        cut_all(value, depth + 1);
    }
    assert!(depth <= DEPTH_MAX);
}

/// Any JSON text, for the tests of each kind.
pub(in crate::items) fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        ".{0,12}".prop_map(Into::into),
        prop::sample::select(&["9f07c335e9984e8f80194500833c5aae", "8e2ca0d52d3568d8", "1"][..])
            .prop_map(Into::into),
    ];
    let keys = prop::sample::select(
        &[
            "items",
            "trace_id",
            "span_id",
            "timestamp",
            "start_timestamp",
            "end_timestamp",
            "spans",
            "contexts",
            "trace",
            "name",
            "type",
            "value",
            "attributes",
            "body",
            "profile",
            "frames",
            "stacks",
            "samples",
            "stack_id",
            "thread_id",
            "version",
            "platform",
            "transactions",
            "aggregates",
            "attrs",
            "release",
            "started",
            "sid",
            "status",
            "monitor_slug",
            "monitor_config",
            "schedule",
            "event_id",
            "replay_id",
            "segment_id",
            "elapsed_since_start_ns",
        ][..],
    );
    leaf.prop_recursive(5, 60, 8, move |inner| {
        let object = prop::collection::vec((keys.clone(), inner.clone()), 0..8);
        prop_oneof![
            prop::collection::vec(inner, 0..8).prop_map(Into::into),
            object.prop_map(|entries| {
                let entries = entries
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value));
                serde_json::Value::Object(entries.collect())
            }),
        ]
    })
}

/// What may stand in a field where something else is expected.
const STRANGE: [&str; 12] = [
    "null",
    "[]",
    "{}",
    "-1",
    "1e400",
    "NaN",
    "\"\"",
    "\"\\ud83d\"",
    "[[",
    "}",
    "\"",
    "99999999999999999999",
];

/// Gives `look` arbitrary bytes, arbitrary JSON, either as the only entry of a container, and a
/// real payload with a byte changed, a piece replaced by something strange, or its end cut off.
pub(in crate::items) fn check_hostile(real: &str, look: impl Fn(&[u8])) {
    let config = ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let bytes = prop::collection::vec(any::<u8>(), 0..300);
    let place = any::<prop::sample::Index>;
    let strange = prop::sample::select(&STRANGE[..]);
    let input = (bytes, any_json(), [place(), place()], any::<u8>(), strange);
    let mut runner = prop::test_runner::TestRunner::new(config);
    let run = runner.run(&input, |(bytes, json, places, byte, strange)| {
        let mut places = places.map(|place| place.index(real.len()));
        places.sort_unstable();
        let real = real.as_bytes();
        let mut changed = real.to_vec();
        changed[places[0]] = byte;
        let (start, end) = (&real[..places[0]], &real[places[1]..]);
        let replaced = [start, strange.as_bytes(), end].concat();
        for text in [
            &*bytes,
            json.to_string().as_bytes(),
            &changed,
            &replaced,
            start,
        ] {
            look(text);
            look(&[b"{\"items\":[", text, b"]}"].concat());
        }
        Ok(())
    });
    run.expect("no panic");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
        if let Ok(raw) = Raw::whole(&bytes) {
            cut_all(raw, 0);
        }
    }

    #[test]
    fn near_misses_never_panic(
        pieces in prop::collection::vec(prop::sample::select(&[
            "{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"a\":", "1", "\\", "null", " ",
        ][..]), 0..30)
    ) {
        let text = pieces.concat();
        if let Ok(raw) = Raw::whole(text.as_bytes()) {
            cut_all(raw, 0);
        }
    }

    #[test]
    fn json_is_cut_as_it_is_read(value in any_json()) {
        let text = value.to_string();
        let raw = Raw::whole(text.as_bytes()).expect("JSON");
        prop_assert_eq!(raw.check(), Ok(()));
        prop_assert_eq!(raw.len(), text.len());
        if let serde_json::Value::Array(list) = &value {
            let cut: Vec<_> = raw.elements().expect("a list").collect();
            prop_assert_eq!(cut.len(), list.len());
        }
    }
}
