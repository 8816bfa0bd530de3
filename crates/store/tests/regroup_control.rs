//! Jobs that regroup: what was deleted or changed since, and what cannot be read.

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use serde_json::{Value, json};
use watchfire_event::{IssueId, Timestamp};
use watchfire_grouping::RuleKind;
use watchfire_store::grouping_rules::{self, Action, Scope};
use watchfire_store::job::{self, JobState};
use watchfire_store::regroup::Change;
use watchfire_store::{Error, issue};
use watchfire_testkit::database::{TestDatabase, for_each_database};

use crate::regroup::{JOIN, two_issues};
use crate::support::{Shop, with};
use crate::team::{add, apply, counts, error, project, rule, store, the_job};

/// Four errors in one region and two in another.
fn in_two_regions(shop: &Shop, kind: &str, from: i64) -> IssueId {
    let bodies: Vec<Value> = ["eu", "eu", "us", "eu", "eu", "us"]
        .iter()
        .zip(from..)
        .map(|(region, at)| {
            let body = error(kind, "a", at);
            with(body, json!({"tags": {"region": region}}))
        })
        .collect();
    store(shop, &bodies)[0]
}

#[test]
fn what_was_deleted_has_no_way_back_and_the_rest_goes() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let deleted = in_two_regions(&shop, "KeyError", 0);
        let kept = in_two_regions(&shop, "TypeError", 10);
        let text = r#"error.type:"*Error" -> {{ default }}, {{ tags.region }}"#;
        let applied = apply(&shop, &add(&shop, Action::Split, text), true);
        job::run_waiting(&shop.database).unwrap();
        let split = counts(&shop);
        assert_eq!(split.len(), 4);
        let is_part = |id: IssueId| {
            let issue = shop.read(|c| issue::get(c, id)).unwrap();
            id != deleted && issue.title.starts_with("KeyError")
        };
        let (part, _) = *split.iter().find(|(id, _)| is_part(*id)).unwrap();
        shop.write(|c| issue::delete(c, &[deleted], None, Timestamp::now()));

        let id = applied.job_id.unwrap();
        shop.write(|c| job::undo(c, id, None, Timestamp::now()));
        let rule = shop.read(|c| grouping_rules::rule(c, applied.rule_id.unwrap()));
        assert!(!rule.unwrap().is_active);
        job::run_waiting(&shop.database).unwrap();
        let undone = the_job(&shop, applied.job_id);
        assert_eq!(undone.state, JobState::Undone);
        let problem = undone.problem.unwrap();
        assert!(
            problem.starts_with("2 events could not go back"),
            "{problem}"
        );
        assert_eq!(counts(&shop), [(kept, 6), (part, 2)]);
    });
}

#[test]
fn a_job_does_not_go_on_by_rules_that_are_no_longer_in_force() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (large, small) = two_issues(&shop);
        let first = apply(&shop, &add(&shop, Action::Merge, JOIN), true);
        let id = first.job_id.unwrap();
        let now = Timestamp::now();
        shop.write(|c| job::pause(c, id, now));
        let off = Change::SwitchRule {
            id: first.rule_id.unwrap(),
            is_active: false,
        };
        apply(&shop, &off, true);
        let resumed = shop.database.write_blocking(|c| job::resume(c, id, now));
        let Err(Error::Refused(reason)) = resumed else {
            panic!("resumed");
        };
        assert!(reason.contains("the rules have changed since"), "{reason}");
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(the_job(&shop, first.job_id).state, JobState::Paused);
        assert_eq!(counts(&shop), [(large, 20), (small, 10)]);
        // It can still be taken back.
        shop.write(|c| job::undo(c, id, None, now));
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(the_job(&shop, first.job_id).state, JobState::Undone);
        assert_eq!(counts(&shop), [(large, 20), (small, 10)]);
    });
}

#[test]
fn only_a_change_of_the_organisation_is_wide() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        two_issues(&shop);
        let own = apply(&shop, &add(&shop, Action::Merge, JOIN), true);
        assert!(!job::is_wide(&the_job(&shop, own.job_id)));
        let text = r#"error.type:"KeyError" -> {{ default }}, wide"#;
        let mut new = rule(&shop, RuleKind::Fingerprint, Action::Split, text);
        new.scope = Scope::Organization(project(&shop).organization_id);
        let off = Change::SwitchRule {
            id: own.rule_id.unwrap(),
            is_active: false,
        };
        apply(&shop, &off, false);
        let wide = apply(&shop, &Change::AddRule(new), true);
        assert!(job::is_wide(&the_job(&shop, wide.job_id)));
    });
}

/// Another connection to a SQLite database.
fn run_sql(test: &TestDatabase, sql: &str) {
    let path = test.url().trim_start_matches("sqlite://");
    let path = path.trim_start_matches("sqlite:");
    let mut conn = SqliteConnection::establish(path).unwrap();
    // Others write meanwhile.
    conn.batch_execute("PRAGMA busy_timeout = 10000").unwrap();
    conn.batch_execute(sql).unwrap();
}

#[test]
fn many_events_that_cannot_be_read_are_not_the_end_of_the_project() {
    let test = TestDatabase::sqlite();
    let shop = Shop::open(&test);
    let bodies: Vec<Value> = (0..300).map(|at| error("Other", "x", at)).collect();
    let other = store(&shop, &bodies)[0];
    let (large, _) = two_issues(&shop);
    run_sql(
        &test,
        &format!("UPDATE event SET body = x'00' WHERE issue_id = {}", other.0),
    );
    let applied = apply(&shop, &add(&shop, Action::Merge, JOIN), true);
    job::run_waiting(&shop.database).unwrap();
    assert_eq!(the_job(&shop, applied.job_id).state, JobState::Done);
    assert_eq!(counts(&shop), [(other, 300), (large, 30)]);
}

#[test]
fn steps_do_not_write_the_data_of_a_job_again() {
    let test = TestDatabase::sqlite();
    let shop = Shop::open(&test);
    let (large, _) = two_issues(&shop);
    let applied = apply(&shop, &add(&shop, Action::Merge, JOIN), true);
    run_sql(
        &test,
        "CREATE TRIGGER same_data BEFORE UPDATE OF data ON job WHEN NEW.data = OLD.data \
         BEGIN SELECT RAISE(ABORT, 'written again'); END",
    );
    job::run_waiting(&shop.database).unwrap();
    assert_eq!(the_job(&shop, applied.job_id).state, JobState::Done);
    assert_eq!(counts(&shop), [(large, 30)]);
}
