use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Client, NewDiscard, NewRate, millionths};
use crate::conn::Conn;
use crate::error::Result;
use crate::outcome::hour_of;
use crate::rows::Column::{Number, Text};
use crate::rows::{Cell, Rows};

/// How many different counts wait to be written. Beyond it new ones are dropped; the outcomes have
/// what clients discarded all the same.
const WAITING_MAX: usize = 10_000;

/// Rates and discards added up.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClientCounts {
    /// Envelopes and transactions.
    rates: BTreeMap<RateKey, (i64, i64)>,
    discards: BTreeMap<DiscardKey, i64>,
}

/// Project, hour, client and rate.
type RateKey = (i64, i64, Client, i64);
/// Project, hour, client, category and reason.
type DiscardKey = (i64, i64, Client, Cow<'static, str>, Cow<'static, str>);

impl ClientCounts {
    pub(crate) fn add_rate(&mut self, new: NewRate) {
        let rate = millionths(new.rate);
        let key = (new.project.0, hour_of(new.at), new.client, rate);
        self.add_rates(key, (1, i64::from(new.transactions)));
    }

    pub(crate) fn add_discard(&mut self, new: NewDiscard) {
        let (project, hour) = (new.project.0, hour_of(new.at));
        let key = (project, hour, new.client, new.category, new.reason);
        self.add_discards(key, i64::try_from(new.quantity).unwrap_or(i64::MAX));
    }

    pub(crate) fn merge(&mut self, other: Self) {
        for (key, counts) in other.rates {
            self.add_rates(key, counts);
        }
        for (key, quantity) in other.discards {
            self.add_discards(key, quantity);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rates.is_empty() && self.discards.is_empty()
    }

    fn add_rates(&mut self, key: RateKey, (envelopes, transactions): (i64, i64)) {
        if self.rates.len() >= WAITING_MAX && !self.rates.contains_key(&key) {
            return;
        }
        let counts = self.rates.entry(key).or_default();
        counts.0 = counts.0.saturating_add(envelopes);
        counts.1 = counts.1.saturating_add(transactions);
    }

    fn add_discards(&mut self, key: DiscardKey, quantity: i64) {
        if self.discards.len() >= WAITING_MAX && !self.discards.contains_key(&key) {
            return;
        }
        let count = self.discards.entry(key).or_default();
        *count = count.saturating_add(quantity);
    }

    /// Adds the counts to those of the database. Names that are not on the lists of their projects
    /// are not kept: they come from headers, which nobody scrubs.
    pub(crate) fn save(&self, conn: &mut Conn<'_>) -> Result<()> {
        self.save_rates(conn)?;
        self.save_discards(conn)
    }

    fn save_rates(&self, conn: &mut Conn<'_>) -> Result<()> {
        let mut rows = Rows::new([Number, Number, Text, Text, Text, Number, Number, Number]);
        for ((project, hour, client, rate), (envelopes, transactions)) in &self.rates {
            rows.push([
                Cell::Number(*project),
                Cell::Number(*hour),
                Cell::Text(&client.sdk),
                Cell::Text(&client.release),
                Cell::Text(&client.environment),
                Cell::Number(*rate),
                Cell::Number(*envelopes),
                Cell::Number(*transactions),
            ]);
        }
        rows.execute(
            conn,
            "INSERT INTO trace_rate_hour (project_id, hour, sdk, release, environment, rate, \
             envelope_count, transaction_count) SELECT e.column1, e.column2, e.column3, \
             COALESCE(r.version, ''), COALESCE(n.name, ''), e.column6, \
             CAST(SUM(e.column7) AS BIGINT), CAST(SUM(e.column8) AS BIGINT)",
            "JOIN project AS p ON p.id = e.column1 \
             LEFT JOIN project_release AS r \
             ON r.project_id = e.column1 AND r.version = e.column4 \
             LEFT JOIN project_environment AS n \
             ON n.project_id = e.column1 AND n.name = e.column5 \
             GROUP BY 1, 2, 3, 4, 5, 6 \
             ON CONFLICT (project_id, hour, sdk, release, environment, rate) DO UPDATE SET \
             envelope_count = trace_rate_hour.envelope_count + excluded.envelope_count, \
             transaction_count = trace_rate_hour.transaction_count + excluded.transaction_count",
        )
    }

    fn save_discards(&self, conn: &mut Conn<'_>) -> Result<()> {
        let mut rows = Rows::new([Number, Number, Text, Text, Text, Text, Text, Number]);
        for ((project, hour, client, category, reason), quantity) in &self.discards {
            rows.push([
                Cell::Number(*project),
                Cell::Number(*hour),
                Cell::Text(&client.sdk),
                Cell::Text(&client.release),
                Cell::Text(&client.environment),
                Cell::Text(category),
                Cell::Text(reason),
                Cell::Number(*quantity),
            ]);
        }
        rows.execute(
            conn,
            "INSERT INTO client_discard_hour (project_id, hour, sdk, release, environment, \
             category, reason, quantity) SELECT e.column1, e.column2, e.column3, \
             COALESCE(r.version, ''), COALESCE(n.name, ''), e.column6, e.column7, \
             CAST(SUM(e.column8) AS BIGINT)",
            "JOIN project AS p ON p.id = e.column1 \
             LEFT JOIN project_release AS r \
             ON r.project_id = e.column1 AND r.version = e.column4 \
             LEFT JOIN project_environment AS n \
             ON n.project_id = e.column1 AND n.name = e.column5 \
             GROUP BY 1, 2, 3, 4, 5, 6, 7 \
             ON CONFLICT (project_id, hour, sdk, release, environment, category, reason) \
             DO UPDATE SET quantity = client_discard_hour.quantity + excluded.quantity",
        )
    }
}
