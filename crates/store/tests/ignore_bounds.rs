//! What ignore rules of a place may take together, and by what a filter is known.

use watchfire_filter::ignore::parse_json;
use watchfire_store::ignore_rule::{self, Import};
use watchfire_store::project;
use watchfire_testkit::database::for_each_database;

use crate::ignore_rules::{add, drops, everywhere, get, here, refused};
use crate::support::{NOON, Shop};

#[test]
fn a_filter_is_known_by_its_texts_until_one_changes() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let first = add(&shop, everywhere(&shop), &drops("first", "A"));
        let ids = [
            add(&shop, here(&shop), &drops("a", "A")),
            add(&shop, here(&shop), &drops("b", "B")),
        ];
        let text = || {
            shop.read(|c| {
                let project = project::get(c, shop.project)?.unwrap();
                ignore_rule::filter_text(c, &project)
            })
        };
        let mut before = text();
        assert_eq!(text(), before);
        let mut changed = |what: &str| {
            let now = text();
            assert_ne!(now, before, "{what}");
            before = now;
        };
        shop.write(|c| ignore_rule::reorder(c, here(&shop), &[ids[1], ids[0]], None, None, NOON));
        changed("order");
        let stored = get(&shop, first);
        shop.write(|c| ignore_rule::switch(c, &stored, false, None, NOON));
        changed("switch");
        let stored = get(&shop, ids[0]);
        shop.write(|c| ignore_rule::remove(c, &stored, None, NOON));
        changed("removed");
        let settings = r#"{"filter":{"localhost":true}}"#;
        shop.write(|c| project::set_settings(c, shop.project, settings));
        changed("settings");
    });
}

#[test]
fn a_place_has_so_many_expressions_and_no_more() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let wild = |name: &str, count: usize| {
            let one = r#"{"field":"message","op":"wildcard","value":"a*b"}"#;
            let all = vec![one; count].join(",");
            let text = format!(r#"{{"name":"{name}","action":"drop","when":{{"any":[{all}]}}}}"#);
            parse_json(&text).unwrap()
        };
        for name in ["a", "b"] {
            add(&shop, here(&shop), &wild(name, 100));
        }
        let stored = get(&shop, add(&shop, here(&shop), &drops("c", "C")));
        let edited = shop
            .database
            .write_blocking(|c| ignore_rule::edit(c, &stored, &wild("c", 1), None, NOON));
        assert!(refused(edited).contains("at most 200"));
        let one_more = shop.database.write_blocking(|c| {
            ignore_rule::import(
                c,
                here(&shop),
                &[wild("d", 1)],
                (Import::Merge, None),
                None,
                NOON,
            )
        });
        assert!(refused(one_more).contains("rule \"d\""));
        add(&shop, everywhere(&shop), &wild("elsewhere", 1));
    });
}
