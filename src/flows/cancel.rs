//! Cancel: a batch that is not paid yet is called off; what was reserved is free again. Touches the
//! batch row only: its payouts are CANCELLED because it is.

use crate::domain::authorisation::{Act, may};
use crate::domain::batch::Step;
use crate::domain::event::Event;
use crate::domain::ids::BatchNumber;
use crate::domain::ledger::Movement;
use crate::domain::permission::{Actor, Permission};
use crate::flows::FlowError;
use crate::flows::error::required_reason;
use crate::store::ledger::Entry;
use crate::store::{Tx, batch, event, ledger, standing};
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
    if found.status.is_reserved() {
        let entry = Entry {
            movement: Movement::Release,
            amount: found.payable_total,
            batch: Some(found.id),
            slice: None,
            payout: None,
        };
        ledger::post(tx, found.organisation, found.account, &[entry], now)?;
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
