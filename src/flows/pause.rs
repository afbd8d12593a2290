//! Pause and resume: a batch that is approved or being paid is held, and let go again. Nothing more is
//! claimed while it is held; what is in flight finishes. Money stays reserved, signatures stand.

use crate::domain::authorisation::{Act, may};
use crate::domain::batch::{Batch, Step};
use crate::domain::event::Event;
use crate::domain::ids::BatchNumber;
use crate::domain::permission::{Actor, Permission};
use crate::flows::FlowError;
use crate::store::{Tx, batch, event, slice, standing};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Holds the batch.
///
/// # Errors
/// A refusal of duty or state.
pub fn pause(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let mut found = decide(tx, actor, number, Act::Pause)?;
    take(tx, actor, &mut found, Step::Pause, now)
}

/// Lets the batch go on. Needs no signature, but a maker can't.
///
/// # Errors
/// A refusal of duty or state.
pub fn resume(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let mut found = decide(tx, actor, number, Act::Resume)?;
    let step = if slice::has_begun(tx, found.id)? {
        Step::ResumePaying
    } else {
        Step::ResumeWaiting
    };
    let due = slice::find_next_due(tx, found.id, None)?;
    batch::set_next_due(tx, found.id, due)?;
    take(tx, actor, &mut found, step, now)
}

fn decide(tx: &mut Tx<'_>, actor: &Actor, number: BatchNumber, act: Act) -> Result<Batch, FlowError> {
    let view = actor.require(Permission::BatchView)?;
    let found = batch::lock(tx, &view, number)?;
    let situation = standing::load(tx, actor, &found)?;
    may(act, &situation.stand, &situation.standing)?;
    Ok(found)
}

fn take(
    tx: &mut Tx<'_>,
    actor: &Actor,
    found: &mut Batch,
    step: Step,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    batch::advance(tx, found, step)?;
    let what = Event::new(found.organisation, now, step.as_str(), json!({}));
    Ok(event::append(tx, &what.by(actor.person()).on_batch(found.id))?)
}
