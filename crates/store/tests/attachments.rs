use watchfire_event::{EventId, ProjectId};
use watchfire_store::attachment::{self, Attachment, NewAttachment, PER_EVENT_MAX};
use watchfire_store::outcome::Outcome;
use watchfire_store::{Blobs, Error, NewRecord, Saved, WriteError, project};
use watchfire_testkit::database::for_each_database;

use crate::support::{NOON, Shop, block_on, body, with};

fn new(shop: &Shop, event_id: EventId, filename: &str) -> NewAttachment {
    NewAttachment {
        project: shop.project,
        key_id: shop.key_id,
        event_id,
        filename: filename.to_owned(),
        content_type: Some("text/plain".to_owned()),
        kind: "event.attachment".to_owned(),
        size: 12,
        blob_key: attachment::new_blob_key(shop.project, event_id),
        received_at: NOON,
    }
}

fn of_event(shop: &Shop, event_id: EventId) -> Vec<Attachment> {
    shop.read(|c| attachment::of_event(c, shop.project, event_id))
}

#[test]
fn an_attachment_is_found_by_its_event_which_may_come_later() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let id = EventId::random();
        let first = new(&shop, id, "a.log");
        assert_eq!(shop.save(NewRecord::Attachment(first.clone())), Saved::New);
        shop.store(with(
            body("a", 0),
            serde_json::json!({ "event_id": id.to_string() }),
        ));
        let mut nameless = new(&shop, id, "b\0.log");
        nameless.content_type = None;
        shop.save(NewRecord::Attachment(nameless));

        let found = of_event(&shop, id);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].filename, "a.log");
        assert_eq!(found[0].content_type.as_deref(), Some("text/plain"));
        assert_eq!((found[0].size, found[0].received_at), (12, NOON));
        assert_eq!(found[0].blob_key, first.blob_key);
        assert_eq!(found[0].kind, "event.attachment");
        assert_eq!(found[1].filename, "b.log");
        assert_eq!(found[1].content_type, None);
        assert_eq!(of_event(&shop, EventId::random()), []);
        let get = |project, id| shop.read(|c| attachment::get(c, project, id));
        assert_eq!(get(shop.project, found[0].id).as_ref(), Some(&found[0]));
        assert_eq!(get(ProjectId(99), found[0].id), None);
    });
}

#[test]
fn attachments_are_counted_in_bytes_and_in_pieces_with_what_they_share_a_commit_with() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let id = EventId::random();
        let mut empty = new(&shop, id, "empty");
        empty.size = 0;
        let records = [new(&shop, id, "a"), empty].map(NewRecord::Attachment);
        let results = shop.save_all(records);
        assert_eq!(results, [Ok(Saved::New), Ok(Saved::New)]);
        let accepted =
            |category: &str, n| (category.to_owned(), Outcome::Accepted, String::new(), n);
        assert_eq!(
            shop.counted(),
            [accepted("attachment", 13), accepted("attachment_item", 2)]
        );
    });
}

#[test]
fn an_event_gets_a_file_once_that_has_the_same_name_and_bytes() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let id = EventId::random();
        let of = |event: EventId, filename: &str, bytes: &[u8]| {
            let mut new = new(&shop, event, filename);
            new.blob_key = attachment::with_digest(&new.blob_key, bytes);
            NewRecord::Attachment(new)
        };
        let same = || of(id, "a\0.log", b"bytes");
        // In one commit, and in the next.
        let results = shop.save_all([same(), same()]);
        assert_eq!(results, [Ok(Saved::New), Ok(Saved::Duplicate)]);
        assert_eq!(shop.save(same()), Saved::Duplicate);
        for other in [
            of(id, "b.log", b"bytes"),
            of(id, "a.log", b"others"),
            of(EventId::random(), "a.log", b"bytes"),
        ] {
            assert_eq!(shop.save(other), Saved::New);
        }
        assert_eq!(of_event(&shop, id).len(), 3);
        let counted = shop.counted();
        let duplicate = (
            "attachment_item".to_owned(),
            Outcome::Invalid,
            "duplicate".to_owned(),
            2,
        );
        assert!(counted.contains(&duplicate), "{counted:?}");
    });
}

#[test]
fn an_event_keeps_a_bounded_number_of_attachments() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let id = EventId::random();
        let records = (0..=PER_EVENT_MAX).map(|n| new(&shop, id, &format!("{n}")));
        let results = shop.save_all(records.map(NewRecord::Attachment));
        let refused = results.iter().filter(|it| **it == Ok(Saved::Refused));
        assert_eq!(refused.count(), 1);
        assert_eq!(of_event(&shop, id).len() as i64, PER_EVENT_MAX);
        // Another event has room.
        let other = new(&shop, EventId::random(), "a");
        assert_eq!(shop.save(NewRecord::Attachment(other)), Saved::New);
        let too_many: Vec<_> = shop
            .counted()
            .into_iter()
            .filter(|it| it.1 == Outcome::Invalid)
            .map(|it| (it.0, it.2, it.3))
            .collect();
        let reason = "too_many_attachments".to_owned();
        assert_eq!(
            too_many,
            [
                ("attachment".to_owned(), reason.clone(), 12),
                ("attachment_item".to_owned(), reason, 1)
            ]
        );
    });
}

#[test]
fn a_record_that_the_database_refuses_costs_no_other() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let id = EventId::random();
        let mut bad = new(&shop, id, "bad");
        bad.project = ProjectId(999);
        let records = [new(&shop, id, "a"), bad, new(&shop, id, "b")];
        let event = shop.event(body("a", 0));
        let (stored, results) = block_on(async {
            let saving = records.map(|it| shop.writer.save(NewRecord::Attachment(it)));
            let storing = shop.writer.store(event);
            futures_util::future::join(storing, futures_util::future::join_all(saving)).await
        });
        assert!(stored.is_ok());
        assert_eq!(
            results,
            [Ok(Saved::New), Err(WriteError::Down), Ok(Saved::New)]
        );
        assert_eq!(of_event(&shop, id).len(), 2);
    });
}

#[test]
fn a_project_goes_with_everything_that_was_stored_for_it() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let id = EventId::random();
        shop.store(body("a", 0));
        shop.save(NewRecord::Attachment(new(&shop, id, "a")));
        assert!(shop.write(|c| project::delete(c, shop.project)));
        assert!(!shop.write(|c| project::delete(c, shop.project)));
        assert_eq!(of_event(&shop, id), []);
        assert_eq!(shop.counted(), []);
        // What the writer remembers of the project does not let it store anything.
        let late = block_on(shop.writer.store(shop.event(body("a", 0))));
        assert_eq!(late, Err(WriteError::Down));
    });
}

#[test]
fn blobs_read_back_replace_and_go() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("data").join("blobs");
    let blobs = Blobs::open(&root).unwrap();
    let key = attachment::new_blob_key(ProjectId(7), EventId::random());
    assert_ne!(
        key,
        attachment::new_blob_key(ProjectId(7), EventId::random())
    );
    block_on(async {
        assert_eq!(blobs.get(&key).await.unwrap(), None);
        for text in ["first", "second", ""] {
            blobs.put(&key, text.into()).await.unwrap();
            assert_eq!(blobs.get(&key).await.unwrap().unwrap(), text);
        }
        // A second handle, as another process has one, sees the same.
        let other = Blobs::open(&root).unwrap();
        assert_eq!(other.get(&key).await.unwrap().unwrap(), "");
        blobs.delete(&key).await.unwrap();
        blobs.delete(&key).await.unwrap();
        assert_eq!(blobs.get(&key).await.unwrap(), None);
        for bad in ["../outside", "/etc/passwd", "a/../../b", ""] {
            let put = blobs.put(bad, "x".into()).await;
            assert!(matches!(put, Err(Error::Away(_))), "{bad}");
        }
    });
    // Folders that are empty have gone too.
    assert_eq!(std::fs::read_dir(&root).unwrap().count(), 0);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
#[cfg(unix)]
fn blobs_are_for_their_owner_alone_and_a_folder_that_cannot_be_made_is_named() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("blobs");
    Blobs::open(&root).unwrap();
    let mode = std::fs::metadata(&root).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Blobs::open(&file.join("blobs")).unwrap_err().to_string();
    assert!(error.contains("file/blobs"), "{error}");
}
