//! Cancel: what is not claimed yet is called off; what was reserved for it is free again. A batch of
//! which nothing was sent is cancelled by its own row: its payouts are CANCELLED because it is. One of
//! which something was sent has its unclaimed slices cancelled, and ends completed.

use crate::domain::authorisation::{Act, Refusal, may};
use crate::domain::batch::{Batch, Step};
use crate::domain::event::Event;
use crate::domain::ids::BatchNumber;
use crate::domain::ledger::Movement;
use crate::domain::permission::{Actor, Permission};
use crate::flows::FlowError;
use crate::flows::error::required_reason;
use crate::store::ledger::Entry;
use crate::store::{Tx, batch, event, ledger, slice, standing};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Calls the batch off, with a reason.
///
/// # Errors
/// A refusal of duty or state, or a missing reason.
pub fn cancel(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let view = actor.require(Permission::BatchView)?;
    let mut found = batch::lock(tx, &view, number)?;
    let situation = standing::load(tx, actor, &found)?;
    may(Act::Cancel, &situation.stand, &situation.standing)?;
    let reason = required_reason(reason)?;
    if found.status.is_reserved() && slice::has_begun(tx, found.id)? {
        return cancel_rest(tx, actor, &found, reason, now);
    }
    if found.status.is_reserved() {
        release(tx, &found, found.payable_total, now)?;
    }
    batch::close(tx, found.id, actor.person(), now, reason)?;
    batch::advance(tx, &mut found, Step::Cancel)?;
    let cancelled = Event::new(
        found.organisation,
        now,
        Step::Cancel.as_str(),
        json!({ "reason": reason }),
    );
    Ok(event::append(
        tx,
        &cancelled.by(actor.person()).on_batch(found.id),
    )?)
}

/// Something was sent already: what is not claimed is called off and its money is free again; what
/// is in flight finishes, and then the batch is completed. Signatures stay: this only shrinks what
/// was signed.
fn cancel_rest(
    tx: &mut Tx<'_>,
    actor: &Actor,
    found: &Batch,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let (count, total) = slice::cancel_waiting(tx, found.id)?;
    if count == 0 {
        return Err(Refusal::AllClaimed.into());
    }
    release(tx, found, total, now)?;
    batch::close(tx, found.id, actor.person(), now, reason)?;
    let data = json!({ "reason": reason, "payouts": count, "total_minor": total });
    let cancelled = Event::new(found.organisation, now, "batch.rest_cancelled", data);
    Ok(event::append(
        tx,
        &cancelled.by(actor.person()).on_batch(found.id),
    )?)
}

fn release(tx: &mut Tx<'_>, found: &Batch, amount: i64, now: DateTime<Utc>) -> Result<(), FlowError> {
    let entry = Entry {
        movement: Movement::Release,
        amount,
        batch: Some(found.id),
        slice: None,
        payout: None,
    };
    ledger::post(tx, found.organisation, found.account, &[entry], now)?;
    Ok(())
}
