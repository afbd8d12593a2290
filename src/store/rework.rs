//! Corrections of many rows that wait for a worker, and rows that are left out.

use super::prepared::numbered;
use super::schema::{left_out_row, rework};
use super::{Conn, MINOR_MAX, StoreError, Tx, corrupt};
use crate::domain::batch::Batch;
use crate::domain::field::Field;
use crate::domain::ids::{FileId, PersonId};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is to be done to many rows. Stored as JSON.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Rework {
    /// Replace the rows that a corrected error file names.
    File {
        /// The file.
        file: i64,
    },
    /// Set one column in every row that has a fault there.
    Column {
        /// Which column.
        field: Field,
        /// What should stand there.
        value: String,
        /// Only rows in which this was entered.
        was: Option<String>,
    },
}

/// A rework as stored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ordered {
    /// What.
    pub what: Rework,
    /// Who ordered it.
    pub by: PersonId,
    /// Why nothing of it was taken over.
    pub message: Option<String>,
}

/// Keeps a rework for a worker.
///
/// # Errors
/// What the database says.
pub fn insert(
    tx: &mut Tx<'_>,
    batch: &Batch,
    what: &Rework,
    (by, at): (PersonId, DateTime<Utc>),
) -> Result<i64, StoreError> {
    let file = match what {
        Rework::File { file } => Some(*file),
        Rework::Column { .. } => None,
    };
    let what = serde_json::to_value(what).map_err(|error| corrupt("rework", error))?;
    Ok(diesel::insert_into(rework::table)
        .values((
            rework::organisation_id.eq(batch.organisation.0),
            rework::batch_id.eq(batch.id.0),
            rework::what.eq(what),
            rework::file_id.eq(file),
            rework::by_person.eq(by.0),
            rework::at.eq(at),
        ))
        .returning(rework::id)
        .get_result(tx.pg())?)
}

/// A rework that is not done; `None` where it is.
///
/// # Errors
/// What the database says.
pub fn find_undone(conn: &mut Conn<'_>, id: i64) -> Result<Option<Ordered>, StoreError> {
    let row: Option<(Value, i64)> = rework::table
        .find(id)
        .filter(rework::done_at.is_null())
        .select((rework::what, rework::by_person))
        .first(conn.0)
        .optional()?;
    row.map(|(what, by)| {
        Ok(Ordered {
            what: serde_json::from_value(what).map_err(|error| corrupt("rework", error))?,
            by: PersonId(by),
            message: None,
        })
    })
    .transpose()
}

/// Notes that it is done, or why it was not.
///
/// # Errors
/// What the database says.
pub fn finish(tx: &mut Tx<'_>, id: i64, message: Option<&str>, now: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(rework::table.find(id))
        .set((rework::done_at.eq(now), rework::message.eq(message)))
        .execute(tx.pg())?;
    Ok(())
}

/// Why the batch's last rework was not taken over, if it was not.
///
/// # Errors
/// What the database says.
pub fn find_last_refusal(conn: &mut Conn<'_>, batch: &Batch) -> Result<Option<String>, StoreError> {
    let last: Option<Option<String>> = rework::table
        .filter(
            rework::organisation_id
                .eq(batch.organisation.0)
                .and(rework::batch_id.eq(batch.id.0)),
        )
        .order(rework::id.desc())
        .select(rework::message)
        .first(conn.0)
        .optional()?;
    Ok(last.flatten())
}

/// The stored file that a rework reads.
#[must_use]
pub fn file_of(what: &Rework) -> Option<FileId> {
    match what {
        Rework::File { file } => Some(FileId(*file)),
        Rework::Column { .. } => None,
    }
}

/// Leaves out faulty rows: those named, or where none is named all, with a fault in `field` where one
/// is given. Answers how many.
///
/// # Errors
/// What the database says.
pub fn leave_out(
    tx: &mut Tx<'_>,
    batch: &Batch,
    (rows, field): (Option<&[i32]>, Option<Field>),
    (reason, by, at): (&str, PersonId, DateTime<Utc>),
) -> Result<usize, StoreError> {
    let left: CountRow = diesel::sql_query(
        "WITH gone AS (
             INSERT INTO left_out_row (organisation_id, batch_id, \"row\", reason, by_person, at)
             SELECT p.organisation_id, p.batch_id, p.\"row\", $4, $5, $6 FROM payout p
             WHERE p.batch_id = $1 AND p.faults IS NOT NULL AND ($2 IS NULL OR p.\"row\" = ANY($2))
               AND ($3 IS NULL OR p.faults @> jsonb_build_array(jsonb_build_object('field', $3)))
             ON CONFLICT DO NOTHING RETURNING organisation_id, \"row\"),
         fewer AS (
             SELECT g.organisation_id, fault ->> 'field' AS field, count(*) AS rows FROM gone g
             JOIN payout p ON p.batch_id = $1 AND p.\"row\" = g.\"row\" AND p.status = 'VALIDATION_FAILED',
                 jsonb_array_elements(p.faults) AS fault
             GROUP BY 1, 2),
         kept AS (
             UPDATE fault_count k SET count = k.count - f.rows FROM fewer f
             WHERE k.organisation_id = f.organisation_id AND k.batch_id = $1 AND k.field = f.field)
         SELECT count(*) AS count FROM gone",
    )
    .bind::<BigInt, _>(batch.id.0)
    .bind::<Nullable<Array<Integer>>, _>(rows)
    .bind::<Nullable<Text>, _>(field.map(Field::code))
    .bind::<Text, _>(reason)
    .bind::<BigInt, _>(by.0)
    .bind::<Timestamptz, _>(at)
    .get_result(tx.pg())?;
    Ok(usize::try_from(left.count).unwrap_or(0))
}

/// Keeps what rows that were left out would have come to, by row number.
///
/// # Errors
/// What the database says.
pub fn note_amounts(tx: &mut Tx<'_>, batch: &Batch, amounts: &[(i32, i64)]) -> Result<(), StoreError> {
    let (rows, minor): (Vec<i32>, Vec<i64>) = amounts.iter().copied().unzip();
    diesel::sql_query(
        "UPDATE left_out_row l SET amount = a.amount FROM unnest($3, $4) AS a (\"row\", amount)
         WHERE l.organisation_id = $1 AND l.batch_id = $2 AND l.\"row\" = a.\"row\"",
    )
    .bind::<BigInt, _>(batch.organisation.0)
    .bind::<BigInt, _>(batch.id.0)
    .bind::<Array<Integer>, _>(rows)
    .bind::<Array<BigInt>, _>(minor)
    .execute(tx.pg())?;
    Ok(())
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct TotalRow {
    #[diesel(sql_type = BigInt)]
    total: i64,
}

/// What rows would have come to that were left out of the batch or cancelled by themselves, in minor
/// units: the file still held them.
///
/// # Errors
/// What the database says.
pub fn load_given_up(conn: &mut Conn<'_>, batch: &Batch) -> Result<i64, StoreError> {
    let row: TotalRow = numbered(format!(
        "SELECT least(coalesce((SELECT sum(l.amount) FROM left_out_row l
                 WHERE l.organisation_id = $1 AND l.batch_id = $2), 0)
             + coalesce((SELECT sum(p.amount) FROM payout_closed c
                 JOIN payout p ON p.organisation_id = c.organisation_id AND p.id = c.payout_id
                 WHERE c.organisation_id = $1 AND c.batch_id = $2), 0), {MINOR_MAX})::bigint AS total"
    ))
    .bind::<BigInt, _>(batch.organisation.0)
    .bind::<BigInt, _>(batch.id.0)
    .get_result(conn.0)?;
    Ok(row.total)
}

/// How many rows were left out.
///
/// # Errors
/// What the database says.
pub fn count_left_out(conn: &mut Conn<'_>, batch: &Batch) -> Result<i64, StoreError> {
    Ok(left_out_row::table
        .filter(
            left_out_row::organisation_id
                .eq(batch.organisation.0)
                .and(left_out_row::batch_id.eq(batch.id.0)),
        )
        .count()
        .get_result(conn.0)?)
}

/// Takes rows in again, as they stand.
///
/// # Errors
/// What the database says.
pub fn take_in(tx: &mut Tx<'_>, batch: &Batch, rows: &[i32]) -> Result<(), StoreError> {
    diesel::sql_query(
        "WITH taken AS (
             DELETE FROM left_out_row
             WHERE organisation_id = $1 AND batch_id = $2 AND \"row\" = ANY($3) RETURNING \"row\")
         INSERT INTO fault_count AS k (organisation_id, batch_id, field, count)
         SELECT $1, $2, fault ->> 'field', count(*) FROM taken t
         JOIN payout p ON p.batch_id = $2 AND p.\"row\" = t.\"row\" AND p.status = 'VALIDATION_FAILED',
             jsonb_array_elements(p.faults) AS fault
         GROUP BY 3
         ON CONFLICT (organisation_id, batch_id, field) DO UPDATE SET count = k.count + excluded.count",
    )
    .bind::<BigInt, _>(batch.organisation.0)
    .bind::<BigInt, _>(batch.id.0)
    .bind::<Array<Integer>, _>(rows)
    .execute(tx.pg())?;
    Ok(())
}

/// Why these rows were left out, for those that were.
///
/// # Errors
/// What the database says.
pub fn list_left_out(
    conn: &mut Conn<'_>,
    batch: &Batch,
    rows: &[i32],
) -> Result<Vec<(i32, String)>, StoreError> {
    Ok(left_out_row::table
        .filter(
            left_out_row::organisation_id
                .eq(batch.organisation.0)
                .and(left_out_row::batch_id.eq(batch.id.0))
                .and(left_out_row::row.eq_any(rows)),
        )
        .select((left_out_row::row, left_out_row::reason))
        .load(conn.0)?)
}
