//! Copies of a user's data beside their events, bodies that must stay readable without it, and what
//! a receipt still knows of the user.

use serde_json::json;
use watchfire_event::{EventId, Timestamp};
use watchfire_store::feedback::Source;
use watchfire_store::rescrub::Span;
use watchfire_store::{Database, Options, erase, feedback, issue, job, project, tombstone};
use watchfire_testkit::database::{TestDatabase, for_each_database};

use crate::feedback::{about, record};
use crate::raw::Raw;
use crate::rescrub::{NO_ADDRESSES, address, files_hold, leaking, run, stored_text};
use crate::rescrub_rest::{count_only, head, heads};
use crate::scrubbing::set;
use crate::support::{SECOND, Shop, body, with};

/// Asks for the erasure of a user, and waits for nothing.
fn queue(shop: &Shop, kind: &str, who: &str) -> i64 {
    let person = erase::Person::parse(kind, who).unwrap();
    shop.write(|c| {
        let project = project::get(c, shop.project)?.unwrap();
        erase::queue(c, &project, &person, None, Timestamp::now())
    })
}

fn erase(shop: &Shop, kind: &str, who: &str) -> erase::Receipt {
    let job = queue(shop, kind, who);
    job::run_waiting(&shop.database).unwrap();
    shop.read(|c| erase::receipt(c, job)).unwrap()
}

#[test]
fn a_user_leaves_the_titles_of_discarded_issues() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let anna = address("anna");
        let id = shop.store(leaking("one", 0, &anna)).issue_id;
        shop.write(|c| issue::discard(c, &[id], None, Timestamp::now()));
        job::run_waiting(&shop.database).unwrap();
        let receipt = erase(&shop, "email", &anna);
        assert_eq!(receipt.removed.get("tombstone"), Some(&1), "{receipt:?}");
        let titles = shop.read(|c| tombstone::list(c, shop.project));
        assert_eq!(titles[0].title, "LookupError");
        assert!(
            receipt
                .left
                .iter()
                .any(|line| line.contains("Ignore rules"))
        );
    });
}

#[test]
fn a_user_leaves_what_an_issue_shows_of_events_without_a_body() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (anna, ben) = (address("anna"), address("ben"));
        let id = shop.store(leaking("one", 0, &ben)).issue_id;
        let culprit = with(
            leaking("one", 1, &ben),
            json!({ "transaction": format!("/of/{anna}") }),
        );
        count_only(&shop, &culprit);
        assert!(
            shop.read(|c| issue::get(c, id))
                .unwrap()
                .culprit
                .contains(&anna)
        );
        erase(&shop, "email", &anna);
        let after = shop.read(|c| issue::get(c, id)).unwrap();
        assert!(!after.culprit.contains(&anna), "{}", after.culprit);
    });
}

#[test]
fn an_address_is_found_in_the_headers_of_proxies() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        for (second, name, value) in [
            (0, "X-Forwarded-For", "10.0.0.1, 203.0.113.7:4711"),
            (1, "x-real-ip", "::ffff:203.0.113.7"),
            (2, "CF-Connecting-IP", "203.0.113.7"),
            (3, "Forwarded", "proto=http;for=\"203.0.113.7\""),
            (4, "X-Other", "203.0.113.7"),
            (5, "X-Forwarded-For", "203.0.113.70"),
        ] {
            let request = json!({ "url": "http://a/", "headers": [[name, value]] });
            shop.store(with(
                body("one", second),
                json!({ "user": null, "request": request }),
            ));
        }
        let receipt = erase(&shop, "ip", "203.0.113.7");
        assert_eq!(receipt.removed.get("event"), Some(&4), "{receipt:?}");
    });
}

#[test]
fn a_dictionary_that_learned_an_address_outside_of_the_user_goes() {
    let test = TestDatabase::sqlite();
    let shop = Shop::open(&test);
    trained(&shop, |n| {
        let request = json!({ "url": "http://a/", "env": { "REMOTE_ADDR": "203.0.113.77" } });
        with(
            body(&format!("kind {}", n % 7), n),
            json!({ "user": null, "request": request }),
        )
    });
    assert!(files_hold(&test, "203.0.113.77"));
    erase(&shop, "ip", "203.0.113.77");
    assert!(!files_hold(&test, "203.0.113.77"));
}

/// Stores events until a dictionary was trained.
fn trained(shop: &Shop, event: impl Fn(i64) -> serde_json::Value) {
    for round in 0..4 {
        let events: Vec<_> = (0..100)
            .map(|n| shop.event(event(round * 100 + n)))
            .collect();
        assert!(shop.store_all(events).iter().all(Result::is_ok));
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert!(shop.database.dictionaries().count() > 0);
}

#[test]
fn what_another_process_rewrites_stays_readable_when_a_dictionary_goes() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (anna, ben) = (address("anna"), address("ben"));
        let [bens, about_ben] = [EventId::random(), EventId::random()];
        trained(&shop, |n| leaking(&format!("kind {}", n % 7), n, &anna));
        let event = with(
            leaking("ben", 900, &ben),
            json!({ "event_id": bens.to_string() }),
        );
        shop.store(event);
        shop.save(head(&shop, &leaking("head", 1, &ben)));
        let said = about(about_ben, &format!("write to {ben}"));
        shop.save(record(&shop, Source::Report, 3, said));

        // Another process knows the dictionary as the newest one, and never hears of its end.
        let options = Options::default();
        let other = Database::connect(test.url(), &options).unwrap();
        let other = shop.in_process(other);
        stored_text(&other, bens);
        erase(&shop, "email", &anna);
        set(&other, NO_ADDRESSES);
        run(&other, Span::Project, false);

        let reader = Database::connect(test.url(), &options).unwrap();
        let reader = shop.in_process(reader);
        assert!(stored_text(&reader, bens).contains("[email]"));
        let head = &heads(&reader)[0];
        assert!(!head.contains(&ben), "{head}");
        let messages = reader.read(|c| feedback::list(c, &[shop.project], None, None, 10));
        let dictionaries = reader.database.dictionaries();
        let id = messages[0].feedback_id;
        let text = reader.read(|c| feedback::body(c, dictionaries, shop.project, id));
        assert!(text.is_some());
    });
}

#[test]
fn the_key_of_a_job_that_failed_or_is_paused_is_forgotten_too() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        for state in ["failed", "paused"] {
            shop.store(leaking("one", 0, &address("anna")));
            let id = queue(&shop, "email", &address("anna"));
            Raw::open(test).run(&format!("UPDATE job SET state = '{state}' WHERE id = {id}"));
            let job = || shop.read(|c| job::get(c, id)).unwrap();
            let stopped = job().changed_at;
            let day_after = |micros| stopped.plus_micros(erase::KEY_MICROS + micros);
            shop.write(|c| erase::forget_keys(c, day_after(-SECOND)));
            assert!(!job().data.contains(r#""user_hashes":[]"#));
            shop.write(|c| erase::forget_keys(c, day_after(SECOND)));
            let forgotten = job().data;
            assert!(forgotten.contains(r#""key":null"#), "{forgotten}");
            assert!(forgotten.contains(r#""user_hashes":[]"#), "{forgotten}");
            assert_eq!(job().changed_at, stopped);
            shop.write(|c| job::resume(c, id, Timestamp::now()));
            job::run_waiting(&shop.database).unwrap();
            assert!(job().problem.unwrap().contains("ask for it again"));
        }
    });
}

#[test]
fn a_receipt_with_a_salt_loses_it_and_names_its_own_algorithm() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let anna = address("anna");
        shop.store(leaking("one", 0, &anna));
        let now = erase(&shop, "email", &anna);
        assert!(now.identity.algorithm.starts_with("HMAC-SHA256 of"));
        let salted = "UPDATE job SET data = replace(replace(data, '\"key\":', '\"salt\":'), \
            '\"algorithm\":\"keyed\",', '')";
        Raw::open(test).run(salted);
        shop.write(|c| erase::forget_keys(c, Timestamp::now()));
        let data = shop.read(|c| job::get(c, now.job)).unwrap().data;
        assert!(!data.contains("salt\":\""), "{data}");
        let then = shop.read(|c| erase::receipt(c, now.job)).unwrap();
        assert!(then.identity.algorithm.starts_with("SHA-256 of salt"));
        assert_eq!(then.identity.digest, now.identity.digest);
        assert_eq!(then.finished_at, now.finished_at);
    });
}
