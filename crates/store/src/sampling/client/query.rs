use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Text};
use watchfire_event::{ProjectId, Timestamp};

use super::Client;
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::outcome::{hour_of, start_of_hour};
use crate::sql::Sql;

/// How many rows each of the queries returns at most, the largest counts.
const ROWS_MAX: i64 = 500;

/// A rate that a client used over some hours.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// The client.
    pub client: Client,
    /// The share of traces that it kept, in millionths.
    pub millionths: i64,
    /// In how many envelopes it said so.
    pub envelopes: i64,
    /// How many transactions came with it.
    pub transactions: i64,
    /// The start of the last hour in which it did.
    pub last_hour: Timestamp,
}

/// What a client discarded over some hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discard {
    /// The client.
    pub client: Client,
    /// The data category, for example `error`.
    pub category: String,
    /// Why, for example `sample_rate`.
    pub reason: String,
    /// How many.
    pub quantity: i64,
}

/// The rates that clients of a project used since the hour of `from`, the most frequent first.
///
/// # Errors
/// When the database fails.
pub fn rates(conn: &mut Conn<'_>, project: ProjectId, from: Timestamp) -> Result<Vec<Rate>> {
    type Row = (String, String, String, i64, i64, i64, i64);

    let mut select: Sql<(Text, Text, Text, BigInt, BigInt, BigInt, BigInt)> = Sql::new(
        "SELECT sdk, release, environment, rate, CAST(SUM(envelope_count) AS BIGINT), \
         CAST(SUM(transaction_count) AS BIGINT), MAX(hour) FROM trace_rate_hour \
         WHERE project_id = ",
    );
    select.number(project.0);
    select.push(" AND hour >= ").number(hour_of(from));
    select.push(" GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 1, 2, 3, 4 LIMIT ");
    select.number(ROWS_MAX);
    let rows: Vec<Row> = on!(conn, |c| select.load(c))?;
    let rate_of =
        |(sdk, release, environment, millionths, envelopes, transactions, hour): Row| Rate {
            client: Client {
                sdk,
                release,
                environment,
            },
            millionths,
            envelopes,
            transactions,
            last_hour: start_of_hour(hour),
        };
    Ok(rows.into_iter().map(rate_of).collect())
}

/// What clients of a project discarded since the hour of `from`, the largest counts first.
///
/// # Errors
/// When the database fails.
pub fn discards(conn: &mut Conn<'_>, project: ProjectId, from: Timestamp) -> Result<Vec<Discard>> {
    type Row = (String, String, String, String, String, i64);

    let mut select: Sql<(Text, Text, Text, Text, Text, BigInt)> = Sql::new(
        "SELECT sdk, release, environment, category, reason, \
         CAST(SUM(quantity) AS BIGINT) FROM client_discard_hour WHERE project_id = ",
    );
    select.number(project.0);
    select.push(" AND hour >= ").number(hour_of(from));
    select.push(" GROUP BY 1, 2, 3, 4, 5 ORDER BY 6 DESC, 1, 2, 3, 4, 5 LIMIT ");
    select.number(ROWS_MAX);
    let rows: Vec<Row> = on!(conn, |c| select.load(c))?;
    let discard_of = |(sdk, release, environment, category, reason, quantity): Row| Discard {
        client: Client {
            sdk,
            release,
            environment,
        },
        category,
        reason,
        quantity,
    };
    Ok(rows.into_iter().map(discard_of).collect())
}
