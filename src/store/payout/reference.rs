//! References: which rows have them, and which payouts hold theirs, so that nobody else's may have it.

use super::super::schema::{batch as batch_table, left_out_row, payout, payout_account};
use super::super::{Conn, StoreError, Tx};
use crate::domain::batch::{Batch, Status as BatchStatus};
use crate::domain::ids::{AccountId, BatchId};
use crate::domain::payout::Status;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Text};

/// Which payouts hold their reference, over the aliases p (payout), b (batch) and s (slice): paid and not
/// returned, in flight, or reserved.
const IN_USE: &str = "(p.status = 'PROCESSING_IN_PROGRESS' \
     OR (p.status = 'PROCESSED' AND p.result IN ('queued', 'initiated', 'paid')) \
     OR (p.status = 'SCHEDULED' AND s.state = 'waiting' AND b.status IN ('approved', 'paying', 'paused')))";

#[derive(QueryableByName)]
struct ReferenceRow {
    #[diesel(sql_type = Text)]
    reference: String,
    #[diesel(sql_type = Integer)]
    batch_number: i32,
}

impl ReferenceRow {
    /// The reference, and the number of the batch that holds it.
    fn held(self) -> (String, i32) {
        (self.reference, self.batch_number)
    }
}

/// Those of `references` that are paid (and not returned), in flight or reserved on the account,
/// with the number of the batch that has them.
///
/// # Errors
/// What the database says.
pub fn list_references_in_use(
    conn: &mut Conn<'_>,
    account: AccountId,
    except: BatchId,
    references: &[&str],
) -> Result<Vec<(String, i32)>, StoreError> {
    if references.is_empty() {
        return Ok(Vec::new());
    }
    // One look into the index for each, whatever the planner thinks of the table: on a database that was
    // never analysed it would rather read the table whole, and once for every chunk of a file.
    let rows: Vec<ReferenceRow> = diesel::sql_query(format!(
        "SELECT p.reference, b.number AS batch_number
         FROM unnest($2) AS r(reference)
         CROSS JOIN LATERAL (
             SELECT q.reference, q.batch_id, q.slice_id, q.status, q.result FROM payout q
             WHERE q.account_id = $1 AND q.reference = r.reference AND q.batch_id <> $3 AND q.faults IS NULL OFFSET 0) p
         JOIN batch b ON b.id = p.batch_id LEFT JOIN slice s ON s.id = p.slice_id WHERE {IN_USE}"
    ))
    .bind::<BigInt, _>(account.0)
    .bind::<Array<Text>, _>(references)
    .bind::<BigInt, _>(except.0)
    .load(conn.0)?;
    Ok(rows.into_iter().map(ReferenceRow::held).collect())
}

/// References of a batch's rows up to a row number, for a validation that goes on.
///
/// # Errors
/// What the database says.
pub fn list_references(conn: &mut Conn<'_>, batch: BatchId) -> Result<Vec<(String, i32)>, StoreError> {
    Ok(payout::table
        .filter(payout::batch_id.eq(batch.0).and(payout::reference.is_not_null()))
        .select((payout::reference.assume_not_null(), payout::row))
        .load(conn.0)?)
}

/// References of this batch that are paid, in flight or reserved through a batch approved since it was
/// last compared, with that batch's number. Nothing is compared where none was approved since.
///
/// # Errors
/// What the database says.
pub fn list_clashes(conn: &mut Conn<'_>, batch: &Batch) -> Result<Vec<(String, i32)>, StoreError> {
    let since: Vec<i64> = batch_table::table
        .filter(
            batch_table::account_id
                .eq(batch.account.0)
                .and(batch_table::approval_number.gt(batch.judged_approvals))
                .and(batch_table::id.ne(batch.id.0)),
        )
        .select(batch_table::id)
        .load(conn.0)?;
    if since.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<ReferenceRow> = diesel::sql_query(format!(
        "SELECT p.reference, b.number AS batch_number
         FROM payout p JOIN batch b ON b.id = p.batch_id LEFT JOIN slice s ON s.id = p.slice_id
         JOIN payout mine ON mine.account_id = p.account_id AND mine.reference = p.reference
         WHERE p.batch_id = ANY($1) AND mine.batch_id = $2 AND mine.faults IS NULL AND p.faults IS NULL
           AND mine.status = 'SCHEDULED' AND {IN_USE}
         ORDER BY mine.\"row\" LIMIT 1000"
    ))
    .bind::<Array<BigInt>, _>(since)
    .bind::<BigInt, _>(batch.id.0)
    .load(conn.0)?;
    Ok(rows.into_iter().map(ReferenceRow::held).collect())
}

/// Batches of the account that can still be approved and were not compared with all that was.
///
/// # Errors
/// What the database says.
pub fn list_uncompared(conn: &mut Conn<'_>, account: AccountId) -> Result<Vec<BatchId>, StoreError> {
    let approvals = payout_account::table
        .find(account.0)
        .select(payout_account::approvals)
        .single_value()
        .assume_not_null();
    let keys: Vec<i64> = batch_table::table
        .filter(
            batch_table::account_id
                .eq(account.0)
                .and(batch_table::status.eq_any(undecided()))
                .and(batch_table::judged_approvals.lt(approvals)),
        )
        .order(batch_table::id)
        .select(batch_table::id)
        .load(conn.0)?;
    Ok(keys.into_iter().map(BatchId).collect())
}

fn undecided() -> Vec<&'static str> {
    let undecided = BatchStatus::ALL
        .into_iter()
        .filter(|status| status.is_undecided());
    undecided.map(BatchStatus::as_str).collect()
}

/// Notes that nothing stood against the references of `compared` up to this many deciding signatures on
/// its account, unless its rows have changed since it was read or somebody else has noted it.
///
/// # Errors
/// What the database says.
pub fn note_compared(tx: &mut Tx<'_>, compared: &Batch, approvals: i32) -> Result<(), StoreError> {
    let fingerprint = compared.fingerprint.map(|print| print.0.to_vec());
    diesel::update(
        batch_table::table.filter(
            batch_table::id
                .eq(compared.id.0)
                .and(batch_table::status.eq_any(undecided()))
                .and(batch_table::judged_approvals.eq(compared.judged_approvals))
                .and(batch_table::fingerprint.eq(fingerprint)),
        ),
    )
    .set(batch_table::judged_approvals.eq(approvals))
    .execute(tx.pg())?;
    Ok(())
}

/// Rows of the batch that have one of these references and were not left out, in row order.
///
/// # Errors
/// What the database says.
pub fn list_rows_with_references(
    conn: &mut Conn<'_>,
    batch: &Batch,
    references: &[&str],
) -> Result<Vec<(String, i32)>, StoreError> {
    let left_out = left_out_row::table.filter(
        left_out_row::organisation_id
            .eq(payout::organisation_id)
            .and(left_out_row::batch_id.eq(payout::batch_id))
            .and(left_out_row::row.eq(payout::row)),
    );
    Ok(payout::table
        .filter(diesel::dsl::not(diesel::dsl::exists(left_out)))
        .filter(
            // References are found by account: the batch alone would be read whole.
            payout::account_id
                .eq(batch.account.0)
                .and(payout::reference.eq_any(references))
                .and(payout::batch_id.eq(batch.id.0))
                .and(payout::status.ne(Status::Cancelled.as_str())),
        )
        .order(payout::row)
        .select((payout::reference.assume_not_null(), payout::row))
        .load(conn.0)?)
}
