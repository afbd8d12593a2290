//! Comparing a batch with what was paid before, run of rows by run of rows with the lease kept; batches
//! that wait with what was approved meanwhile; and remembering what was paid, when there is nothing more urgent.

use super::{JobError, Worker};
use crate::domain::ids::{AccountId, BatchId};
use crate::flows::compare::Comparing;
use crate::flows::references;
use crate::store::queue::{self, Claimed};
use crate::store::{batch, beneficiary, payout};

/// Row numbers compared in one statement.
const RUN_ROWS: i32 = 5_000;
/// Slices remembered in one transaction.
const SLICES_MAX: i64 = 20;

impl Worker {
    pub(super) fn compare_beneficiaries(&self, id: BatchId, claimed: &Claimed) -> Result<(), JobError> {
        let found = self.db.read(|conn| batch::load_by_id(conn, id))?;
        let mut comparing = Comparing::default();
        let mut first = 1;
        while first <= found.row_last {
            let last = first.saturating_add(RUN_ROWS - 1);
            let rows = self
                .db
                .read(|conn| beneficiary::list_compared(conn, id, (first, last)))?;
            comparing.take(&rows);
            let now = (self.now)();
            self.db.write(|tx| queue::renew(tx, claimed, now))?;
            first = last.saturating_add(1);
        }
        let now = (self.now)();
        Ok(self.db.write(|tx| comparing.keep(tx, &found, now))?)
    }

    /// Each batch for itself: one of a million rows keeps no transaction open for the others.
    pub(super) fn compare_references(&self, account: AccountId, claimed: &Claimed) -> Result<(), JobError> {
        for id in self.db.read(|conn| payout::list_uncompared(conn, account))? {
            let compared = self.db.read(|conn| references::compare(conn, id))?;
            let now = (self.now)();
            self.db.write(|tx| {
                queue::renew(tx, claimed, now)?;
                compared
                    .as_ref()
                    .map_or(Ok(()), |compared| references::keep(tx, compared))
            })?;
        }
        Ok(())
    }

    /// Remembers what was paid to whom; says whether there was anything new.
    pub(super) fn remember(&self) -> Result<bool, JobError> {
        Ok(self.db.write(|tx| beneficiary::remember(tx, SLICES_MAX))? > 0)
    }
}
