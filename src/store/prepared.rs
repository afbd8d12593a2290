//! Handwritten SQL that the server plans once for each connection. Diesel's `sql_query` is planned anew
//! with every execution, which for a question over five tables costs more than its answer.
//!
//! The invariant: what is pushed as SQL is one of a few texts, never a value; values are bound. Every
//! text is kept for as long as its connection lives.

use diesel::RunQueryDsl;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Untyped};
use std::marker::PhantomData;

/// A statement in the making: pieces of SQL, and values where they belong.
pub(crate) struct Prepared<'q> {
    parts: Vec<Part<'q>>,
    is_kept: bool,
}

enum Part<'q> {
    Sql(String),
    Value(Box<dyn QueryFragment<Pg> + 'q>),
}

struct Bound<T, V>(V, PhantomData<T>);

impl<T, V> QueryFragment<Pg> for Bound<T, V>
where
    Pg: HasSqlType<T>,
    V: ToSql<T, Pg>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_bind_param::<T, V>(&self.0)
    }
}

impl<'q> Prepared<'q> {
    /// Begins with this SQL.
    pub(crate) fn new(sql: impl Into<String>) -> Self {
        Self {
            parts: vec![Part::Sql(sql.into())],
            is_kept: true,
        }
    }

    /// And this SQL.
    pub(crate) fn sql(mut self, sql: impl Into<String>) -> Self {
        self.parts.push(Part::Sql(sql.into()));
        self
    }

    /// And this value.
    pub(crate) fn bind<T, V>(mut self, value: V) -> Self
    where
        T: 'q,
        V: ToSql<T, Pg> + 'q,
        Pg: HasSqlType<T>,
    {
        self.parts
            .push(Part::Value(Box::new(Bound::<T, V>(value, PhantomData))));
        self
    }
}

impl Prepared<'_> {
    /// To be planned with every execution after all: where the best way depends on the values.
    pub(crate) const fn planned_anew(mut self) -> Self {
        self.is_kept = false;
        self
    }
}

impl QueryFragment<Pg> for Prepared<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if !self.is_kept {
            out.unsafe_to_cache_prepared();
        }
        for part in &self.parts {
            match part {
                Part::Sql(sql) => out.push_sql(sql),
                Part::Value(value) => value.walk_ast(out.reborrow())?,
            }
        }
        Ok(())
    }
}

impl QueryId for Prepared<'_> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Prepared<'_> {
    type SqlType = Untyped;
}

impl<C> RunQueryDsl<C> for Prepared<'_> {}
