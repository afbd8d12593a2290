//! What a reviewer or approver does instead of signing: send back to the maker, or refuse for good.
//! Both with a reason.

use crate::domain::authorisation::{Act, may};
use crate::domain::batch::{Batch, Step};
use crate::domain::event::Event;
use crate::domain::ids::BatchNumber;
use crate::domain::permission::{Actor, Permission};
use crate::flows::FlowError;
use crate::flows::close;
use crate::flows::error::required_reason;
use crate::flows::revise;
use crate::store::{Tx, batch, event, standing};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Returns the batch to open in a new revision: its signatures are void.
///
/// # Errors
/// A refusal of duty or state, or a missing reason.
pub fn send_back(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let mut found = decide(tx, actor, number, Act::Return)?;
    let reason = required_reason(reason)?;
    found.returned_reason = Some(reason.to_owned());
    revise::reopen(tx, &mut found, Step::Return, now)?;
    let data = json!({ "reason": reason, "revision": found.revision });
    let returned = Event::new(found.organisation, now, Step::Return.as_str(), data);
    Ok(event::append(
        tx,
        &returned.by(actor.person()).on_batch(found.id),
    )?)
}

/// Refuses the batch for good.
///
/// # Errors
/// A refusal of duty or state, or a missing reason.
pub fn reject(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let mut found = decide(tx, actor, number, Act::Reject)?;
    let reason = required_reason(reason)?;
    close::close(tx, actor, &mut found, (Step::Reject, reason), now)
}

fn decide(tx: &mut Tx<'_>, actor: &Actor, number: BatchNumber, act: Act) -> Result<Batch, FlowError> {
    let view = actor.require(Permission::BatchView)?;
    let found = batch::lock(tx, &view, number)?;
    let situation = standing::load(tx, actor, &found)?;
    may(act, &situation.stand, &situation.standing)?;
    Ok(found)
}
