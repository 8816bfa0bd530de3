//! Events that ignore rules leave the bodies out of, beside the budget of their issue.

use watchfire_filter::Verdict;
use watchfire_store::ignore_rule;
use watchfire_testkit::database::for_each_database;

use crate::merge::{from, get, merge, unmerge};
use crate::sampling::{budget, not_kept, seconds_kept, set, with_id};
use crate::support::{NOON, Shop, body};

#[test]
fn what_a_rule_leaves_out_takes_nothing_out_of_the_budget() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        set(&shop, budget(10));
        let issue = shop.store(body("a", 0)).issue_id;
        // A rule keeps one in ten of the others: nine bodies of ninety events.
        let verdict = |seconds: i64| match seconds % 10 {
            0 => Verdict::default(),
            _ => not_kept(),
        };
        for from in (1..91).step_by(7) {
            let seconds = from..(from + 7).min(91);
            let events = seconds.map(|n| shop.judged(&body("a", n), &verdict(n)));
            assert!(shop.send_all(events).iter().all(Result::is_ok));
        }
        let kept = seconds_kept(&shop, issue);
        assert_eq!(kept, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
        // Beyond the budget the sample is one of the bodies that there are.
        for seconds in 91..=400 {
            shop.send_all([shop.judged(&body("a", seconds), &verdict(seconds))]);
        }
        let kept = seconds_kept(&shop, issue);
        assert_eq!(kept, [0, 10, 20, 30, 40, 120, 200, 280, 360, 400]);
        let found = get(&shop, issue);
        assert_eq!((found.event_count, found.sampled_count), (401, 391));
        // In an issue that takes in another the bodies of both are told from the others.
        let other = shop.store(body("b", 0)).issue_id;
        shop.send_all((1..40).map(|n| shop.judged(&body("b", n), &not_kept())));
        merge(&shop, other, &[issue]);
        for seconds in 40..44 {
            shop.store(body("b", seconds));
        }
        let kept = seconds_kept(&shop, other);
        assert!(kept.len() <= 11 && kept.ends_with(&[200, 360]), "{kept:?}");
        assert_eq!(get(&shop, other).event_count, 445);
    });
}

#[test]
fn what_a_rule_left_out_of_an_issue_that_leaves_is_not_charged_to_the_rest() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        set(&shop, budget(4));
        let a = shop.store(body("a", 0)).issue_id;
        let b = shop.store(body("b", 0)).issue_id;
        shop.send_all((1..10).map(|n| shop.judged(&body("b", n), &not_kept())));
        merge(&shop, a, &[b]);
        assert_eq!(unmerge(&shop, a, &from(&shop, a, b)), b);
        let counts = [a, b].map(|id| get(&shop, id).event_count);
        assert_eq!(counts, [1, 10]);
        for seconds in 10..19 {
            shop.send_all([shop.event(body("a", seconds))]);
        }
        // The first event, the budget, and the latest.
        let kept = seconds_kept(&shop, a);
        assert!(kept.len() <= 6, "{kept:?}");
    });
}

#[test]
fn a_rule_is_said_to_match_an_event_once_however_often_it_is_sent() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let muted = Verdict {
            hits: vec![7, 12],
            is_muted: true,
            ..Verdict::default()
        };
        let (_, sent) = with_id("a", 0);
        let (_, other) = with_id("a", 1);
        let left_out = Verdict {
            hits: vec![12],
            ..not_kept()
        };
        let sister = shop.process();
        for shop in [&shop, &sister] {
            let twice = [&sent, &sent].map(|body| shop.judged(body, &muted));
            assert!(shop.send_all(twice).iter().all(Result::is_ok));
            shop.send_all([shop.judged(&other, &left_out)]);
        }
        let hits = shop.read(|c| ignore_rule::hits(c, &[7, 12], Some(shop.project), 1, NOON));
        let found: Vec<(u64, Option<&str>)> = hits
            .iter()
            .map(|it| (it.total, it.last_title.as_deref()))
            .collect();
        assert_eq!(found, [(1, Some("a failed")), (2, Some("a failed"))]);
    });
}
