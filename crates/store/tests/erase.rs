//! Removing everything that is stored of one user.

use serde_json::{Value, json};
use watchfire_event::{EventId, Timestamp, UserId};
use watchfire_store::attachment::{self, NewAttachment};
use watchfire_store::erase::{self, Found, Person, Receipt};
use watchfire_store::feedback::Source;
use watchfire_store::job::{self, JobState};
use watchfire_store::release_health::{NewSessions, SessionRow};
use watchfire_store::{Blobs, NewRecord, event, feedback, issue, project, tag};
use watchfire_testkit::database::{TestDatabase, for_each_database};

use crate::feedback::{about, record};
use crate::merge_property::Dice;
use crate::raw::Raw;
use crate::recount;
use crate::rescrub::{address, files_hold, leaking, stored_text};
use crate::support::{HOUR, NOON, SECOND, Shop, body, with};

fn email(address: &str) -> Person {
    Person::parse("email", address).unwrap()
}

fn preview(shop: &Shop, person: &Person) -> Found {
    let dictionaries = shop.database.dictionaries();
    shop.read(|c| {
        let project = project::get(c, shop.project)?.unwrap();
        erase::preview(c, dictionaries, &project, person)
    })
}

fn queue(shop: &Shop, person: &Person) -> i64 {
    shop.write(|c| {
        let project = project::get(c, shop.project)?.unwrap();
        erase::queue(c, &project, person, None::<UserId>, Timestamp::now())
    })
}

fn erase(shop: &Shop, person: &Person) -> Receipt {
    let job = queue(shop, person);
    job::run_waiting(&shop.database).unwrap();
    let receipt = shop.read(|c| erase::receipt(c, job)).unwrap();
    assert_eq!(receipt.state, JobState::Done.as_str());
    receipt
}

/// An event of a user of this id and address.
fn of_user(fingerprint: &str, seconds: i64, id: &str, email: &str) -> Value {
    with(
        leaking(fingerprint, seconds, email),
        json!({ "user": { "id": id, "email": email, "ip_address": "203.0.113.7" } }),
    )
}

fn with_id(body: Value, id: EventId) -> Value {
    with(body, json!({ "event_id": id.to_string() }))
}

fn attach(shop: &Shop, event_id: EventId, blob_key: &str) {
    shop.save(NewRecord::Attachment(NewAttachment {
        project: shop.project,
        key_id: shop.key_id,
        event_id,
        filename: "log.txt".to_owned(),
        content_type: None,
        kind: "event.attachment".to_owned(),
        size: 3,
        blob_key: blob_key.to_owned(),
        received_at: NOON,
    }));
}

fn session(shop: &Shop, user: &str) {
    shop.save(NewRecord::Sessions(NewSessions {
        project: shop.project,
        key_id: shop.key_id,
        quantity: 1,
        rows: vec![SessionRow {
            release: "shop@1.0".to_owned(),
            environment: String::new(),
            started: NOON,
            session_id: None,
            user: Some(user.to_owned()),
            total: 1,
            errored: 1,
            abnormal: 0,
            unhandled: 0,
            crashed: 0,
        }],
        received_at: NOON,
    }));
}

#[test]
fn everything_of_a_user_goes_and_a_receipt_says_what() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (anna, ben) = (address("anna"), address("ben"));
        let [shared_event, own_event] = [EventId::random(), EventId::random()];
        let shared = shop.store(with_id(of_user("shared", 0, "1", &anna), shared_event));
        shop.store(of_user("shared", 1, "2", &ben));
        let own = shop.store(with_id(of_user("own", 2, "1", &anna), own_event));
        attach(&shop, own_event, "1/a/b");
        attach(&shop, shared_event, "1/a/c");
        shop.save(record(&shop, Source::Report, 3, about(own_event, "mine")));
        let by_address = json!({ "message": "anna writes", "contact_email": anna.to_uppercase() });
        shop.save(record(&shop, Source::Widget, 4, by_address));
        shop.save(record(
            &shop,
            Source::Widget,
            5,
            json!({ "message": "ben writes" }),
        ));
        session(&shop, &anna);
        session(&shop, &ben);

        let person = email(&anna.to_uppercase());
        let found = preview(&shop, &person);
        let expected = Found {
            events: 2,
            issues: 2,
            issues_emptied: 1,
            feedback: 2,
            attachments: 2,
            session_hours: 1,
            looked_at: 3,
            is_complete: true,
        };
        assert_eq!(found, expected);
        let receipt = erase(&shop, &person);
        for (table, count) in [
            ("event", 2),
            ("attachment", 2),
            ("feedback", 2),
            ("session_hour_user", 1),
            ("issue", 1),
        ] {
            assert_eq!(
                receipt.removed.get(table),
                Some(&count),
                "{table}: {receipt:?}"
            );
        }
        assert!(receipt.left.iter().any(|line| line.contains("Backups")));
        assert!(receipt.finished_at.is_some());

        assert_eq!(shop.read(|c| issue::find(c, own.issue_id)), None);
        let left = shop.read(|c| issue::get(c, shared.issue_id)).unwrap();
        assert_eq!((left.event_count, left.user_count), (1, 1));
        assert_eq!(left.title, format!("LookupError: no {ben}"));
        recount::check(&shop, true);
        let messages = shop.read(|c| feedback::list(c, &[shop.project], None, None, 10));
        assert_eq!(messages.len(), 1);
        assert_eq!(messages[0].message, "ben writes");
        assert_eq!(preview(&shop, &person).events, 0);
        assert_eq!(preview(&shop, &email(&ben)).events, 1);
        assert_eq!(preview(&shop, &email(&ben)).session_hours, 1);

        // Nobody is kept out: the next event is stored as any other.
        let later = shop.store(of_user("own", 9, "1", &anna));
        assert!(later.new_issue);
    });
}

/// The digest that `openssl dgst -sha256 -mac HMAC -macopt hexkey:…` prints.
fn hmac(key: &str, text: &str) -> String {
    use ring::hmac::{HMAC_SHA256, Key, sign};
    let pairs = key.as_bytes().chunks(2);
    let digits = pairs.map(|pair| std::str::from_utf8(pair).unwrap());
    let bytes: Vec<u8> = digits
        .map(|pair| u8::from_str_radix(pair, 16).unwrap())
        .collect();
    let tag = sign(&Key::new(HMAC_SHA256, &bytes), text.as_bytes());
    tag.as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn the_receipt_can_be_checked_by_who_kept_it_and_knows_the_user_and_by_nobody_else() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let anna = address("anna");
        shop.store(of_user("one", 0, "1", &anna));
        let receipt = erase(&shop, &email(&anna.to_uppercase()));
        let text = serde_json::to_string(&receipt).unwrap();
        assert!(!text.to_lowercase().contains(&anna), "{text}");
        let data = || shop.read(|c| job::get(c, receipt.job)).unwrap().data;
        assert!(!data().contains(&anna) && !data().contains("anna"));
        let key = receipt.identity.key.clone().unwrap();
        let named = |who: &str| hmac(&key, &format!("email\0{who}"));
        assert_eq!(receipt.identity.digest, named(&anna));
        assert_ne!(receipt.identity.digest, named(&address("ben")));
        let other = erase(&shop, &email(&anna));
        assert_ne!(
            other.identity.digest, receipt.identity.digest,
            "by another key"
        );

        let done = receipt.finished_at.unwrap();
        let day_after = |micros| done.plus_micros(erase::KEY_MICROS + micros);
        shop.write(|c| erase::forget_keys(c, day_after(-SECOND)));
        assert!(data().contains(&key));
        shop.write(|c| erase::forget_keys(c, day_after(SECOND)));
        assert!(!data().contains(&key));
        let later = shop.read(|c| erase::receipt(c, receipt.job)).unwrap();
        assert_eq!(later.identity.key, None);
        assert_eq!(later.identity.digest, receipt.identity.digest);
        assert_eq!(later.removed, receipt.removed);
    });
}

#[test]
fn a_job_whose_key_is_not_known_fails_instead_of_finding_nobody() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        shop.store(of_user("one", 0, "1", &address("anna")));
        let job = queue(&shop, &email(&address("anna")));
        let old = "UPDATE job SET data = replace(data, '\"key\":', '\"salt\":')";
        Raw::open(test).run(old);
        job::run_waiting(&shop.database).unwrap();
        let job = shop.read(|c| job::get(c, job)).unwrap();
        assert_eq!(job.state, JobState::Failed);
        assert!(job.problem.unwrap().contains("ask for it again"));
    });
}

#[test]
fn a_user_is_found_by_id_address_or_ip() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let anna = address("anna");
        shop.store(with(body("a", 0), json!({ "user": { "id": 42 } })));
        shop.store(with(body("b", 1), json!({ "user": { "username": anna } })));
        shop.store(with(
            body("c", 2),
            json!({ "user": { "ip_address": "203.0.113.7" } }),
        ));
        let request = json!({ "env": { "REMOTE_ADDR": "203.0.113.7" }, "url": "http://a/" });
        shop.store(with(
            body("d", 3),
            json!({ "user": null, "request": request }),
        ));
        shop.store(with(body("e", 4), json!({ "user": { "id": "421" } })));
        for (kind, text, events) in [
            ("id", "42", 1),
            ("email", anna.as_str(), 1),
            ("ip", "203.0.113.7", 2),
            ("ip", "203.0.113.70", 0),
        ] {
            let person = Person::parse(kind, text).unwrap();
            assert_eq!(preview(&shop, &person).events, events, "{kind} {text}");
            let receipt = erase(&shop, &person);
            let removed = receipt.removed.get("event").copied().unwrap_or(0);
            assert_eq!(removed, events as i64, "{kind} {text}");
        }
        let left = recount::issues(&shop);
        assert_eq!(left.len(), 1);
        recount::check(&shop, true);
    });
}

#[test]
fn the_bytes_of_attachments_go_with_the_next_sweep() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path()).unwrap();
        let id = EventId::random();
        let key = attachment::new_blob_key(shop.project, id);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let text = bytes::Bytes::from_static(b"what anna saw");
        runtime.block_on(blobs.put(&key, text)).unwrap();
        let anna = address("anna");
        shop.store(with_id(of_user("one", 0, "1", &anna), id));
        attach(&shop, id, &key);
        let receipt = erase(&shop, &email(&anna));
        assert!(
            receipt.left.iter().any(|line| line.starts_with("1 files")),
            "{receipt:?}"
        );
        runtime
            .block_on(attachment::sweep(&shop.database, &blobs))
            .unwrap();
        assert_eq!(runtime.block_on(blobs.get(&key)).unwrap(), None);
        let receipt = shop.read(|c| erase::receipt(c, receipt.job)).unwrap();
        assert!(!receipt.left.iter().any(|line| line.contains("files")));
    });
}

#[test]
fn counters_equal_a_recount_whoever_is_erased() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let mut dice = Dice(4_242);
        for round in 0..5 {
            let events = (0..40).map(|n| {
                let seconds = (round * 40 + n) * 977 % 100_003;
                let who = dice.roll(6);
                let kind = format!("kind {}", dice.roll(6));
                let body = of_user(
                    &kind,
                    seconds,
                    &who.to_string(),
                    &address(&format!("w{who}")),
                );
                shop.event(body)
            });
            let events: Vec<_> = events.collect();
            assert!(shop.store_all(events).iter().all(Result::is_ok));
            let who = dice.roll(6);
            let person = match dice.roll(2) {
                0 => Person::parse("id", &who.to_string()).unwrap(),
                _ => email(&address(&format!("w{who}"))),
            };
            erase(&shop, &person);
            recount::check(&shop, true);
            assert_eq!(preview(&shop, &person).events, 0);
        }
        let everybody = Person::parse("ip", "203.0.113.7").unwrap();
        erase(&shop, &everybody);
        assert!(recount::issues(&shop).is_empty());
    });
}

#[test]
fn a_job_that_dies_between_steps_goes_on_where_it_was() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let events = (0..450).map(|n| {
            let who = address(&format!("w{}", n % 2));
            shop.event(of_user(
                &format!("kind {}", n % 3),
                n,
                &(n % 2).to_string(),
                &who,
            ))
        });
        let events: Vec<_> = events.collect();
        assert!(shop.store_all(events).iter().all(Result::is_ok));
        let id = queue(&shop, &email(&address("w1")));
        for _ in 0..2 {
            job::run_steps(&shop.database, 1, std::time::Duration::ZERO).unwrap();
            std::thread::sleep(std::time::Duration::from_millis(2));
            recount::check(&shop, true);
        }
        let between = shop.read(|c| erase::receipt(c, id)).unwrap();
        assert!(between.finished_at.is_none() && between.events_looked_at < 450);
        job::run_waiting(&shop.database).unwrap();
        let receipt = shop.read(|c| erase::receipt(c, id)).unwrap();
        assert_eq!(receipt.removed.get("event"), Some(&225));
        recount::check(&shop, true);
    });
}

#[test]
fn no_file_of_the_database_holds_the_user() {
    let test = TestDatabase::sqlite();
    let shop = Shop::open(&test);
    let anna = address("anna");
    for hour in 0..4 {
        let events = (0..100).map(|n| {
            let who = if n % 3 == 0 {
                anna.clone()
            } else {
                address(&format!("w{}", n % 5))
            };
            let at = hour * HOUR / 1_000_000 + n;
            shop.event(of_user(&format!("kind {}", n % 7), at, &who, &who))
        });
        let events: Vec<_> = events.collect();
        assert!(shop.store_all(events).iter().all(Result::is_ok));
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert!(files_hold(&test, &anna));
    erase(&shop, &email(&anna));
    assert!(!files_hold(&test, &anna));
    recount::check(&shop, true);
    let other = recount::issues(&shop)[0].id;
    let keys = shop.read(|c| tag::distribution(c, other, 100));
    assert!(keys.iter().any(|key| key.key == "user"));
    let row = recount::events(&shop, other).remove(0).row;
    assert!(stored_text(&shop, row.event_id).contains("LookupError"));
    assert!(shop.read(|c| event::latest(c, other)).is_some());
}
