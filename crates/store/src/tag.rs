//! The tags of an issue's events, counted.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use watchfire_event::{IssueId, Timestamp};

use crate::column::Number;
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::schema::issue_tag;
use crate::sql::Sql;
use crate::tags::storable;

/// How many different values of one key are counted one by one in one issue. Further ones count
/// in [`TagKey::event_count`] only.
pub const VALUES_PER_KEY_MAX: i64 = 1_000;
/// How many different keys are counted in one issue. Further ones stay in the bodies only.
pub const KEYS_PER_ISSUE_MAX: i64 = 500;

/// A value of a tag in an issue.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = issue_tag)]
pub struct TagValue {
    /// The value.
    pub value: String,
    /// How many events have it.
    pub count: i64,
    /// When the first of them happened.
    #[diesel(deserialize_as = Number)]
    pub first_seen: Timestamp,
    /// When the latest of them happened.
    #[diesel(deserialize_as = Number)]
    pub last_seen: Timestamp,
}

/// A tag's key in an issue with its most frequent values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagKey {
    /// The key.
    pub key: String,
    /// How many events have it.
    pub event_count: i64,
    /// How many different values were counted; stops at [`VALUES_PER_KEY_MAX`].
    pub value_count: i64,
    /// The most frequent values, most frequent first.
    pub top: Vec<TagValue>,
}

/// Every tag of an issue by key, each with its `top` most frequent values.
///
/// # Errors
/// When the database fails.
pub fn distribution(conn: &mut Conn<'_>, issue: IssueId, top: usize) -> Result<Vec<TagKey>> {
    select(conn, issue, None, top)
}

/// One tag of an issue with its `top` most frequent values; nothing when no event has it.
///
/// # Errors
/// When the database fails.
pub fn get(conn: &mut Conn<'_>, issue: IssueId, key: &str, top: usize) -> Result<Option<TagKey>> {
    Ok(select(conn, issue, Some(key), top)?.pop())
}

fn select(
    conn: &mut Conn<'_>,
    issue: IssueId,
    key: Option<&str>,
    top: usize,
) -> Result<Vec<TagKey>> {
    let mut keys: Sql<(Text, BigInt, BigInt)> = Sql::new(
        "SELECT k.key, k.value_count, k.overflow_count + COALESCE((SELECT \
         CAST(SUM(t.count) AS BIGINT) FROM issue_tag AS t \
         WHERE t.issue_id = k.issue_id AND t.key = k.key), 0) \
         FROM issue_tag_key AS k WHERE k.issue_id = ",
    );
    keys.number(issue.0);
    if let Some(key) = key {
        keys.push(" AND k.key = ").text(storable(key));
    }
    keys.push(" ORDER BY k.key");
    let keys: Vec<(String, i64, i64)> = on!(conn, |c| keys.load(c))?;

    let mut values: Sql<(Text, (Text, BigInt, BigInt, BigInt))> = Sql::new(
        "SELECT v.key, v.value, v.count, v.first_seen, v.last_seen FROM (SELECT t.*, \
         ROW_NUMBER() OVER (PARTITION BY t.key ORDER BY t.count DESC, t.value) AS place \
         FROM issue_tag AS t WHERE t.issue_id = ",
    );
    values.number(issue.0);
    if let Some(key) = key {
        values.push(" AND t.key = ").text(storable(key));
    }
    values.push(") AS v WHERE v.place <= ");
    values.number(i64::try_from(top).unwrap_or(i64::MAX));
    values.push(" ORDER BY v.key, v.place");
    let mut values: Vec<(String, TagValue)> = on!(conn, |c| values.load(c))?;

    Ok(keys
        .into_iter()
        .map(|(key, value_count, event_count)| TagKey {
            event_count,
            value_count,
            top: values
                .extract_if(.., |(other, _)| *other == key)
                .map(|(_, value)| value)
                .collect(),
            key,
        })
        .collect())
}
