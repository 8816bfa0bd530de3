//! Two projects get the same events, and the same is done to their issues. One of them samples:
//! everything that is counted stays equal.

use std::collections::BTreeMap;

use serde_json::json;
use watchfire_event::{EventId, IssueId};
use watchfire_filter::{Sample, Verdict};
use watchfire_store::issue::{self, Issue};
use watchfire_store::sampling::Settings;
use watchfire_store::{Stored, event, job, outcome, tag};
use watchfire_testkit::database::for_each_database;

use crate::merge::{merge, unmerge};
use crate::merge_property::{Dice, random_event};
use crate::recount;
use crate::sampling::{budget, set};
use crate::support::{NOON, Shop, with};

/// The two projects.
struct Twins {
    whole: Shop,
    sampled: Shop,
    /// Events that were sent, for sending them again.
    sent: Vec<serde_json::Value>,
}

/// What an issue is known by in both projects.
fn by_number(shop: &Shop) -> BTreeMap<i64, Issue> {
    let issues = recount::issues(shop).into_iter();
    issues.map(|issue| (issue.short_number, issue)).collect()
}

impl Twins {
    fn each(&self, number: i64, work: impl Fn(&Shop, IssueId)) {
        for shop in [&self.whole, &self.sampled] {
            work(shop, by_number(shop)[&number].id);
        }
    }

    fn send(&mut self, dice: &mut Dice, round: i64) {
        let count = 1 + dice.roll(9) as i64;
        let mut bodies: Vec<_> = (0..count)
            .map(|n| {
                let seconds = (round * 10 + n) * 977 % 20_011;
                let id = EventId::random().to_string();
                with(random_event(dice, seconds), json!({ "event_id": id }))
            })
            .collect();
        if let Some(again) = dice.pick(&(0..self.sent.len()).collect::<Vec<_>>()) {
            bodies.push(self.sent[again].clone());
        }
        let verdicts: Vec<Verdict> = bodies
            .iter()
            .map(|_| Verdict {
                sample: (dice.roll(3) == 0).then_some(Sample {
                    rule: 1,
                    one_in: 2,
                    is_kept: false,
                }),
                ..Verdict::default()
            })
            .collect();
        let plain = bodies.iter().map(|body| self.whole.event(body.clone()));
        let whole = self.whole.send_all(plain);
        let judged = bodies.iter().zip(&verdicts);
        let judged = judged.map(|(body, verdict)| self.sampled.judged(body, verdict));
        let sampled = self.sampled.send_all(judged);
        for (one, other) in whole.into_iter().zip(sampled) {
            let is_new =
                |stored: Stored| stored.kept().map(|kept| (kept.duplicate, kept.new_issue));
            assert_eq!(is_new(one.unwrap()), is_new(other.unwrap()));
        }
        self.sent.extend(bodies);
    }

    fn step(&mut self, dice: &mut Dice, round: i64) {
        let known: Vec<i64> = by_number(&self.whole).into_keys().collect();
        match dice.roll(8) {
            0..=3 => self.send(dice, round),
            4 | 5 => {
                let picked = [dice.pick(&known), dice.pick(&known), dice.pick(&known)];
                if let [Some(target), Some(one), Some(two)] = picked {
                    for shop in [&self.whole, &self.sampled] {
                        let ids = by_number(shop);
                        merge(shop, ids[&target].id, &[ids[&one].id, ids[&two].id]);
                    }
                }
            }
            6 => {
                let Some(number) = dice.pick(&known) else {
                    return;
                };
                let hashes = self
                    .whole
                    .read(|c| issue::hashes(c, by_number(&self.whole)[&number].id));
                let mut some: Vec<_> = hashes.into_iter().map(|it| it.hash).collect();
                some.sort();
                some.pop();
                some.truncate(dice.roll(some.len() + 1));
                if !some.is_empty() {
                    self.each(number, |shop, id| {
                        unmerge(shop, id, &some);
                    });
                }
            }
            _ => {
                let (Some(number), 0) = (dice.pick(&known), dice.roll(3)) else {
                    return;
                };
                let discard = dice.roll(15) == 0;
                self.each(number, |shop, id| {
                    shop.write(|c| match discard {
                        true => issue::discard(c, &[id], None, NOON),
                        false => issue::delete(c, &[id], None, NOON),
                    });
                });
                job::run_waiting(&self.whole.database).unwrap();
                // Whether an event of a deleted issue is new again depends on where it was.
                self.sent.clear();
            }
        }
    }

    fn check(&self) {
        let (whole, sampled) = (by_number(&self.whole), by_number(&self.sampled));
        let numbers = |of: &BTreeMap<i64, Issue>| of.keys().copied().collect::<Vec<_>>();
        assert_eq!(numbers(&whole), numbers(&sampled));
        for (one, other) in whole.values().zip(sampled.values()) {
            let facts = |issue: &Issue| {
                (
                    (issue.short_number, issue.event_count, issue.user_count),
                    (issue.first_seen, issue.last_seen, issue.is_unhandled),
                    (issue.last_release.clone(), issue.title.clone()),
                )
            };
            assert_eq!(facts(one), facts(other));
            let number = one.short_number;
            let line = |shop: &Shop, id| {
                let from = outcome::hour_of(NOON) - 2;
                shop.read(|c| issue::sparklines(c, &[id], from, 12))
            };
            let lines = (line(&self.whole, one.id), line(&self.sampled, other.id));
            assert_eq!(lines.0, lines.1, "hours of {number}");
            let tags = (tags(&self.whole, one.id), tags(&self.sampled, other.id));
            assert_eq!(tags.0, tags.1, "tags of {number}");
            let hashes = (hashes(&self.whole, one.id), hashes(&self.sampled, other.id));
            assert_eq!(hashes.0, hashes.1, "hashes of {number}");
            let bodies = recount::events(&self.sampled, other.id).len() as i64;
            assert_eq!(other.event_count - other.sampled_count, bodies, "{number}");
        }
    }
}

fn tags(shop: &Shop, id: IssueId) -> Vec<(String, String, i64)> {
    let keys = shop.read(|c| tag::distribution(c, id, 1_000)).into_iter();
    let mut tags: Vec<_> = keys
        .flat_map(|key| {
            let values = key.top.into_iter();
            values.map(move |value| (key.key.clone(), value.value, value.count))
        })
        .collect();
    tags.sort();
    tags
}

fn hashes(shop: &Shop, id: IssueId) -> BTreeMap<Vec<u8>, i64> {
    let hashes = shop.read(|c| issue::hashes(c, id)).into_iter();
    hashes.map(|it| (it.hash, it.event_count)).collect()
}

#[test]
fn sampling_changes_nothing_that_is_counted() {
    for_each_database(|test| {
        let whole = Shop::open(test);
        let sampled = whole.sister("sampled");
        // Both, so that they stay alike.
        whole.age();
        sampled.age();
        set(&whole, budget(0));
        set(&sampled, budget(4));
        let mut twins = Twins {
            whole,
            sampled,
            sent: Vec::new(),
        };
        let mut counted = 0;
        for seed in [11, 90_001, 77_777] {
            let mut dice = Dice(seed);
            for round in 0..50 {
                twins.step(&mut dice, seed as i64 % 89 * 50 + round);
                if round % 25 == 24 {
                    twins.check();
                    let issues = by_number(&twins.sampled).into_values();
                    counted += issues.map(|it| it.sampled_count).sum::<i64>();
                }
            }
        }
        assert!(counted > 50, "{counted}");
        // A spike changes nothing either.
        let spiky = Settings {
            spike_floor: 1,
            spike_factor: 1,
            spike_budget: 2,
            ..budget(4)
        };
        set(&twins.sampled, spiky);
        let mut dice = Dice(5);
        for round in 0..30 {
            twins.step(&mut dice, 7_000 + round);
        }
        twins.check();
    });
}

#[test]
fn moving_stored_events_keeps_the_sum() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        set(&shop, budget(4));
        for n in 0..40 {
            shop.store(crate::support::body("a", n));
        }
        let to = shop.store(crate::support::body("b", 0)).issue_id;
        let from = by_number(&shop)[&1].id;
        let rows: Vec<event::EventRow> = recount::events(&shop, from)
            .into_iter()
            .map(|it| it.row)
            .collect();
        recount::move_rows(&shop, &rows, to);
        let found = by_number(&shop);
        assert_eq!(found[&1].event_count, found[&1].sampled_count);
        assert_eq!(found[&1].event_count + found[&2].event_count, 41);
        assert!(found[&1].first_seen > NOON && found[&1].last_seen < NOON.plus_micros(40_000_000));
    });
}
