//! Some payouts of a batch at once: chosen by id, rewritten, or cancelled. One statement, however many.

use super::super::schema::payout_closed;
use super::super::{Conn, StoreError, Tx};
use super::STATUS;
use super::fault_count;
use super::row::{COLUMNS, Payout, Row};
use super::write::{self, Outcome};
use crate::domain::batch::Batch;
use crate::domain::fingerprint::BLOCK_ROWS;
use crate::domain::ids::{BatchId, BatchNumber, OrganisationId, PayoutId, PersonId, SliceId};
use crate::domain::permission::{Accounts, Scope};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

/// Of those ids, the payouts that are in the batch, in row order.
///
/// # Errors
/// What the database says.
pub fn list_chosen(conn: &mut Conn<'_>, batch: BatchId, ids: &[PayoutId]) -> Result<Vec<Payout>, StoreError> {
    let rows: Vec<Row> = diesel::sql_query(format!(
        "SELECT {STATUS} AS status, {COLUMNS} FROM payout p {JOINED} WHERE p.batch_id = $1 AND p.id = ANY($2) ORDER BY p.\"row\"",
        JOINED = super::list::JOINED
    ))
    .bind::<BigInt, _>(batch.0)
    .bind::<Array<SqlUuid>, _>(keys(ids))
    .load(conn.0)?;
    rows.into_iter().map(Payout::try_from).collect()
}

fn keys(ids: &[PayoutId]) -> Vec<Uuid> {
    ids.iter().map(|id| id.0).collect()
}

#[derive(QueryableByName)]
struct PlaceRow {
    #[diesel(sql_type = Integer)]
    number: i32,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// The scope's batches that these payouts are in, each with its own of them, in the order in which
/// batches are locked.
///
/// # Errors
/// What the database says.
pub fn list_by_batch(
    conn: &mut Conn<'_>,
    scope: &Scope,
    ids: &[PayoutId],
) -> Result<Vec<(BatchNumber, Vec<PayoutId>)>, StoreError> {
    let accounts = match scope.accounts() {
        Accounts::All => None,
        Accounts::Only(own) => Some(own.iter().map(|id| id.0).collect::<Vec<_>>()),
    };
    let rows: Vec<PlaceRow> = diesel::sql_query(
        "SELECT b.number, p.id FROM payout p JOIN batch b ON b.id = p.batch_id
         WHERE p.organisation_id = $1 AND p.id = ANY($2) AND ($3 IS NULL OR p.account_id = ANY($3)) ORDER BY b.id",
    )
    .bind::<BigInt, _>(scope.organisation().0)
    .bind::<Array<SqlUuid>, _>(keys(ids))
    .bind::<Nullable<Array<BigInt>>, _>(accounts)
    .load(conn.0)?;
    let mut batches: Vec<(BatchNumber, Vec<PayoutId>)> = Vec::new();
    for row in rows {
        let number = BatchNumber::try_new(row.number).ok_or(StoreError::NotFound("batch"))?;
        match batches.last_mut() {
            Some((last, of_it)) if *last == number => of_it.push(PayoutId(row.id)),
            Some(_) | None => batches.push((number, vec![PayoutId(row.id)])),
        }
    }
    Ok(batches)
}

/// Replaces what stands in rows that nobody has changed since they were read.
///
/// # Errors
/// `Stale` where somebody was faster; then none is replaced.
pub fn rewrite(
    tx: &mut Tx<'_>,
    batch: &Batch,
    rows: Vec<(&Payout, Outcome)>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let count = rows.len();
    let mut faults = fault_count::Change::default();
    for (read, outcome) in &rows {
        if let Err((_, before)) = &read.content {
            faults.goes(before);
        }
        if let Outcome::Faulty(_, after) = outcome {
            faults.comes(after);
        }
    }
    faults.keep(tx, batch)?;
    let records = write::records(batch, rows, now)?;
    let changed = diesel::sql_query(
        "UPDATE payout p SET version = r.version, slice_id = r.slice_id, status = r.status, reference = r.reference,
             beneficiary_name = r.beneficiary_name, iban = r.iban, account_number = r.account_number,
             bank_code = r.bank_code, mobile = r.mobile, provider = r.provider, country = r.country, city = r.city,
             email = r.email, amount = r.amount, purpose = r.purpose, comment = r.comment, pay_on = r.pay_on,
             metadata = r.metadata, entered = r.entered, faults = r.faults, updated_at = r.updated_at
         FROM jsonb_populate_recordset(NULL::payout, $1) r
         WHERE p.organisation_id = r.organisation_id AND p.id = r.id AND p.version = r.version - 1",
    )
    .bind::<Jsonb, _>(records)
    .execute(tx.pg())?;
    if changed == count {
        Ok(())
    } else {
        Err(StoreError::Stale("row"))
    }
}

/// The slices of payable payouts, in the order of `ids`.
///
/// # Errors
/// `NotFound` where one is in none.
pub fn list_slices(conn: &mut Conn<'_>, batch: &Batch, ids: &[PayoutId]) -> Result<Vec<SliceId>, StoreError> {
    #[derive(QueryableByName)]
    struct SliceRow {
        #[diesel(sql_type = Nullable<BigInt>)]
        slice_id: Option<i64>,
    }
    let rows: Vec<SliceRow> = diesel::sql_query(
        "SELECT p.slice_id FROM unnest($2) WITH ORDINALITY AS c(id, n)
         JOIN payout p ON p.organisation_id = $1 AND p.id = c.id ORDER BY c.n",
    )
    .bind::<BigInt, _>(batch.organisation.0)
    .bind::<Array<SqlUuid>, _>(keys(ids))
    .load(conn.0)?;
    rows.into_iter()
        .map(|row| row.slice_id.map(SliceId).ok_or(StoreError::NotFound("slice")))
        .collect()
}

/// Who closed payouts, when and why.
#[derive(Clone, Copy, Debug)]
pub struct Closing<'a> {
    /// By whom.
    pub by: PersonId,
    /// When.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: &'a str,
}

/// Cancels payouts that are not claimed, by themselves.
///
/// # Errors
/// `Stale` where one of them is no longer scheduled or faulty.
pub fn cancel(
    tx: &mut Tx<'_>,
    batch: &Batch,
    ids: &[PayoutId],
    closing: Closing<'_>,
) -> Result<(), StoreError> {
    fault_count::take_off(tx, batch, &keys(ids))?;
    let changed = diesel::sql_query(
        "UPDATE payout SET status = 'CANCELLED', version = version + 1, updated_at = $3
         WHERE organisation_id = $1 AND id = ANY($2) AND status IN ('SCHEDULED', 'VALIDATION_FAILED')",
    )
    .bind::<BigInt, _>(batch.organisation.0)
    .bind::<Array<SqlUuid>, _>(keys(ids))
    .bind::<Timestamptz, _>(closing.at)
    .execute(tx.pg())?;
    if changed != ids.len() {
        return Err(StoreError::Stale("payout"));
    }
    diesel::sql_query(
        "INSERT INTO payout_closed (organisation_id, payout_id, batch_id, by, at, reason)
         SELECT $1, id, $3, $4, $5, $6 FROM unnest($2) AS c(id)",
    )
    .bind::<BigInt, _>(batch.organisation.0)
    .bind::<Array<SqlUuid>, _>(keys(ids))
    .bind::<BigInt, _>(batch.id.0)
    .bind::<BigInt, _>(closing.by.0)
    .bind::<Timestamptz, _>(closing.at)
    .bind::<Text, _>(closing.reason)
    .execute(tx.pg())?;
    Ok(())
}

/// When a payout was cancelled by itself, by whom and why.
///
/// # Errors
/// What the database says.
pub fn find_closing(
    conn: &mut Conn<'_>,
    organisation: OrganisationId,
    id: PayoutId,
) -> Result<Option<(PersonId, DateTime<Utc>, String)>, StoreError> {
    let row: Option<(i64, DateTime<Utc>, String)> = payout_closed::table
        .find((organisation.0, id.0))
        .select((payout_closed::by, payout_closed::at, payout_closed::reason))
        .first(conn.0)
        .optional()?;
    Ok(row.map(|(by, at, reason)| (PersonId(by), at, reason)))
}

#[derive(QueryableByName)]
struct BlockRow {
    #[diesel(sql_type = Integer)]
    n: i32,
}

fn block_rows() -> i32 {
    i32::try_from(BLOCK_ROWS).unwrap_or(i32::MAX)
}

/// The blocks in which payouts of the batch were cancelled by themselves.
///
/// # Errors
/// What the database says.
pub fn list_cancelled_blocks(conn: &mut Conn<'_>, batch: &Batch) -> Result<Vec<i32>, StoreError> {
    let rows: Vec<BlockRow> = diesel::sql_query(
        "SELECT DISTINCT p.\"row\" / $3 AS n FROM payout_closed c
         JOIN payout p ON p.organisation_id = c.organisation_id AND p.id = c.payout_id
         WHERE c.batch_id = $1 AND c.organisation_id = $2",
    )
    .bind::<BigInt, _>(batch.id.0)
    .bind::<BigInt, _>(batch.organisation.0)
    .bind::<Integer, _>(block_rows())
    .load(conn.0)?;
    Ok(rows.into_iter().map(|row| row.n).collect())
}

/// Lets every unclaimed row follow the batch's date; answers the blocks in which one changed.
///
/// # Errors
/// What the database says.
pub fn drop_own_dates(tx: &mut Tx<'_>, batch: &Batch, now: DateTime<Utc>) -> Result<Vec<i32>, StoreError> {
    let rows: Vec<BlockRow> = diesel::sql_query(
        "WITH changed AS (
             UPDATE payout SET pay_on = NULL, version = version + 1, updated_at = $2
             WHERE batch_id = $1 AND pay_on IS NOT NULL AND status = 'SCHEDULED' RETURNING \"row\")
         SELECT DISTINCT \"row\" / $3 AS n FROM changed",
    )
    .bind::<BigInt, _>(batch.id.0)
    .bind::<Timestamptz, _>(now)
    .bind::<Integer, _>(block_rows())
    .load(tx.pg())?;
    Ok(rows.into_iter().map(|row| row.n).collect())
}
