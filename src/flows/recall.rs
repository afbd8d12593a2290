//! Recall: the initiator takes a submitted batch back to open, in a new revision.

use crate::domain::authorisation::{Act, may};
use crate::domain::batch::Step;
use crate::domain::event::Event;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::BatchNumber;
use crate::domain::permission::{Actor, Permission};
use crate::flows::FlowError;
use crate::flows::revise;
use crate::store::{Tx, batch, event, standing};
use chrono::{DateTime, Utc};
use serde_json::json;

/// What the person took back.
#[derive(Clone, Copy)]
pub enum Asked {
    /// Whatever stands there.
    AsItStands,
    /// What they saw, and nothing else; `None` where it can't be read.
    AsSeen(Option<Fingerprint>),
}

/// Takes the batch back; its signatures are void.
///
/// # Errors
/// A refusal of duty or state; `FingerprintStale` where the person saw another content.
pub fn recall(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    asked: Asked,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    let mut found = batch::lock(tx, &scope, number)?;
    let situation = standing::load(tx, actor, &found)?;
    may(Act::Recall, &situation.stand, &situation.standing)?;
    if let Asked::AsSeen(seen) = asked
        && (seen.is_none() || seen != found.fingerprint)
    {
        return Err(FlowError::FingerprintStale);
    }
    revise::reopen(tx, &mut found, Step::Recall, now)?;
    let recalled = Event::new(
        found.organisation,
        now,
        Step::Recall.as_str(),
        json!({ "revision": found.revision }),
    );
    Ok(event::append(
        tx,
        &recalled.by(actor.person()).on_batch(found.id),
    )?)
}
