//! Chunks of continuous profiles (reference/PROTOCOL.md section 9.9).

use watchfire_event::Timestamp;

use super::Findings;
use super::flaw::{Flaw, judge};
use super::profile::samples::{Samples, Times};
use super::profile::{check_sampled_profile, invalid_json, is_id, open};
use super::raw::Raw;
use crate::envelope::ItemHeader;
use crate::outcome::DataCategory;

/// A chunk covers at most so much time.
const TIMES: Times = Times {
    field: "timestamp",
    per_second: 1.0,
    seconds_max: 66.0,
    too_long: "lasts longer than 66 seconds",
};
/// Whose profiles are of a user interface; others are of a backend.
const UI_PLATFORMS: [&str; 3] = ["cocoa", "android", "javascript"];

/// Whether a chunk is valid. Its platform, which the header tells or else the payload, decides
/// what it counts as.
pub(crate) fn look(payload: &[u8], header: &ItemHeader, _now: Timestamp) -> Findings {
    let checked = check(payload, header);
    let platform = match (&header.platform, &checked) {
        (Some(platform), _) => platform.as_str(),
        (None, Ok(platform)) => platform.as_str(),
        (None, Err(_)) => "",
    };
    let is_ui = UI_PLATFORMS.contains(&platform) || header.item_type == "profile_chunk_ui";
    let category = if is_ui {
        DataCategory::ProfileChunkUi
    } else {
        DataCategory::ProfileChunk
    };
    judge(category, "profile chunk", checked.map(drop))
}

/// The platform of a valid chunk.
fn check(payload: &[u8], header: &ItemHeader) -> Result<String, Flaw> {
    let (description, trace) = split(payload, header)?;
    let chunk = open(description)?;
    let [version, platform, profiler_id, chunk_id, profile] =
        chunk.pick(["version", "platform", "profiler_id", "chunk_id", "profile"])?;
    let platform = platform.and_then(Raw::text).filter(|it| !it.is_empty());
    let platform = platform.ok_or(invalid_json("lacks platform"))?;
    if !is_id(profiler_id) {
        return Err(invalid_json("lacks profiler_id"));
    }
    if !is_id(chunk_id) {
        return Err(invalid_json("lacks chunk_id"));
    }
    if version.is_some_and(|version| version.text().as_deref() != Some("2")) {
        return Err(invalid_json("has an unknown version"));
    }
    match (trace, profile) {
        (Some(_), _) => {}
        (None, None) if platform == "android" => check_sampled_profile(chunk)?,
        (None, profile) => Samples::of(profile)?.check(&TIMES)?,
    }
    Ok(platform.into_owned())
}

/// A chunk with a binary trace behind its description says in the header where that begins.
fn split<'a>(payload: &'a [u8], header: &ItemHeader) -> Result<(&'a [u8], Option<&'a [u8]>), Flaw> {
    let Some(length) = header.meta_length else {
        return Ok((payload, None));
    };
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    match payload.split_at_checked(length) {
        Some((_, [])) | None => Err(invalid_json("has no trace where its meta_length ends")),
        Some((description, trace)) => Ok((description, Some(trace))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::items::raw::tests::check_hostile;

    const NOW: Timestamp = Timestamp(1_795_249_275_000_000);
    /// As SDKs for Python write it, without most frames and samples.
    const REAL: &str = r#"{"chunk_id":"0b5c8a3f7f3f4a3c8d7b1f6c2b0e9a11","client_sdk":{"name":"sentry.python","version":"2.75.0"},"platform":"python","profile":{"frames":[{"function":"work","in_app":true,"lineno":12},{"function":"main","lineno":20}],"stacks":[[0,1],[1]],"samples":[{"timestamp":1795249275.01,"thread_id":"140013431782272","stack_id":0},{"timestamp":1795249275.02,"thread_id":"140013431782272","stack_id":1}],"thread_metadata":{"140013431782272":{"name":"MainThread"}}},"profiler_id":"5cd126216aae4de384a85a0b093b2430","release":"shop@2.4.0","environment":"production","version":"2"}"#;

    fn findings(payload: &str, header: &ItemHeader) -> Findings {
        look(payload.as_bytes(), header, NOW)
    }

    #[track_caller]
    fn check_bad(payload: &str, reason: &str, words: &str) {
        let findings = findings(payload, &ItemHeader::default());
        let bad = &findings.bad[0];
        assert_eq!(bad.reason, reason);
        assert_eq!(bad.message, format!("the profile chunk {words}"));
    }

    fn platform(name: &str) -> ItemHeader {
        ItemHeader {
            platform: Some(name.to_owned()),
            ..ItemHeader::default()
        }
    }

    #[test]
    fn the_platform_decides_what_a_chunk_counts_as() {
        let good = |payload: &str, header: &ItemHeader| {
            let findings = findings(payload, header);
            assert_eq!(findings.bad, []);
            findings.good
        };
        let none = ItemHeader::default();
        assert_eq!(good(REAL, &none), [(DataCategory::ProfileChunk, 1)]);
        assert_eq!(
            good(REAL, &platform("python")),
            [(DataCategory::ProfileChunk, 1)]
        );
        assert_eq!(
            good(REAL, &platform("cocoa")),
            [(DataCategory::ProfileChunkUi, 1)]
        );
        let browser = REAL.replace("\"python\"", "\"javascript\"");
        assert_eq!(good(&browser, &none), [(DataCategory::ProfileChunkUi, 1)]);
        let findings = findings("{", &platform("android"));
        assert_eq!(findings.bad[0].category, DataCategory::ProfileChunkUi);
    }

    #[test]
    fn a_chunk_needs_its_ids_and_version() {
        let reason = "profiling_invalid_json";
        check_bad(
            &REAL.replace("profiler_id", "other"),
            reason,
            "lacks profiler_id",
        );
        check_bad(&REAL.replace("chunk_id", "other"), reason, "lacks chunk_id");
        check_bad(
            &REAL.replace("\"platform\"", "\"other\""),
            reason,
            "lacks platform",
        );
        let version = REAL.replace("\"version\":\"2\"", "\"version\":\"3\"");
        check_bad(&version, reason, "has an unknown version");
        check_bad(
            &REAL.replace("\"profile\"", "\"other\""),
            reason,
            "lacks profile",
        );
        check_bad("{", reason, "is not valid JSON");
    }

    #[test]
    fn a_chunk_lasts_up_to_66_seconds() {
        let long = REAL.replace("1795249275.02", "1795249341.02");
        check_bad(&long, "profiling_duration_is_too_long", TIMES.too_long);
        let zero = REAL.replace("1795249275.02", "1795249275.01");
        let words = "has all its samples at the same time";
        check_bad(&zero, "profiling_duration_is_zero", words);
    }

    #[test]
    fn a_binary_trace_may_follow_the_description() {
        let description = r#"{"platform":"android","profiler_id":"5cd126216aae4de384a85a0b093b2430","chunk_id":"0b5c8a3f7f3f4a3c8d7b1f6c2b0e9a11"}"#;
        let header = ItemHeader {
            meta_length: u64::try_from(description.len()).ok(),
            ..ItemHeader::default()
        };
        let with_trace = format!("{description}\u{1}\u{2}");
        let expected = [(DataCategory::ProfileChunkUi, 1)];
        assert_eq!(findings(&with_trace, &header).good, expected);
        let bad = findings(description, &header).bad;
        let message = "the profile chunk has no trace where its meta_length ends";
        assert_eq!(bad[0].message, message);
        let words = "has an empty sampled_profile";
        check_bad(description, "profiling_not_enough_samples", words);
        let inside = description.replacen('{', "{\"sampled_profile\":\"SGVsbG8=\",", 1);
        assert_eq!(findings(&inside, &ItemHeader::default()).good, expected);
    }

    #[test]
    fn hostile_payloads_never_panic() {
        let with_trace = ItemHeader {
            meta_length: Some(20),
            ..ItemHeader::default()
        };
        check_hostile(REAL, |payload| {
            drop(look(payload, &ItemHeader::default(), NOW));
            drop(look(payload, &with_trace, NOW));
        });
    }
}
