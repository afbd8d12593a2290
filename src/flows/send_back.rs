//! What a reviewer or approver does instead of signing: send back to the maker, or refuse for good.
//! Both with a reason.

use crate::domain::authorisation::{Act, may};
use crate::domain::batch::{Batch, Step};
use crate::domain::event::Event;
use crate::domain::ids::BatchNumber;
use crate::domain::letter::Letter;
use crate::domain::permission::{Actor, Permission};
use crate::flows::error::required_reason;
use crate::flows::{FlowError, close, revise, tell};
use crate::store::standing::{self, Situation};
use crate::store::{Tx, batch, event};
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
    let (mut found, situation) = decide(tx, actor, number, Act::Return)?;
    let reason = required_reason(reason)?;
    found.returned_reason = Some(reason.to_owned());
    revise::reopen(tx, &mut found, Step::Return, now)?;
    let letter = |batch, by| Letter::SentBack {
        batch,
        by,
        reason: reason.to_owned(),
    };
    tell::initiator(tx, actor, (&found, &situation), letter, now)?;
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
    let (mut found, situation) = decide(tx, actor, number, Act::Reject)?;
    let reason = required_reason(reason)?;
    let letter = |batch, by| Letter::Rejected {
        batch,
        by,
        reason: reason.to_owned(),
    };
    tell::initiator(tx, actor, (&found, &situation), letter, now)?;
    close::close(tx, actor, &mut found, (Step::Reject, reason), now)
}

fn decide(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    act: Act,
) -> Result<(Batch, Situation), FlowError> {
    let view = actor.require(Permission::BatchView)?;
    let found = batch::lock(tx, &view, number)?;
    let situation = standing::load(tx, actor, &found)?;
    may(act, &situation.stand, &situation.standing)?;
    Ok((found, situation))
}
