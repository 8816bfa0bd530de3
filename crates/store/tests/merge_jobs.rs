//! Merges and unmerges of so many events that jobs do them.

use std::time::Duration;

use watchfire_store::{event, job};
use watchfire_testkit::database::for_each_database;

use crate::merge::{MANY, from, get, ids, merge, store_many, unmerge};
use crate::recount;
use crate::support::{Shop, body};

#[test]
fn many_events_follow_in_a_job_that_survives_its_process() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let a = shop.store(body("a", 0)).issue_id;
        let b = store_many(&shop, "b", MANY);
        let merged = merge(&shop, a, &[b]);
        let id = merged.job.unwrap();
        // Counted at once; the rows follow.
        assert_eq!(get(&shop, a).event_count, MANY + 1);
        assert_eq!(recount::events(&shop, a).len(), 1);
        let first = recount::events(&shop, b).remove(0).row;
        let row = shop
            .read(|c| event::get(c, shop.project, first.event_id))
            .unwrap();
        assert_eq!(row.issue_id, a);
        // Killed after a step; events come meanwhile.
        job::run_steps(&shop.database, 1, Duration::ZERO).unwrap();
        shop.store(body("b", MANY));
        let half = shop.read(|c| job::get(c, id)).unwrap();
        assert!(half.moved > 0 && half.moved < MANY);
        job::run_waiting(&shop.database).unwrap();
        let done = shop.read(|c| job::get(c, id)).unwrap();
        assert_eq!((done.state, done.moved), (job::JobState::Done, MANY));
        recount::check(&shop, true);
        assert_eq!(recount::events(&shop, a).len() as i64, MANY + 2);

        // Back again, in a job as well.
        assert_eq!(unmerge(&shop, a, &from(&shop, a, b)), b);
        job::run_steps(&shop.database, 2, Duration::ZERO).unwrap();
        assert_eq!(shop.store(body("b", MANY + 1)).issue_id, b);
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(get(&shop, b).event_count, MANY + 2);
        recount::check(&shop, true);
    });
}

#[test]
fn jobs_that_meet_leave_every_event_where_its_hash_is() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let a = shop.store(body("a", 0)).issue_id;
        let b = store_many(&shop, "b", MANY);
        let c = shop.store(body("c", 0)).issue_id;
        // Unmerged while the merge still moves events.
        merge(&shop, a, &[b]);
        job::run_steps(&shop.database, 1, Duration::ZERO).unwrap();
        assert_eq!(unmerge(&shop, a, &from(&shop, a, b)), b);
        shop.store(body("b", MANY));
        job::run_steps(&shop.database, 1, Duration::ZERO).unwrap();
        // Merged elsewhere, on both sides, while the unmerge still moves events.
        merge(&shop, c, &[a]);
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(ids(&shop), [b, c]);
        assert_eq!(get(&shop, b).event_count, MANY + 1);
        assert_eq!(get(&shop, c).event_count, 2);
        recount::check(&shop, true);
        // And home, before the rest has left.
        merge(&shop, c, &[b]);
        unmerge(&shop, c, &from(&shop, c, b));
        merge(&shop, c, &[b]);
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(get(&shop, c).event_count, MANY + 3);
        recount::check(&shop, true);
    });
}
