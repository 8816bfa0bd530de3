//! Deleting issues, and discarding them for good.

use std::time::Duration;

use serde_json::json;
use watchfire_event::EventId;
use watchfire_store::attachment::{self, NewAttachment};
use watchfire_store::issue::{self, Status};
use watchfire_store::outcome::Outcome;
use watchfire_store::{
    Blobs, NewRecord, Stored, Writer, WriterOptions, event, job, tag, tombstone,
};
use watchfire_testkit::database::for_each_database;

use crate::recount;
use crate::support::{HOUR, NOON, SECOND, Shop, block_on, body, with};

#[test]
fn a_deleted_issue_is_hidden_at_once_and_its_hash_is_free() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let id = EventId::random();
        let sent = with(body("a", 0), json!({ "event_id": id.to_string() }));
        let a = shop.store(sent.clone()).issue_id;
        let b = shop.store(body("b", 1)).issue_id;
        let kept = shop.store(body("c", 2)).issue_id;
        shop.write(|c| issue::merge(c, a, &[b], None, NOON));
        assert_eq!(shop.write(|c| issue::delete(c, &[a, b], None, NOON)), 1);
        assert_eq!(shop.write(|c| issue::delete(c, &[a], None, NOON)), 0);
        // Before any row is removed.
        assert_eq!(recount::issues(&shop).len(), 1);
        assert_eq!(shop.read(|c| issue::find(c, a)), None);
        assert_eq!(shop.read(|c| issue::find(c, b)), None);
        assert_eq!(
            shop.read(|c| issue::get(c, a)).unwrap().status,
            Status::Deleting
        );
        assert_eq!(shop.read(|c| event::get(c, shop.project, id)), None);
        // A retry of a stored event is still one; another event makes a new issue.
        assert!(shop.store(sent).duplicate);
        let anew = shop.store(body("a", 3));
        assert!(anew.new_issue && anew.issue_id != a);

        job::run_waiting(&shop.database).unwrap();
        assert_eq!(shop.read(|c| issue::get_many(c, &[a, b])), []);
        assert_eq!(shop.read(|c| tag::distribution(c, a, 1)), []);
        let left: Vec<_> = recount::issues(&shop).iter().map(|it| it.id).collect();
        assert_eq!(left, [anew.issue_id, kept]);
        recount::check(&shop, true);
    });
}

#[test]
fn a_long_removal_goes_on_where_it_was() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let many = (0..700).map(|n| {
            let changes = json!({ "user": { "id": n }, "tags": { "order": format!("{n}") } });
            shop.event(with(body("a", n), changes))
        });
        let a = shop
            .store_all(many.collect::<Vec<_>>())
            .remove(0)
            .unwrap()
            .issue_id;
        shop.write(|c| issue::delete(c, &[a], None, NOON));
        job::run_steps(&shop.database, 1, Duration::ZERO).unwrap();
        let left = recount::events(&shop, a).len();
        assert!(left > 0 && left < 700);
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(shop.read(|c| issue::get(c, a)), None);
        let found = shop.read(|c| job::list(c, shop.project)).remove(0);
        assert_eq!((found.state, found.moved), (job::JobState::Done, 700));
    });
}

#[test]
fn the_bytes_of_attachments_go_with_the_issue() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(folder.path()).unwrap();
        let attach = |fingerprint: &str| {
            let id = EventId::random();
            let sent = with(body(fingerprint, 0), json!({ "event_id": id.to_string() }));
            let issue = shop.store(sent).issue_id;
            let blob_key = attachment::new_blob_key(shop.project, id);
            block_on(blobs.put(&blob_key, "bytes".into())).unwrap();
            let new = NewAttachment {
                project: shop.project,
                key_id: shop.key_id,
                event_id: id,
                filename: "a.log".to_owned(),
                content_type: None,
                kind: "event.attachment".to_owned(),
                size: 5,
                blob_key: blob_key.clone(),
                received_at: NOON,
            };
            shop.save(NewRecord::Attachment(new));
            (issue, id, blob_key)
        };
        let (gone, gone_event, gone_key) = attach("a");
        let (_, kept_event, kept_key) = attach("b");
        shop.write(|c| issue::delete(c, &[gone], None, NOON));
        job::run_waiting(&shop.database).unwrap();
        let rows = |id| {
            shop.read(|c| attachment::of_event(c, shop.project, id))
                .len()
        };
        assert_eq!((rows(gone_event), rows(kept_event)), (0, 1));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let sweep = || runtime.block_on(attachment::sweep(&shop.database, &blobs));
        assert_eq!(sweep().unwrap(), 1);
        assert_eq!(sweep().unwrap(), 0);
        assert_eq!(block_on(blobs.get(&gone_key)).unwrap(), None);
        assert!(block_on(blobs.get(&kept_key)).unwrap().is_some());
    });
}

#[test]
fn events_of_a_discarded_issue_are_dropped_and_counted() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let a = shop.store(body("a", 0)).issue_id;
        let b = shop.store(body("b", 1)).issue_id;
        shop.write(|c| issue::merge(c, a, &[b], None, NOON));
        assert_eq!(shop.write(|c| issue::discard(c, &[a], None, NOON)), 1);
        job::run_waiting(&shop.database).unwrap();
        assert!(recount::issues(&shop).is_empty());
        // Both of its hashes, in one batch with others, and by another writer.
        let sent = [
            shop.event(body("a", 2)),
            shop.event(body("b", 3)),
            shop.event(body("c", 4)),
        ];
        let stored: Vec<Stored> = shop
            .send_all(sent)
            .into_iter()
            .map(Result::unwrap)
            .collect();
        assert_eq!(stored[..2], [Stored::Discarded; 2]);
        assert!(stored[2].kept().unwrap().new_issue);
        let writer = Writer::start(&shop.database, &WriterOptions::default()).unwrap();
        let late = block_on(writer.store(shop.event(body("a", 5))));
        assert_eq!(late, Ok(Stored::Discarded));
        block_on(writer.shutdown());

        let tombs = shop.read(|c| tombstone::list(c, shop.project));
        assert_eq!(tombs.len(), 1);
        assert_eq!(
            (tombs[0].title.as_str(), tombs[0].hit_count),
            ("b failed", 3)
        );
        assert!(tombs[0].last_hit_at.is_some());
        let counted = shop.counted();
        let of = |outcome: Outcome, reason: &str| {
            let mut rows = counted
                .iter()
                .filter(|it| it.1 == outcome && it.2 == reason);
            rows.next().map_or(0, |it| it.3)
        };
        assert_eq!(of(Outcome::Filtered, tombstone::DISCARDED_HASH), 3);
        assert_eq!(of(Outcome::Accepted, ""), 3);

        // Removed, the hashes are free.
        let other = shop.other_project("other");
        assert!(!shop.write(|c| tombstone::remove(c, other, tombs[0].id)));
        assert!(shop.write(|c| tombstone::remove(c, shop.project, tombs[0].id)));
        assert!(shop.store(body("a", 6)).new_issue);
        assert_eq!(shop.read(|c| tombstone::list(c, shop.project)), []);
        recount::check(&shop, true);
    });
}

#[test]
fn a_known_issue_hides_a_tombstone_behind_it() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let frames = |own: &[&str]| {
            let frame = |name: &str| {
                json!({
                    "function": name, "module": "shop.views", "filename": "views.py",
                    "in_app": own.contains(&name),
                })
            };
            json!({ "values": [{
                "type": "KeyError", "value": "a",
                "stacktrace": { "frames": [frame("outer"), frame("inner")] },
            }]})
        };
        let crash = |own: &[&str], seconds: i64| {
            let time = (NOON.0 + seconds * SECOND) as f64 / SECOND as f64;
            json!({ "platform": "python", "timestamp": time, "exception": frames(own) })
        };
        let whole = shop.store(crash(&["outer", "inner"], 0)).issue_id;
        let part = shop.store(crash(&["outer"], 1)).issue_id;
        assert_eq!(part, whole);
        // The first hash gets an issue of its own, then the issue of the second is discarded.
        let hashes = shop.read(|c| issue::hashes(c, whole));
        let own = hashes
            .iter()
            .find(|it| it.first_seen == NOON.plus_micros(SECOND))
            .unwrap();
        let own = [own.hash.clone()];
        let apart = shop.write(|c| issue::unmerge(c, whole, &own, None, NOON));
        shop.write(|c| issue::discard(c, &[whole], None, NOON));
        assert_eq!(shop.store(crash(&["outer"], 2)).issue_id, apart);
        // Another own frame: nothing is known but the discarded whole.
        let dropped = shop.send_all([shop.event(crash(&["inner"], 3))]);
        assert_eq!(dropped, [Ok(Stored::Discarded)]);
        assert!(shop.counted().iter().all(|it| it.3 < HOUR));
        job::run_waiting(&shop.database).unwrap();
        recount::check(&shop, true);
    });
}
