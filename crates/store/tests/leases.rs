//! Who works on a job: one process at a time, however many there are, and however long a step takes.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use watchfire_event::Timestamp;
use watchfire_store::job::{self, JobState, Runner, RunnerOptions};
use watchfire_store::rescrub::{self, Span};
use watchfire_store::{Database, Options, erase, project};
use watchfire_testkit::database::{TestDatabase, for_each_database};

use crate::raw::Raw;
use crate::recount;
use crate::rescrub::{NO_ADDRESSES, address, leaking, queue};
use crate::scrubbing::set;
use crate::support::{Shop, body};

const LEASE: Duration = Duration::from_millis(100);
/// A test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// A second process that does nothing here is quick, also on a busy machine.
fn does_nothing(other: &Database) -> bool {
    let (answer, answered) = mpsc::channel();
    let other = other.clone();
    std::thread::spawn(move || {
        job::run_steps(&other, 1, LEASE).unwrap();
        answer.send(()).ok();
    });
    answered.recv_timeout(PATIENCE).is_ok()
}

fn wait_until(mut is_so: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < until, "it does not happen");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Whether PostgreSQL has a `VACUUM` in this database that waits for a lock.
fn has_waiting_vacuum(raw: &mut Raw) -> bool {
    let Raw::Postgres(runtime, client) = raw else {
        return false;
    };
    let query = "SELECT count(*) > 0 FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid) \
                 WHERE NOT l.granted AND a.datname = current_database() \
                 AND a.query LIKE 'VACUUM %'";
    runtime
        .block_on(client.query_one(query, &[]))
        .unwrap()
        .get(0)
}

#[test]
fn a_vacuum_that_takes_longer_than_the_lease_is_not_begun_by_another_process() {
    // On SQLite nobody else can write meanwhile; `hold` has a test of its own.
    let Some(test) = TestDatabase::postgres() else {
        return;
    };
    let shop = Shop::open(&test);
    shop.store(leaking("one", 0, &address("anna")));
    set(&shop, NO_ADDRESSES);
    let mut blocker = Raw::open(&test);
    blocker.run("BEGIN; LOCK TABLE event IN SHARE UPDATE EXCLUSIVE MODE");
    let id = queue(&shop, Span::Project, false);
    let read = || shop.read(|c| job::get(c, id)).unwrap();
    let options = RunnerOptions {
        lease: LEASE,
        settle: Duration::ZERO,
        rest: Duration::ZERO,
    };
    let runner = Runner::start(&shop.database, None, &options).unwrap();
    wait_until(|| read().data.contains("\"phase\":\"pages\""));
    let mut watcher = Raw::open(&test);
    wait_until(|| has_waiting_vacuum(&mut watcher));
    // The step was begun before, so a lease that is not held is over by then.
    std::thread::sleep(LEASE * 2);
    assert_eq!(read().cursor, 0, "the first table waits for the lock");
    let other = Database::connect(test.url(), &Options::default()).unwrap();
    let is_left_alone = does_nothing(&other);
    blocker.run("COMMIT");
    assert!(is_left_alone, "the second process began the same step");
    wait_until(|| read().state == JobState::Done);
    drop(runner);
}

/// Two other processes that do jobs.
fn two_runners(test: &TestDatabase) -> [Runner; 2] {
    let options = RunnerOptions {
        lease: Duration::from_secs(30),
        settle: Duration::ZERO,
        rest: Duration::from_millis(1),
    };
    [1, 2].map(|_| {
        let database = Database::connect(test.url(), &Options::default()).unwrap();
        Runner::start(&database, None, &options).unwrap()
    })
}

fn is_done(shop: &Shop, id: i64) -> bool {
    let job = shop.read(|c| job::get(c, id)).unwrap();
    assert_ne!(job.state, JobState::Failed, "{:?}", job.problem);
    job.state == JobState::Done
}

#[test]
fn rules_are_applied_while_events_of_the_same_issues_come_in() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let anna = address("anna");
        let events = (0..150).map(|n| shop.event(leaking(&format!("kind {}", n % 4), n, &anna)));
        let events: Vec<_> = events.collect();
        assert!(shop.store_all(events).iter().all(Result::is_ok));
        set(&shop, NO_ADDRESSES);
        // Asked for twice at once: one is done after the other, and the second finds nothing.
        let jobs = [1, 2].map(|_| queue(&shop, Span::Project, false));
        let runners = two_runners(test);
        let sister = shop.process();
        let mut sent = 0;
        wait_until(|| {
            let clean = |n: i64| body(&format!("kind {}", n % 4), 200 + n);
            let events = (sent..sent + 8).map(|n| sister.event(clean(n)));
            let events: Vec<_> = events.collect();
            assert!(sister.store_all(events).iter().all(Result::is_ok));
            sent += 8;
            jobs.iter().all(|id| is_done(&shop, *id))
        });
        drop(runners);
        let changed = jobs.map(|id| shop.read(|c| rescrub::report(c, id)).unwrap().changed);
        assert_eq!(changed, [150, 0]);
        let issues = recount::issues(&shop);
        assert!(issues.iter().all(|issue| !issue.title.contains(&anna)));
        let count: i64 = issues.iter().map(|issue| issue.event_count).sum();
        assert_eq!(count, 150 + sent);
        recount::check(&shop, false);
    });
}

#[test]
fn two_erasures_at_once_take_their_users_and_nobody_else() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let who = |n: i64| address(&format!("w{}", n % 3));
        let events = (0..150).map(|n| shop.event(leaking(&format!("kind {}", n % 4), n, &who(n))));
        let events: Vec<_> = events.collect();
        assert!(shop.store_all(events).iter().all(Result::is_ok));
        let jobs = std::thread::scope(|scope| {
            let ask = |n: i64| {
                let person = erase::Person::parse("email", &who(n)).unwrap();
                shop.write(|c| {
                    let project = project::get(c, shop.project)?.unwrap();
                    erase::queue(c, &project, &person, None, Timestamp::now())
                })
            };
            // The first user twice.
            let asked = [0, 1, 0].map(|n| scope.spawn(move || ask(n)));
            asked.map(|it| it.join().unwrap())
        });
        let runners = two_runners(test);
        wait_until(|| jobs.iter().all(|id| is_done(&shop, *id)));
        drop(runners);
        let receipts = jobs.map(|id| shop.read(|c| erase::receipt(c, id)).unwrap());
        let removed: i64 = receipts
            .iter()
            .filter_map(|it| it.removed.get("event"))
            .sum();
        assert_eq!(removed, 100);
        let issues = recount::issues(&shop);
        assert_eq!(issues.iter().map(|it| it.event_count).sum::<i64>(), 50);
        recount::check(&shop, true);
    });
}
