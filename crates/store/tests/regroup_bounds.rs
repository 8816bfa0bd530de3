//! What a regrouping leaves alone: issues of other projects, and those that are being deleted.

use watchfire_event::{Event, IssueId, Timestamp, decode};
use watchfire_grouping::{Grouper, RuleKind};
use watchfire_store::grouping_rules::{self, Action, Scope};
use watchfire_store::issue::{self, Status};
use watchfire_store::regroup::{self, Change};
use watchfire_store::{Conn, Error, Stored, activity, job};
use watchfire_testkit::database::for_each_database;

use crate::recount;
use crate::regroup::{JOIN, two_issues};
use crate::support::{NOON, Shop};
use crate::team::{add, apply, counts, error, preview, project, rule, status, store};

#[test]
fn an_issue_of_another_project_is_not_looked_at() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        two_issues(&shop);
        let other = Shop {
            database: shop.database.clone(),
            project: shop.other_project("other"),
            key_id: shop.key_id,
            writer: shop.writer.clone(),
        };
        let far = store(&other, &[error("Far", "secret", 0)])[0];
        let (near, dictionaries) = (project(&shop), shop.database.dictionaries());
        let written = |issue, scope| {
            let kind = RuleKind::Fingerprint;
            let mut new = rule(&shop, kind, Action::Written, "type:Far -> x");
            (new.issue_id, new.scope) = (issue, scope);
            Change::AddRule(new)
        };
        let own = Scope::Project(shop.project);
        let try_on = |change: &Change, focus| {
            let work = |c: &mut Conn<'_>| regroup::preview(c, dictionaries, &near, change, focus);
            shop.database.read_blocking(work)
        };
        for (noted, asked) in [(None, Some(far)), (Some(far), None), (Some(far), Some(far))] {
            let told = try_on(&written(noted, own), asked);
            assert!(matches!(told, Err(Error::NotFound)), "{noted:?} {asked:?}");
        }
        let now = Timestamp::now();
        let saved = shop.database.write_blocking(|c| {
            let change = written(Some(far), own);
            regroup::apply(c, dictionaries, &near, &change, None, now, true)
        });
        assert!(matches!(saved, Err(Error::NotFound)));
        assert!(shop.read(|c| grouping_rules::rules(c, &near)).is_empty());
        assert_eq!(shop.read(|c| activity::list(c, far, 10)).len(), 1);

        // A rule of both projects that was made there can be changed here.
        let both = Scope::Organization(near.organization_id);
        let id = apply(&other, &written(Some(far), both), false)
            .rule_id
            .unwrap();
        let off = Change::SwitchRule {
            id,
            is_active: false,
        };
        assert_eq!(try_on(&off, Some(far)).unwrap().events, 30);
        apply(&shop, &off, false);
    });
}

#[test]
fn events_of_a_deleted_issue_are_neither_looked_at_nor_moved() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (large, small) = two_issues(&shop);
        let moved = recount::events(&shop, small).remove(0).row;
        let text = error("KeyError", "b", 29).to_string();
        let event = Event::from_draft(decode(text.as_bytes()).unwrap(), NOON);
        shop.write(|c| issue::delete(c, &[small], None, NOON));
        // Before any row is removed.
        let change = add(&shop, Action::Merge, JOIN);
        let told = preview(&shop, &change);
        assert_eq!((told.events, told.issues), (20, 1));
        assert!(told.moves.is_empty());
        let one = issue::EventMove {
            row_id: moved.id,
            from: small,
            to: large,
            event: &event,
        };
        let (dictionaries, grouper) = (shop.database.dictionaries(), Grouper::default());
        shop.write(|c| issue::move_events(c, dictionaries, &grouper, &[one]));
        assert_eq!(counts(&shop), [(large, 20)]);
        apply(&shop, &change, true);
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(counts(&shop), [(large, 20)]);
        assert_eq!(recount::events(&shop, large).len(), 20);
        assert_eq!(status(&shop, small), None);
    });
}

/// Removes an issue behind which a rule hid another one, and tells which issues later events of
/// that one's hash join: one before its rows are removed, one after.
fn left_behind(
    shop: &Shop,
    remove: impl FnOnce(&mut Conn<'_>, &[IssueId]) -> watchfire_store::Result<usize>,
) -> Vec<Stored> {
    let (large, small) = two_issues(shop);
    let applied = apply(shop, &add(shop, Action::Merge, JOIN), true);
    job::run_waiting(&shop.database).unwrap();
    assert_eq!(status(shop, small), Some(Status::Merged));
    assert!(!shop.read(|c| issue::hashes(c, small)).is_empty());
    let id = applied.rule_id.unwrap();
    let off = Change::SwitchRule {
        id,
        is_active: false,
    };
    apply(shop, &off, false);
    assert_eq!(shop.write(|c| remove(c, &[large])), 1);
    let later = [40, 41].map(|at| {
        let sent = shop.event(error("KeyError", "b", at));
        let stored = shop.send_all([sent]).remove(0).unwrap();
        job::run_waiting(&shop.database).unwrap();
        stored
    });
    assert_eq!((status(shop, large), status(shop, small)), (None, None));
    later.to_vec()
}

#[test]
fn what_a_rule_left_behind_a_deleted_issue_is_free() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let later = left_behind(&shop, |c, ids| issue::delete(c, ids, None, NOON));
        let later: Vec<_> = later.iter().map(|it| it.kept().unwrap()).collect();
        assert!(later[0].new_issue && !later[1].new_issue);
        assert_eq!(counts(&shop), [(later[0].issue_id, 2)]);
    });
}

#[test]
fn what_a_rule_left_behind_a_discarded_issue_is_dropped() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let later = left_behind(&shop, |c, ids| issue::discard(c, ids, None, NOON));
        assert_eq!(later, [Stored::Discarded; 2]);
        assert!(counts(&shop).is_empty());
    });
}
