use std::collections::HashMap;

use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, SmallInt};
use watchfire_event::{IssueId, ProjectId, Timestamp};

use super::{Issue, Status, Substatus, get_many};
use crate::conn::{Conn, on};
use crate::cursor::Cursor;
use crate::error::Result;
use crate::sql::Sql;
use crate::tags::{storable, without_nul};

/// What the issue list shows. `Default` asks for nothing: name at least the projects.
#[derive(Clone, Debug, Default)]
pub struct IssueQuery {
    /// The projects to look into; none gives an empty list.
    pub projects: Vec<ProjectId>,
    /// Any of these; empty means every status that people see.
    pub statuses: Vec<Status>,
    /// Any of these; empty means every substatus.
    pub substatuses: Vec<Substatus>,
    /// All of these, each found in title, culprit or value in any case.
    pub texts: Vec<TextCondition>,
    /// All of these. `level`, `environment`, `release` and so on are tags too.
    pub tags: Vec<TagCondition>,
    /// Only issues with (`true`) or without (`false`) an uncaught exception.
    pub unhandled: Option<bool>,
    /// First seen at this time or later.
    pub first_seen_from: Option<Timestamp>,
    /// First seen before this time.
    pub first_seen_to: Option<Timestamp>,
    /// Last seen at this time or later.
    pub last_seen_from: Option<Timestamp>,
    /// Last seen before this time.
    pub last_seen_to: Option<Timestamp>,
    /// Any of these numbers within the project; empty means every one.
    pub short_numbers: Vec<i64>,
    /// The order.
    pub sort: Sort,
    /// Where the page begins; `None` for the first page.
    pub cursor: Option<Cursor>,
    /// How many issues a page holds; at most [`IssueQuery::LIMIT_MAX`].
    pub limit: usize,
}

impl IssueQuery {
    /// The largest page.
    pub const LIMIT_MAX: usize = 100;
}

/// A text to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextCondition {
    /// Found anywhere, in any case. `*` stands for any text.
    pub text: String,
    /// Whether it must not be found.
    pub negated: bool,
}

/// A tag to look for: issues with at least one event (or, negated, with no event) that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagCondition {
    /// The tag's key, for example `environment`.
    pub key: String,
    /// Any of these values; `*` stands for any text. Empty means that the key has any value.
    pub values: Vec<String>,
    /// Whether no event may have it.
    pub negated: bool,
}

/// The order of the issue list, always the largest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Newest event first.
    #[default]
    LastSeen,
    /// Newest issue first.
    FirstSeen,
    /// Most events first.
    Events,
    /// Most users first.
    Users,
}

/// A page of the issue list.
#[derive(Clone, Debug, Default)]
pub struct IssuePage {
    /// The issues in their order.
    pub issues: Vec<Issue>,
    /// How many issues all pages hold together.
    pub total: i64,
    /// Where the page before this one is; `None` on the first page.
    pub previous: Option<Cursor>,
    /// Where the next page is; `None` on the last page.
    pub next: Option<Cursor>,
}

/// The issues that a query asks for, a page at a time.
///
/// # Errors
/// When the database fails.
pub fn list(conn: &mut Conn<'_>, query: &IssueQuery) -> Result<IssuePage> {
    let conditions = conditions(query, true);
    let mut count: Sql<BigInt> = Sql::new("SELECT COUNT(*) FROM issue WHERE ");
    count.extend(&conditions);
    let total = on!(conn, |c| count.get_result(c))?;

    let limit = query.limit.clamp(1, IssueQuery::LIMIT_MAX);
    let mut places: Vec<(i64, i64)> = {
        let select = page(query, &conditions, limit);
        on!(conn, |c| select.load(c))?
    };
    let is_previous = query.cursor.is_some_and(|cursor| cursor.is_previous);
    let has_more = places.len() > limit;
    places.truncate(limit);
    if is_previous {
        places.reverse();
    }
    let cursor_at = |place: Option<&(i64, i64)>, is_previous| {
        place.map(|(value, id)| Cursor {
            value: *value,
            id: *id,
            is_previous,
        })
    };
    let has_previous = if is_previous {
        has_more
    } else {
        query.cursor.is_some()
    };
    let has_next = is_previous || has_more;
    Ok(IssuePage {
        total,
        previous: cursor_at(places.first().filter(|_| has_previous), true),
        next: cursor_at(places.last().filter(|_| has_next), false),
        issues: in_order(conn, &places)?,
    })
}

/// How many issues of each status the query finds; its own statuses, substatuses, cursor and limit
/// are not regarded.
///
/// # Errors
/// When the database fails.
pub fn counts_by_status(conn: &mut Conn<'_>, query: &IssueQuery) -> Result<Vec<(Status, i64)>> {
    let mut count: Sql<(SmallInt, BigInt)> = Sql::new("SELECT status, COUNT(*) FROM issue WHERE ");
    count
        .extend(&conditions(query, false))
        .push(" GROUP BY status");
    let found: Vec<(Status, i64)> = on!(conn, |c| count.load(c))?;
    let count_of = |status| found.iter().find(|(other, _)| *other == status);
    Ok(Status::VISIBLE
        .map(|status| (status, count_of(status).map_or(0, |(_, count)| *count)))
        .to_vec())
}

/// The sort values and ids of a page and of the one issue after it, from the cursor outwards.
fn page(query: &IssueQuery, conditions: &Sql<()>, limit: usize) -> Sql<(BigInt, BigInt)> {
    let column = match query.sort {
        Sort::LastSeen => "last_seen",
        Sort::FirstSeen => "first_seen",
        Sort::Events => "event_count",
        Sort::Users => "user_count",
    };
    let is_previous = query.cursor.is_some_and(|cursor| cursor.is_previous);
    let (beyond, order) = if is_previous {
        (" > ", " ASC")
    } else {
        (" < ", " DESC")
    };
    let mut select = Sql::new("SELECT ");
    select
        .push(column)
        .push(", id FROM issue WHERE ")
        .extend(conditions);
    if let Some(cursor) = query.cursor {
        select
            .push(" AND (")
            .push(column)
            .push(beyond)
            .number(cursor.value);
        select
            .push(" OR (")
            .push(column)
            .push(" = ")
            .number(cursor.value);
        select
            .push(" AND id")
            .push(beyond)
            .number(cursor.id)
            .push("))");
    }
    select
        .push(" ORDER BY ")
        .push(column)
        .push(order)
        .push(", id")
        .push(order);
    let with_next = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    select.push(" LIMIT ").number(with_next);
    select
}

fn in_order(conn: &mut Conn<'_>, places: &[(i64, i64)]) -> Result<Vec<Issue>> {
    let ids: Vec<IssueId> = places.iter().map(|(_, id)| IssueId(*id)).collect();
    let mut issues: HashMap<IssueId, Issue> = get_many(conn, &ids)?
        .into_iter()
        .map(|issue| (issue.id, issue))
        .collect();
    Ok(ids.iter().filter_map(|id| issues.remove(id)).collect())
}

/// Everything that an issue of the query fulfils.
fn conditions(query: &IssueQuery, with_status: bool) -> Sql<()> {
    let mut sql = Sql::new("project_id IN ");
    sql.numbers(query.projects.iter().map(|project| project.0));
    // Hidden issues are in no list, whatever is asked for.
    let statuses = Status::VISIBLE.into_iter().filter(|status| {
        let is_any = !with_status || query.statuses.is_empty();
        is_any || query.statuses.contains(status)
    });
    sql.push(" AND status IN ")
        .numbers(statuses.map(|status| i64::from(status.number())));
    if with_status && !query.substatuses.is_empty() {
        let numbers = query
            .substatuses
            .iter()
            .map(|status| i64::from(status.number()));
        sql.push(" AND substatus IN ").numbers(numbers);
    }
    match query.unhandled {
        Some(true) => sql.push(" AND is_unhandled"),
        Some(false) => sql.push(" AND NOT is_unhandled"),
        None => &mut sql,
    };
    for (text, time) in [
        (" AND first_seen >= ", query.first_seen_from),
        (" AND first_seen < ", query.first_seen_to),
        (" AND last_seen >= ", query.last_seen_from),
        (" AND last_seen < ", query.last_seen_to),
    ] {
        if let Some(time) = time {
            sql.push(text).number(time.0);
        }
    }
    if !query.short_numbers.is_empty() {
        sql.push(" AND short_number IN ")
            .numbers(query.short_numbers.iter().copied());
    }
    query
        .texts
        .iter()
        .for_each(|text| text_condition(&mut sql, text));
    query
        .tags
        .iter()
        .for_each(|tag| tag_condition(&mut sql, tag));
    sql
}

fn text_condition(sql: &mut Sql<()>, condition: &TextCondition) {
    let pattern = format!("%{}%", like_pattern(&condition.text));
    sql.push(if condition.negated {
        " AND NOT ("
    } else {
        " AND ("
    });
    for (separator, column) in [
        ("", "LOWER(title)"),
        (" OR ", "LOWER(culprit)"),
        (" OR ", "LOWER(value)"),
    ] {
        sql.push(separator).push(column);
        sql.push(" LIKE LOWER(")
            .text(pattern.as_str())
            .push(") ESCAPE '\\'");
    }
    sql.push(")");
}

fn tag_condition(sql: &mut Sql<()>, condition: &TagCondition) {
    sql.push(if condition.negated {
        " AND NOT"
    } else {
        " AND"
    });
    sql.push(" EXISTS (SELECT 1 FROM issue_tag AS t WHERE t.issue_id = issue.id AND t.key = ");
    sql.text(storable(&condition.key));
    let mut separator = " AND (";
    for value in &condition.values {
        if value.contains('*') {
            sql.push(separator).push("LOWER(t.value) LIKE LOWER(");
            sql.text(like_pattern(value)).push(") ESCAPE '\\'");
        } else {
            sql.push(separator).push("t.value = ").text(storable(value));
        }
        separator = " OR ";
    }
    sql.push(if condition.values.is_empty() {
        ")"
    } else {
        "))"
    });
}

/// The pattern in which `*` stands for any text and everything else for itself.
fn like_pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for character in without_nul(text).chars() {
        match character {
            '*' => pattern.push('%'),
            '%' | '_' | '\\' => pattern.extend(['\\', character]),
            other => pattern.push(other),
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_stars_are_wild_in_a_pattern() {
        assert_eq!(like_pattern(r"50%_of*\"), r"50\%\_of%\\");
    }
}
