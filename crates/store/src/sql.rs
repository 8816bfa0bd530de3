//! A statement put together at run time from fixed text and values, for conditions that a person
//! chooses. Values always travel as parameters.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::RunQueryDsl;
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, Text};

/// A statement whose rows have the types `Returned`.
pub(crate) struct Sql<Returned> {
    parts: Vec<Part>,
    returned: PhantomData<Returned>,
}

#[derive(Clone)]
enum Part {
    Fixed(&'static str),
    Number(i64),
    Text(String),
}

impl<Returned> Sql<Returned> {
    pub(crate) fn new(text: &'static str) -> Self {
        Self {
            parts: vec![Part::Fixed(text)],
            returned: PhantomData,
        }
    }

    pub(crate) fn push(&mut self, text: &'static str) -> &mut Self {
        self.parts.push(Part::Fixed(text));
        self
    }

    pub(crate) fn number(&mut self, number: i64) -> &mut Self {
        self.parts.push(Part::Number(number));
        self
    }

    pub(crate) fn text(&mut self, text: impl Into<String>) -> &mut Self {
        self.parts.push(Part::Text(text.into()));
        self
    }

    /// `(1, 2, 3)`; of no numbers a list that nothing is in.
    pub(crate) fn numbers(&mut self, numbers: impl IntoIterator<Item = i64>) -> &mut Self {
        let mut separator = "(";
        for number in numbers {
            self.push(separator).number(number);
            separator = ", ";
        }
        self.push(if separator == "(" { "(NULL)" } else { ")" })
    }

    /// Adds all of another statement.
    pub(crate) fn extend<Other>(&mut self, other: &Sql<Other>) -> &mut Self {
        self.parts.extend(other.parts.iter().cloned());
        self
    }
}

impl<Returned, DB> QueryFragment<DB> for Sql<Returned>
where
    DB: Backend,
    i64: ToSql<BigInt, DB>,
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        for part in &self.parts {
            match part {
                Part::Fixed(text) => out.push_sql(text),
                Part::Number(number) => out.push_bind_param::<BigInt, i64>(number)?,
                Part::Text(text) => out.push_bind_param::<Text, String>(text)?,
            }
        }
        Ok(())
    }
}

impl<Returned> QueryId for Sql<Returned> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Returned> Query for Sql<Returned> {
    type SqlType = Returned;
}

impl<Returned, Connection> RunQueryDsl<Connection> for Sql<Returned> {}
