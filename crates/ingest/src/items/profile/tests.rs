use super::*;
use crate::items::raw::tests::check_hostile;

const NOW: Timestamp = Timestamp(1_795_249_275_000_000);
/// As sentry-sdk 2.75.0 for Python wrote it, without most frames and samples.
const REAL: &str = r#"{"environment":"production","event_id":"12876ba30fe44b7298f9cc0b3800b288","platform":"python","profile":{"frames":[{"abs_path":"/srv/shop/work.py","module":"work","filename":"work.py","function":"work","lineno":12,"in_app":true},{"function":"main","lineno":20}],"stacks":[[0,1],[1],[]],"samples":[{"elapsed_since_start_ns":"16033915","thread_id":"140013380159168","stack_id":0},{"elapsed_since_start_ns":"26033915","thread_id":"140013388551872","stack_id":1}],"thread_metadata":{"140013431782272":{"name":"MainThread"}}},"release":"shop@2.4.0","timestamp":"2026-11-21T08:21:14.596620Z","version":"1","device":{"architecture":"x86_64"},"os":{"name":"Linux","version":"6.18"},"runtime":{"name":"CPython","version":"3.11.7"},"transactions":[{"id":"62dc3c3c53384975838f92803eaae6a1","name":"nightly","relative_start_ns":"0","relative_end_ns":"301311672","trace_id":"97273d2034714854b2e0a5b7efefc838","active_thread_id":"140013431782272"}]}"#;
/// What older SDKs for Android send.
const ANDROID: &str = r#"{"platform":"android","profile_id":"12876ba30fe44b7298f9cc0b3800b288","transaction_id":"62dc3c3c53384975838f92803eaae6a1","sampled_profile":"KnZlcnNpb24KMwo="}"#;

fn look_at(payload: &str) -> Findings {
    look(payload.as_bytes(), &ItemHeader::default(), NOW)
}

#[track_caller]
fn check_bad(payload: &str, reason: &str, words: &str) {
    let findings = look_at(payload);
    assert_eq!(findings.good, []);
    let bad = &findings.bad[0];
    assert_eq!((bad.category, bad.quantity), (DataCategory::Profile, 1));
    assert_eq!(bad.reason, reason);
    assert_eq!(bad.message, format!("the profile {words}"));
}

#[test]
fn profiles_of_real_sdks_are_good() {
    for payload in [REAL, ANDROID] {
        assert_eq!(look_at(payload).bad, []);
        assert_eq!(look_at(payload).good, [(DataCategory::Profile, 1)]);
    }
    let single = REAL
        .replace("\"transactions\":[", "\"transaction\":")
        .replace("}]}", "}}");
    let numbers = single.replace("\"16033915\"", "16033915");
    assert_eq!(look_at(&numbers).bad, []);
}

#[test]
fn a_profile_needs_platform_id_and_version() {
    let reason = "profiling_invalid_json";
    check_bad("{", reason, "is not valid JSON");
    check_bad("[]", reason, "is not an object");
    check_bad(
        &REAL.replace("\"platform\"", "\"other\""),
        reason,
        "lacks platform",
    );
    check_bad(
        &REAL.replace("\"event_id\"", "\"other\""),
        reason,
        "lacks event_id",
    );
    let version = REAL.replace("\"version\":\"1\"", "\"version\":\"7\"");
    check_bad(&version, reason, "has an unknown version");
    let none = REAL.replace("\"version\":\"1\"", "\"other\":\"1\"");
    let words = "has no version, which only profiles of Android may lack";
    check_bad(&none, "profiling_platform_not_supported", words);
}

#[test]
fn a_profile_is_of_a_transaction() {
    let reason = "profiling_no_transaction_associated";
    check_bad(
        &REAL.replace("\"transactions\"", "\"other\""),
        reason,
        "names no transaction",
    );
    check_bad(
        &ANDROID.replace("transaction_id", "other"),
        reason,
        "names no transaction",
    );
}

#[test]
fn a_profile_of_android_holds_base64() {
    let empty = ANDROID.replace("KnZlcnNpb24KMwo=", "");
    let words = "has an empty sampled_profile";
    check_bad(&empty, "profiling_not_enough_samples", words);
    let words = "has a sampled_profile that is not base64";
    check_bad(
        &ANDROID.replace("KnZl", "K<>l"),
        "profiling_invalid_json",
        words,
    );
}

#[test]
fn a_profile_needs_its_lists() {
    let reason = "profiling_invalid_json";
    check_bad(
        &REAL.replace("\"profile\"", "\"other\""),
        reason,
        "lacks profile",
    );
    for list in ["frames", "stacks", "samples"] {
        let without = REAL.replace(&format!("\"{list}\""), "\"other\"");
        check_bad(&without, reason, &format!("lacks profile.{list}"));
    }
}

#[test]
fn everything_points_at_something() {
    let reason = "profiling_malformed_stacks";
    let words = "has bad stacks: stack 2 of 3 points at a frame that is not there";
    check_bad(&REAL.replace("[1],[]", "[2],[]"), reason, words);
    check_bad(&REAL.replace("[1],[]", "[-1],[]"), reason, words);
    let words = "has bad stacks: stack 2 of 3 is not a list";
    check_bad(&REAL.replace("[1],[]", "1,[]"), reason, words);
    let reason = "profiling_malformed_samples";
    let words = "has bad samples: sample 2 of 2 points at a stack that is not there";
    check_bad(
        &REAL.replace("\"stack_id\":1", "\"stack_id\":3"),
        reason,
        words,
    );
    let words = "has bad samples: sample 2 of 2 lacks stack_id";
    check_bad(
        &REAL.replace("\"stack_id\":1", "\"stack\":1"),
        reason,
        words,
    );
    let words = "has bad samples: sample 1 of 2 lacks thread_id";
    check_bad(
        &REAL.replace("thread_id\":\"140013380159168", "x\":\""),
        reason,
        words,
    );
    let words = "has bad samples: sample 1 of 2 lacks its time";
    check_bad(&REAL.replace("16033915", "inf"), reason, words);
}

#[test]
fn a_profile_has_two_samples_within_thirty_seconds() {
    let one = REAL.replace(
        r#",{"elapsed_since_start_ns":"26033915","thread_id":"140013388551872","stack_id":1}"#,
        "",
    );
    let words = "has fewer than two samples";
    check_bad(&one, "profiling_not_enough_samples", words);
    let long = REAL.replace("26033915", "30026033915");
    check_bad(&long, "profiling_duration_is_too_long", TIMES.too_long);
    let zero = REAL.replace("26033915", "16033915");
    let words = "has all its samples at the same time";
    check_bad(&zero, "profiling_duration_is_zero", words);
}

#[test]
fn a_list_of_more_than_a_million_entries_is_too_large() {
    let frames = format!("\"frames\":[{}", "0,".repeat(1_000_000));
    let payload = REAL.replace("\"frames\":[", &frames);
    let words = "has a list of more than 1000000 entries";
    check_bad(&payload, "profiling_exceed_size_limit", words);
}

#[test]
fn hostile_payloads_never_panic() {
    check_hostile(REAL, |payload| {
        drop(look(payload, &ItemHeader::default(), NOW))
    });
}
