//! When payouts really go: their date, moved by the account's calendar. Fixed once, with the deciding
//! signature, for each date that a batch has; a batch's own date stands on the batch, rows' dates on
//! their slices. Payouts are not touched.

use super::prepared::numbered;
use super::schema::{batch, slice};
use super::{Conn, StoreError, Tx};
use crate::domain::batch::Batch;
use crate::domain::ids::BatchId;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz};

/// When a slice goes, over the aliases s (slice) and b (batch).
pub(super) const OF_SLICE: &str = "coalesce(s.goes_at, s.due_at, b.goes_at, b.pay_on, b.approved_at)";

/// When a payout goes, over the aliases p (payout), s (its slice, left-joined) and b (batch).
pub(super) const OF_PAYOUT: &str = "coalesce(s.goes_at, p.pay_on, b.goes_at, b.pay_on, b.approved_at)";

#[derive(QueryableByName)]
struct DateRow {
    #[diesel(sql_type = Timestamptz)]
    due_at: DateTime<Utc>,
}

/// Fixes when everything of the batch that waits goes: `effective` answers it for a date that was
/// asked for, `None` where that is when approved.
///
/// # Errors
/// What the database says.
pub fn fix(
    tx: &mut Tx<'_>,
    found: &Batch,
    effective: impl Fn(Option<DateTime<Utc>>) -> Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    diesel::update(batch::table.find(found.id.0))
        .set(batch::goes_at.eq(effective(found.pay_on)))
        .execute(tx.pg())?;
    let dates: Vec<DateRow> = numbered(
        "SELECT DISTINCT due_at FROM slice WHERE batch_id = $1 AND state = 'waiting' AND due_at IS NOT NULL",
    )
    .bind::<BigInt, _>(found.id.0)
    .load(tx.pg())?;
    for DateRow { due_at } in dates {
        let goes = effective(Some(due_at));
        diesel::update(
            slice::table
                .filter(
                    slice::batch_id
                        .eq(found.id.0)
                        .and(slice::state.eq("waiting"))
                        .and(slice::due_at.eq(due_at)),
                )
                .filter(slice::goes_at.is_distinct_from(goes)),
        )
        .set(slice::goes_at.eq(goes))
        .execute(tx.pg())?;
    }
    Ok(())
}

/// When the batch's rows without a date of their own go, where the calendar moved that.
///
/// # Errors
/// What the database says.
pub fn find_moved(conn: &mut Conn<'_>, id: BatchId) -> Result<Option<DateTime<Utc>>, StoreError> {
    Ok(batch::table.find(id.0).select(batch::goes_at).first(conn.0)?)
}
