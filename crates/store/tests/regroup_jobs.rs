//! Jobs that regroup: paused, interrupted, raced.

use std::time::{Duration, Instant};

use serde_json::Value;
use watchfire_event::Timestamp;
use watchfire_grouping::Grouper;
use watchfire_store::Error;
use watchfire_store::grouping_rules::Action;
use watchfire_store::issue;
use watchfire_store::job::{self, JobState};
use watchfire_testkit::database::for_each_database;

use crate::regroup::{JOIN, two_issues};
use crate::support::Shop;
use crate::team::{add, apply, counts, error, store, store_by, the_job};

#[test]
fn a_paused_job_waits_until_it_is_resumed() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (large, small) = two_issues(&shop);
        let applied = apply(&shop, &add(&shop, Action::Merge, JOIN), true);
        let id = applied.job_id.unwrap();
        let now = Timestamp::now();
        assert_eq!(
            shop.write(|c| job::pause(c, id, now)).state,
            JobState::Paused
        );
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(counts(&shop), [(large, 20), (small, 10)]);
        assert_eq!(
            shop.write(|c| job::resume(c, id, now)).state,
            JobState::Waiting
        );
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(counts(&shop), [(large, 30)]);
        let again = shop.database.write_blocking(|c| job::pause(c, id, now));
        assert!(matches!(again, Err(Error::Refused(_))));
    });
}

#[test]
fn another_worker_goes_on_where_a_killed_one_was() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let many: Vec<Value> = (0..260).map(|at| error("KeyError", "a", at)).collect();
        let more: Vec<Value> = (260..510).map(|at| error("KeyError", "b", at)).collect();
        let (large, small) = (store(&shop, &many)[0], store(&shop, &more)[0]);
        let applied = apply(&shop, &add(&shop, Action::Merge, JOIN), true);
        // It dies in the middle of moving: four steps look, the fifth to the tenth would move.
        let began = Instant::now();
        while the_job(&shop, applied.job_id).moved == 0 {
            assert!(began.elapsed() < Duration::from_secs(60), "nothing moves");
            job::run_steps(&shop.database, 8, Duration::from_millis(1)).unwrap();
        }
        let cut = the_job(&shop, applied.job_id);
        assert_eq!(cut.state, JobState::Running);
        assert!(cut.moved > 0 && cut.moved < 250, "moved {}", cut.moved);
        // Events come while nobody works.
        assert_eq!(store(&shop, &[error("KeyError", "b", 600)]), [large]);
        job::run_waiting(&shop.database).unwrap();
        let done = the_job(&shop, applied.job_id);
        assert_eq!((done.state, done.moved), (JobState::Done, 250));
        assert_eq!(counts(&shop), [(large, 511)]);
        assert_eq!(shop.read(|c| issue::follow(c, small)), large);
    });
}

#[test]
fn a_job_catches_events_that_others_still_grouped_by_the_former_rules() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (large, small) = two_issues(&shop);
        apply(&shop, &add(&shop, Action::Merge, JOIN), true);
        let late = store_by(&shop, &Grouper::default(), &[error("KeyError", "b", 31)]);
        assert_eq!(late, [small]);
        job::run_waiting(&shop.database).unwrap();
        assert_eq!(counts(&shop), [(large, 31)]);
    });
}

#[test]
fn of_two_runners_one_does_a_job() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let (large, _) = two_issues(&shop);
        let applied = apply(&shop, &add(&shop, Action::Merge, JOIN), true);
        let options = job::RunnerOptions {
            settle: Duration::ZERO,
            ..job::RunnerOptions::default()
        };
        let runners = [1, 2].map(|_| job::Runner::start(&shop.database, None, &options).unwrap());
        let began = Instant::now();
        while the_job(&shop, applied.job_id).state != JobState::Done {
            assert!(began.elapsed() < Duration::from_secs(60), "not done");
            std::thread::sleep(Duration::from_millis(5));
        }
        drop(runners);
        assert_eq!(the_job(&shop, applied.job_id).moved, 10);
        assert_eq!(counts(&shop), [(large, 30)]);
    });
}
