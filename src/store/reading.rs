//! When the worker that reads a batch's file began, and after how many rows: what rate and time left
//! are worked out from. The invariant: one row a batch, written when a worker begins, never while it
//! reads.

use super::schema::batch_reading;
use super::{Conn, StoreError, Tx};
use crate::domain::batch::Batch;
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// Since when, and how many rows were judged before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reading {
    /// When the worker began.
    pub begun_at: DateTime<Utc>,
    /// Rows that others had judged by then.
    pub rows_before: i64,
}

/// Notes that a worker begins to read the batch's file, or goes on with it.
///
/// # Errors
/// What the database says.
pub fn upsert(tx: &mut Tx<'_>, batch: &Batch, now: DateTime<Utc>) -> Result<(), StoreError> {
    let begun = (
        batch_reading::begun_at.eq(now),
        batch_reading::rows_before.eq(batch.rows_done),
    );
    diesel::insert_into(batch_reading::table)
        .values((
            batch_reading::organisation_id.eq(batch.organisation.0),
            batch_reading::batch_id.eq(batch.id.0),
            begun,
        ))
        .on_conflict((batch_reading::organisation_id, batch_reading::batch_id))
        .do_update()
        .set(begun)
        .execute(tx.pg())?;
    Ok(())
}

/// When the reading of this batch began, if it did.
///
/// # Errors
/// What the database says.
pub fn find(conn: &mut Conn<'_>, batch: &Batch) -> Result<Option<Reading>, StoreError> {
    let found: Option<(DateTime<Utc>, i64)> = batch_reading::table
        .find((batch.organisation.0, batch.id.0))
        .select((batch_reading::begun_at, batch_reading::rows_before))
        .first(conn.0)
        .optional()?;
    Ok(found.map(|(begun_at, rows_before)| Reading {
        begun_at,
        rows_before,
    }))
}
