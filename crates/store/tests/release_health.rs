use watchfire_event::ProjectId;
use watchfire_store::outcome::Outcome;
use watchfire_store::release_health::{
    self, HealthBucket, NewSessions, OTHER, PAIRS_PER_HOUR_MAX, SessionRow, USERS_PER_HOUR_MAX,
};
use watchfire_store::{NewRecord, Saved, Writer, WriterOptions, environment, release};
use watchfire_testkit::database::for_each_database;

use crate::support::{HOUR, NOON, SECOND, Shop, block_on};

/// Ten sessions, two of them errored and one of those crashed, so many hours after [`NOON`].
fn row(release: &str, hours: i64) -> SessionRow {
    SessionRow {
        release: release.to_owned(),
        environment: "production".to_owned(),
        started: NOON.plus_micros(hours * HOUR + SECOND),
        session_id: None,
        user: None,
        total: 10,
        errored: 2,
        abnormal: 0,
        unhandled: 0,
        crashed: 1,
    }
}

/// An update of one session of a user.
fn update(id: u8, user: &str, is_first: bool) -> SessionRow {
    SessionRow {
        session_id: Some([id; 16]),
        user: Some(user.to_owned()),
        total: u32::from(is_first),
        errored: 0,
        crashed: 0,
        ..row("shop@1.0", 0)
    }
}

fn sessions(shop: &Shop, rows: Vec<SessionRow>) -> NewRecord {
    NewRecord::Sessions(NewSessions {
        project: shop.project,
        key_id: shop.key_id,
        quantity: rows.iter().map(|row| u64::from(row.total)).sum(),
        rows,
        received_at: NOON,
    })
}

fn series(shop: &Shop, bucket_hours: i64) -> Vec<HealthBucket> {
    let (from, to) = (NOON.plus_micros(-48 * HOUR), NOON.plus_micros(48 * HOUR));
    shop.read(|c| release_health::series(c, &[shop.project], from, to, bucket_hours))
}

/// Total, errored, abnormal, unhandled and crashed sessions.
fn sums(bucket: &HealthBucket) -> [i64; 5] {
    [
        bucket.total,
        bucket.errored,
        bucket.abnormal,
        bucket.unhandled,
        bucket.crashed,
    ]
}

fn users(bucket: &HealthBucket) -> [i64; 3] {
    [bucket.users, bucket.users_errored, bucket.users_crashed]
}

#[test]
fn sessions_add_up_by_release_environment_and_hour() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let staging = SessionRow {
            environment: "staging".to_owned(),
            ..row("shop@1.0", 0)
        };
        let first = vec![row("shop@1.0", 0), row("shop@1.0", 0), staging];
        assert_eq!(shop.save(sessions(&shop, first)), Saved::New);
        let next = sessions(&shop, vec![row("shop@1.0", 0), row("shop@2.0", 1)]);
        let later = sessions(&shop, vec![row("shop@2.0", 13), row("shop@2.0", 14)]);
        assert!(shop.save_all([next, later]).iter().all(Result::is_ok));
        let found = series(&shop, 1);
        let short: Vec<_> = found
            .iter()
            .map(|it| {
                let hours = (it.start.0 - NOON.0) / HOUR;
                (
                    hours,
                    it.release.as_str(),
                    it.environment.as_str(),
                    it.total,
                )
            })
            .collect();
        assert_eq!(
            short,
            [
                (0, "shop@1.0", "production", 30),
                (0, "shop@1.0", "staging", 10),
                (1, "shop@2.0", "production", 10),
                (13, "shop@2.0", "production", 10),
                (14, "shop@2.0", "production", 10),
            ]
        );
        assert_eq!(sums(&found[0]), [30, 6, 0, 0, 3]);
        // Noon is ten o'clock: fourteen hours later it is tomorrow.
        let days = series(&shop, 24);
        let totals: Vec<_> = days.iter().map(|it| it.total).collect();
        assert_eq!(totals, [30, 10, 20, 10]);
        assert_eq!(days[0].start, NOON.plus_micros(-10 * HOUR));
        assert_eq!(
            shop.counted(),
            [("session".to_owned(), Outcome::Accepted, String::new(), 70)]
        );
    });
}

#[test]
fn a_session_that_tells_of_itself_again_counts_each_problem_once() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let errored = SessionRow {
            errored: 1,
            ..update(1, "ada", false)
        };
        let crashed = SessionRow {
            errored: 1,
            crashed: 1,
            ..update(1, "ada", false)
        };
        let hung = SessionRow {
            errored: 1,
            abnormal: 1,
            ..update(0xff, "bob", true)
        };
        // In one transaction, then one by one.
        let start = update(1, "ada", true);
        shop.save(sessions(
            &shop,
            vec![start, errored.clone(), errored.clone()],
        ));
        shop.save(sessions(&shop, vec![errored]));
        assert_eq!(sums(&series(&shop, 1)[0]), [1, 1, 0, 0, 0]);
        shop.save(sessions(&shop, vec![crashed.clone()]));
        shop.save(sessions(&shop, vec![crashed, hung.clone(), hung]));
        let found = series(&shop, 1);
        assert_eq!(sums(&found[0]), [3, 2, 1, 0, 1]);
        assert_eq!(users(&found[0]), [2, 2, 1]);
        // The same id in another project is another session.
        let other = shop.other_project("other");
        let elsewhere = NewSessions {
            project: other,
            key_id: 0,
            quantity: 1,
            rows: vec![SessionRow {
                unhandled: 1,
                errored: 1,
                ..update(1, "ada", true)
            }],
            received_at: NOON,
        };
        shop.save(NewRecord::Sessions(elsewhere));
        let found =
            shop.read(|c| release_health::series(c, &[other], NOON, NOON.plus_micros(1), 1));
        assert_eq!(sums(&found[0]), [1, 1, 0, 1, 0]);
    });
}

#[test]
fn a_user_of_many_hours_is_one_user_of_the_day_and_of_the_release() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let of = |user: &str, release: &str, hours: i64, crashed: u32| SessionRow {
            user: Some(user.to_owned()),
            total: 1,
            errored: crashed,
            crashed,
            ..row(release, hours)
        };
        shop.save(sessions(
            &shop,
            vec![
                of("ada", "shop@1.0", 0, 0),
                of("ada", "shop@1.0", 0, 1),
                of("ada", "shop@1.0", 1, 0),
                of("bob", "shop@1.0", 1, 0),
                of("ada", "shop@2.0", 1, 1),
                SessionRow {
                    user: Some(String::new()),
                    ..of("", "shop@2.0", 2, 0)
                },
            ],
        ));
        let hourly: Vec<_> = series(&shop, 1).iter().map(users).collect();
        assert_eq!(hourly, [[1, 1, 1], [2, 0, 0], [1, 1, 1], [0, 0, 0]]);
        let daily: Vec<_> = series(&shop, 24).iter().map(users).collect();
        assert_eq!(daily, [[2, 1, 1], [1, 1, 1]]);
        let releases = shop.read(|c| {
            release_health::releases(c, &[shop.project], NOON, NOON.plus_micros(3 * HOUR))
        });
        assert_eq!(releases.len(), 2);
        let first = &releases[0];
        assert_eq!(
            (first.release.as_str(), first.project_id),
            ("shop@1.0", shop.project)
        );
        assert_eq!((first.total, first.errored, first.crashed), (4, 1, 1));
        assert_eq!(
            (first.users, first.users_errored, first.users_crashed),
            (2, 1, 1)
        );
        assert_eq!(first.last_seen, NOON.plus_micros(HOUR));
        assert_eq!(releases[1].users, 1);
        let none = shop.read(|c| release_health::releases(c, &[ProjectId(99)], NOON, NOON));
        assert_eq!(none, []);
    });
}

#[test]
fn releases_with_sessions_are_told_once_and_only_of_the_asked_time_and_projects() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let rows = vec![
            row("shop@1.0", 0),
            row("shop@1.0", 1),
            row("shop@2.0", 0),
            row("shop@3.0", 2),
        ];
        shop.save(sessions(&shop, rows));
        let of = |project, from| {
            let found = shop.read(|c| release_health::with_sessions(c, &[project], from));
            let mut found: Vec<_> = found.into_iter().collect();
            found.sort();
            found
        };
        let one = |release: &str| (shop.project, release.to_owned());
        let all = of(shop.project, NOON);
        assert_eq!(all, [one("shop@1.0"), one("shop@2.0"), one("shop@3.0")]);
        let late = of(shop.project, NOON.plus_micros(HOUR + 1));
        assert_eq!(late, [one("shop@1.0"), one("shop@3.0")]);
        assert_eq!(of(ProjectId(99), NOON), []);
    });
}

#[test]
fn releases_and_environments_of_sessions_are_listed() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let nowhere = SessionRow {
            environment: String::new(),
            ..row("shop@2.0", 5)
        };
        shop.save(sessions(&shop, vec![row("shop@1.0", 0), nowhere]));
        let releases = shop.read(|c| release::list(c, shop.project, 10));
        let versions: Vec<_> = releases.iter().map(|it| it.version.as_str()).collect();
        assert_eq!(versions, ["shop@2.0", "shop@1.0"]);
        assert_eq!(releases[0].first_seen, NOON.plus_micros(5 * HOUR + SECOND));
        let environments = shop.read(|c| environment::list(c, shop.project));
        assert_eq!(environments.len(), 1);
        assert_eq!(series(&shop, 1)[1].environment, "");
    });
}

#[test]
fn an_hour_tells_a_bounded_number_of_pairs_and_users_apart() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let rows = |from: i64, to: i64| (from..to).map(|n| row(&format!("shop@{n}"), 0)).collect();
        shop.save(sessions(&shop, rows(0, PAIRS_PER_HOUR_MAX + 5)));
        shop.save(sessions(
            &shop,
            rows(PAIRS_PER_HOUR_MAX + 3, PAIRS_PER_HOUR_MAX + 8),
        ));
        let found = series(&shop, 1);
        assert_eq!(found.len() as i64, PAIRS_PER_HOUR_MAX + 1);
        let other = found.iter().find(|it| it.release == OTHER).unwrap();
        assert_eq!((other.environment.as_str(), other.total), (OTHER, 80));

        let rows = |from: i64, to: i64| {
            let of = |n| SessionRow {
                user: Some(format!("user {n}")),
                ..row("shop@1", 1)
            };
            (from..to).map(of).collect()
        };
        shop.save(sessions(&shop, rows(0, USERS_PER_HOUR_MAX - 1)));
        shop.save(sessions(
            &shop,
            rows(USERS_PER_HOUR_MAX - 2, USERS_PER_HOUR_MAX + 10),
        ));
        let found = series(&shop, 1);
        let crowded = found.last().unwrap();
        assert_eq!(users(crowded), [USERS_PER_HOUR_MAX; 3]);
        assert_eq!(crowded.total, (USERS_PER_HOUR_MAX + 11) * 10);
    });
}

#[test]
fn sessions_of_many_processes_at_once_are_all_counted() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        // Several writers stand for several processes.
        let start = || Writer::start(&shop.database, &WriterOptions::default()).unwrap();
        let writers: Vec<Writer> = (0..4).map(|_| start()).collect();
        std::thread::scope(|scope| {
            for writer in &writers {
                let shop = &shop;
                scope.spawn(move || {
                    for n in 0..20 {
                        let crashed = SessionRow {
                            errored: 1,
                            crashed: 1,
                            ..update(n, &format!("user {}", n % 5), false)
                        };
                        let rows = vec![row("shop@1.0", 0), row("shop@2.0", 0), crashed];
                        block_on(writer.save(sessions(shop, rows))).unwrap();
                    }
                });
            }
        });
        writers
            .iter()
            .for_each(|writer| block_on(writer.shutdown()));
        let found = series(&shop, 1);
        assert_eq!(sums(&found[0]), [800, 180, 0, 0, 100]);
        assert_eq!(users(&found[0]), [5, 5, 5]);
        assert_eq!(sums(&found[1]), [800, 160, 0, 0, 80]);
    });
}
