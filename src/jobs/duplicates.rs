//! Looking for payouts that look alike: run of rows by run of rows, with the lease kept, so that a
//! million take no long transaction; and dropping what nothing is compared with any more.

use super::{JobError, Worker};
use crate::domain::ids::BatchId;
use crate::flows::duplicates;
use crate::store::duplicate::{self, Rows};
use crate::store::queue::{self, Claimed};
use crate::store::statistics::Grown;
use crate::store::{Tx, batch};
use chrono::{DateTime, Utc};

/// Row numbers taken in one transaction.
const RUN_ROWS: i32 = 50_000;
/// Batches whose likenesses are dropped in one transaction.
const CLEARED_AT_ONCE: i64 = 20;

impl Worker {
    /// Every row is remembered before the first is compared: of two batches that are compared at once,
    /// whichever looks later sees the other.
    pub(super) fn find_duplicates(
        &self,
        id: BatchId,
        rows: &[i32],
        claimed: &Claimed,
    ) -> Result<(), JobError> {
        let found = self.db.read(|conn| batch::load_by_id(conn, id))?;
        if rows.is_empty() {
            self.in_runs(found.row_last, claimed, |tx, rows| {
                duplicate::remember(tx, &found, rows)
            })?;
            self.db.write(|tx| duplicate::compare_file(tx, &found))?;
            self.in_runs(found.row_last, claimed, |tx, rows| {
                duplicate::compare(tx, &found, rows)
            })?;
            self.look_at_tables(id, Grown::Likenesses);
        } else {
            self.db
                .write(|tx| duplicate::remember(tx, &found, Rows::These(rows)))?;
            let echoes = self
                .db
                .write(|tx| duplicates::compare_corrected(tx, &found, rows))?;
            // Each in a transaction of its own: two batches that were told of each other never wait
            // for each other.
            for (other, rows) in echoes {
                self.db.write(|tx| {
                    let other = batch::load_by_id(tx, other)?;
                    duplicate::compare(tx, &other, Rows::These(&rows))
                })?;
            }
        }
        Ok(self.db.write(|tx| duplicate::keep_check(tx, &found))?)
    }

    fn in_runs(
        &self,
        last: i32,
        claimed: &Claimed,
        work: impl Fn(&mut Tx<'_>, Rows<'_>) -> Result<(), crate::store::StoreError>,
    ) -> Result<(), JobError> {
        let mut first = 1;
        while first <= last {
            let end = first.saturating_add(RUN_ROWS - 1).min(last);
            let now = (self.now)();
            self.db.write(|tx| {
                work(tx, Rows::Between(first, end))?;
                queue::renew(tx, claimed, now)
            })?;
            first = end.saturating_add(1);
        }
        Ok(())
    }

    /// Drops likenesses that nothing is compared with any more; answers of how many batches.
    pub(super) fn clear_likenesses(&self, now: DateTime<Utc>) -> Result<usize, JobError> {
        let mut cleared = 0;
        loop {
            let some = self
                .db
                .write(|tx| duplicate::clear_away(tx, now, CLEARED_AT_ONCE))?;
            cleared += some;
            if some == 0 {
                return Ok(cleared);
            }
        }
    }
}
