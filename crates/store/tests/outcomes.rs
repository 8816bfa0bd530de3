use std::borrow::Cow;

use watchfire_event::{ProjectId, Timestamp};
use watchfire_store::outcome::{self, Outcome, OutcomeCount};
use watchfire_testkit::database::for_each_database;

use crate::support::{HOUR, NOON, SECOND, Shop, body};

fn count(project: Option<ProjectId>, reason: &'static str, hours: i64) -> OutcomeCount {
    OutcomeCount {
        project,
        key_id: Some(1),
        category: Cow::Borrowed("error"),
        outcome: if reason.is_empty() {
            Outcome::Accepted
        } else {
            Outcome::Invalid
        },
        reason: Cow::Borrowed(reason),
        at: NOON.plus_micros(hours * HOUR),
        quantity: 1,
        message: None,
    }
}

/// Start in hours after [`NOON`], project, reason and quantity of each bucket.
fn series(
    shop: &Shop,
    projects: &[ProjectId],
    hours: (i64, i64),
    bucket: i64,
) -> Vec<(i64, Option<ProjectId>, String, i64)> {
    let at = |hours: i64| NOON.plus_micros(hours * HOUR);
    let found = shop
        .read(|c| outcome::series(c, projects, Some("error"), at(hours.0), at(hours.1), bucket));
    found
        .into_iter()
        .map(|it| {
            (
                (it.start.0 - NOON.0) / HOUR,
                it.project,
                it.reason,
                it.quantity,
            )
        })
        .collect()
}

#[test]
fn outcomes_come_in_buckets_of_hours_and_of_days_in_utc() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let project = Some(shop.project);
        let other = shop.other_project("other");
        for counted in [
            count(project, "", 0),
            count(project, "", 0),
            count(project, "timestamp", 1),
            count(project, "", 13),
            // Noon is ten o'clock: fourteen hours later it is tomorrow.
            count(project, "", 14),
            count(Some(other), "", 0),
            count(None, "invalid_key", 0),
            OutcomeCount {
                category: Cow::Borrowed("session"),
                ..count(project, "", 0)
            },
        ] {
            shop.writer.count(counted);
        }
        shop.shutdown();
        let ok = String::new;
        let bad = || "timestamp".to_owned();
        assert_eq!(
            series(&shop, &[shop.project], (0, 14), 1),
            [
                (0, project, ok(), 2),
                (1, project, bad(), 1),
                (13, project, ok(), 1)
            ]
        );
        assert_eq!(
            series(&shop, &[shop.project], (-20, 24), 24),
            [
                (-10, project, ok(), 3),
                (-10, project, bad(), 1),
                (14, project, ok(), 1)
            ]
        );
        assert_eq!(
            series(&shop, &[ProjectId(0), other], (0, 1), 1),
            [
                (0, None, "invalid_key".to_owned(), 1),
                (0, Some(other), ok(), 1)
            ]
        );
        assert_eq!(series(&shop, &[], (-20, 24), 1), []);
        let all =
            shop.read(|c| outcome::series(c, &[shop.project], None, NOON, NOON.plus_micros(1), 1));
        let categories: Vec<_> = all.iter().map(|it| it.category.as_str()).collect();
        assert_eq!(categories, ["error", "session"]);
    });
}

#[test]
fn what_was_accepted_is_added_up_for_a_key_a_project_and_the_instance() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let other = shop.other_project("other");
        let project = Some(shop.project);
        let accepted = |project, key_id, category, hours| {
            shop.writer.count(OutcomeCount {
                key_id,
                category: Cow::Borrowed(category),
                quantity: 10,
                ..count(project, "", hours)
            });
        };
        let key = Some(shop.key_id);
        accepted(project, key, "error", 0);
        accepted(project, key, "default", 1);
        accepted(project, key, "session", 1);
        accepted(project, Some(77), "error", 1);
        accepted(project, key, "error", -1);
        accepted(Some(other), Some(78), "error", 2);
        shop.writer.count(count(project, "timestamp", 0));
        shop.shutdown();
        let since = |project, key, categories: &[&str]| {
            // In the middle of an hour: the whole hour counts.
            let from = NOON.plus_micros(60 * SECOND);
            shop.read(|c| outcome::accepted_since(c, project, key, categories, from))
        };
        assert_eq!(since(project, None, &["error"]), 20);
        assert_eq!(since(project, None, &["default", "error", "security"]), 30);
        assert_eq!(since(project, key, &["error"]), 10);
        assert_eq!(since(None, key, &["error", "session"]), 20);
        assert_eq!(since(None, None, &["error"]), 30);
        assert_eq!(since(None, None, &[]), 50);
        assert_eq!(since(Some(ProjectId(99)), None, &[]), 0);
    });
}

#[test]
fn the_newest_message_of_each_reason_is_kept() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let project = Some(shop.project);
        let say = |project, reason, hours, message: &str| {
            shop.writer.count(OutcomeCount {
                message: Some(Cow::Owned(message.to_owned())),
                ..count(project, reason, hours)
            });
        };
        say(project, "invalid_json", 1, "byte 7: a comma is missing");
        say(project, "invalid_json", 0, "older");
        say(project, "timestamp", 0, &format!("a\0b{}", "ä".repeat(600)));
        say(None, "invalid_key", 0, "the key has 3 digits");
        // An accepted one has nothing to say.
        say(project, "", 0, "fine");
        // With the next event they are written.
        shop.store(body("a", 0));
        let samples = |projects: &[ProjectId]| {
            let samples = shop.read(|c| outcome::samples(c, projects));
            samples
                .into_iter()
                .map(|it| (it.category, it.reason, it.message, it.at))
                .collect::<Vec<_>>()
        };
        let error = || "error".to_owned();
        let at = |hours: i64| NOON.plus_micros(hours * HOUR);
        let cut = format!("ab{}", "ä".repeat(497));
        let json = "invalid_json".to_owned();
        assert_eq!(
            samples(&[shop.project]),
            [
                (
                    error(),
                    json.clone(),
                    "byte 7: a comma is missing".to_owned(),
                    at(1)
                ),
                (error(), "timestamp".to_owned(), cut.clone(), NOON),
            ]
        );
        // What is stored yields to what is newer only.
        say(project, "invalid_json", 0, "older");
        say(project, "timestamp", 3, "newer");
        shop.shutdown();
        assert_eq!(
            samples(&[shop.project, ProjectId(0)]),
            [
                (
                    error(),
                    "invalid_key".to_owned(),
                    "the key has 3 digits".to_owned(),
                    NOON
                ),
                (
                    error(),
                    json,
                    "byte 7: a comma is missing".to_owned(),
                    at(1)
                ),
                (error(), "timestamp".to_owned(), "newer".to_owned(), at(3)),
            ]
        );
    });
}

#[test]
fn times_outside_of_what_is_counted_find_nothing() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        shop.store(body("a", 0));
        let ends = (Timestamp(i64::MIN), Timestamp(i64::MAX));
        let found = shop.read(|c| outcome::series(c, &[shop.project], None, ends.0, ends.1, 24));
        assert_eq!(found.len(), 1);
        let none = shop.read(|c| outcome::series(c, &[shop.project], None, ends.1, ends.0, 0));
        assert_eq!(none, []);
    });
}
