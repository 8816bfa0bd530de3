//! What a client cannot fill the database with.

use serde_json::json;
use watchfire_event::Timestamp;
use watchfire_store::outcome::{self, Outcome};
use watchfire_store::release_health::{self, NewSessions, OTHER, SessionRow};
use watchfire_store::{NewRecord, environment, issue, release, tag};
use watchfire_testkit::database::{TestDatabase, for_each_database};

use crate::support::{HOUR, NOON, Shop, body, with};

fn session(release: &str, environment: &str) -> SessionRow {
    SessionRow {
        release: release.to_owned(),
        environment: environment.to_owned(),
        started: NOON,
        session_id: None,
        user: None,
        total: 1,
        errored: 0,
        abnormal: 0,
        unhandled: 0,
        crashed: 0,
    }
}

/// Releases and environments that are listed.
fn listed(shop: &Shop) -> (i64, i64) {
    shop.read(|c| {
        let releases = release::list(c, shop.project, 1_000_000)?.len();
        let environments = environment::list(c, shop.project)?.len();
        Ok((releases as i64, environments as i64))
    })
}

/// What is lost of the sessions has an outcome of its own, with words.
#[track_caller]
fn check_outcomes(shop: &Shop, accepted: i64, unlisted: i64) {
    let of_sessions: Vec<_> = shop
        .counted()
        .into_iter()
        .filter(|it| it.0 == "session")
        .collect();
    let expected = |outcome, reason: &str, quantity| {
        ("session".to_owned(), outcome, reason.to_owned(), quantity)
    };
    assert_eq!(
        of_sessions,
        [
            expected(Outcome::Accepted, "", accepted),
            expected(Outcome::Invalid, "too_many_releases", unlisted),
        ]
    );
    let samples = shop.read(|c| outcome::samples(c, &[shop.project]));
    assert_eq!(samples.len(), 1);
    assert!(samples[0].message.contains("(other)"), "{samples:?}");
}

#[test]
fn names_beyond_the_limit_of_a_project_are_not_listed_but_their_items_are_stored() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (releases, environments) = (release::PER_PROJECT_MAX, environment::PER_PROJECT_MAX);
        let rows = |from: i64, to: i64| {
            let of = |n: i64| SessionRow {
                // Over many hours, because an hour has a limit of its own.
                started: Timestamp(NOON.0 + n / 500 * HOUR),
                ..session(&format!("shop@{n}"), &format!("env-{}", n % environments))
            };
            (from..to).map(of).collect::<Vec<_>>()
        };
        let save = |rows: Vec<SessionRow>| {
            shop.save(NewRecord::Sessions(NewSessions {
                project: shop.project,
                key_id: shop.key_id,
                quantity: rows.len() as u64,
                rows,
                received_at: NOON,
            }))
        };
        save(rows(0, releases - 1));
        assert_eq!(listed(&shop), (releases - 1, environments));
        // One more release fits; nothing else does, of events or of sessions.
        let named = |release: &str, environment: &str| {
            let names = json!({ "release": release, "environment": environment });
            shop.event(with(body("a", 0), names))
        };
        let mut events = vec![named("last", "env-0")];
        events.extend((0..50).map(|n| named(&format!("late-{n}"), &format!("late-{n}"))));
        let stored = shop.store_all(events);
        assert!(stored.iter().all(Result::is_ok));
        save(vec![
            session("late", "late"),
            session("late", "env-1"),
            session("later", "env-1"),
            session("last", "env-1"),
        ]);
        assert_eq!(listed(&shop), (releases, environments));
        let id = stored[0].unwrap().issue_id;
        let issue = shop.read(|c| issue::get(c, id)).unwrap();
        assert_eq!(issue.event_count, 51);
        let found = shop
            .read(|c| release_health::series(c, &[shop.project], NOON, NOON.plus_micros(HOUR), 1));
        let total = |release: &str, environment: &str| {
            let is_it = |it: &&release_health::HealthBucket| {
                it.release == release && it.environment == environment
            };
            found.iter().find(is_it).map(|it| it.total)
        };
        assert_eq!(total(OTHER, "env-1"), Some(2));
        assert_eq!(total(OTHER, OTHER), Some(1));
        assert_eq!(total("last", "env-1"), Some(1));
        assert_eq!(total("late", "env-1"), None);
        check_outcomes(&shop, releases, 3);
    });
}

#[test]
fn a_hundred_thousand_releases_and_tag_values_take_bounded_space() {
    let test = TestDatabase::sqlite();
    let shop = Shop::open(&test);
    // An event has 64 tags that count; with their release that is 100,000 names and more.
    let event = |n: i64| {
        let tags: serde_json::Map<_, _> = (0..60)
            .map(|key| (format!("key-{key}"), json!(format!("value-{n}"))))
            .collect();
        let names = json!({ "release": format!("shop@{n}"), "tags": tags });
        shop.event(with(body("a", 0), names))
    };
    let count = tag::VALUES_PER_KEY_MAX + 700;
    for step in 0..count / 100 {
        let events: Vec<_> = (0..100).map(|n| event(step * 100 + n)).collect();
        assert!(shop.store_all(events).iter().all(Result::is_ok));
    }
    let query = issue::IssueQuery {
        projects: vec![shop.project],
        limit: 1,
        ..Default::default()
    };
    shop.read(|c| {
        let found = issue::list(c, &query)?.issues.remove(0);
        for key in ["key-0", "key-59", "release"] {
            let tag = tag::get(c, found.id, key, 10_000)?.unwrap();
            assert_eq!(tag.value_count, tag::VALUES_PER_KEY_MAX, "{key}");
            assert_eq!(tag.top.len() as i64, tag::VALUES_PER_KEY_MAX, "{key}");
            assert_eq!(tag.event_count, count, "{key}");
        }
        Ok(())
    });
    assert_eq!(listed(&shop).0, count.min(release::PER_PROJECT_MAX));
}

#[test]
fn an_issue_counts_a_bounded_number_of_tag_keys() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let event = |n: i64| {
            let tags: serde_json::Map<_, _> = (0..40)
                .map(|key| (format!("key-{n}-{key}"), json!("value")))
                .collect();
            shop.event(with(body("a", 0), json!({ "tags": tags })))
        };
        let keys = || {
            let query = issue::IssueQuery {
                projects: vec![shop.project],
                limit: 1,
                ..Default::default()
            };
            shop.read(|c| {
                let found = issue::list(c, &query)?.issues.remove(0);
                tag::distribution(c, found.id, 1)
            })
        };
        // In the transaction that makes the issue, and in later ones.
        let first: Vec<_> = (0..10).map(event).collect();
        assert!(shop.store_all(first).iter().all(Result::is_ok));
        assert!((400..=tag::KEYS_PER_ISSUE_MAX as usize).contains(&keys().len()));
        let more: Vec<_> = (5..20).map(event).collect();
        assert!(shop.store_all(more).iter().all(Result::is_ok));
        let keys = keys();
        assert_eq!(keys.len() as i64, tag::KEYS_PER_ISSUE_MAX);
        // Those that are known count on.
        let count = |key: &str| {
            keys.iter()
                .find(|it| it.key == key)
                .map(|it| it.event_count)
        };
        assert_eq!(count("release"), Some(25));
        assert_eq!(count("key-5-0"), Some(2));
    });
}
