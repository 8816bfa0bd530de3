use serde_json::json;
use watchfire_event::Level;
use watchfire_store::issue::{
    Change, IssuePage, IssueQuery, Sort, Status, Substatus, TagCondition, TextCondition,
};
use watchfire_store::{Conn, Cursor, event, issue, project};
use watchfire_testkit::database::for_each_database;

use crate::support::{NOON, SECOND, Shop, body, with};

fn query(shop: &Shop) -> IssueQuery {
    IssueQuery {
        projects: vec![shop.project],
        limit: 100,
        ..Default::default()
    }
}

fn list(shop: &Shop, query: &IssueQuery) -> IssuePage {
    shop.database
        .read_blocking(|c| issue::list(c, query))
        .unwrap()
}

fn titles(page: &IssuePage) -> Vec<&str> {
    page.issues
        .iter()
        .map(|issue| issue.title.as_str())
        .collect()
}

/// Issue `n` was seen last at second n and has n + 1 events, but pairs share their second.
fn fill(shop: &Shop) {
    let events = (0..11).flat_map(|n| (0..=n).map(move |_| body(&format!("issue-{n:02}"), n / 2)));
    let events: Vec<_> = events.map(|body| shop.event(body)).collect();
    assert!(shop.store_all(events).iter().all(Result::is_ok));
}

#[test]
fn pages_lead_forth_and_back_without_gap_or_overlap() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        fill(&shop);
        for sort in [Sort::LastSeen, Sort::FirstSeen, Sort::Events, Sort::Users] {
            let all = list(
                &shop,
                &IssueQuery {
                    sort,
                    ..query(&shop)
                },
            );
            assert_eq!((all.issues.len(), all.total), (11, 11));
            assert_eq!((all.previous, all.next), (None, None));
            let page = |cursor: Option<Cursor>| {
                list(
                    &shop,
                    &IssueQuery {
                        sort,
                        cursor,
                        limit: 3,
                        ..query(&shop)
                    },
                )
            };
            let mut pages = vec![page(None)];
            while let Some(next) = pages.last().unwrap().next {
                pages.push(page(Some(next)));
            }
            let forth: Vec<_> = pages.iter().flat_map(|page| page.issues.clone()).collect();
            assert_eq!(forth, all.issues, "{sort:?}");
            assert_eq!(pages.len(), 4);

            let mut back = pages.pop().unwrap();
            let mut seen = back.issues.clone();
            while let Some(previous) = back.previous {
                back = page(Some(previous));
                assert!(back.next.is_some());
                seen.splice(0..0, back.issues.clone());
            }
            assert_eq!(seen, all.issues, "{sort:?}");
            assert_eq!(back.total, 11);
        }
    });
}

#[test]
fn sorts_put_the_largest_first() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        fill(&shop);
        let events = list(
            &shop,
            &IssueQuery {
                sort: Sort::Events,
                ..query(&shop)
            },
        );
        assert!(events.issues.is_sorted_by_key(|issue| -issue.event_count));
        let latest = list(&shop, &query(&shop));
        assert!(
            latest
                .issues
                .is_sorted_by_key(|issue| std::cmp::Reverse(issue.last_seen))
        );
    });
}

#[test]
fn texts_are_found_in_any_case_and_stars_are_wild() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        shop.store(with(
            body("a", 0),
            json!({ "message": "Payment of 50% refused" }),
        ));
        shop.store(with(body("b", 1), json!({ "message": "payment accepted" })));
        let found = |text: &str, negated| {
            let text = TextCondition {
                text: text.to_owned(),
                negated,
            };
            let page = list(
                &shop,
                &IssueQuery {
                    texts: vec![text],
                    ..query(&shop)
                },
            );
            page.issues.len()
        };
        assert_eq!(found("PAYMENT", false), 2);
        assert_eq!(found("50%", false), 1);
        assert_eq!(found("5_%", false), 0);
        assert_eq!(found("pay*refused", false), 1);
        assert_eq!(found("refused", true), 1);
        assert_eq!(found("'; DROP TABLE issue; --", false), 0);
    });
}

#[test]
fn tags_restrict_the_list() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let staging = json!({ "environment": "staging", "level": "fatal" });
        shop.store(body("a", 0));
        shop.store(with(body("b", 1), staging));
        let found = |key: &str, values: &[&str], negated| {
            let tag = TagCondition {
                key: key.to_owned(),
                values: values.iter().map(|value| (*value).to_owned()).collect(),
                negated,
            };
            let page = list(
                &shop,
                &IssueQuery {
                    tags: vec![tag],
                    ..query(&shop)
                },
            );
            let titles: Vec<_> = titles(&page).into_iter().map(str::to_owned).collect();
            titles.join(",")
        };
        assert_eq!(found("environment", &["staging"], false), "b failed");
        assert_eq!(found("environment", &["staging"], true), "a failed");
        assert_eq!(
            found("environment", &["staging", "production"], false),
            "b failed,a failed"
        );
        assert_eq!(found("environment", &["prod*"], false), "a failed");
        assert_eq!(found("level", &["fatal"], false), "b failed");
        assert_eq!(found("release", &[], false), "b failed,a failed");
        assert_eq!(found("unknown", &[], true), "b failed,a failed");
    });
}

/// Issue 1 is resolved; issue 2 came ten seconds later and is unhandled.
fn fill_two(shop: &Shop) {
    let first = shop.store(body("a", 0)).issue_id;
    let unhandled = json!({ "level": "fatal", "exception": { "values": [
        { "type": "E", "value": "v", "mechanism": { "type": "django", "handled": false } }
    ] } });
    shop.store(with(body("b", 10), unhandled));
    let resolve = |c: &mut Conn<'_>| issue::change_status(c, &[first], Change::Resolve, None, NOON);
    shop.database.write_blocking(resolve).unwrap();
}

#[test]
fn every_field_of_a_query_restricts_the_list() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        fill_two(&shop);
        let restricted = |restrict: &dyn Fn(&mut IssueQuery)| {
            let mut query = query(&shop);
            restrict(&mut query);
            list(&shop, &query).total
        };
        let later = Some(NOON.plus_micros(10 * SECOND));
        assert_eq!(restricted(&|_| {}), 2);
        assert_eq!(restricted(&|q| q.statuses = vec![Status::Resolved]), 1);
        assert_eq!(restricted(&|q| q.substatuses = vec![Substatus::New]), 1);
        assert_eq!(restricted(&|q| q.unhandled = Some(true)), 1);
        assert_eq!(restricted(&|q| q.unhandled = Some(false)), 1);
        assert_eq!(restricted(&|q| q.short_numbers = vec![2]), 1);
        assert_eq!(restricted(&|q| q.projects.clear()), 0);
        assert_eq!(restricted(&|q| q.last_seen_from = later), 1);
        assert_eq!(restricted(&|q| q.last_seen_to = later), 1);
        assert_eq!(restricted(&|q| q.first_seen_from = later), 1);
        assert_eq!(restricted(&|q| q.first_seen_to = later), 1);
    });
}

#[test]
fn issues_are_counted_by_status_and_found_by_their_number() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        fill_two(&shop);
        shop.database
            .read_blocking(|c| {
                let counts = issue::counts_by_status(c, &query(&shop))?;
                assert_eq!(
                    counts,
                    [
                        (Status::Unresolved, 1),
                        (Status::Resolved, 1),
                        (Status::Ignored, 0)
                    ]
                );
                let found = issue::by_short_number(c, shop.project, 2)?.unwrap();
                assert_eq!((found.level, found.is_unhandled), (Level::Fatal, true));
                assert_eq!(issue::by_short_number(c, shop.project, 3)?, None);
                Ok(())
            })
            .unwrap();
    });
}

#[test]
fn events_of_an_issue_are_walked_in_both_directions() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        // Out of order, two at a time.
        for n in [3, 1, 4, 0, 2] {
            shop.store(body("a", n));
            shop.store(body("a", n));
        }
        let id = shop.store(body("a", 5)).issue_id;
        shop.database
            .read_blocking(|c| {
                let all = event::list(c, id, None, 100)?.events;
                assert_eq!(all.len(), 11);
                let mut forth = Vec::new();
                let mut page = event::list(c, id, None, 4)?;
                loop {
                    forth.extend(page.events.clone());
                    let Some(next) = page.next else { break };
                    page = event::list(c, id, Some(next), 4)?;
                }
                assert_eq!(forth, all);
                let mut back = page.events.clone();
                while let Some(previous) = page.previous {
                    page = event::list(c, id, Some(previous), 4)?;
                    back.splice(0..0, page.events.clone());
                }
                assert_eq!(back, all);

                for (place, row) in all.iter().rev().enumerate() {
                    let around = event::neighbours(c, row)?;
                    let at = |place: usize| all.iter().rev().nth(place).map(|row| row.event_id);
                    assert_eq!(around.older, place.checked_sub(1).and_then(at));
                    assert_eq!(around.newer, at(place + 1));
                    assert_eq!((around.first, around.latest), (at(0), at(10)));
                    assert_eq!((around.older_count, around.total), (place as i64, 11));
                }
                assert_eq!(event::latest(c, id)?, all.first().copied());
                assert_eq!(event::oldest(c, id)?, all.last().copied());
                let organization = project::get(c, shop.project)?.unwrap().organization_id;
                assert_eq!(event::find(c, organization, all[3].event_id)?, [all[3]]);
                Ok(())
            })
            .unwrap();
    });
}
