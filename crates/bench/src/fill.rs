//! The values of one event: fresh id and time, an issue, a user among many.

use chrono::{DateTime, SecondsFormat, Utc};
use rand::Rng;

use crate::template::{Slot, Template, issue_word, put};

/// How many users report; a few of them far more often than the rest.
const CUSTOMERS: f64 = 2000.0;

/// The values that fill one event's slots.
pub(crate) struct Fill {
    /// The event's id, 32 hex digits.
    pub(crate) event_id: String,
    trace_id: String,
    now: DateTime<Utc>,
    issue: String,
    number: usize,
    customer: u32,
    order: u16,
    cents: u32,
}

impl Fill {
    /// Values for the event with this number (which chooses the reporting machine) of the issue with that number.
    pub(crate) fn new(number: usize, issue: usize) -> Self {
        let mut random = rand::rng();
        let skewed: f64 = random.random::<f64>().powi(3) * CUSTOMERS;
        Self {
            event_id: uuid::Uuid::new_v4().simple().to_string(),
            trace_id: uuid::Uuid::new_v4().simple().to_string(),
            now: Utc::now(),
            issue: issue_word(issue),
            number,
            customer: whole(skewed),
            order: random.random_range(0..10_000),
            cents: random.random_range(100..90_000),
        }
    }

    /// The template's text with these values.
    pub(crate) fn event(&self, template: &Template) -> String {
        template.render(|slot, text| self.put(slot, text))
    }

    fn put(&self, slot: Slot, text: &mut String) {
        match slot {
            Slot::EventId => text.push_str(&self.event_id),
            Slot::TraceId => text.push_str(&self.trace_id),
            Slot::Timestamp => {
                let (seconds, micros) = (self.now.timestamp(), self.now.timestamp_subsec_micros());
                put(text, format_args!("{seconds}.{micros:06}"));
            }
            Slot::Moment => text.push_str(&self.now.to_rfc3339_opts(SecondsFormat::Micros, true)),
            Slot::Issue => text.push_str(&self.issue),
            Slot::IssueTitle => {
                let mut letters = self.issue.chars();
                text.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
                text.push_str(letters.as_str());
            }
            Slot::Customer => put(text, format_args!("{}", self.customer)),
            Slot::Order => put(text, format_args!("{:04}", self.order)),
            Slot::Amount => put(
                text,
                format_args!("{}.{:02}", self.cents / 100, self.cents % 100),
            ),
            Slot::Address => put(
                text,
                format_args!("{:04x}{:04x}d0", self.order, self.cents & 0xffff),
            ),
            Slot::Host => put(text, format_args!("web-{}", self.number % 8)),
            Slot::Patch => put(text, format_args!("{}", self.number % 3)),
        }
    }
}

#[expect(
    clippy::as_conversions,
    reason = "a figure below 2,000 that is not negative"
)]
fn whole(value: f64) -> u32 {
    value as u32
}
