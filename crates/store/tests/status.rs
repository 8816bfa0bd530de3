use serde_json::{Value, json};
use watchfire_event::IssueId;
use watchfire_store::activity::{self, ActivityKind};
use watchfire_store::issue::{self, Change, Issue, Status, Substatus};
use watchfire_store::user;
use watchfire_testkit::database::for_each_database;

use crate::support::{HOUR, NOON, Shop, body, with};

fn read(shop: &Shop, id: IssueId) -> Issue {
    shop.database
        .read_blocking(|c| issue::get(c, id))
        .unwrap()
        .unwrap()
}

fn kinds(shop: &Shop, id: IssueId) -> Vec<ActivityKind> {
    let list = shop
        .database
        .read_blocking(|c| activity::list(c, id, 100))
        .unwrap();
    list.into_iter().map(|activity| activity.kind).collect()
}

#[test]
fn a_new_event_on_a_resolved_issue_reopens_it_as_regressed() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let first = shop.store(body("a", 0));
        shop.database
            .write_blocking(|c| {
                issue::change_status(c, &[first.issue_id], Change::Resolve, None, NOON)
            })
            .unwrap();
        let resolved = read(&shop, first.issue_id);
        assert_eq!(
            (resolved.status, resolved.resolved_at),
            (Status::Resolved, Some(NOON))
        );

        let next = with(body("a", 60), json!({"release": "shop@2.0"}));
        let events = [shop.event(next.clone()), shop.event(next)];
        let results = shop.store_all(events);
        let regressed = results
            .iter()
            .filter(|result| result.unwrap().regressed)
            .count();
        assert_eq!(regressed, 1);
        let reopened = read(&shop, first.issue_id);
        assert_eq!(reopened.status, Status::Unresolved);
        assert_eq!(reopened.substatus, Some(Substatus::Regressed));
        assert_eq!(reopened.resolved_at, None);
        assert_eq!(reopened.last_release.as_deref(), Some("shop@2.0"));
        assert_eq!(
            kinds(&shop, first.issue_id),
            [
                ActivityKind::SetRegression,
                ActivityKind::SetResolved,
                ActivityKind::FirstSeen
            ]
        );
        let list = shop
            .database
            .read_blocking(|c| activity::list(c, first.issue_id, 1))
            .unwrap();
        let data: Value = serde_json::from_str(&list[0].data).unwrap();
        assert_eq!(data["version"], "shop@2.0");
    });
}

#[test]
fn an_archived_issue_stays_archived_and_keeps_counting() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let id = shop.store(body("a", 0)).issue_id;
        let archive = Change::Archive(Substatus::ArchivedUntilEscalating);
        shop.database
            .write_blocking(|c| issue::change_status(c, &[id], archive, None, NOON))
            .unwrap();
        shop.store(body("a", 1));
        let archived = read(&shop, id);
        assert_eq!(archived.status, Status::Ignored);
        assert_eq!(archived.substatus, Some(Substatus::ArchivedUntilEscalating));
        assert_eq!(archived.event_count, 2);
    });
}

#[test]
fn a_change_tells_what_was_before_and_is_undone_with_it() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let ids: Vec<IssueId> = ["a", "b", "c"]
            .iter()
            .map(|name| shop.store(body(name, 0)).issue_id)
            .collect();
        let before: Vec<Issue> = ids.iter().map(|id| read(&shop, *id)).collect();
        shop.database
            .write_blocking(|c| {
                let new = user::NewUser {
                    email: "ada@example.org".to_owned(),
                    name: String::new(),
                    password_hash: String::new(),
                    is_superuser: false,
                };
                let ada = user::create(c, &new, NOON)?.id;
                issue::change_status(c, &ids[..1], Change::Resolve, Some(ada), NOON)?;
                // The first is resolved already, the last one does not exist.
                let all = [ids.clone(), vec![IssueId(999)]].concat();
                let former = issue::change_status(c, &all, Change::Resolve, Some(ada), NOON)?;
                assert_eq!(former.len(), 2);
                issue::restore_status(c, &former, Some(ada), NOON)?;
                assert_eq!(activity::list(c, ids[1], 1)?[0].user_id, Some(ada));
                Ok(())
            })
            .unwrap();
        assert_eq!(read(&shop, ids[0]).status, Status::Resolved);
        assert_eq!(read(&shop, ids[1]), before[1]);
        assert_eq!(read(&shop, ids[2]), before[2]);
        assert_eq!(
            kinds(&shop, ids[1]),
            [
                ActivityKind::SetUnresolved,
                ActivityKind::SetResolved,
                ActivityKind::FirstSeen
            ]
        );
    });
}

#[test]
fn unresolving_gives_the_substatus_of_the_table() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let a = shop.store(body("a", 0)).issue_id;
        let b = shop.store(body("b", 0)).issue_id;
        let days_later = NOON.plus_micros(8 * 24 * HOUR);
        let change = |ids: &[IssueId], change, now| {
            let changed = shop
                .database
                .write_blocking(|c| issue::change_status(c, ids, change, None, now));
            changed.unwrap()
        };
        change(&[a, b], Change::Resolve, NOON);
        change(&[a], Change::Unresolve, NOON);
        assert_eq!(read(&shop, a).substatus, Some(Substatus::Regressed));
        change(&[a, b], Change::Archive(Substatus::New), NOON);
        assert_eq!(read(&shop, a).substatus, Some(Substatus::ArchivedForever));
        change(&[a], Change::Unresolve, NOON);
        change(&[b], Change::Unresolve, days_later);
        assert_eq!(read(&shop, a).substatus, Some(Substatus::New));
        assert_eq!(read(&shop, b).substatus, Some(Substatus::Ongoing));
        assert_eq!(change(&[b], Change::Unresolve, NOON), []);
    });
}

#[test]
fn what_a_user_has_seen_is_remembered() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let a = shop.store(body("a", 0)).issue_id;
        let b = shop.store(body("b", 0)).issue_id;
        shop.database
            .write_blocking(|c| {
                let new = user::NewUser {
                    email: "ada@example.org".to_owned(),
                    name: String::new(),
                    password_hash: String::new(),
                    is_superuser: false,
                };
                let ada = user::create(c, &new, NOON)?.id;
                issue::mark_seen(c, a, ada, NOON)?;
                issue::mark_seen(c, a, ada, NOON)?;
                assert_eq!(issue::seen_by(c, &[a, b], ada)?, [a]);
                Ok(())
            })
            .unwrap();
    });
}
