//! Merging issues and taking them apart.

use diesel::RunQueryDsl;
use serde_json::{Value, json};
use watchfire_event::{EventId, IssueId, UserId};
use watchfire_store::activity::ActivityKind;
use watchfire_store::feedback::{self, NewFeedback, Source};
use watchfire_store::issue::{self, Change, Status};
use watchfire_store::{Conn, Error, NewRecord, activity, event, job, key, tag, user};
use watchfire_testkit::database::for_each_database;

use crate::recount;
use crate::support::{NOON, Shop, body, new_event, scrubbed, with};

/// So many events follow a merge in a job.
pub(crate) const MANY: i64 = 2_001;

pub(crate) fn merge(shop: &Shop, target: IssueId, others: &[IssueId]) -> issue::Merge {
    shop.write(|c| issue::merge(c, target, others, None, NOON))
}

/// The hashes of an issue that came from another one.
pub(crate) fn from(shop: &Shop, target: IssueId, other: IssueId) -> Vec<Vec<u8>> {
    let hashes = shop.read(|c| issue::hashes(c, target));
    let of_other = hashes
        .into_iter()
        .filter(|hash| hash.merged_from == Some(other));
    of_other.map(|hash| hash.hash).collect()
}

pub(crate) fn unmerge(shop: &Shop, target: IssueId, hashes: &[Vec<u8>]) -> IssueId {
    shop.write(|c| issue::unmerge(c, target, hashes, None, NOON))
}

pub(crate) fn get(shop: &Shop, id: IssueId) -> issue::Issue {
    shop.read(|c| issue::get(c, id)).unwrap()
}

pub(crate) fn ids(shop: &Shop) -> Vec<IssueId> {
    let mut ids: Vec<IssueId> = recount::issues(shop).iter().map(|it| it.id).collect();
    ids.sort_unstable();
    ids
}

fn author(shop: &Shop) -> UserId {
    let new = user::NewUser {
        email: "ada@example.org".to_owned(),
        name: "Ada".to_owned(),
        password_hash: String::new(),
        is_superuser: false,
    };
    shop.write(|c| user::create(c, &new, NOON)).id
}

/// Many events of one fingerprint, one a second.
pub(crate) fn store_many(shop: &Shop, fingerprint: &str, count: i64) -> IssueId {
    shop.keep_all();
    let seconds: Vec<i64> = (0..count).collect();
    let mut id = None;
    for chunk in seconds.chunks(500) {
        let events = chunk.iter().map(|n| shop.event(body(fingerprint, *n)));
        for stored in shop.store_all(events.collect::<Vec<_>>()) {
            id = Some(stored.unwrap().issue_id);
        }
    }
    id.unwrap()
}

/// Two issues of which the second was resolved and then merged into the first.
struct Merged {
    a: IssueId,
    b: IssueId,
    /// An event of the second.
    event: EventId,
    author: UserId,
}

fn merged(shop: &Shop) -> Merged {
    let author = author(shop);
    let a = shop.store(body("a", 10)).issue_id;
    let event = EventId::random();
    let changes = json!({
        "event_id": event.to_string(), "user": {"id": "2"}, "release": "shop@2.0",
    });
    let b = shop.store(with(body("b", 20), changes)).issue_id;
    shop.store(body("b", 5));
    shop.write(|c| issue::change_status(c, &[b], Change::Resolve, Some(author), NOON));
    let why = "the same pool";
    let done = shop.write(|c| issue::merge_because(c, a, &[b, a, b], why, Some(author), NOON));
    assert_eq!((done.target, done.merged, done.job), (a, vec![b], None));
    Merged {
        a,
        b,
        event,
        author,
    }
}

fn latest_activity(shop: &Shop, id: IssueId) -> activity::Activity {
    shop.read(|c| activity::list(c, id, 1)).remove(0)
}

#[test]
fn a_merged_issue_lives_on_in_the_other() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let Merged { a, b, event, .. } = merged(&shop);
        assert_eq!(ids(&shop), [a]);
        let target = get(&shop, a);
        assert_eq!((target.event_count, target.user_count), (3, 2));
        let state = (target.title.as_str(), target.status);
        assert_eq!(state, ("b failed", Status::Unresolved));
        assert_eq!(target.last_release.as_deref(), Some("shop@2.0"));
        recount::check(&shop, true);

        // The old number leads on, as does its event; no list has it.
        assert_eq!(get(&shop, b).status, Status::Merged);
        assert_eq!(shop.read(|c| issue::follow(c, b)), a);
        assert_eq!(shop.read(|c| issue::find(c, b)).unwrap().id, a);
        let row = shop.read(|c| event::get(c, shop.project, event)).unwrap();
        assert_eq!(row.issue_id, a);
        let query = issue::IssueQuery {
            projects: vec![shop.project],
            short_numbers: vec![2],
            ..Default::default()
        };
        assert_eq!(shop.read(|c| issue::list(c, &query)).total, 0);
        let counts = shop.read(|c| issue::counts_by_status(c, &query));
        assert!(counts.iter().all(|(_, count)| *count == 0));

        // Later events go where the hash went; nobody can change what is hidden.
        assert_eq!(shop.store(body("b", 30)).issue_id, a);
        let changed = shop.write(|c| issue::change_status(c, &[b], Change::Resolve, None, NOON));
        assert_eq!(changed, []);
        assert_eq!(get(&shop, b).status, Status::Merged);
    });
}

#[test]
fn a_merge_is_on_record_on_both_sides() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let Merged { a, b, author, .. } = merged(&shop);
        let (of_a, of_b) = (latest_activity(&shop, a), latest_activity(&shop, b));
        assert_eq!(
            (of_a.kind, of_a.user_id),
            (ActivityKind::Merge, Some(author))
        );
        let data: Value = serde_json::from_str(&of_a.data).unwrap();
        let expected = json!({"id": b.0, "short_id": "SHOP-2", "title": "b failed", "events": 2});
        assert_eq!(
            data,
            json!({ "issues": [expected], "why": "the same pool" })
        );
        assert_eq!(
            (of_b.kind, of_b.user_id),
            (ActivityKind::Merge, Some(author))
        );
        let data: Value = serde_json::from_str(&of_b.data).unwrap();
        let expected = json!({"id": a.0, "short_id": "SHOP-1", "title": "a failed", "events": 1});
        assert_eq!(data, json!({ "into": expected, "why": "the same pool" }));
        unmerge(&shop, a, &from(&shop, a, b));
        assert_eq!(latest_activity(&shop, a).kind, ActivityKind::UnmergeSource);
        assert_eq!(
            latest_activity(&shop, b).kind,
            ActivityKind::UnmergeDestination
        );
    });
}

#[test]
fn an_unmerged_issue_is_as_it_was() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let Merged { a, b, .. } = merged(&shop);
        shop.store(body("b", 30));
        assert_eq!(unmerge(&shop, a, &from(&shop, a, b)), b);
        assert_eq!(ids(&shop), [a, b]);
        let back = get(&shop, b);
        assert_eq!((back.status, back.event_count), (Status::Resolved, 3));
        assert_eq!(back.title, "b failed");
        assert_eq!(get(&shop, a).title, "a failed");
        assert_eq!(get(&shop, a).last_release.as_deref(), Some("shop@1.0"));
        recount::check(&shop, true);
        // A new event reopens it, as it would have before.
        assert!(shop.store(body("b", 40)).regressed);
        assert_eq!(shop.read(|c| issue::follow(c, b)), b);
    });
}

#[test]
fn only_issues_of_one_project_are_merged_and_strangers_are_left_out() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let a = shop.store(body("a", 0)).issue_id;
        let b = shop.store(body("b", 1)).issue_id;
        let c = shop.store(body("c", 2)).issue_id;
        let elsewhere = shop.other_project("other");
        let key_id = shop
            .write(|c| key::create(c, elsewhere, "Default", NOON))
            .id;
        let event = new_event(&shop.database, elsewhere, key_id, &body("a", 0));
        let foreign = shop.store_all([event]).remove(0).unwrap().issue_id;

        let refused = shop
            .database
            .write_blocking(|c| issue::merge(c, a, &[b, foreign], None, NOON));
        assert!(matches!(refused, Err(Error::Refused(_))));
        assert_eq!(ids(&shop), [a, b, c]);
        let unknown = shop
            .database
            .write_blocking(|c| issue::merge(c, IssueId(999), &[b], None, NOON));
        assert!(matches!(unknown, Err(Error::NotFound)));
        assert_eq!(merge(&shop, a, &[a, IssueId(999)]).merged, []);

        // Merged meanwhile: both sides are followed.
        merge(&shop, b, &[a]);
        assert_eq!(merge(&shop, a, &[b]).merged, []);
        let late = merge(&shop, c, &[a]);
        assert_eq!((late.target, late.merged), (c, vec![b]));
        assert_eq!(shop.read(|conn| issue::follow(conn, a)), c);
        assert_eq!(get(&shop, c).event_count, 3);
        // Each hash remembers where it was first.
        assert_eq!(unmerge(&shop, c, &from(&shop, c, a)), a);
        assert_eq!(get(&shop, a).event_count, 1);
        assert_eq!(ids(&shop), [a, c]);
        assert_eq!(unmerge(&shop, c, &from(&shop, c, b)), b);
        recount::check(&shop, true);

        // The last hash stays.
        let own: Vec<Vec<u8>> = shop
            .read(|conn| issue::hashes(conn, c))
            .into_iter()
            .map(|hash| hash.hash)
            .collect();
        let refused = shop
            .database
            .write_blocking(|conn| issue::unmerge(conn, c, &own, None, NOON));
        assert!(matches!(refused, Err(Error::Refused(_))));
        let unknown = shop
            .database
            .write_blocking(|conn| issue::unmerge(conn, c, &[vec![0; 32]], None, NOON));
        assert!(matches!(unknown, Err(Error::NotFound)));
    });
}

#[test]
fn feedback_goes_with_its_event() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let id = EventId::random();
        let a = shop.store(body("a", 0)).issue_id;
        let said = with(body("b", 1), json!({ "event_id": id.to_string() }));
        let b = shop.store(said).issue_id;
        let text = json!({
            "event_id": EventId::random().to_string(),
            "contexts": {"feedback": {"message": "broken", "associated_event_id": id.to_string()}},
        });
        let text = text.to_string();
        let dictionaries = shop.database.dictionaries();
        let event = scrubbed(&text);
        let new = NewFeedback::new(
            shop.project,
            shop.key_id,
            Source::Widget,
            &event,
            dictionaries,
        );
        shop.save(NewRecord::Feedback(Box::new(new.unwrap())));
        let count = |id| shop.read(|c| feedback::count_of_issue(c, id));
        assert_eq!((count(a), count(b)), (0, 1));
        merge(&shop, a, &[b]);
        assert_eq!((count(a), count(b)), (1, 0));
        unmerge(&shop, a, &from(&shop, a, b));
        assert_eq!((count(a), count(b)), (0, 1));
    });
}

#[test]
fn a_merge_keeps_the_limits_of_tags_and_the_sum_of_their_counts() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let limit = tag::VALUES_PER_KEY_MAX;
        let tagged = |name: &str, n: i64| {
            let changes = json!({ "tags": { "order": format!("order-{n}") } });
            shop.event(with(body(name, n), changes))
        };
        // Half of the second one's values are the first one's too.
        let first: Vec<_> = (0..600).map(|n| tagged("a", n)).collect();
        let second: Vec<_> = (300..1_300).map(|n| tagged("b", n)).collect();
        let a = shop.store_all(first).remove(0).unwrap().issue_id;
        let b = shop.store_all(second).remove(0).unwrap().issue_id;
        merge(&shop, a, &[b]);
        let order = shop.read(|c| tag::get(c, a, "order", 5_000)).unwrap();
        assert_eq!((order.value_count, order.event_count), (limit, 1_600));
        assert_eq!(order.top.len() as i64, limit);
        assert_eq!(
            order.top.iter().filter(|value| value.count == 2).count(),
            300
        );
        assert_eq!(shop.read(|c| tag::distribution(c, b, 1)), []);
        // Apart again, nothing is left over or below zero.
        unmerge(&shop, a, &from(&shop, a, b));
        job::run_waiting(&shop.database).unwrap();
        let of = |id| shop.read(|c| tag::get(c, id, "order", 5_000)).unwrap();
        assert_eq!(of(a).event_count, 600);
        assert_eq!(of(b).event_count, 1_000);
    });
}

#[test]
fn a_hash_goes_home_or_to_an_issue_of_its_own() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let a = shop.store(body("a", 0)).issue_id;
        let b = shop.store(body("b", 1)).issue_id;
        // The former target merged into what had been merged into it.
        merge(&shop, a, &[b]);
        assert_eq!(unmerge(&shop, a, &from(&shop, a, b)), b);
        merge(&shop, b, &[a]);
        assert_eq!(unmerge(&shop, b, &from(&shop, b, a)), a);
        let of_short_id = shop.read(|c| issue::by_short_number(c, shop.project, 2));
        assert_eq!(of_short_id.unwrap().id, b);
        // Its home is gone: a home that was merged elsewhere and deleted there.
        merge(&shop, a, &[b]);
        let hash = from(&shop, a, b);
        let c = shop.store(body("c", 2)).issue_id;
        let own = shop.read(|conn| issue::hashes(conn, a));
        let own = own.iter().find(|it| it.merged_from.is_none()).unwrap();
        let apart = unmerge(&shop, a, std::slice::from_ref(&own.hash));
        assert!(![a, b, c].contains(&apart));
        assert_eq!(get(&shop, apart).title, "a failed");
        assert_eq!(from(&shop, a, b), hash);
        recount::check(&shop, true);
    });
}

#[test]
fn events_that_cannot_move_stay() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let a = shop.store(body("a", 0)).issue_id;
        let b = shop.store(body("b", 1)).issue_id;
        let rows: Vec<_> = recount::events(&shop, a)
            .into_iter()
            .map(|it| it.row)
            .collect();
        // To where it is, and from where it is not any more.
        recount::move_rows(&shop, &rows, a);
        recount::move_rows(&shop, &rows, b);
        recount::move_rows(&shop, &rows, b);
        assert_eq!(get(&shop, a).event_count, 0);
        assert_eq!(get(&shop, b).event_count, 2);
        recount::check(&shop, false);
    });
}

/// Breaks the body of the only event of an issue.
fn break_body(shop: &Shop, id: IssueId) {
    let bytes = |kind: &str| {
        format!(
            "UPDATE event SET body = {kind}, dictionary_id = 0 WHERE issue_id = {}",
            id.0
        )
    };
    shop.write(|conn| {
        match conn {
            Conn::Sqlite(c) => diesel::sql_query(bytes("X'00'")).execute(*c),
            Conn::Pg(c) => diesel::sql_query(bytes("'\\x00'::bytea")).execute(*c),
        }
        .unwrap();
        Ok(())
    });
}

#[test]
fn a_body_that_cannot_be_read_goes_along_with_its_hash() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let a = shop.store(body("a", 0)).issue_id;
        let b = shop.store(body("b", 1)).issue_id;
        // The newest of the issue that it leaves, then of the one that stays.
        break_body(&shop, b);
        merge(&shop, a, &[b]);
        let whole = shop.store(body("a", 2)).issue_id;
        assert_eq!(unmerge(&shop, a, &from(&shop, a, b)), b);
        assert_eq!((get(&shop, a).event_count, whole), (2, a));
        assert_eq!(get(&shop, b).event_count, 1);
        let c = shop.store(body("c", 3)).issue_id;
        merge(&shop, b, &[c]);
        assert_eq!(unmerge(&shop, b, &from(&shop, b, c)), c);
        assert_eq!(
            (get(&shop, b).event_count, get(&shop, c).event_count),
            (1, 1)
        );
        assert_eq!(get(&shop, c).title, "c failed");
    });
}
