//! Issues that come from another server.

use serde_json::json;
use watchfire_event::{IssueId, Level, Timestamp};
use watchfire_grouping::SentryHash;
use watchfire_store::activity::{self, ActivityKind};
use watchfire_store::import::{self, Added, Existing, ImportedIssue, Outcome};
use watchfire_store::issue::{self, Change, Issue, Status, Substatus};
use watchfire_store::{job, tombstone};
use watchfire_testkit::database::for_each_database;

use crate::support::{HOUR, NOON, Shop, body};

/// An issue of a source with one hash.
fn imported(id: &str, hash: u8) -> ImportedIssue {
    ImportedIssue {
        external_id: id.to_owned(),
        short_id: None,
        permalink: Some(format!("https://sentry.example.com/issues/{id}/")),
        title: "KeyError: 'a'".to_owned(),
        culprit: "shop.views in cart".to_owned(),
        kind: "KeyError".to_owned(),
        value: "'a'".to_owned(),
        filename: "views.py".to_owned(),
        function: "cart".to_owned(),
        logger: None,
        platform: Some("python".to_owned()),
        level: Level::Warning,
        status: Status::Unresolved,
        substatus: Some(Substatus::Ongoing),
        status_details: None,
        is_unhandled: true,
        first_seen: NOON.plus_micros(-50 * HOUR),
        last_seen: NOON.plus_micros(-HOUR),
        event_count: 100,
        user_count: 10,
        first_release: Some("shop@1".to_owned()),
        last_release: Some("shop@2".to_owned()),
        hashes: vec![SentryHash([hash; 16])],
    }
}

fn add_all(shop: &Shop, issues: &[ImportedIssue]) -> Vec<Added> {
    let mut existing = Existing::default();
    shop.write(|c| {
        let dictionaries = shop.database.dictionaries();
        import::add(c, dictionaries, shop.project, &mut existing, issues, NOON)
    })
}

fn add(shop: &Shop, issue: &ImportedIssue) -> Added {
    add_all(shop, std::slice::from_ref(issue)).remove(0)
}

fn read(shop: &Shop, id: Option<IssueId>) -> Issue {
    let id = id.unwrap();
    shop.read(|c| issue::get(c, id)).unwrap()
}

fn total(shop: &Shop, id: Option<IssueId>) -> (i64, i64) {
    let issue = read(shop, id);
    (issue.event_count, issue.user_count)
}

#[test]
fn an_issue_is_made_of_what_its_source_says() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let new = ImportedIssue {
            short_id: Some("WEB-1A".to_owned()),
            status_details: Some(json!({"ignoreCount": 5}).to_string()),
            status: Status::Ignored,
            substatus: Some(Substatus::ArchivedUntilConditionMet),
            ..imported("7", 1)
        };
        let added = add(&shop, &new);
        assert_eq!(
            (added.outcome, added.hashes_added, added.hashes_elsewhere),
            (Outcome::Created, 1, 0)
        );
        let made = read(&shop, added.issue);
        assert_eq!(
            (made.short_number, made.title.as_str()),
            (42, "KeyError: 'a'")
        );
        assert_eq!((made.event_count, made.user_count), (100, 10));
        assert_eq!(
            (made.first_seen, made.last_seen),
            (new.first_seen, new.last_seen)
        );
        assert_eq!((made.status, made.substatus), (new.status, new.substatus));
        assert_eq!((made.level, made.is_unhandled), (Level::Warning, true));
        assert_eq!(made.last_release.as_deref(), Some("shop@2"));
        let hashes = shop.read(|c| issue::hashes(c, made.id));
        assert_eq!(
            (hashes.len(), hashes[0].is_sentry, hashes[0].event_count),
            (1, true, 100)
        );
        let notes = shop.read(|c| activity::list(c, made.id, 10));
        assert_eq!((notes.len(), notes[0].kind), (1, ActivityKind::Note));
        for words in [
            "WEB-1A",
            "https://sentry.example.com/issues/7/",
            "ignoreCount",
        ] {
            assert!(notes[0].data.contains(words), "{words}: {}", notes[0].data);
        }
        // The project's next issue does not take a number that came.
        let next = shop.store(body("x", 0));
        assert_eq!(read(&shop, Some(next.issue_id)).short_number, 43);
    });
}

#[test]
fn numbers_of_short_ids_are_kept_where_they_are_free_and_sane() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let own = shop.store(body("x", 0));
        assert_eq!(read(&shop, Some(own.issue_id)).short_number, 1);
        let number = |id: &str, short_id: &str, hash: u8| {
            let short_id = Some(short_id.to_owned());
            let new = ImportedIssue {
                short_id,
                ..imported(id, hash)
            };
            read(&shop, add(&shop, &new).issue).short_number
        };
        assert_eq!(number("1", "WEB-1", 1), 2, "taken");
        assert_eq!(number("2", "WEB-9", 2), 9);
        assert_eq!(number("3", "WEB-9", 3), 10, "taken");
        assert_eq!(number("4", "WEB-4", 4), 4, "a gap is filled");
        assert_eq!(number("5", "WEB-ZZZZZZZZZZZZ", 5), 11, "too large");
        assert_eq!(number("6", "nonsense", 6), 12);
    });
}

#[test]
fn long_texts_are_cut_and_nul_is_left_out() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let long = format!("a\0b{}", "ü".repeat(5_000));
        let new = ImportedIssue {
            short_id: Some(long.clone()),
            permalink: Some(long.clone()),
            title: long.clone(),
            culprit: long.clone(),
            kind: long.clone(),
            value: long.clone(),
            filename: long.clone(),
            function: long.clone(),
            logger: Some(long.clone()),
            platform: Some(long.clone()),
            first_release: Some(long.clone()),
            last_release: Some(long),
            ..imported("1", 1)
        };
        let made = read(&shop, add(&shop, &new).issue);
        assert!(made.title.starts_with("abü") && made.title.chars().count() < 1_000);
        assert!(made.culprit.chars().count() <= 256 && made.value.chars().count() <= 1_024);
    });
}

#[test]
fn a_later_import_adds_the_difference_to_what_happened_here() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let first = imported("1", 1);
        let id = add(&shop, &first).issue;
        let ids = ["1"];
        let last = shop.read(|c| import::last(c, shop.project, &ids));
        assert!(last["1"].is_same(&ImportedIssue {
            hashes: Vec::new(),
            ..first.clone()
        }));
        assert_eq!(add(&shop, &first).outcome, Outcome::Unchanged);
        assert_eq!(total(&shop, id), (100, 10));

        let later = ImportedIssue {
            event_count: 103,
            user_count: 11,
            last_seen: NOON,
            hashes: vec![SentryHash([1; 16]), SentryHash([2; 16])],
            ..first
        };
        assert!(!last["1"].is_same(&later));
        let added = add(&shop, &later);
        assert_eq!((added.outcome, added.hashes_added), (Outcome::Updated, 1));
        assert_eq!(added.issue, id);
        assert_eq!(
            (total(&shop, id), read(&shop, id).last_seen),
            ((103, 11), NOON)
        );
        let notes = shop.read(|c| activity::list(c, id.expect("an issue"), 10));
        assert_eq!(notes.len(), 1, "noted once");
        // Counts that the source corrects downwards are followed as well.
        add(
            &shop,
            &ImportedIssue {
                event_count: 50,
                ..later
            },
        );
        assert_eq!(total(&shop, id), (50, 11));
    });
}

#[test]
fn a_status_follows_its_source_only_where_that_changed_it() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let first = imported("1", 1);
        let id = add(&shop, &first).issue.expect("an issue");
        let status = || read(&shop, Some(id)).status;
        shop.write(|c| issue::change_status(c, &[id], Change::Resolve, None, NOON));
        add(&shop, &first);
        assert_eq!(status(), Status::Resolved, "what people did here stays");
        let ignored = ImportedIssue {
            status: Status::Ignored,
            substatus: Some(Substatus::ArchivedForever),
            ..first.clone()
        };
        assert_eq!(add(&shop, &ignored).outcome, Outcome::Updated);
        assert_eq!(status(), Status::Ignored);
        add(&shop, &first);
        assert_eq!(status(), Status::Unresolved);
        let resolved = ImportedIssue {
            status: Status::Resolved,
            substatus: None,
            ..first
        };
        add(&shop, &resolved);
        assert!(read(&shop, Some(id)).resolved_at.is_some());
    });
}

#[test]
fn a_hash_stays_with_the_issue_that_has_it() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let first = add(&shop, &imported("1", 1)).issue;
        let same = add(&shop, &imported("2", 1));
        assert_eq!(
            (same.outcome, same.issue),
            (Outcome::Joined, first),
            "the same events"
        );
        assert_eq!(total(&shop, first), (200, 20));
        let second = add(&shop, &imported("3", 3)).issue;
        let hashes = vec![
            SentryHash([1; 16]),
            SentryHash([3; 16]),
            SentryHash([4; 16]),
        ];
        let both = ImportedIssue {
            hashes,
            ..imported("3", 3)
        };
        let added = add(&shop, &both);
        assert_eq!(added.issue, second);
        assert_eq!((added.hashes_added, added.hashes_elsewhere), (1, 1));
        let hashes = shop.read(|c| issue::hashes(c, first.expect("an issue")));
        assert_eq!(hashes.len(), 1);
    });
}

#[test]
fn an_issue_joins_the_one_that_its_events_made_here() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let here = shop.store(body("a", 0)).issue_id;
        let event = shop
            .read(|c| watchfire_store::event::latest(c, here))
            .expect("an event");
        let text = shop.read(|c| {
            let dictionaries = shop.database.dictionaries();
            watchfire_store::event::body(c, dictionaries, shop.project, event.event_id)
        });
        let draft =
            watchfire_event::decode(text.as_deref().unwrap_or_default().as_bytes()).unwrap();
        let event = watchfire_event::Event::from_draft(draft, NOON);
        let explained = watchfire_grouping::Grouper::default();
        let hash = explained.explain(&event).sentry_hashes[0].to_string();
        let new = ImportedIssue {
            hashes: vec![hash.parse().unwrap()],
            ..imported("1", 1)
        };
        let added = add(&shop, &new);
        assert_eq!((added.outcome, added.issue), (Outcome::Joined, Some(here)));
        let issue = read(&shop, Some(here));
        assert_eq!((issue.event_count, issue.first_seen), (101, new.first_seen));
        assert_eq!(issue.short_number, 1);
    });
}

#[test]
fn merged_deleted_and_discarded_issues_are_respected() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let ids: Vec<IssueId> = add_all(
            &shop,
            &[imported("1", 1), imported("2", 2), imported("3", 3)],
        )
        .into_iter()
        .filter_map(|added| added.issue)
        .collect();
        shop.write(|c| issue::merge(c, ids[0], &[ids[1]], None, NOON));
        let more = ImportedIssue {
            event_count: 105,
            ..imported("2", 2)
        };
        let added = add(&shop, &more);
        assert_eq!(
            (added.issue, added.outcome),
            (Some(ids[0]), Outcome::Updated)
        );
        assert_eq!(total(&shop, Some(ids[0])).0, 205);

        shop.write(|c| issue::delete(c, &[ids[2]], None, NOON));
        let again = add(&shop, &imported("3", 3));
        assert_eq!(
            again.outcome,
            Outcome::Created,
            "a deleted issue comes anew"
        );
        assert_ne!(again.issue, Some(ids[2]));
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(add(&shop, &imported("3", 3)).issue, again.issue);

        let third = again.issue.expect("an issue");
        shop.write(|c| issue::discard(c, &[third], None, Timestamp(NOON.0)));
        job::run_waiting(&shop.database).unwrap();
        let discarded = add(&shop, &imported("3", 3));
        assert_eq!(
            (discarded.outcome, discarded.issue),
            (Outcome::Discarded, None)
        );
        assert_eq!(discarded.hashes_elsewhere, 1);
        let stones = shop.read(|c| tombstone::list(c, shop.project));
        shop.write(|c| tombstone::remove(c, shop.project, stones[0].id));
        assert_eq!(add(&shop, &imported("3", 3)).outcome, Outcome::Created);
    });
}
