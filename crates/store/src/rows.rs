//! Statements over many rows at once: `{before} FROM {rows} AS e {after}`, where the columns of a
//! row are `e.column1`, `e.column2` and so on.
//!
//! One of the few places where the databases differ. SQLite takes the rows as parameters of
//! `VALUES`, in steps of fixed lengths so that few statements are prepared. PostgreSQL takes all
//! of them as one JSON text, because each statement is a journey to the server.

use std::marker::PhantomData;

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::result::QueryResult;
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
use diesel::sqlite::Sqlite;
use serde::{Serialize, Serializer};

use crate::conn::Conn;
use crate::error::Result;

/// Rows per statement on SQLite: as many of the first length as fit, then of the next. The longest
/// times the widest row stays far below SQLite's limit of 32,766 parameters.
const STEPS: [usize; 6] = [32, 16, 8, 4, 2, 1];

/// What a column of the rows holds.
#[derive(Clone, Copy)]
pub(crate) enum Column {
    Number,
    Flag,
    Text,
    Bytes,
}

/// One value of a row.
#[derive(Clone, Copy, Serialize)]
#[serde(untagged)]
pub(crate) enum Cell<'a> {
    Number(i64),
    Flag(bool),
    Text(&'a str),
    MaybeText(Option<&'a str>),
    Bytes(#[serde(serialize_with = "as_hex")] &'a [u8]),
}

/// JSON has no bytes; PostgreSQL reads hexadecimal digits.
fn as_hex<S: Serializer>(bytes: &[u8], serializer: S) -> std::result::Result<S::Ok, S::Error> {
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    serializer.serialize_str(&digits.collect::<String>())
}

/// What most queries return.
type Pair = (BigInt, BigInt);
/// What some return.
type Three = (BigInt, BigInt, BigInt);

/// Rows to send to the database.
pub(crate) struct Rows<'a, const WIDTH: usize> {
    columns: [Column; WIDTH],
    rows: Vec<[Cell<'a>; WIDTH]>,
}

/// Runs a query over rows that returns the numbers of a [`Pair`] or of [`Three`]. A macro because
/// diesel's bounds on a function that is generic over them cannot be met by borrowed rows.
macro_rules! load {
    ($rows:expr, $conn:expr, $before:expr, $after:expr, $returned:ty) => {{
        let mut found = Vec::new();
        if $rows.rows.is_empty() {
            return Ok(found);
        }
        match $conn {
            Conn::Sqlite(c) => {
                for rows in $rows.steps() {
                    let query: Values<'_, '_, WIDTH, $returned> = Values {
                        before: $before,
                        rows,
                        after: $after,
                        returned: PhantomData,
                    };
                    found.append(&mut query.load(*c)?);
                }
            }
            Conn::Pg(c) => {
                let query: Json<WIDTH, $returned> = $rows.as_json($before, $after);
                found = query.load(*c)?;
            }
        }
        Ok(found)
    }};
}

impl<'a, const WIDTH: usize> Rows<'a, WIDTH> {
    pub(crate) fn new(columns: [Column; WIDTH]) -> Self {
        Self {
            columns,
            rows: Vec::new(),
        }
    }

    /// Makes room for so many rows at once.
    pub(crate) fn reserve(&mut self, rows: usize) {
        self.rows.reserve_exact(rows);
    }

    pub(crate) fn push(&mut self, row: [Cell<'a>; WIDTH]) {
        self.rows.push(row);
    }

    /// Runs a statement that returns nothing; without rows it is not run.
    pub(crate) fn execute(
        &self,
        conn: &mut Conn<'_>,
        before: &'static str,
        after: &'static str,
    ) -> Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        match conn {
            Conn::Sqlite(c) => {
                for rows in self.steps() {
                    let statement: Values<'_, '_, WIDTH> = Values {
                        before,
                        rows,
                        after,
                        returned: PhantomData,
                    };
                    statement.execute(*c)?;
                }
            }
            Conn::Pg(c) => {
                let statement: Json<WIDTH> = self.as_json(before, after);
                statement.execute(*c)?;
            }
        }
        Ok(())
    }

    /// Runs a query that returns two numbers for each row it finds, both `BIGINT`.
    pub(crate) fn load(
        &self,
        conn: &mut Conn<'_>,
        before: &'static str,
        after: &'static str,
    ) -> Result<Vec<(i64, i64)>> {
        load!(self, conn, before, after, Pair)
    }

    /// Runs a query that returns three numbers for each row it finds or changes, all `BIGINT`.
    pub(crate) fn load_three(
        &self,
        conn: &mut Conn<'_>,
        before: &'static str,
        after: &'static str,
    ) -> Result<Vec<(i64, i64, i64)>> {
        load!(self, conn, before, after, Three)
    }

    fn steps(&self) -> impl Iterator<Item = &[[Cell<'a>; WIDTH]]> {
        let mut rest = self.rows.as_slice();
        std::iter::from_fn(move || {
            let step = STEPS.into_iter().find(|step| *step <= rest.len())?;
            let (rows, after) = rest.split_at_checked(step)?;
            rest = after;
            Some(rows)
        })
    }

    fn as_json<Returned>(
        &self,
        before: &'static str,
        after: &'static str,
    ) -> Json<WIDTH, Returned> {
        // Serialised through slices, because serde has no arrays of any length.
        let rows: Vec<&[Cell<'a>]> = self
            .rows
            .iter()
            .map(<[Cell<'a>; WIDTH]>::as_slice)
            .collect();
        Json {
            before,
            columns: self.columns,
            // Rows are made of strings, numbers and flags, which always have a JSON form.
            json: serde_json::to_string(&rows).unwrap_or_default(),
            after,
            returned: PhantomData,
        }
    }
}

/// A statement over rows that are parameters.
struct Values<'r, 'a, const WIDTH: usize, Returned = Pair> {
    before: &'static str,
    rows: &'r [[Cell<'a>; WIDTH]],
    after: &'static str,
    returned: PhantomData<Returned>,
}

impl<const WIDTH: usize, Returned> QueryFragment<Sqlite> for Values<'_, '_, WIDTH, Returned> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(self.before);
        let mut before_row = " FROM (VALUES (";
        for row in self.rows {
            let mut separator = before_row;
            for cell in row {
                out.push_sql(separator);
                match cell {
                    Cell::Number(number) => out.push_bind_param::<BigInt, i64>(number)?,
                    Cell::Flag(flag) => out.push_bind_param::<Bool, bool>(flag)?,
                    Cell::Text(text) => out.push_bind_param::<Text, str>(text)?,
                    Cell::Bytes(bytes) => out.push_bind_param::<Binary, [u8]>(bytes)?,
                    Cell::MaybeText(text) => {
                        out.push_bind_param::<Nullable<Text>, Option<&str>>(text)?;
                    }
                }
                separator = ", ";
            }
            before_row = "), (";
        }
        out.push_sql(")) AS e ");
        out.push_sql(self.after);
        Ok(())
    }
}

/// A statement over rows that are one JSON text.
struct Json<const WIDTH: usize, Returned = Pair> {
    before: &'static str,
    columns: [Column; WIDTH],
    json: String,
    after: &'static str,
    returned: PhantomData<Returned>,
}

impl<const WIDTH: usize, Returned> QueryFragment<Pg> for Json<WIDTH, Returned> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(self.before);
        let mut separator = " FROM (SELECT ";
        for (place, column) in self.columns.iter().enumerate() {
            let value = match column {
                Column::Number => format!("CAST(value ->> {place} AS BIGINT)"),
                Column::Flag => format!("CAST(value ->> {place} AS BOOLEAN)"),
                Column::Text => format!("CAST(value ->> {place} AS TEXT)"),
                Column::Bytes => format!("decode(value ->> {place}, 'hex')"),
            };
            let number = place + 1;
            out.push_sql(&format!("{separator}{value} AS column{number}"));
            separator = ", ";
        }
        out.push_sql(" FROM json_array_elements(CAST(");
        out.push_bind_param::<Text, String>(&self.json)?;
        out.push_sql(" AS json))) AS e ");
        out.push_sql(self.after);
        Ok(())
    }
}

impl<const WIDTH: usize, Returned> QueryId for Values<'_, '_, WIDTH, Returned> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<const WIDTH: usize, Returned> QueryId for Json<WIDTH, Returned> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<const WIDTH: usize, Returned> Query for Values<'_, '_, WIDTH, Returned> {
    type SqlType = Returned;
}

impl<const WIDTH: usize, Returned> Query for Json<WIDTH, Returned> {
    type SqlType = Returned;
}

impl<const WIDTH: usize, Returned, Connection> RunQueryDsl<Connection>
    for Values<'_, '_, WIDTH, Returned>
{
}

impl<const WIDTH: usize, Returned, Connection> RunQueryDsl<Connection> for Json<WIDTH, Returned> {}
