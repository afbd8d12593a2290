//! Faulty rows, by what is wrong with them: for the to-do list, for corrections of many at once, for
//! the error file.
//!
//! The invariant: the values of a column are counted in [`FAULTY_COUNTED`] faulty rows at most. Rows with
//! a fault in one column are met on the way through the faulty ones: where few of a great many have it,
//! finding them takes as long as reading the others.

use super::super::prepared::{count, numbered, rounded};
use super::super::{Conn, StoreError};
use super::STATUS;
use super::list::JOINED;
use super::row::{COLUMNS, Payout, Row};
use crate::domain::batch::Batch;
use crate::domain::field::Field;
use crate::domain::ids::BatchId;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text};
use diesel::{QueryableByName, RunQueryDsl};

/// Among how many faulty rows the same values are counted.
pub const FAULTY_COUNTED: i64 = 1_000;

/// Which faulty rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Faulty<'a> {
    /// Only those with a fault in this column.
    pub field: Option<Field>,
    /// Only those in which this was entered there.
    pub was: Option<&'a str>,
    /// Also those that were left out.
    pub left_out: bool,
}

/// The condition of those rows: $1 batch, $2 after, $3 field, $4 what was entered there. What is not asked
/// is not said, and `@>` is avoided, for the planner guesses of both that hardly a row passes; then it
/// would rather sort all of them than find the first on the way.
fn wanted(faulty: &Faulty<'_>) -> String {
    let mut condition =
        "p.batch_id = $1 AND p.\"row\" > $2 AND p.faults IS NOT NULL AND p.status = 'VALIDATION_FAILED'"
            .to_owned();
    if faulty.field.is_some() {
        condition += " AND EXISTS (SELECT 1 FROM jsonb_array_elements(p.faults) AS fault WHERE fault ->> 'field' = $3)";
    }
    if faulty.was.is_some() {
        condition += " AND coalesce(p.entered -> 'texts' ->> $3, '') = $4";
    }
    if !faulty.left_out {
        condition +=
            " AND NOT EXISTS (SELECT 1 FROM left_out_row l WHERE l.organisation_id = p.organisation_id
            AND l.batch_id = p.batch_id AND l.\"row\" = p.\"row\")";
    }
    condition
}

/// Faulty rows after row number `after`, at most `limit`.
///
/// # Errors
/// What the database says.
pub fn list_faulty(
    conn: &mut Conn<'_>,
    batch: BatchId,
    faulty: &Faulty<'_>,
    after: i32,
    limit: i64,
) -> Result<Vec<Payout>, StoreError> {
    let rows: Vec<Row> = numbered(format!(
        "SELECT {STATUS} AS status, {COLUMNS} FROM payout p {JOINED} WHERE {} ORDER BY p.\"row\" LIMIT {}",
        wanted(faulty),
        rounded(limit)
    ))
    .bind::<BigInt, _>(batch.0)
    .bind::<Integer, _>(after)
    .bind::<Nullable<Text>, _>(faulty.field.map(Field::code))
    .bind::<Nullable<Text>, _>(faulty.was)
    .load(conn.0)?;
    rows.into_iter()
        .take(count(limit))
        .map(Payout::try_from)
        .collect()
}

/// Rows of a batch by their numbers, in order.
///
/// # Errors
/// What the database says.
pub fn list_rows(conn: &mut Conn<'_>, batch: BatchId, rows: &[i32]) -> Result<Vec<Payout>, StoreError> {
    let found: Vec<Row> = numbered(format!(
        "SELECT {STATUS} AS status, {COLUMNS} FROM payout p {JOINED}
         WHERE p.batch_id = $1 AND p.\"row\" = ANY($2) ORDER BY p.\"row\""
    ))
    .bind::<BigInt, _>(batch.0)
    .bind::<Array<Integer>, _>(rows)
    .load(conn.0)?;
    found.into_iter().map(Payout::try_from).collect()
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = Text)]
    word: String,
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// What was entered in this column in the first [`FAULTY_COUNTED`] rows that have a fault there, with
/// how often, most first, at most `limit`.
///
/// # Errors
/// What the database says.
pub fn count_values(
    conn: &mut Conn<'_>,
    batch: &Batch,
    field: Field,
    limit: i64,
) -> Result<Vec<(String, i64)>, StoreError> {
    let faulty = Faulty {
        field: Some(field),
        ..Faulty::default()
    };
    let rows: Vec<CountRow> = numbered(format!(
        "SELECT word, count(*) AS count FROM (
             SELECT coalesce(p.entered -> 'texts' ->> $3, '') AS word FROM payout p
             WHERE {} ORDER BY p.\"row\" LIMIT {FAULTY_COUNTED}) AS faulty
         GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $4",
        wanted(&faulty)
    ))
    .bind::<BigInt, _>(batch.id.0)
    .bind::<Integer, _>(0)
    .bind::<Text, _>(field.code())
    .bind::<BigInt, _>(limit)
    .load(conn.0)?;
    Ok(rows.into_iter().map(|row| (row.word, row.count)).collect())
}
