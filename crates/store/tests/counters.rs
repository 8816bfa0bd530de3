use std::collections::{BTreeMap, HashSet};

use serde_json::{Value, json};
use watchfire_event::IssueId;
use watchfire_store::{environment, event, issue, outcome, release, tag};
use watchfire_testkit::database::for_each_database;

use crate::support::{HOUR, NOON, SECOND, Shop, body, with};

/// Sixty varied events of three issues.
fn varied() -> Vec<Value> {
    let event = |n: i64| {
        let user = match n % 4 {
            0 => Value::Null,
            k => json!({ "id": k }),
        };
        let changes = json!({
            "user": user,
            "environment": if n % 5 == 0 { "staging" } else { "production" },
            "release": format!("shop@{}", n % 6),
            "level": if n % 7 == 0 { "fatal" } else { "error" },
            "tags": { "server_name": format!("web-{}", n % 3) },
        });
        // Neither in order nor in one hour.
        with(
            body(&format!("issue {}", n % 3), (n * 977) % 10_000),
            changes,
        )
    };
    (0..60).map(event).collect()
}

#[test]
fn counters_equal_a_recount_of_the_events() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        // Some alone, some together, so that every counter is both made and added to.
        let events = varied();
        for chunk in [&events[..2], &events[2..3], &events[3..40], &events[40..]] {
            let events: Vec<_> = chunk.iter().map(|body| shop.event(body.clone())).collect();
            assert!(shop.store_all(events).iter().all(Result::is_ok));
        }
        let query = issue::IssueQuery {
            projects: vec![shop.project],
            limit: 100,
            ..Default::default()
        };
        let page = shop
            .database
            .read_blocking(|c| issue::list(c, &query))
            .unwrap();
        assert_eq!(page.total, 3);
        page.issues
            .iter()
            .for_each(|issue| check_issue(&shop, issue));
        check_project(&shop, &events);
    });
}

fn check_issue(shop: &Shop, counted: &issue::Issue) {
    shop.database
        .read_blocking(|c| {
            let rows = event::list(c, counted.id, None, 100)?.events;
            assert_eq!(counted.event_count, rows.len() as i64);
            let times = || rows.iter().map(|row| row.timestamp);
            assert_eq!(times().min(), Some(counted.first_seen));
            assert_eq!(times().max(), Some(counted.last_seen));

            let mut hours: BTreeMap<i64, i64> = BTreeMap::new();
            let mut users = HashSet::new();
            let mut tags: BTreeMap<(String, String), i64> = BTreeMap::new();
            for row in &rows {
                *hours.entry(outcome::hour_of(row.timestamp)).or_default() += 1;
                let body = read_body(shop, c, row)?;
                users.extend(body["user"]["id"].as_str().map(str::to_owned));
                for key in ["level", "environment", "release"] {
                    let value = body[key].as_str().unwrap().to_owned();
                    *tags.entry((key.to_owned(), value)).or_default() += 1;
                }
            }
            assert_eq!(counted.user_count, users.len() as i64);
            let latest = rows.first().map(|row| read_body(shop, c, row)).unwrap()?;
            assert_eq!(counted.level.as_str(), latest["level"]);
            assert_eq!(counted.last_release.as_deref(), latest["release"].as_str());

            let from = outcome::hour_of(NOON);
            let lines = issue::sparklines(c, &[IssueId(999), counted.id], from, 4)?;
            let expected: Vec<i64> = (from..from + 4)
                .map(|hour| hours.get(&hour).copied().unwrap_or(0))
                .collect();
            assert_eq!(lines, [vec![0; 4], expected]);

            for found in tag::distribution(c, counted.id, 100)? {
                let sum: i64 = found.top.iter().map(|value| value.count).sum();
                assert_eq!(
                    (sum, found.top.len() as i64),
                    (found.event_count, found.value_count)
                );
                for value in &found.top {
                    let key = (found.key.clone(), value.value.clone());
                    if let Some(count) = tags.remove(&key) {
                        assert_eq!(value.count, count, "{key:?}");
                    }
                    assert!(value.first_seen <= value.last_seen);
                }
                assert!(found.top.is_sorted_by_key(|value| -value.count));
            }
            assert!(tags.is_empty(), "not counted: {tags:?}");
            Ok(())
        })
        .unwrap();
}

fn read_body(
    shop: &Shop,
    c: &mut watchfire_store::Conn<'_>,
    row: &event::EventRow,
) -> watchfire_store::Result<Value> {
    let text = event::body(
        c,
        shop.database.dictionaries(),
        row.project_id,
        row.event_id,
    )?;
    Ok(serde_json::from_str(&text.unwrap()).unwrap())
}

fn check_project(shop: &Shop, events: &[Value]) {
    let (environments, releases, totals) = shop
        .database
        .read_blocking(|c| {
            Ok((
                environment::list(c, shop.project)?,
                release::list(c, shop.project, 100)?,
                outcome::totals(c, Some(shop.project), NOON, NOON.plus_micros(HOUR))?,
            ))
        })
        .unwrap();
    let names: Vec<_> = environments
        .iter()
        .map(|found| found.name.as_str())
        .collect();
    assert_eq!(names, ["production", "staging"]);
    assert_eq!(releases.len(), 6);
    let micros = |event: &Value| (event["timestamp"].as_f64().unwrap() * SECOND as f64) as i64;
    for found in &environments {
        let of_it = || {
            events
                .iter()
                .filter(|event| event["environment"] == found.name.as_str())
        };
        assert_eq!(of_it().map(micros).min(), Some(found.first_seen.0));
        assert_eq!(of_it().map(micros).max(), Some(found.last_seen.0));
    }
    assert_eq!(
        totals.iter().map(|total| total.quantity).sum::<i64>(),
        events.len() as i64
    );
}

#[test]
fn values_beyond_the_limit_of_a_key_are_counted_together() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let limit = tag::VALUES_PER_KEY_MAX;
        let tagged = |n: i64| {
            let changes = json!({ "tags": { "order": format!("order-{n}") }, "user": null });
            shop.event(with(body("same", 0), changes))
        };
        let events: Vec<_> = (0..limit + 20).map(tagged).collect();
        assert!(shop.store_all(events).iter().all(Result::is_ok));
        // One more that is known, and one more that is not.
        assert!(
            shop.store_all([tagged(0), tagged(limit + 500)])
                .iter()
                .all(Result::is_ok)
        );
        let query = issue::IssueQuery {
            projects: vec![shop.project],
            limit: 1,
            ..Default::default()
        };
        shop.database
            .read_blocking(|c| {
                let found = issue::list(c, &query)?.issues.remove(0);
                let order = tag::get(c, found.id, "order", 3)?.unwrap();
                assert_eq!(order.value_count, limit);
                assert_eq!(order.event_count, limit + 22);
                assert_eq!(order.top.len(), 3);
                assert_eq!(
                    (order.top[0].value.as_str(), order.top[0].count),
                    ("order-0", 2)
                );
                let all = tag::get(c, found.id, "order", 5_000)?.unwrap();
                assert_eq!(all.top.len() as i64, limit);
                assert_eq!(tag::get(c, found.id, "unknown", 3)?, None);
                Ok(())
            })
            .unwrap();
    });
}
