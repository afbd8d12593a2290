//! What of a batch is not claimed yet: whether anything waits, what it adds up to, when it is due, and
//! calling it off.

use super::super::prepared::numbered;
use super::super::schema::slice;
use super::super::{Conn, StoreError, Tx};
use crate::domain::ids::{BatchId, SliceId};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Timestamptz};

#[derive(QueryableByName)]
struct DueRow {
    #[diesel(sql_type = Nullable<Timestamptz>)]
    at: Option<DateTime<Utc>>,
}

/// When the batch's next unclaimed slice is due, if one waits. `from` stands for an approval that
/// is being given in this transaction.
///
/// # Errors
/// What the database says.
pub fn find_next_due(
    conn: &mut Conn<'_>,
    batch: BatchId,
    from: Option<DateTime<Utc>>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let row: DueRow = numbered(
        "SELECT least(
             (SELECT min(coalesce(s.goes_at, s.due_at)) FROM slice s WHERE s.batch_id = b.id AND s.state = 'waiting' AND s.due_at IS NOT NULL AND s.payable_count > 0),
             (SELECT coalesce(b.goes_at, b.pay_on, $2, b.approved_at) WHERE EXISTS (
                 SELECT 1 FROM slice s WHERE s.batch_id = b.id AND s.state = 'waiting' AND s.due_at IS NULL AND s.payable_count > 0))
         ) AS at FROM batch b WHERE b.id = $1",
    )
    .bind::<BigInt, _>(batch.0)
    .bind::<Nullable<Timestamptz>, _>(from)
    .get_result(conn.0)?;
    Ok(row.at)
}

/// Whether anything of the batch waits to be claimed.
///
/// # Errors
/// What the database says.
pub fn has_waiting(conn: &mut Conn<'_>, batch: BatchId) -> Result<bool, StoreError> {
    exists(conn, "state = 'waiting' AND payable_count > 0", batch)
}

/// Whether anything of the batch was ever claimed.
///
/// # Errors
/// What the database says.
pub fn has_begun(conn: &mut Conn<'_>, batch: BatchId) -> Result<bool, StoreError> {
    exists(conn, "state IN ('claimed', 'done')", batch)
}

#[derive(QueryableByName)]
struct ExistsRow {
    #[diesel(sql_type = Bool)]
    exists: bool,
}

/// Whether the batch has a slice of which this holds. The states stand in the text: an index over some
/// states answers only where it is known which ones are asked for.
fn exists(conn: &mut Conn<'_>, holds: &str, batch: BatchId) -> Result<bool, StoreError> {
    let row: ExistsRow = numbered(format!(
        "SELECT EXISTS (SELECT FROM slice WHERE batch_id = $1 AND {holds}) AS exists"
    ))
    .bind::<BigInt, _>(batch.0)
    .get_result(conn.0)?;
    Ok(row.exists)
}

/// Calls off every slice of the batch that is not claimed; answers how many payouts that are, and
/// their total in minor units.
///
/// # Errors
/// What the database says.
pub fn cancel_waiting(tx: &mut Tx<'_>, batch: BatchId) -> Result<(i64, i64), StoreError> {
    let cancelled: Vec<(i32, i64)> =
        diesel::update(slice::table.filter(slice::batch_id.eq(batch.0).and(slice::state.eq("waiting"))))
            .set(slice::state.eq("cancelled"))
            .returning((slice::payable_count, slice::payable_total))
            .get_results(tx.pg())?;
    Ok(cancelled.into_iter().fold((0, 0), |sum, (count, total)| {
        (sum.0 + i64::from(count), sum.1.saturating_add(total))
    }))
}

#[derive(QueryableByName)]
struct SumRow {
    #[diesel(sql_type = BigInt)]
    count: i64,
    #[diesel(sql_type = BigInt)]
    total: i64,
}

/// How many payouts of the batch wait to be claimed, and their total in minor units.
///
/// # Errors
/// What the database says.
pub fn load_waiting(conn: &mut Conn<'_>, batch: BatchId) -> Result<(i64, i64), StoreError> {
    let row: SumRow = numbered(
        "SELECT coalesce(sum(payable_count), 0)::bigint AS count, coalesce(sum(payable_total), 0)::bigint AS total
         FROM slice WHERE batch_id = $1 AND state = 'waiting'",
    )
    .bind::<BigInt, _>(batch.0)
    .get_result(conn.0)?;
    Ok((row.count, row.total))
}

/// Payouts of one slice that are cancelled by themselves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cancelled {
    /// Which slice.
    pub slice: SliceId,
    /// How many.
    pub count: i32,
    /// Their total in minor units.
    pub total: i64,
}

/// Takes cancelled payouts out of their slices' sums.
///
/// # Errors
/// `Stale` where one of the slices is claimed meanwhile.
pub fn cancel_some(tx: &mut Tx<'_>, cancelled: &[Cancelled]) -> Result<(), StoreError> {
    let changed = diesel::sql_query(
        "UPDATE slice SET payable_count = payable_count - c.count, payable_total = payable_total - c.total,
             cancelled_count = cancelled_count + c.count
         FROM unnest($1, $2, $3) AS c(id, count, total) WHERE slice.id = c.id AND slice.state = 'waiting'",
    )
    .bind::<Array<BigInt>, _>(cancelled.iter().map(|c| c.slice.0).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(cancelled.iter().map(|c| c.count).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(cancelled.iter().map(|c| c.total).collect::<Vec<_>>())
    .execute(tx.pg())?;
    if changed == cancelled.len() {
        Ok(())
    } else {
        Err(StoreError::Stale("slice"))
    }
}

/// Lets every unclaimed slice follow the batch's date. The rows' own dates go with it: see
/// `payout::drop_own_dates`.
///
/// # Errors
/// What the database says.
pub fn drop_own_dates(tx: &mut Tx<'_>, batch: BatchId) -> Result<(), StoreError> {
    diesel::update(
        slice::table.filter(
            slice::batch_id
                .eq(batch.0)
                .and(slice::state.eq("waiting"))
                .and(slice::due_at.is_not_null()),
        ),
    )
    .set((
        slice::due_at.eq(None::<DateTime<Utc>>),
        slice::goes_at.eq(None::<DateTime<Utc>>),
    ))
    .execute(tx.pg())?;
    Ok(())
}
