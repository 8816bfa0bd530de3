//! Storing, merging, taking apart, moving and deleting in any order: what is counted stays what the
//! events give.

use serde_json::{Value, json};
use watchfire_event::IssueId;
use watchfire_store::{issue, job};
use watchfire_testkit::database::for_each_database;

use crate::merge::{ids, merge, unmerge};
use crate::recount;
use crate::support::{NOON, Shop, body, with};

/// A small generator of numbers, the same in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % below as u64) as usize
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        (!from.is_empty()).then(|| from[self.roll(from.len())])
    }
}

pub(crate) fn random_event(dice: &mut Dice, seconds: i64) -> Value {
    let handled = dice.roll(3) > 0;
    with(
        body(&format!("kind {}", dice.roll(7)), seconds),
        json!({
            "user": { "id": dice.roll(4) },
            "release": format!("shop@{}", dice.roll(3)),
            "level": if dice.roll(2) == 0 { "fatal" } else { "error" },
            "tags": { "server_name": format!("web-{}", dice.roll(3)) },
            "exception": { "values": [{
                "type": "KeyError", "value": "a", "mechanism": { "type": "x", "handled": handled },
            }]},
        }),
    )
}

/// Does something at random; the event's times never repeat, so that one is the newest.
fn step(shop: &Shop, dice: &mut Dice, round: i64, moves: bool) {
    let known = ids(shop);
    match dice.roll(if moves { 10 } else { 8 }) {
        0..=3 => {
            let count = 1 + dice.roll(6);
            let events = (0..count).map(|n| {
                // Neither in order nor in one hour.
                let seconds = (round * 10 + n as i64) * 977 % 100_003;
                shop.event(random_event(dice, seconds))
            });
            let events: Vec<_> = events.collect();
            assert!(shop.send_all(events).iter().all(Result::is_ok));
        }
        4 | 5 => {
            let others = [dice.pick(&known), dice.pick(&known)];
            if let (Some(target), [Some(one), Some(two)]) = (dice.pick(&known), others) {
                merge(shop, target, &[one, two]);
            }
        }
        6 => {
            let Some(id) = dice.pick(&known) else { return };
            let hashes = shop.read(|c| issue::hashes(c, id));
            let some: Vec<_> = hashes.into_iter().skip(1).map(|it| it.hash).collect();
            let some = &some[..dice.roll(some.len() + 1)];
            if !some.is_empty() {
                unmerge(shop, id, some);
            }
        }
        7 => {
            let Some(id) = dice.pick(&known) else { return };
            if dice.roll(3) == 0 {
                shop.write(|c| match dice.roll(3) {
                    0 => issue::discard(c, &[id], None, NOON),
                    _ => issue::delete(c, &[id], None, NOON),
                });
                job::run_waiting(&shop.database).unwrap();
            }
        }
        _ => move_some(shop, dice, &known),
    }
}

fn move_some(shop: &Shop, dice: &mut Dice, known: &[IssueId]) {
    let (Some(from), Some(to)) = (dice.pick(known), dice.pick(known)) else {
        return;
    };
    let mut rows: Vec<_> = recount::events(shop, from)
        .into_iter()
        .map(|it| it.row)
        .collect();
    rows.truncate(dice.roll(5));
    recount::move_rows(shop, &rows, to);
}

#[test]
fn counters_equal_a_recount_whatever_happens() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        for seed in [7, 1_234_567, 99_991] {
            let mut dice = Dice(seed);
            for round in 0..40 {
                step(&shop, &mut dice, seed as i64 % 97 * 40 + round, false);
            }
            recount::check(&shop, true);
        }
        let mut dice = Dice(31_337);
        for round in 0..60 {
            step(&shop, &mut dice, 9_000 + round, true);
            if round % 20 == 19 {
                recount::check(&shop, false);
            }
        }
    });
}
