//! `watchfire demo`: realistic events of seven platforms, sent the way an SDK sends them.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use rand::seq::IndexedRandom;
use rand::{Rng, rng};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use watchfire_event::{EventId, Timestamp};

use crate::cli::DemoArgs;
use crate::commands::{default_dsn, open_database};
use crate::config::Config;
use crate::output;

const ANSWER_WAIT_MAX: Duration = Duration::from_secs(10);
const MICROS_PER_HOUR: f64 = 3_600_000_000.0;
const CLIENT: &str = concat!("watchfire.demo/", env!("CARGO_PKG_VERSION"));

/// The events, each with how often it happened and to how many users.
const SCENARIOS: &[&str] = &[
    include_str!("../../../../fixtures/demo/browser-network.json"),
    include_str!("../../../../fixtures/demo/celery-invoice-timeout.json"),
    include_str!("../../../../fixtures/demo/django-checkout-pool.json"),
    include_str!("../../../../fixtures/demo/django-keyerror-coupon.json"),
    include_str!("../../../../fixtures/demo/go-index-range.json"),
    include_str!("../../../../fixtures/demo/java-npe-shipping.json"),
    include_str!("../../../../fixtures/demo/java-sql-deadlock.json"),
    include_str!("../../../../fixtures/demo/message-import-finished.json"),
    include_str!("../../../../fixtures/demo/node-payment-declined.json"),
    include_str!("../../../../fixtures/demo/node-unhandled-rejection.json"),
    include_str!("../../../../fixtures/demo/php-undefined-key.json"),
    include_str!("../../../../fixtures/demo/python-log-stock.json"),
    include_str!("../../../../fixtures/demo/react-undefined-total.json"),
    include_str!("../../../../fixtures/demo/ruby-stale-record.json"),
];

#[derive(Deserialize)]
struct Scenario {
    count: u32,
    spread_hours: f64,
    users: u32,
    event: Map<String, Value>,
}

/// Sends every scenario's events to the DSN and says how many were stored.
///
/// # Errors
/// When no server answers at the DSN, or it refuses an event.
pub(crate) fn run(config: &Config, arguments: DemoArgs, as_json: bool) -> Result<()> {
    let dsn = match arguments.dsn {
        Some(dsn) => dsn,
        None => default_dsn(&open_database(config)?, config)?,
    };
    let target = Target::of(&dsn)?;
    let mut sent = 0;
    for text in SCENARIOS {
        let scenario: Scenario = serde_json::from_str(text).context("a demo scenario")?;
        for event in scenario.events() {
            target.send(&event).with_context(|| {
                format!(
                    "sending to {}; is `watchfire serve` running there?",
                    target.url
                )
            })?;
            sent += 1;
        }
    }
    let text = format!(
        "Sent {sent} events of {} kinds to {}",
        SCENARIOS.len(),
        target.url
    );
    output::print(
        as_json,
        &json!({"sent": sent, "scenarios": SCENARIOS.len()}),
        &text,
    )
}

impl Scenario {
    /// The scenario's events, oldest first; the last one happened a moment ago.
    fn events(&self) -> Vec<Value> {
        let now = Timestamp::now();
        let mut ages: Vec<f64> = (1..self.count)
            .map(|_| rng().random_range(0.02..self.spread_hours))
            .collect();
        ages.push(rng().random_range(0.0..0.2));
        ages.sort_by(|a, b| b.total_cmp(a));
        ages.into_iter()
            .map(|hours| self.event_at(now, hours))
            .collect()
    }

    fn event_at(&self, now: Timestamp, hours_ago: f64) -> Value {
        let seconds = now.seconds() - hours_ago * MICROS_PER_HOUR / 1_000_000.0;
        let mut event = self.event.clone();
        event.insert("event_id".to_owned(), json!(EventId::random().to_string()));
        event.insert("timestamp".to_owned(), json!(seconds));
        if self.users > 0 {
            event.insert("user".to_owned(), user(rng().random_range(1..=self.users)));
        }
        Value::Object(event)
    }
}

fn user(number: u32) -> Value {
    let names = [
        "ana", "bo", "chidi", "dana", "emre", "fatima", "goran", "hana",
    ];
    let name = names.choose(&mut rng()).copied().unwrap_or("ana");
    json!({
        "id": number.to_string(),
        "username": format!("{name}{number}"),
        "email": format!("{name}{number}@example.com"),
        "ip_address": format!("203.0.113.{}", number % 250),
    })
}

/// Where and as whom events are sent.
struct Target {
    agent: ureq::Agent,
    url: String,
    public_key: String,
}

impl Target {
    fn of(dsn: &str) -> Result<Self> {
        let parts = dsn.split_once("://").and_then(|(scheme, rest)| {
            let (key, place) = rest.split_once('@')?;
            let (host, project) = place.rsplit_once('/')?;
            Some((scheme, key, host, project))
        });
        let Some((scheme, key, host, project)) = parts else {
            bail!("a DSN looks like http://KEY@host/1, but this is {dsn:?}");
        };
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(ANSWER_WAIT_MAX))
            .build();
        Ok(Self {
            agent: agent.into(),
            url: format!("{scheme}://{host}/api/{project}/envelope/"),
            public_key: key.to_owned(),
        })
    }

    fn send(&self, event: &Value) -> Result<()> {
        let header =
            json!({"event_id": event["event_id"], "sent_at": Timestamp::now().to_string()});
        let body = format!("{header}\n{{\"type\":\"event\"}}\n{event}\n");
        let auth = format!(
            "Sentry sentry_key={}, sentry_version=7, sentry_client={CLIENT}",
            self.public_key
        );
        self.agent
            .post(&self.url)
            .header("X-Sentry-Auth", auth)
            .header("Content-Type", "application/x-sentry-envelope")
            .send(body)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_is_varied() {
        let scenarios: Vec<Scenario> = SCENARIOS
            .iter()
            .map(|text| serde_json::from_str(text).expect("reads"))
            .collect();
        let events: Vec<Value> = scenarios.iter().flat_map(Scenario::events).collect();
        let platforms: std::collections::HashSet<&str> = events
            .iter()
            .filter_map(|event| event["platform"].as_str())
            .collect();
        assert!(events.len() >= 40 && platforms.len() >= 5);
    }
}
