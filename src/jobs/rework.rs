//! Corrections of many rows: the corrected file is put together and read with no connection held, then
//! all of it is taken over in one transaction, or nothing.

use super::{JobError, Worker};
use crate::domain::ids::BatchId;
use crate::flows::FlowError;
use crate::flows::rework::{carry_out, read_file};
use crate::store::{StoreError, batch, columns, rework};

impl Worker {
    pub(super) fn rework(&self, id: BatchId, ordered: i64) -> Result<(), JobError> {
        let (what, read_as, faulty) = self.db.read::<_, StoreError>(|conn| {
            let found = batch::load_by_id(conn, id)?;
            Ok((
                rework::find_undone(conn, ordered)?,
                columns::load_read_as(conn, &found)?,
                found.fault_count,
            ))
        })?;
        let Some(what) = what else { return Ok(()) };
        let read = match rework::file_of(&what.what) {
            Some(file) => Some(read_file(self.spool(file)?.0, &read_as, faulty)),
            None => None,
        };
        let now = (self.now)();
        let done = self.db.write(|tx| carry_out(tx, (id, ordered), read, now));
        match done {
            // The batch was called off meanwhile.
            Err(FlowError::Store(StoreError::Stale(_))) => Ok(()),
            done => Ok(done?),
        }
    }
}
