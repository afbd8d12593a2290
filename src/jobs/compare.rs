//! Comparing a batch with what was paid before, run of rows by run of rows with the lease kept; and
//! remembering what was paid, when there is nothing more urgent.

use super::{JobError, Worker};
use crate::domain::ids::BatchId;
use crate::flows::compare::Comparing;
use crate::store::queue::{self, Claimed};
use crate::store::{batch, beneficiary};

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

    /// Remembers what was paid to whom; says whether there was anything new.
    pub(super) fn remember(&self) -> Result<bool, JobError> {
        Ok(self.db.write(|tx| beneficiary::remember(tx, SLICES_MAX))? > 0)
    }
}
