//! The counters of a merged issue, added to those of the one that it goes to.

use diesel::RunQueryDsl;
use diesel::sql_types::BigInt;
use watchfire_event::IssueId;

use crate::conn::{Conn, on};
use crate::error::Result;
use crate::sampling;
use crate::sql::Sql;
use crate::tag::{KEYS_PER_ISSUE_MAX, VALUES_PER_KEY_MAX};

/// Moves everything that is counted of an issue into another one.
pub(super) fn merge(conn: &mut Conn<'_>, from: IssueId, to: IssueId) -> Result<()> {
    let pair = Pair {
        from: from.0,
        to: to.0,
    };
    pair.totals(conn)?;
    pair.hours(conn)?;
    pair.users(conn)?;
    pair.tags(conn)?;
    sampling::shift(conn, from.0, to.0, None)
}

#[derive(Clone, Copy)]
struct Pair {
    from: i64,
    to: i64,
}

impl Pair {
    /// Runs a statement in which `{from}` and `{to}` stand for the two issues.
    fn run(self, conn: &mut Conn<'_>, text: &'static str) -> Result<()> {
        let statement = self.fill::<()>(text);
        on!(conn, |c| statement.execute(c))?;
        Ok(())
    }

    fn fill<Returned>(self, text: &'static str) -> Sql<Returned> {
        let mut statement = Sql::new("");
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            statement.push(before);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            statement.number(match name {
                "from" => self.from,
                "to" => self.to,
                "keys" => KEYS_PER_ISSUE_MAX,
                _ => VALUES_PER_KEY_MAX,
            });
            rest = after;
        }
        statement.push(rest);
        statement
    }

    /// The merged row keeps its times and looks, and has no events any more.
    fn totals(self, conn: &mut Conn<'_>) -> Result<()> {
        let both = self.fill::<BigInt>(
            "SELECT COUNT(*) FROM issue_user AS a JOIN issue_user AS b \
             ON b.issue_id = {to} AND b.user_hash = a.user_hash WHERE a.issue_id = {from}",
        );
        let both: i64 = on!(conn, |c| both.get_result(c))?;
        let mut add = Sql::<()>::new(ADD);
        add.number(both).push(ADD_FROM);
        add.extend(&self.fill::<()>("f.id = {from} AND issue.id = {to}"));
        on!(conn, |c| add.execute(c))?;
        self.run(
            conn,
            "UPDATE issue SET event_count = 0, user_count = 0 WHERE id = {from}",
        )
    }

    fn hours(self, conn: &mut Conn<'_>) -> Result<()> {
        self.run(
            conn,
            "INSERT INTO issue_hour (issue_id, hour, count, left_out) \
             SELECT {to}, hour, count, left_out FROM issue_hour WHERE issue_id = {from} \
             ON CONFLICT (issue_id, hour) DO UPDATE SET count = issue_hour.count + excluded.count, \
             left_out = issue_hour.left_out + excluded.left_out",
        )?;
        self.run(conn, "DELETE FROM issue_hour WHERE issue_id = {from}")
    }

    fn users(self, conn: &mut Conn<'_>) -> Result<()> {
        self.run(
            conn,
            "INSERT INTO issue_user (issue_id, user_hash, count, first_seen, last_seen) \
             SELECT {to}, user_hash, count, first_seen, last_seen FROM issue_user \
             WHERE issue_id = {from} ON CONFLICT (issue_id, user_hash) DO UPDATE SET \
             count = issue_user.count + excluded.count, \
             first_seen = CASE WHEN excluded.first_seen < issue_user.first_seen \
                 THEN excluded.first_seen ELSE issue_user.first_seen END, \
             last_seen = CASE WHEN excluded.last_seen > issue_user.last_seen \
                 THEN excluded.last_seen ELSE issue_user.last_seen END",
        )?;
        self.run(conn, "DELETE FROM issue_user WHERE issue_id = {from}")
    }

    /// New keys come up to the limit of an issue, new values up to that of a key, the most
    /// frequent first; the events of further values go into the key's overflow.
    fn tags(self, conn: &mut Conn<'_>) -> Result<()> {
        for statement in TAGS {
            self.run(conn, statement)?;
        }
        Ok(())
    }
}

/// What the list shows of an issue follows its newest event.
const ADD: &str = "UPDATE issue SET \
    event_count = issue.event_count + f.event_count, \
    first_release = CASE WHEN issue.event_count = 0 OR f.first_seen < issue.first_seen \
        THEN f.first_release ELSE issue.first_release END, \
    last_release = CASE WHEN issue.event_count = 0 OR f.last_seen > issue.last_seen \
        THEN COALESCE(f.last_release, issue.last_release) \
        ELSE COALESCE(issue.last_release, f.last_release) END, \
    first_seen = CASE WHEN issue.event_count = 0 OR f.first_seen < issue.first_seen \
        THEN f.first_seen ELSE issue.first_seen END, \
    last_seen = CASE WHEN issue.event_count = 0 OR f.last_seen > issue.last_seen \
        THEN f.last_seen ELSE issue.last_seen END, \
    is_unhandled = issue.is_unhandled OR f.is_unhandled, \
    title = CASE WHEN f.last_seen > issue.last_seen THEN f.title ELSE issue.title END, \
    culprit = CASE WHEN f.last_seen > issue.last_seen THEN f.culprit ELSE issue.culprit END, \
    kind = CASE WHEN f.last_seen > issue.last_seen THEN f.kind ELSE issue.kind END, \
    value = CASE WHEN f.last_seen > issue.last_seen THEN f.value ELSE issue.value END, \
    filename = CASE WHEN f.last_seen > issue.last_seen THEN f.filename ELSE issue.filename END, \
    function = CASE WHEN f.last_seen > issue.last_seen THEN f.function ELSE issue.function END, \
    logger = CASE WHEN f.last_seen > issue.last_seen THEN f.logger ELSE issue.logger END, \
    platform = CASE WHEN f.last_seen > issue.last_seen THEN f.platform ELSE issue.platform END, \
    level = CASE WHEN f.last_seen > issue.last_seen THEN f.level ELSE issue.level END, \
    user_count = issue.user_count + f.user_count - ";
const ADD_FROM: &str = " FROM issue AS f WHERE f.event_count > 0 AND ";

const TAGS: [&str; 7] = [
    "INSERT INTO issue_tag_key (issue_id, key, value_count, overflow_count) \
     SELECT {to}, k.key, 0, 0 FROM issue_tag_key AS k WHERE k.issue_id = {from} \
     AND NOT EXISTS (SELECT 1 FROM issue_tag_key AS o WHERE o.issue_id = {to} AND o.key = k.key) \
     AND (SELECT COUNT(*) FROM issue_tag_key AS o WHERE o.issue_id = {to}) + \
         (SELECT COUNT(*) FROM issue_tag_key AS b WHERE b.issue_id = {from} AND b.key < k.key \
         AND NOT EXISTS (SELECT 1 FROM issue_tag_key AS o WHERE o.issue_id = {to} \
         AND o.key = b.key)) < {keys}",
    "UPDATE issue_tag SET count = issue_tag.count + f.count, \
     first_seen = CASE WHEN f.first_seen < issue_tag.first_seen \
         THEN f.first_seen ELSE issue_tag.first_seen END, \
     last_seen = CASE WHEN f.last_seen > issue_tag.last_seen \
         THEN f.last_seen ELSE issue_tag.last_seen END \
     FROM issue_tag AS f WHERE issue_tag.issue_id = {to} AND f.issue_id = {from} \
     AND f.key = issue_tag.key AND f.value = issue_tag.value",
    "DELETE FROM issue_tag WHERE issue_id = {from} AND EXISTS (SELECT 1 FROM issue_tag AS t \
     WHERE t.issue_id = {to} AND t.key = issue_tag.key AND t.value = issue_tag.value)",
    "INSERT INTO issue_tag (issue_id, key, value, count, first_seen, last_seen) \
     SELECT {to}, n.key, n.value, n.count, n.first_seen, n.last_seen FROM (SELECT f.*, \
         k.value_count AS value_count, \
         ROW_NUMBER() OVER (PARTITION BY f.key ORDER BY f.count DESC, f.value) AS place \
         FROM issue_tag AS f JOIN issue_tag_key AS k ON k.issue_id = {to} AND k.key = f.key \
         WHERE f.issue_id = {from}) AS n WHERE n.place + n.value_count <= {values}",
    "UPDATE issue_tag_key SET \
     overflow_count = issue_tag_key.overflow_count + f.overflow_count + COALESCE((SELECT \
         CAST(SUM(s.count) AS BIGINT) FROM issue_tag AS s WHERE s.issue_id = {from} \
         AND s.key = f.key AND NOT EXISTS (SELECT 1 FROM issue_tag AS t \
         WHERE t.issue_id = {to} AND t.key = s.key AND t.value = s.value)), 0), \
     value_count = (SELECT COUNT(*) FROM issue_tag AS t \
         WHERE t.issue_id = {to} AND t.key = f.key) \
     FROM issue_tag_key AS f WHERE issue_tag_key.issue_id = {to} AND f.issue_id = {from} \
     AND f.key = issue_tag_key.key",
    "DELETE FROM issue_tag WHERE issue_id = {from}",
    "DELETE FROM issue_tag_key WHERE issue_id = {from}",
];
