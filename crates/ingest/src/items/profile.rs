//! Profiles of one transaction (reference/PROTOCOL.md section 9.9).

pub(super) mod samples;

use watchfire_event::{EventId, Timestamp};

use self::samples::{Samples, Times};
use super::Findings;
use super::flaw::{Flaw, judge};
use super::raw::Raw;
use crate::envelope::ItemHeader;
use crate::outcome::DataCategory;

/// A profile covers at most so much time.
const TIMES: Times = Times {
    field: "elapsed_since_start_ns",
    per_second: 1e9,
    seconds_max: 30.0,
    too_long: "lasts longer than 30 seconds",
};

/// Whether a profile is valid: one of the sample format, version 1, or the older one of Android.
pub(crate) fn look(payload: &[u8], _header: &ItemHeader, _now: Timestamp) -> Findings {
    judge(DataCategory::Profile, "profile", check(payload))
}

/// The object that a payload holds, as far as it is JSON.
pub(super) fn open(payload: &[u8]) -> Result<Raw<'_>, Flaw> {
    let profile = Raw::whole(payload).and_then(|it| it.check().map(|()| it));
    let profile = profile.map_err(|broken| invalid_json(broken.words()))?;
    if profile.is_object() {
        Ok(profile)
    } else {
        Err(invalid_json("is not an object"))
    }
}

pub(super) fn invalid_json(words: &'static str) -> Flaw {
    Flaw::new("profiling_invalid_json", words)
}

/// Whether this is the id of a profile or profiler.
pub(super) fn is_id(id: Option<Raw<'_>>) -> bool {
    let id = id.and_then(Raw::text);
    id.is_some_and(|id| id.parse::<EventId>().is_ok())
}

fn check(payload: &[u8]) -> Result<(), Flaw> {
    let profile = open(payload)?;
    let [version, platform, event_id, profile_id] =
        profile.pick(["version", "platform", "event_id", "profile_id"])?;
    let platform = platform.and_then(Raw::text).filter(|it| !it.is_empty());
    let platform = platform.ok_or(invalid_json("lacks platform"))?;
    if !is_id(event_id.or(profile_id)) {
        return Err(invalid_json("lacks event_id"));
    }
    match version.and_then(Raw::text).as_deref() {
        Some("1") => {
            check_transaction(profile, &["transaction", "transactions"])?;
            let [samples] = profile.pick(["profile"])?;
            Samples::of(samples)?.check(&TIMES)
        }
        None | Some("") if platform == "android" => {
            check_transaction(profile, &["transaction", "transactions", "transaction_id"])?;
            check_sampled_profile(profile)
        }
        None | Some("") => Err(Flaw::new(
            "profiling_platform_not_supported",
            "has no version, which only profiles of Android may lack",
        )),
        Some(_) => Err(invalid_json("has an unknown version")),
    }
}

/// Whether one of these fields names the transaction that the profile is of.
fn check_transaction(profile: Raw<'_>, names: &[&str]) -> Result<(), Flaw> {
    for name in names {
        let [transaction] = profile.pick([*name])?;
        let names_one = transaction.is_some_and(|it| match it.elements() {
            Some(mut transactions) => transactions.next().is_some(),
            None => it.is_object() || is_id(Some(it)),
        });
        if names_one {
            return Ok(());
        }
    }
    let reason = "profiling_no_transaction_associated";
    Err(Flaw::new(reason, "names no transaction"))
}

/// Whether the trace of Android's own profiler is there, which is binary inside of base64.
pub(super) fn check_sampled_profile(profile: Raw<'_>) -> Result<(), Flaw> {
    let [trace] = profile.pick(["sampled_profile"])?;
    let trace = trace.and_then(Raw::text).unwrap_or_default();
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=-_\r\n".contains(&byte);
    if trace.is_empty() {
        let reason = "profiling_not_enough_samples";
        Err(Flaw::new(reason, "has an empty sampled_profile"))
    } else if trace.bytes().all(is_base64) {
        Ok(())
    } else {
        Err(invalid_json("has a sampled_profile that is not base64"))
    }
}

#[cfg(test)]
mod tests;
