use super::*;
use crate::items::raw::tests::check_hostile;

const NOW: Timestamp = Timestamp(1_795_249_275_000_000);
const CONTEXT: SessionContext = SessionContext {
    now: NOW,
    drift_micros: 0,
};
/// As sentry-sdk 2.75.0 for Python wrote them.
const UPDATE: &str = r#"{"sid":"5ed59824-d1d1-45fa-9577-1921a70d8bce","init":true,"started":"2026-11-21T08:21:14.901123Z","timestamp":"2026-11-21T08:21:14.901134Z","status":"exited","attrs":{"release":"shop@2.4.0","environment":"production"}}"#;
const AGGREGATES: &str = r#"{"attrs":{"environment":"production","release":"shop@2.4.0"},"aggregates":[{"started":"2026-11-21T08:21:00.000000Z","exited":1}]}"#;

fn read_as(item_type: &str, payload: &str) -> Result<Sessions, Bad> {
    let header = ItemHeader {
        item_type: item_type.to_owned(),
        ..ItemHeader::default()
    };
    read(payload.as_bytes(), &header, &CONTEXT)
}

fn update(payload: &str) -> SessionRow {
    let sessions = read_as("session", payload).expect("an update");
    assert_eq!((sessions.quantity, sessions.bad), (1, Vec::new()));
    sessions.rows.into_iter().next().expect("a row")
}

#[track_caller]
fn check_bad(item_type: &str, payload: &str, reason: &str, message: &str) {
    let bad = read_as(item_type, payload).expect_err("bad");
    assert_eq!((bad.reason, &*bad.message), (reason, message));
    assert_eq!((bad.category, bad.quantity), (DataCategory::Session, 1));
}

/// Total, errored, abnormal, unhandled, crashed.
fn numbers(row: &SessionRow) -> [u32; 5] {
    [
        row.total,
        row.errored,
        row.abnormal,
        row.unhandled,
        row.crashed,
    ]
}

#[test]
fn an_update_of_a_real_sdk_begins_a_healthy_session() {
    let row = update(UPDATE);
    assert_eq!(
        (row.release.as_str(), row.environment.as_str()),
        ("shop@2.4.0", "production")
    );
    assert_eq!(
        Some(row.started),
        Timestamp::parse("2026-11-21T08:21:14.901123Z")
    );
    let id = row
        .session_id
        .and_then(|id| watchfire_event::EventId::from_slice(&id));
    let id = id.map(|id| id.to_string());
    assert_eq!(id.as_deref(), Some("5ed59824d1d145fa95771921a70d8bce"));
    assert_eq!(row.user, None);
    assert_eq!(numbers(&row), [1, 0, 0, 0, 0]);
}

#[test]
fn the_status_decides_what_a_session_counts_as() {
    let with = |status: &str| numbers(&update(&UPDATE.replace("exited", status)));
    assert_eq!(with("ok"), [1, 0, 0, 0, 0]);
    assert_eq!(with("errored"), [1, 1, 0, 0, 0]);
    assert_eq!(with("abnormal"), [1, 1, 1, 0, 0]);
    assert_eq!(with("unhandled"), [1, 1, 0, 1, 0]);
    assert_eq!(with("crashed"), [1, 1, 0, 0, 1]);
    assert_eq!(with("of the future"), [1, 1, 0, 0, 0]);
    let without = UPDATE.replace("\"status\":\"exited\",", "");
    assert_eq!(numbers(&update(&without)), [1, 0, 0, 0, 0]);
}

#[test]
fn errors_make_a_session_unhealthy_and_only_init_begins_one() {
    let later = UPDATE.replace("\"init\":true", "\"init\":false,\"errors\":2");
    assert_eq!(numbers(&update(&later)), [0, 1, 0, 0, 0]);
    let none = UPDATE.replace("\"init\":true", "\"errors\":0");
    assert_eq!(numbers(&update(&none)), [0, 0, 0, 0, 0]);
}

#[test]
fn a_user_is_known_by_did_and_never_by_address() {
    let with = |fields: &str| update(&UPDATE.replacen('{', &format!("{{{fields},"), 1)).user;
    assert_eq!(with(r#""did":" ada ""#).as_deref(), Some("ada"));
    assert_eq!(with(r#""did":42"#).as_deref(), Some("42"));
    assert_eq!(with(r#""did":"""#), None);
    assert_eq!(with(r#""did":null"#), None);
    assert_eq!(with(r#""did":{}"#), None);
    let long = format!(r#""did":"{}""#, "ü".repeat(1000));
    let length = with(&long).map(|user| user.chars().count());
    assert_eq!(length, Some(USER_CHARS_MAX));
    let addressed = UPDATE.replace("\"attrs\":{", "\"attrs\":{\"ip_address\":\"10.0.0.1\",");
    assert_eq!(update(&addressed).user, None);
}

#[test]
fn a_session_without_id_gets_one() {
    let without = UPDATE.replace("\"sid\"", "\"id\"");
    assert!(update(&without).session_id.is_some());
    let message = "the session item has a sid that is not a UUID";
    check_bad(
        "session",
        &UPDATE.replace("5ed59824", ""),
        "invalid_session",
        message,
    );
}

#[test]
fn a_release_is_needed_and_an_environment_is_not() {
    let lacks = UPDATE.replace("\"release\"", "\"version\"");
    check_bad(
        "session",
        &lacks,
        "invalid_session",
        "the session item lacks attrs.release",
    );
    let lacks = UPDATE.replace("\"attrs\"", "\"attributes\"");
    check_bad(
        "session",
        &lacks,
        "invalid_session",
        "the session item lacks attrs",
    );
    let message = "the session item has an invalid attrs.release";
    for release in ["", ".", "latest", "a/b", &"x".repeat(201)] {
        let invalid = UPDATE.replace("shop@2.4.0", release);
        check_bad("session", &invalid, "invalid_session", message);
    }
    for environment in ["", "None", "a/b", &"x".repeat(65)] {
        let row = update(&UPDATE.replace("production", environment));
        assert_eq!(row.environment, "");
    }
}

#[test]
fn sessions_are_of_the_last_five_days() {
    let lacks = UPDATE.replace("\"started\"", "\"begun\"");
    check_bad(
        "session",
        &lacks,
        "invalid_session",
        "the session item lacks started",
    );
    let old = UPDATE.replace("11-21", "11-15");
    check_bad(
        "session",
        &old,
        "timestamp",
        "the session item started more than 5 days ago",
    );
    let message = "the session item is more than a minute ahead";
    check_bad(
        "session",
        &UPDATE.replace("11-21", "11-22"),
        "timestamp",
        message,
    );
    let only_time = UPDATE.replace("11-21T08:21:14.901134Z", "11-22T08:21:14.901134Z");
    check_bad("session", &only_time, "timestamp", message);
    let before = UPDATE.replace("11-21T08:21:14.901134Z", "11-01T08:21:14.901134Z");
    assert_eq!(numbers(&update(&before)), [1, 0, 0, 0, 0]);
}

#[test]
fn a_wrong_clock_is_corrected() {
    let header = ItemHeader::default();
    let drift_micros = -30 * MICROS_PER_DAY;
    let context = SessionContext {
        now: NOW.plus_micros(drift_micros),
        drift_micros,
    };
    let sessions = read(UPDATE.as_bytes(), &header, &context).expect("an update");
    let started = Timestamp::parse("2026-10-22T08:21:14.901123Z");
    assert_eq!(sessions.rows.first().map(|row| row.started), started);
}

#[test]
fn aggregates_of_a_real_sdk_are_one_row_each() {
    let sessions = read_as("sessions", AGGREGATES).expect("aggregates");
    assert_eq!((sessions.quantity, sessions.bad), (1, Vec::new()));
    assert_eq!(numbers(&sessions.rows[0]), [1, 0, 0, 0, 0]);
    assert_eq!(sessions.rows[0].session_id, None);
    let all = r#""did":"ada","exited":10,"errored":5,"abnormal":3,"unhandled":2,"crashed":1"#;
    let payload = AGGREGATES.replace("\"exited\":1", all);
    let sessions = read_as("sessions", &payload).expect("aggregates");
    assert_eq!(numbers(&sessions.rows[0]), [21, 11, 3, 2, 1]);
    assert_eq!(sessions.rows[0].user.as_deref(), Some("ada"));
}

#[test]
fn a_bad_aggregate_costs_only_itself() {
    let entries = r#"[{"started":"2026-11-21T08:21:00Z","exited":1},{"exited":1},7,{"started":"2026-11-21T08:21:00Z"},{"started":"2026-01-21T08:21:00Z","exited":1},"#;
    let payload = AGGREGATES.replace('[', entries);
    let sessions = read_as("sessions", &payload).expect("aggregates");
    assert_eq!(sessions.quantity, 2);
    let words: Vec<_> = sessions
        .bad
        .iter()
        .map(|it| format!("{} {} {}", it.quantity, it.reason, it.message))
        .collect();
    assert_eq!(
        words,
        [
            "3 invalid_session aggregate 2 of 6 lacks started",
            "1 timestamp aggregate 5 of 6 started more than 5 days ago",
        ]
    );
}

#[test]
fn absurd_numbers_of_sessions_are_bounded() {
    let payload = AGGREGATES.replace("\"exited\":1", "\"exited\":1e15,\"crashed\":4294967295");
    let sessions = read_as("sessions", &payload).expect("aggregates");
    let max = 1_000_000;
    assert_eq!(numbers(&sessions.rows[0]), [max, max, 0, 0, max]);
}

#[test]
fn more_than_a_thousand_aggregates_are_too_many() {
    let entry = r#"{"started":"2026-11-21T08:21:00Z","exited":1}"#;
    let payload = AGGREGATES.replace('[', &format!("[{}", format!("{entry},").repeat(1000)));
    let sessions = read_as("sessions", &payload).expect("aggregates");
    assert_eq!(sessions.quantity, aggregates::AGGREGATES_MAX);
    assert_eq!(sessions.bad[0].reason, "too_large:sessions");
}

#[test]
fn what_is_not_a_session_is_told_in_words() {
    check_bad(
        "session",
        "{",
        "invalid_json",
        "the session item is not valid JSON",
    );
    check_bad(
        "session",
        "[]",
        "invalid_json",
        "the session item is not an object",
    );
    let lacks = AGGREGATES.replace("aggregates", "list");
    let message = "the session item lacks a list of aggregates";
    check_bad("sessions", &lacks, "invalid_session", message);
}

#[test]
fn hostile_payloads_never_panic() {
    for (item_type, real) in [("session", UPDATE), ("sessions", AGGREGATES)] {
        let header = ItemHeader {
            item_type: item_type.to_owned(),
            ..ItemHeader::default()
        };
        check_hostile(real, |payload| drop(read(payload, &header, &CONTEXT)));
    }
}
