//! Check-ins of scheduled jobs (reference/PROTOCOL.md section 9.5).

mod schedule;
mod slug;

use watchfire_event::{EventId, Timestamp};

use self::slug::slugify;
use super::Findings;
use super::flaw::{Flaw, judge};
use super::raw::Raw;
use crate::envelope::ItemHeader;
use crate::outcome::DataCategory;

const ENVIRONMENT_CHARS_MAX: usize = 64;
/// The numbers of a monitor's configuration, which are minutes or times.
const NUMBERS: [&str; 4] = [
    "checkin_margin",
    "max_runtime",
    "failure_issue_threshold",
    "recovery_threshold",
];

/// Whether a check-in is valid. Its status may be any text: what is not known means `unknown`.
pub(crate) fn look(payload: &[u8], _header: &ItemHeader, _now: Timestamp) -> Findings {
    judge(DataCategory::Monitor, "check-in", check(payload))
}

fn check(payload: &[u8]) -> Result<(), Flaw> {
    let check_in = Raw::whole(payload)?;
    check_in.check()?;
    if !check_in.is_object() {
        return Err(Flaw::new("invalid_json", "is not an object"));
    }
    let [id, slug, status, environment, duration, config] = check_in.pick([
        "check_in_id",
        "monitor_slug",
        "status",
        "environment",
        "duration",
        "monitor_config",
    ])?;
    // Without an id, or with one of zeros, it is about the latest check-in that is under way.
    let is_id = |id: Raw<'_>| id.text().is_some_and(|id| id.parse::<EventId>().is_ok());
    if id.is_some_and(|id| !is_id(id)) {
        return Err(invalid("has a check_in_id that is not a UUID"));
    }
    let slug = slug.and_then(Raw::text);
    if slugify(&slug.ok_or(invalid("lacks monitor_slug"))?).is_empty() {
        return Err(invalid("has a monitor_slug without a letter or digit"));
    }
    if status.and_then(Raw::text).is_none() {
        return Err(invalid("lacks status"));
    }
    if let Some(environment) = environment {
        let text = environment.text();
        let text = text.ok_or(invalid("has an environment that is not a string"))?;
        if text.chars().count() > ENVIRONMENT_CHARS_MAX {
            return Err(invalid("has an environment of more than 64 characters"));
        }
    }
    let is_duration = |seconds: Raw<'_>| seconds.number().is_some_and(|it| it >= 0.0);
    if duration.is_some_and(|duration| !is_duration(duration)) {
        return Err(invalid("has a duration that is not a number of seconds"));
    }
    config.map_or(Ok(()), check_config)
}

fn check_config(config: Raw<'_>) -> Result<(), Flaw> {
    if !config.is_object() {
        return Err(invalid("has a monitor_config that is not an object"));
    }
    let [schedule, timezone] = config.pick(["schedule", "timezone"])?;
    schedule::check(schedule.ok_or(invalid("lacks monitor_config.schedule"))?)?;
    if timezone.is_some_and(|timezone| timezone.text().is_none()) {
        return Err(invalid(
            "has a monitor_config.timezone that is not a string",
        ));
    }
    for (name, number) in NUMBERS.iter().zip(config.pick(NUMBERS)?) {
        if number.is_some_and(|number| number.whole_number().is_none()) {
            return Err(Flaw {
                reason: "invalid_check_in",
                words: format!("has a monitor_config.{name} that is not a whole number").into(),
            });
        }
    }
    Ok(())
}

fn invalid(words: &'static str) -> Flaw {
    Flaw::new("invalid_check_in", words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::items::raw::tests::check_hostile;

    const NOW: Timestamp = Timestamp(1_795_249_275_000_000);
    /// As sentry-sdk 2.75.0 for Python wrote it, without what it has in common with events.
    const PYTHON: &str = r#"{"type":"check_in","monitor_slug":"Nightly Job","check_in_id":"396ba34e3fda4badb303a30528cce060","status":"in_progress","duration":null,"environment":"production","release":"shop@2.4.0","monitor_config":{"schedule":{"type":"crontab","value":"0 3 * * *"},"timezone":"Europe/Berlin","checkin_margin":5,"max_runtime":30,"failure_issue_threshold":2,"recovery_threshold":1},"event_id":"53296ac5d4d042ad93e28a2285619aed","timestamp":"2026-11-21T08:21:14.899704Z"}"#;
    /// The closing one of `@sentry/node` 11.12.0.
    const NODE: &str = r#"{"check_in_id":"ba63c207ef294c198dbce72c855f36f0","monitor_slug":"job","status":"ok","release":"shop@2.4.0","environment":"production","duration":1.5,"contexts":{"trace":{"trace_id":"9f07c335e9984e8f80194500833c5aae","span_id":"a2626d9fc43cc82d"}}}"#;

    fn findings(payload: &str) -> Findings {
        look(payload.as_bytes(), &ItemHeader::default(), NOW)
    }

    #[track_caller]
    fn check_bad(payload: &str, words: &str) {
        let findings = findings(payload);
        assert_eq!(findings.good, []);
        let bad = &findings.bad[0];
        assert_eq!((bad.reason, &*bad.message), ("invalid_check_in", words));
        assert_eq!((bad.category, bad.quantity), (DataCategory::Monitor, 1));
    }

    #[test]
    fn check_ins_of_real_sdks_are_good() {
        for payload in [PYTHON, NODE] {
            assert_eq!(findings(payload).bad, []);
            assert_eq!(findings(payload).good, [(DataCategory::Monitor, 1)]);
        }
    }

    #[test]
    fn an_unknown_status_is_good_and_so_is_no_id() {
        for (from, to) in [
            ("\"ok\"", "\"missed\""),
            ("\"ok\"", "\"exploded\""),
            (
                "ba63c207ef294c198dbce72c855f36f0",
                "00000000000000000000000000000000",
            ),
            ("\"check_in_id\"", "\"other\""),
            ("\"environment\"", "\"other\""),
        ] {
            assert_eq!(findings(&NODE.replace(from, to)).bad, [], "{to}");
        }
    }

    #[test]
    fn a_check_in_needs_monitor_and_status() {
        let replaced = |from, to| NODE.replace(from, to);
        check_bad(
            &replaced("monitor_slug", "slug"),
            "the check-in lacks monitor_slug",
        );
        check_bad(&replaced("status", "state"), "the check-in lacks status");
        let words = "the check-in has a monitor_slug without a letter or digit";
        check_bad(&replaced("\"job\"", "\" - \""), words);
        let words = "the check-in has a check_in_id that is not a UUID";
        check_bad(&replaced("ba63c207", ""), words);
        let words = "the check-in has an environment of more than 64 characters";
        check_bad(&NODE.replace("production", &"x".repeat(65)), words);
        let words = "the check-in has a duration that is not a number of seconds";
        check_bad(&replaced("1.5", "-1.5"), words);
    }

    #[test]
    fn a_configuration_needs_a_schedule_and_whole_numbers() {
        let replaced = |from, to| PYTHON.replace(from, to);
        let words = "the check-in lacks monitor_config.schedule";
        check_bad(&replaced("\"schedule\"", "\"plan\""), words);
        let words = "the check-in has a monitor_config.max_runtime that is not a whole number";
        check_bad(
            &replaced("\"max_runtime\":30", "\"max_runtime\":\"soon\""),
            words,
        );
        let words = "the check-in has a monitor_config.timezone that is not a string";
        check_bad(&replaced("\"Europe/Berlin\"", "2"), words);
        let words = "the check-in has a crontab that is not one: field 2 of 5 cannot be read";
        check_bad(&replaced("0 3 * * *", "0 25 * * *"), words);
    }

    #[test]
    fn what_is_not_a_check_in_is_told_in_words() {
        let bad = |payload| findings(payload).bad[0].clone();
        assert_eq!(bad("{").message, "the check-in is not valid JSON");
        assert_eq!(bad("{").reason, "invalid_json");
        assert_eq!(bad("[]").message, "the check-in is not an object");
    }

    #[test]
    fn hostile_payloads_never_panic() {
        check_hostile(PYTHON, |payload| {
            drop(look(payload, &ItemHeader::default(), NOW))
        });
    }
}
