//! The sums of events without a body, as they follow their hashes from issue to issue.

use diesel::prelude::*;

use super::counted::{ON_HASH, ON_HOUR, ON_TAG, ON_USER};
use crate::conn::{Conn, on};
use crate::error::Result;
use crate::new_event::Looks;
use crate::schema::{issue, sampled_hash, sampled_hour, sampled_tag, sampled_user};
use crate::sql::Sql;
use crate::writer::{Span, Tally, Totals};

/// The sums of one hash of an issue, as they are stored.
pub(crate) struct SampledHash {
    pub(crate) first_release: Option<String>,
    pub(crate) looks: Option<Looks>,
    row: Row,
    hours: Vec<(i64, i64)>,
    users: Vec<(i64, i64, i64, i64)>,
    tags: Vec<(String, String, i64, i64, i64)>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sampled_hash)]
struct Row {
    hash_key: i64,
    event_count: i64,
    first_seen: i64,
    last_seen: i64,
    is_unhandled: bool,
    first_release: Option<String>,
    last_release: Option<String>,
    release_at: i64,
    looks: String,
}

impl SampledHash {
    /// What the sums add to an issue, as [`Totals::of`] gives it of events.
    pub(crate) fn totals(&self) -> Totals<'_> {
        let tally = |count, first, last| Tally {
            count,
            seen: Span { first, last },
        };
        let users = self.users.iter();
        let tags = self.tags.iter();
        Totals {
            event_count: self.row.event_count,
            seen: Span {
                first: self.row.first_seen,
                last: self.row.last_seen,
            },
            newest: 0,
            is_unhandled: self.row.is_unhandled,
            last_release: self.row.last_release.as_deref(),
            hours: self.hours.iter().copied().collect(),
            users: users
                .map(|(user, count, first, last)| (*user, tally(*count, *first, *last)))
                .collect(),
            tags: tags
                .map(|(key, value, count, first, last)| {
                    let place = (key.as_str(), value.as_str());
                    (place, tally(*count, *first, *last))
                })
                .collect(),
        }
    }
}

/// The sums of these hashes of an issue; those without any are left out.
pub(crate) fn load(conn: &mut Conn<'_>, issue: i64, hash_keys: &[i64]) -> Result<Vec<SampledHash>> {
    let rows: Vec<Row> = on!(conn, |c| sampled_hash::table
        .filter(sampled_hash::issue_id.eq(issue))
        .filter(sampled_hash::hash_key.eq_any(hash_keys))
        .order(sampled_hash::hash_key)
        .select(Row::as_select())
        .load(c))?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let key = row.hash_key;
        let hours = on!(conn, |c| sampled_hour::table
            .filter(sampled_hour::issue_id.eq(issue))
            .filter(sampled_hour::hash_key.eq(key))
            .select((sampled_hour::hour, sampled_hour::count))
            .load(c))?;
        let users = on!(conn, |c| sampled_user::table
            .filter(sampled_user::issue_id.eq(issue))
            .filter(sampled_user::hash_key.eq(key))
            .select((
                sampled_user::user_hash,
                sampled_user::count,
                sampled_user::first_seen,
                sampled_user::last_seen,
            ))
            .load(c))?;
        let tags = on!(conn, |c| sampled_tag::table
            .filter(sampled_tag::issue_id.eq(issue))
            .filter(sampled_tag::hash_key.eq(key))
            .select((
                sampled_tag::key,
                sampled_tag::value,
                sampled_tag::count,
                sampled_tag::first_seen,
                sampled_tag::last_seen,
            ))
            .load(c))?;
        found.push(SampledHash {
            first_release: row.first_release.clone(),
            looks: Looks::from_text(&row.looks),
            row,
            hours,
            users,
            tags,
        });
    }
    Ok(found)
}

/// What an issue's events without a body say of its ends.
pub(crate) struct Ends {
    pub(crate) first_seen: i64,
    pub(crate) first_release: Option<String>,
    pub(crate) last_seen: i64,
    pub(crate) looks: Option<Looks>,
    /// The release of the last event that names one, and when that was.
    pub(crate) last_release: Option<(i64, String)>,
}

/// The ends of an issue's events without a body; nothing when it has none.
pub(crate) fn ends(conn: &mut Conn<'_>, issue: i64) -> Result<Option<Ends>> {
    let rows: Vec<Row> = on!(conn, |c| sampled_hash::table
        .filter(sampled_hash::issue_id.eq(issue))
        .select(Row::as_select())
        .load(c))?;
    let first = rows.iter().min_by_key(|row| row.first_seen);
    let last = rows.iter().max_by_key(|row| row.last_seen);
    let (Some(first), Some(last)) = (first, last) else {
        return Ok(None);
    };
    let named = rows.iter().filter(|row| row.last_release.is_some());
    let named = named.max_by_key(|row| row.release_at);
    Ok(Some(Ends {
        first_seen: first.first_seen,
        first_release: first.first_release.clone(),
        last_seen: last.last_seen,
        looks: Looks::from_text(&last.looks),
        last_release: named.and_then(|row| Some((row.release_at, row.last_release.clone()?))),
    }))
}

/// Gives the sums of an issue to another one: those of these hashes, or all. What is counted in
/// the issues themselves is the caller's, but for how many of their events have no body.
pub(crate) fn shift(
    conn: &mut Conn<'_>,
    from: i64,
    to: i64,
    hash_keys: Option<&[i64]>,
) -> Result<()> {
    let count: Option<i64> = {
        let mut select: Sql<diesel::sql_types::BigInt> =
            Sql::new("SELECT CAST(COALESCE(SUM(event_count), 0) AS BIGINT) FROM sampled_hash");
        of_issue(&mut select, from, hash_keys);
        on!(conn, |c| select.get_result(c).optional())?
    };
    let count = count.unwrap_or(0);
    if count == 0 {
        return Ok(());
    }
    for (table, columns, on_conflict) in TABLES {
        let mut add = Sql::<()>::new("INSERT INTO ");
        add.push(table).push(" (issue_id, ").push(columns);
        add.push(") SELECT ").number(to).push(", ").push(columns);
        add.push(" FROM ").push(table);
        of_issue(&mut add, from, hash_keys);
        // The condition is there already.
        add.push(" ")
            .push(on_conflict.trim_start_matches("WHERE true "));
        on!(conn, |c| add.execute(c))?;
        let mut delete = Sql::<()>::new("DELETE FROM ");
        delete.push(table);
        of_issue(&mut delete, from, hash_keys);
        on!(conn, |c| delete.execute(c))?;
    }
    for (id, change) in [(from, -count), (to, count)] {
        on!(conn, |c| diesel::update(issue::table.find(id))
            .set(issue::sampled_count.eq(issue::sampled_count + change))
            .execute(c))?;
    }
    Ok(())
}

fn of_issue<T>(statement: &mut Sql<T>, issue: i64, hash_keys: Option<&[i64]>) {
    statement.push(" WHERE issue_id = ").number(issue);
    if let Some(keys) = hash_keys {
        statement
            .push(" AND hash_key IN ")
            .numbers(keys.iter().copied());
    }
}

/// Each table, its columns but the issue, and what happens where both issues have a row.
const TABLES: [(&str, &str, &str); 4] = [
    (
        "sampled_hash",
        "hash_key, event_count, first_seen, last_seen, is_unhandled, first_release, \
         last_release, release_at, looks",
        ON_HASH,
    ),
    ("sampled_hour", "hash_key, hour, count", ON_HOUR),
    (
        "sampled_user",
        "hash_key, user_hash, count, first_seen, last_seen",
        ON_USER,
    ),
    (
        "sampled_tag",
        "hash_key, key, value, count, first_seen, last_seen",
        ON_TAG,
    ),
];

/// Deletes the sums of one hash of an issue; returns how many rows, 0 when there are none.
pub(crate) fn delete_step(conn: &mut Conn<'_>, issue: i64) -> Result<usize> {
    let key: Option<i64> = on!(conn, |c| sampled_hash::table
        .filter(sampled_hash::issue_id.eq(issue))
        .select(sampled_hash::hash_key)
        .first(c)
        .optional())?;
    let Some(key) = key else {
        return Ok(0);
    };
    let mut rows = 0;
    for (table, ..) in TABLES {
        let mut delete = Sql::<()>::new("DELETE FROM ");
        delete.push(table);
        of_issue(&mut delete, issue, Some(&[key]));
        rows += on!(conn, |c| delete.execute(c))?;
    }
    Ok(rows)
}
