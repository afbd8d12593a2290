//! What follows an edit by API: the batch is submitted again for the client's person, in the transaction
//! of the edit, one that was sent back too. Where that is refused it stays open with the reason.

use crate::domain::batch::Status;
use crate::domain::ids::BatchNumber;
use crate::domain::permission::{Actor, Permission};
use crate::flows::{FlowError, submission};
use crate::store::{Tx, account, batch};
use chrono::{DateTime, Utc};

/// Submits an open batch again; nothing where it is not open.
///
/// # Errors
/// `NotPermitted` without batch.capture, or what the store says.
pub fn resubmit(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    let mut found = batch::lock(tx, &scope, number)?;
    if found.status == Status::Open {
        let account = account::load(tx, found.account)?;
        submission::submit_for(tx, Some(actor), &mut found, &account, now)?;
    }
    Ok(())
}
