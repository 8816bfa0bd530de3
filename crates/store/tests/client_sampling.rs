//! What clients keep to themselves, and how many events there were.

use watchfire_store::issue::Issue;
use watchfire_store::outcome::{Outcome, OutcomeCount};
use watchfire_store::sampling::client::{
    self, Client, NewDiscard, NewRate, OTHER_CLIENTS, THIS_SERVER,
};
use watchfire_store::sampling::{self, Estimate};
use watchfire_testkit::database::for_each_database;

use crate::merge::get;
use crate::support::{HOUR, NOON, Shop, body};

const PYTHON: &str = "sentry.python/2.75.0";

fn discard(shop: &Shop, client: &Client, reason: &'static str, quantity: u64) {
    let (project, at) = (shop.project, NOON);
    shop.writer.note_discard(NewDiscard {
        project,
        at,
        client: client.clone(),
        category: "error".into(),
        reason: reason.into(),
        quantity,
    });
}

fn estimate(shop: &Shop, issue: &Issue) -> Option<Estimate> {
    let issues = std::slice::from_ref(issue);
    let mut found = shop.read(|c| sampling::estimates(c, issues, NOON));
    found.remove(&issue.id)
}

#[test]
fn rates_and_discards_are_told_by_client() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        shop.store(body("a", 0));
        let known = Client::new(Some(PYTHON), Some("shop@1.0"), Some("production"));
        let strange = Client::new(Some("my secret"), Some("secret release"), Some("secret"));
        let rate = |client: &Client, rate, transactions| NewRate {
            project: shop.project,
            at: NOON,
            client: client.clone(),
            rate,
            transactions,
        };
        shop.writer.note_rate(rate(&known, 0.1, 3));
        shop.writer.note_rate(rate(&known, 0.1, 0));
        shop.writer.note_rate(rate(&strange, 1.0, 1));
        discard(&shop, &known, "before_send", 7);
        discard(&shop, &known, "before_send", 1);
        discard(&shop, &strange, "sample_rate", 2);
        shop.shutdown();

        let rates = shop.read(|c| client::rates(c, shop.project, NOON));
        let told: Vec<_> = rates
            .iter()
            .map(|it| (it.millionths, it.envelopes, it.transactions))
            .collect();
        assert_eq!(told, [(100_000, 2, 3), (1_000_000, 1, 1)]);
        assert_eq!((&rates[0].client, rates[0].last_hour), (&known, NOON));
        // Names that nobody knows may hold anything.
        let unknown = Client {
            sdk: OTHER_CLIENTS.to_owned(),
            ..Client::default()
        };
        assert_eq!(rates[1].client, unknown);
        let discards = shop.read(|c| client::discards(c, shop.project, NOON));
        let told: Vec<_> = discards
            .iter()
            .map(|it| (&it.client, it.reason.as_str(), it.quantity))
            .collect();
        assert_eq!(
            told,
            [(&known, "before_send", 8), (&unknown, "sample_rate", 2)]
        );
        let later = NOON.plus_micros(HOUR);
        assert_eq!(shop.read(|c| client::rates(c, shop.project, later)), []);
    });
}

#[test]
fn what_was_lost_at_random_is_estimated_and_the_rest_is_not() {
    for_each_database(|test| {
        let shop = Shop::open(test);
        let python = Client::new(Some(PYTHON), None, None);
        let events = (0..30).map(|n| shop.event(body("a", n)));
        let issue = shop.store_all(events).remove(0).unwrap().issue_id;
        shop.store_all((0..70).map(|n| shop.event(body("b", n))));
        shop.store(body("a", 2 * 3_600));
        let issue = get(&shop, issue);
        assert_eq!(estimate(&shop, &issue), None);

        discard(&shop, &python, "before_send", 5_000);
        discard(&shop, &python, "sample_rate", 800);
        // A quota of ours loses events as a sample rate does.
        shop.writer.count(OutcomeCount {
            project: Some(shop.project),
            key_id: Some(shop.key_id),
            category: "error".into(),
            outcome: Outcome::RateLimited,
            reason: "key_quota".into(),
            at: NOON,
            quantity: 99,
            message: None,
        });
        shop.shutdown();
        // In the hour of noon 101 came of 1,000; the event of another hour is counted as it came.
        let found = estimate(&shop, &issue).unwrap();
        assert_eq!((found.seen, found.total), (31, 298));
        assert!(found.low > 200 && found.low < 260 && found.high > 340 && found.high < 420);
        let errors = shop.read(|c| sampling::errors_of_project(c, shop.project, NOON, NOON));
        assert_eq!(errors, Some((101, 899)));
        let servers = shop.read(|c| client::discards(c, shop.project, NOON));
        assert!(
            servers
                .iter()
                .any(|it| it.client.sdk == THIS_SERVER && it.quantity == 99)
        );
    });
}
