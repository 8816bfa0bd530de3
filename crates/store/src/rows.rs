//! Statements over many rows at once. The rows travel as one JSON text, so that one prepared
//! statement serves any number of them on either database. This is the one place where the two
//! databases' SQL differs.

use std::marker::PhantomData;

use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::result::QueryResult;
use diesel::sql_types::Text;
use diesel::sqlite::Sqlite;
use serde::Serialize;

/// A statement `{before} FROM {rows} AS e {after}`, where column 0 of a row is
/// `CAST(e.value ->> 0 AS BIGINT)` and so on.
pub(crate) struct Rows<Returned = ()> {
    before: &'static str,
    json: String,
    after: &'static str,
    returned: PhantomData<Returned>,
}

impl<Returned> Rows<Returned> {
    /// The statement over these rows, each of which is a list or tuple.
    pub(crate) fn new(before: &'static str, rows: &[impl Serialize], after: &'static str) -> Self {
        Self {
            before,
            // Rows are made of strings, numbers and flags, which always have a JSON form.
            json: serde_json::to_string(rows).unwrap_or_default(),
            after,
            returned: PhantomData,
        }
    }
}

impl<Returned> QueryFragment<Sqlite> for Rows<Returned> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql(self.before);
        out.push_sql(" FROM json_each(");
        out.push_bind_param::<Text, String>(&self.json)?;
        out.push_sql(") AS e ");
        out.push_sql(self.after);
        Ok(())
    }
}

impl<Returned> QueryFragment<Pg> for Rows<Returned> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(self.before);
        out.push_sql(" FROM json_array_elements(CAST(");
        out.push_bind_param::<Text, String>(&self.json)?;
        out.push_sql(" AS json)) AS e(value) ");
        out.push_sql(self.after);
        Ok(())
    }
}

impl<Returned> QueryId for Rows<Returned> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Returned> Query for Rows<Returned> {
    type SqlType = Returned;
}

impl<Returned, Connection> RunQueryDsl<Connection> for Rows<Returned> {}
