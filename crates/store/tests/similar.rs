use serde_json::{Value, json};
use watchfire_event::{IssueId, Timestamp};
use watchfire_store::issue;
use watchfire_store::similar::{self, Similar};
use watchfire_testkit::database::for_each_database;

use crate::support::{NOON, SECOND, Shop};
use crate::team::{error, store};

/// An error with a stack whose functions are named from the outermost to the crash.
fn crash(kind: &str, functions: &[&str], seconds: i64) -> Value {
    let frames: Vec<Value> = functions
        .iter()
        .map(|name| {
            json!({
                "module": format!("shop.{name}"),
                "filename": format!("shop/{name}.py"),
                "function": name,
                "lineno": seconds + 1,
                "in_app": true,
            })
        })
        .collect();
    json!({
        "exception": {"values": [{
            "type": kind,
            "value": "no such order",
            "stacktrace": {"frames": frames},
        }]},
        "timestamp": (NOON.0 + seconds * SECOND) as f64 / SECOND as f64,
        "platform": "python",
    })
}

fn find(shop: &Shop, id: IssueId) -> Vec<Similar> {
    shop.read(|c| similar::find(c, shop.database.dictionaries(), id))
}

fn ids(found: &[Similar]) -> Vec<IssueId> {
    found.iter().map(|it| it.issue.id).collect()
}

#[test]
fn the_same_frames_near_the_crash_are_similar_and_the_difference_is_named() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let stored = store(
            &shop,
            &[
                crash("KeyError", &["main", "views", "checkout", "load"], 0),
                crash("KeyError", &["worker", "views", "checkout", "load"], 1),
                crash("KeyError", &["main", "tasks", "mail", "load"], 2),
                crash("OSError", &["main", "disk", "write"], 3),
            ],
        );
        let found = find(&shop, stored[0]);
        assert_eq!(ids(&found)[0], stored[1]);
        assert!(!ids(&found).contains(&stored[3]));
        assert!(!ids(&found).contains(&stored[0]));
        let best = &found[0];
        assert!(best.score > 0.7 && best.score <= 1.0, "{}", best.score);
        assert!(
            best.reason.contains("3 of the same frames"),
            "{}",
            best.reason
        );
        assert!(best.reason.contains("load"), "{}", best.reason);
        assert!(best.difference.contains("worker"), "{}", best.difference);
        assert!(found.windows(2).all(|pair| pair[0].score >= pair[1].score));
    });
}

#[test]
fn messages_of_the_same_shape_are_similar() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let stored = store(
            &shop,
            &[
                error("A", "cannot open file alpha for reading", 0),
                error("A", "cannot open file beta for reading", 1),
                error("A", "the sky is falling", 2),
            ],
        );
        let found = find(&shop, stored[0]);
        assert_eq!(ids(&found), [stored[1]]);
        assert!(
            found[0].reason.contains("same shape"),
            "{}",
            found[0].reason
        );
        assert!(!found[0].difference.is_empty());
    });
}

#[test]
fn merged_issues_are_not_similar_any_more() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let stored = store(
            &shop,
            &[
                error("A", "cannot open file alpha for reading", 0),
                error("A", "cannot open file beta for reading", 1),
            ],
        );
        assert_eq!(find(&shop, stored[0]).len(), 1);
        shop.write(|c| issue::merge(c, stored[0], &[stored[1]], None, Timestamp::now()));
        assert!(find(&shop, stored[0]).is_empty());
        // The merged one leads on.
        assert!(find(&shop, stored[1]).is_empty());
    });
}

#[test]
fn at_most_ten_are_named() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let words = [
            "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m",
        ];
        let bodies: Vec<Value> = words
            .iter()
            .map(|word| error("A", &format!("cannot open file {word} for reading"), 0))
            .collect();
        let stored = store(&shop, &bodies);
        assert_eq!(find(&shop, stored[0]).len(), similar::SIMILAR_MAX);
    });
}
