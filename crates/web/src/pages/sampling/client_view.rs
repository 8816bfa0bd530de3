//! What clients keep to themselves, as the page shows it.

use serde::Serialize;
use watchfire_event::Timestamp;
use watchfire_store::outcome::Outcome;
use watchfire_store::project::Project;
use watchfire_store::sampling::client::{self, Client, Discard, Rate, THIS_SERVER, WHOLE};
use watchfire_store::sampling::{self, Estimate, Part, RANDOM_LOSSES, RATE_LIMITED};
use watchfire_store::{self as store, Conn};

use crate::number;
use crate::pages::stats::{category, reason};

/// The last hours that the page tells of: a week.
pub(super) const HOURS: i64 = 168;
const HOUR_MICROS: i64 = 3_600 * 1_000_000;

/// Everything about clients.
#[derive(Debug, Serialize)]
pub(super) struct ClientView {
    /// How many errors there were, in a sentence; nothing when none were lost.
    errors: Option<String>,
    /// How many transactions the ones that came stand for.
    transactions: Option<String>,
    rates: Vec<RateRow>,
    discards: Vec<DiscardRow>,
}

/// Who it is.
#[derive(Debug, Serialize)]
struct Who {
    sdk: String,
    release: String,
    environment: String,
}

/// A rate at which a client samples traces.
#[derive(Debug, Serialize)]
struct RateRow {
    who: Who,
    rate: String,
    transactions: i64,
    /// How many transactions those stand for; nothing at a rate of 0.
    stand_for: Option<i64>,
    last_hour: Timestamp,
}

/// What a client discarded for one reason.
#[derive(Debug, Serialize)]
struct DiscardRow {
    who: Who,
    what: String,
    why: String,
    code: String,
    quantity: i64,
    /// Whether it enters the estimates of issues.
    is_estimated: bool,
}

impl ClientView {
    /// What clients of a project did in the last week.
    pub(super) fn of(
        conn: &mut Conn<'_>,
        project: &Project,
        now: Timestamp,
    ) -> store::Result<Self> {
        let from = now.plus_micros(-HOURS * HOUR_MICROS);
        let rates = client::rates(conn, project.id, from)?;
        let discards = client::discards(conn, project.id, from)?;
        let errors = sampling::errors_of_project(conn, project.id, from, now)?;
        Ok(Self {
            errors: errors.map(errors_words),
            transactions: transactions_words(&rates),
            rates: rates.iter().map(RateRow::of).collect(),
            discards: discards.iter().map(DiscardRow::of).collect(),
        })
    }
}

fn errors_words((came, lost): (i64, i64)) -> String {
    let all = came.saturating_add(lost);
    format!(
        "In the hours with losses {} errors came of {} ({}); {} were lost at random.",
        number::exact(came),
        number::exact(all),
        number::share(came, all),
        number::exact(lost),
    )
}

/// Each transaction stands for one divided by its rate.
fn transactions_words(rates: &[Rate]) -> Option<String> {
    let usable = rates
        .iter()
        .filter(|it| it.millionths > 0 && it.transactions > 0);
    let parts: Vec<Part> = usable
        .map(|it| Part::by_chance(it.transactions, it.millionths))
        .collect();
    let estimate = Estimate::of(0, &parts).filter(|it| it.total > it.seen)?;
    Some(format!(
        "{} transactions came; by the rates of their clients they stand for about {}, with 95 % \
         certainty between {} and {}.",
        number::exact(estimate.seen),
        number::exact(estimate.total),
        number::exact(estimate.low),
        number::exact(estimate.high),
    ))
}

impl Who {
    fn of(client: &Client) -> Self {
        Self {
            sdk: client.sdk.clone(),
            release: client.release.clone(),
            environment: client.environment.clone(),
        }
    }
}

impl RateRow {
    fn of(rate: &Rate) -> Self {
        let stand_for = rate.transactions.saturating_mul(WHOLE);
        Self {
            who: Who::of(&rate.client),
            rate: percent(rate.millionths),
            transactions: rate.transactions,
            stand_for: stand_for.checked_div(rate.millionths),
            last_hour: rate.last_hour,
        }
    }
}

impl DiscardRow {
    fn of(discard: &Discard) -> Self {
        let words = match discard.reason.as_str() {
            RATE_LIMITED if discard.client.sdk == THIS_SERVER => {
                "Kept out by a quota of this server".into()
            }
            code => reason::words(Outcome::ClientDiscard, code).text,
        };
        Self {
            who: Who::of(&discard.client),
            what: category::label(&discard.category).into_owned(),
            why: words.into_owned(),
            code: discard.reason.clone(),
            quantity: discard.quantity,
            is_estimated: discard.category == category::ERRORS
                && RANDOM_LOSSES.contains(&discard.reason.as_str()),
        }
    }
}

/// A share in millionths: `10 %`, `0.05 %`.
fn percent(millionths: i64) -> String {
    let (whole, rest) = (millionths / 10_000, millionths % 10_000);
    let digits = format!("{rest:04}");
    match digits.trim_end_matches('0') {
        "" => format!("{whole} %"),
        digits => format!("{whole}.{digits} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_percents() {
        let cases = [
            (WHOLE, "100 %"),
            (100_000, "10 %"),
            (500, "0.05 %"),
            (0, "0 %"),
        ];
        for (millionths, expected) in cases {
            assert_eq!(percent(millionths), expected);
        }
    }
}
