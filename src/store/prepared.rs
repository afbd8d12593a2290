//! Handwritten SQL that the server plans once for each connection. Diesel's `sql_query` is planned anew
//! with every execution, which for a question over five tables costs more than its answer.
//!
//! It is made in one of two ways: piece by piece, or from one text with `$1`, `$2` where values belong.
//!
//! The invariant: what is pushed as SQL is one of a few texts, never a value; values are bound. Every
//! text is kept for as long as its connection lives.

use diesel::RunQueryDsl;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::{Error as QueryError, QueryResult};
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Untyped};
use std::marker::PhantomData;

/// A limit that can stand in a statement's text: the best way to 50 rows is another than to all, so the
/// planner has to know it, and there must be few different texts.
pub(crate) fn rounded(limit: i64) -> usize {
    // Pages of 25, 50 and 100 ask for one more, to know whether there is a next.
    const STEP: usize = 13;
    let count = count(limit);
    if count <= 8 * STEP {
        count.next_multiple_of(STEP)
    } else {
        count.next_power_of_two()
    }
}

/// A limit as a number of rows.
pub(crate) fn count(limit: i64) -> usize {
    usize::try_from(limit.clamp(1, 1 << 40)).unwrap_or(1)
}

/// A statement in the making: pieces of SQL, and values where they belong.
pub(crate) struct Prepared<'q> {
    parts: Vec<Part<'q>>,
    is_kept: bool,
}

enum Part<'q> {
    Sql(String),
    Value(Box<dyn QueryFragment<Pg> + 'q>),
}

/// A statement whose text says by number where each value belongs, as often as it likes.
pub(crate) struct Numbered<'q> {
    text: String,
    values: Vec<Box<dyn QueryFragment<Pg> + 'q>>,
}

/// The statement of this text, with its values still to be bound in the order of their numbers.
pub(crate) fn numbered<'q>(text: impl Into<String>) -> Numbered<'q> {
    Numbered {
        text: text.into(),
        values: Vec::new(),
    }
}

impl<'q> Numbered<'q> {
    /// The next value.
    pub(crate) fn bind<T, V>(mut self, value: V) -> Self
    where
        T: 'q,
        V: ToSql<T, Pg> + 'q,
        Pg: HasSqlType<T>,
    {
        self.values.push(Box::new(Bound::<T, V>(value, PhantomData)));
        self
    }
}

impl QueryFragment<Pg> for Numbered<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let mut parts = self.text.split('$');
        if let Some(before) = parts.next() {
            out.push_sql(before);
        }
        for part in parts {
            let digits = part.bytes().take_while(u8::is_ascii_digit).count();
            let (number, sql) = part.split_at(digits);
            let place = number.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
            let value = place.and_then(|place| self.values.get(place));
            let missing = || QueryError::QueryBuilderError(format!("no value for ${number}").into());
            value.ok_or_else(missing)?.walk_ast(out.reborrow())?;
            out.push_sql(sql);
        }
        Ok(())
    }
}

impl QueryId for Numbered<'_> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Numbered<'_> {
    type SqlType = Untyped;
}

impl<C> RunQueryDsl<C> for Numbered<'_> {}

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
