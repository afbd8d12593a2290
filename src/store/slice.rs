//! Slices: about 500 payable rows of one batch and one date, the unit that workers claim.
//!
//! Two workers never hold one slice: claiming locks it, skipping locked ones, and raises its token;
//! whoever comes back with an older token is refused.

mod rest;

pub use rest::{
    Cancelled, cancel_some, cancel_waiting, drop_own_dates, find_next_due, has_begun, has_waiting,
    load_waiting,
};

use super::due::OF_SLICE;
use super::prepared::numbered;
use super::schema::slice;
use super::{Conn, StoreError, Tx};
use crate::domain::batch::Batch;
use crate::domain::ids::{AccountId, BatchId, OrganisationId, SliceId};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Timestamptz};
use std::collections::BTreeSet;

/// Payable rows in a slice at most.
pub const ROWS_MAX: i32 = 500;

/// A slice that still takes rows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpenSlice {
    /// Key.
    pub id: SliceId,
    /// The rows' own date; `None` is the batch's.
    pub due_at: Option<DateTime<Utc>>,
    /// Rows in it.
    pub count: i32,
}

/// The batch's slices of these dates that have room, and the number of its last slice.
///
/// # Errors
/// What the database says.
pub fn list_open(
    conn: &mut Conn<'_>,
    batch: BatchId,
    dates: &[Option<DateTime<Utc>>],
) -> Result<(Vec<OpenSlice>, i32), StoreError> {
    let days: BTreeSet<DateTime<Utc>> = dates.iter().flatten().copied().collect();
    let is_wanted = slice::due_at.is_null().or(slice::due_at.eq_any(days));
    let rows: Vec<(i64, Option<DateTime<Utc>>, i32)> = slice::table
        .filter(
            slice::batch_id
                .eq(batch.0)
                .and(slice::state.eq("waiting"))
                .and(slice::payable_count.lt(ROWS_MAX)),
        )
        .filter(is_wanted.assume_not_null())
        .select((slice::id, slice::due_at, slice::payable_count))
        .load(conn.0)?;
    let count: Option<i32> = slice::table
        .filter(slice::batch_id.eq(batch.0))
        .select(diesel::dsl::max(slice::n))
        .first(conn.0)?;
    let open = rows
        .into_iter()
        .map(|(id, due_at, count)| OpenSlice {
            id: SliceId(id),
            due_at,
            count,
        })
        .collect();
    Ok((open, count.unwrap_or(0)))
}

/// Makes empty slices with these dates, numbered from `first`; answers their keys in order.
///
/// # Errors
/// What the database says.
pub fn insert(
    tx: &mut Tx<'_>,
    batch: &Batch,
    first: i32,
    dates: &[Option<DateTime<Utc>>],
) -> Result<Vec<SliceId>, StoreError> {
    let rows: Vec<_> = dates
        .iter()
        .zip(first..)
        .map(|(due_at, n)| {
            (
                slice::organisation_id.eq(batch.organisation.0),
                slice::account_id.eq(batch.account.0),
                slice::batch_id.eq(batch.id.0),
                slice::n.eq(n),
                slice::due_at.eq(*due_at),
            )
        })
        .collect();
    let mut keys: Vec<(i32, i64)> = diesel::insert_into(slice::table)
        .values(rows)
        .returning((slice::n, slice::id))
        .get_results(tx.pg())?;
    keys.sort_unstable();
    Ok(keys.into_iter().map(|(_, id)| SliceId(id)).collect())
}

/// Adds rows and amounts to slices; below zero where rows leave.
///
/// # Errors
/// What the database says.
pub fn add(tx: &mut Tx<'_>, changes: &[(SliceId, i32, i64)]) -> Result<(), StoreError> {
    numbered(
        "UPDATE slice SET payable_count = payable_count + c.count, payable_total = payable_total + c.total
         FROM unnest($1, $2, $3) AS c(id, count, total) WHERE slice.id = c.id",
    )
    .bind::<Array<BigInt>, _>(changes.iter().map(|change| change.0.0).collect::<Vec<_>>())
    .bind::<Array<Integer>, _>(changes.iter().map(|change| change.1).collect::<Vec<_>>())
    .bind::<Array<BigInt>, _>(changes.iter().map(|change| change.2).collect::<Vec<_>>())
    .execute(tx.pg())?;
    Ok(())
}

/// A slice in a worker's hands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClaimedSlice {
    /// Key.
    pub id: SliceId,
    /// Of which batch.
    pub batch: BatchId,
    /// Paid from.
    pub account: AccountId,
    /// Whose.
    pub organisation: OrganisationId,
    /// Fencing.
    pub token: i32,
}

#[derive(QueryableByName)]
struct ClaimRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt)]
    batch_id: i64,
    #[diesel(sql_type = BigInt)]
    account_id: i64,
    #[diesel(sql_type = BigInt)]
    organisation_id: i64,
    #[diesel(sql_type = Integer)]
    token: i32,
}

impl From<ClaimRow> for ClaimedSlice {
    fn from(row: ClaimRow) -> Self {
        Self {
            id: SliceId(row.id),
            batch: BatchId(row.batch_id),
            account: AccountId(row.account_id),
            organisation: OrganisationId(row.organisation_id),
            token: row.token,
        }
    }
}

#[derive(QueryableByName)]
struct KeyRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// Batches with a slice due at `now`, the longest due first.
///
/// # Errors
/// What the database says.
pub fn list_due_batches(
    conn: &mut Conn<'_>,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<BatchId>, StoreError> {
    let rows: Vec<KeyRow> = numbered(
        "SELECT id FROM batch WHERE status IN ('approved', 'paying') AND next_due_at <= $1
         ORDER BY next_due_at LIMIT $2",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<BigInt, _>(limit)
    .load(conn.0)?;
    Ok(rows.into_iter().map(|row| BatchId(row.id)).collect())
}

/// Batches that are being paid and have nothing left to claim: they may be complete.
///
/// # Errors
/// What the database says.
pub fn list_batches_to_complete(conn: &mut Conn<'_>, limit: i64) -> Result<Vec<BatchId>, StoreError> {
    let rows: Vec<KeyRow> = numbered(
        "SELECT id FROM batch b WHERE status IN ('paying', 'paused') AND next_due_at IS NULL
         AND NOT EXISTS (SELECT 1 FROM slice s WHERE s.batch_id = b.id AND s.state IN ('waiting', 'claimed')
             AND s.payable_count > 0) LIMIT $1",
    )
    .bind::<BigInt, _>(limit)
    .load(conn.0)?;
    Ok(rows.into_iter().map(|row| BatchId(row.id)).collect())
}

/// Claims one due slice of a batch that is being paid. Holds the batch against cancelling until the
/// transaction ends, without keeping other workers from its other slices.
///
/// # Errors
/// What the database says.
pub fn claim(
    tx: &mut Tx<'_>,
    batch: BatchId,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
) -> Result<Option<ClaimedSlice>, StoreError> {
    let held: Option<KeyRow> = numbered("SELECT id FROM batch WHERE id = $1 AND status = 'paying' FOR SHARE")
        .bind::<BigInt, _>(batch.0)
        .get_result(tx.pg())
        .optional()?;
    if held.is_none() {
        return Ok(None);
    }
    let row: Option<ClaimRow> = numbered(format!(
        "UPDATE slice SET state = 'claimed', token = token + 1, lease_until = $3 WHERE id = (
             SELECT s.id FROM slice s JOIN batch b ON b.id = s.batch_id
             WHERE s.batch_id = $1 AND s.state = 'waiting' AND s.payable_count > 0
               AND {OF_SLICE} <= $2
             ORDER BY s.n LIMIT 1 FOR UPDATE OF s SKIP LOCKED)
         RETURNING id, batch_id, account_id, organisation_id, token"
    ))
    .bind::<BigInt, _>(batch.0)
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(lease_until)
    .get_result(tx.pg())
    .optional()?;
    Ok(row.map(ClaimedSlice::from))
}

/// Takes over a slice whose worker has been silent for longer than its lease.
///
/// # Errors
/// What the database says.
pub fn claim_lapsed(
    tx: &mut Tx<'_>,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
) -> Result<Option<ClaimedSlice>, StoreError> {
    let row: Option<ClaimRow> = numbered(
        "UPDATE slice SET token = token + 1, lease_until = $2 WHERE id = (
             SELECT id FROM slice WHERE state = 'claimed' AND lease_until < $1
             ORDER BY lease_until LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING id, batch_id, account_id, organisation_id, token",
    )
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(lease_until)
    .get_result(tx.pg())
    .optional()?;
    Ok(row.map(ClaimedSlice::from))
}

/// Locks a slice that the worker still holds.
///
/// # Errors
/// `Stale` where another worker has taken it over.
pub fn hold(tx: &mut Tx<'_>, claimed: &ClaimedSlice) -> Result<(), StoreError> {
    let held: Option<i64> = slice::table
        .find(claimed.id.0)
        .filter(slice::token.eq(claimed.token).and(slice::state.eq("claimed")))
        .select(slice::id)
        .for_update()
        .first(tx.pg())
        .optional()?;
    held.map(|_| ()).ok_or(StoreError::Stale("slice"))
}

/// Locks a slice, whoever holds it.
///
/// # Errors
/// `NotFound`.
pub fn lock(tx: &mut Tx<'_>, id: SliceId) -> Result<(), StoreError> {
    let locked: Option<i64> = slice::table
        .find(id.0)
        .select(slice::id)
        .for_update()
        .first(tx.pg())
        .optional()?;
    locked.map(|_| ()).ok_or(StoreError::NotFound("slice"))
}

/// Counts outcomes on a slice; with its last one it is done.
///
/// # Errors
/// `Refused` by `slice_counts` where more became final than there are.
pub fn count_outcomes(
    tx: &mut Tx<'_>,
    id: SliceId,
    paid: (i32, i64),
    failed: (i32, i64),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    numbered(
        "UPDATE slice SET paid_count = paid_count + $2, paid_total = paid_total + $3,
             failed_count = failed_count + $4, failed_total = failed_total + $5,
             settled_at = $6 WHERE id = $1",
    )
    .bind::<BigInt, _>(id.0)
    .bind::<Integer, _>(paid.0)
    .bind::<BigInt, _>(paid.1)
    .bind::<Integer, _>(failed.0)
    .bind::<BigInt, _>(failed.1)
    .bind::<Timestamptz, _>(now)
    .execute(tx.pg())?;
    numbered(
        "UPDATE slice SET state = 'done', lease_until = NULL
         WHERE id = $1 AND paid_count + failed_count = payable_count",
    )
    .bind::<BigInt, _>(id.0)
    .execute(tx.pg())?;
    Ok(())
}

/// Gives a held slice this much longer; `None` lets it wait for look-ups only.
///
/// # Errors
/// What the database says.
pub fn extend(tx: &mut Tx<'_>, claimed: &ClaimedSlice, lease_until: DateTime<Utc>) -> Result<(), StoreError> {
    diesel::update(
        slice::table
            .find(claimed.id.0)
            .filter(slice::token.eq(claimed.token).and(slice::state.eq("claimed"))),
    )
    .set(slice::lease_until.eq(lease_until))
    .execute(tx.pg())?;
    Ok(())
}

/// How far the paying of a batch is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, QueryableByName)]
pub struct Progress {
    /// Payouts paid.
    #[diesel(sql_type = BigInt)]
    pub paid: i64,
    /// Their total.
    #[diesel(sql_type = BigInt)]
    pub paid_total: i64,
    /// Payouts failed.
    #[diesel(sql_type = BigInt)]
    pub failed: i64,
    /// Their total.
    #[diesel(sql_type = BigInt)]
    pub failed_total: i64,
    /// Of the paid ones, those that came back.
    #[diesel(sql_type = BigInt)]
    pub returned: i64,
    /// Their total.
    #[diesel(sql_type = BigInt)]
    pub returned_total: i64,
}

/// Paid and failed payouts of a batch, summed over its slices.
///
/// # Errors
/// What the database says.
pub fn load_progress(conn: &mut Conn<'_>, batch: BatchId) -> Result<Progress, StoreError> {
    Ok(numbered(
        "SELECT coalesce(sum(paid_count), 0)::bigint AS paid, coalesce(sum(paid_total), 0)::bigint AS paid_total,
                coalesce(sum(failed_count), 0)::bigint AS failed, coalesce(sum(failed_total), 0)::bigint AS failed_total,
                coalesce(sum(returned_count), 0)::bigint AS returned, coalesce(sum(returned_total), 0)::bigint AS returned_total
         FROM slice WHERE batch_id = $1",
    )
    .bind::<BigInt, _>(batch.0)
    .get_result(conn.0)?)
}

/// Whether any slice with rows is not done yet.
///
/// # Errors
/// What the database says.
pub fn has_unfinished(conn: &mut Conn<'_>, batch: BatchId) -> Result<bool, StoreError> {
    Ok(diesel::select(diesel::dsl::exists(
        slice::table.filter(
            slice::batch_id
                .eq(batch.0)
                .and(slice::state.eq_any(["waiting", "claimed"]))
                .and(slice::payable_count.gt(0)),
        ),
    ))
    .get_result(conn.0)?)
}

/// Where a slice belongs, with its present token.
///
/// # Errors
/// `NotFound`.
pub fn load(conn: &mut Conn<'_>, id: SliceId) -> Result<ClaimedSlice, StoreError> {
    let row: Option<ClaimRow> =
        numbered("SELECT id, batch_id, account_id, organisation_id, token FROM slice WHERE id = $1")
            .bind::<BigInt, _>(id.0)
            .get_result(conn.0)
            .optional()?;
    row.map(ClaimedSlice::from).ok_or(StoreError::NotFound("slice"))
}
