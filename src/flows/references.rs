//! Comparing references of batches that wait with those of a batch that was approved meanwhile, before
//! a deciding signature asks: it has to compare only with what came after, which is mostly nothing, and
//! costs the same for a million rows as for a thousand. What is found is told by that signature.

use crate::domain::batch::Batch;
use crate::domain::ids::BatchId;
use crate::flows::FlowError;
use crate::store::{Conn, Tx, account, batch, payout};

/// A batch, and up to which deciding signature on its account nothing stands against its references.
pub struct Compared {
    batch: Batch,
    approvals: i32,
}

/// Compares the batch with everything approved up to now; `None` where a reference is taken.
///
/// # Errors
/// What the store says.
pub fn compare(conn: &mut Conn<'_>, id: BatchId) -> Result<Option<Compared>, FlowError> {
    let batch = batch::load_by_id(conn, id)?;
    // Read before the comparison: every signature up to this one is in what is compared with.
    let approvals = account::load(conn, batch.account)?.approvals;
    let clashes = payout::list_clashes(conn, &batch)?;
    Ok(clashes.is_empty().then_some(Compared { batch, approvals }))
}

/// Keeps that, unless the batch has changed since: who changes a row compares it, but perhaps before
/// the signature that it was compared with here.
///
/// # Errors
/// What the store says.
pub fn keep(tx: &mut Tx<'_>, compared: &Compared) -> Result<(), FlowError> {
    Ok(payout::note_compared(tx, &compared.batch, compared.approvals)?)
}
