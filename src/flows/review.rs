//! Review: the middle signature under 6 eyes, over the fingerprint that the reviewer saw.

use crate::domain::authorisation::{Act, Seat, can_be_signed, may};
use crate::domain::batch::{Status, Step};
use crate::domain::event::Event;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::BatchNumber;
use crate::domain::permission::{Actor, Permission};
use crate::flows::{FlowError, tell};
use crate::store::{Tx, batch, event, signature, standing};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Signs as reviewer; answers where the batch stands then.
///
/// # Errors
/// A refusal of duty or state, a stale fingerprint, or nobody being left to approve.
pub fn review(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    seen: Option<Fingerprint>,
    now: DateTime<Utc>,
) -> Result<Status, FlowError> {
    let view = actor.require(Permission::BatchView)?;
    let mut found = batch::lock(tx, &view, number)?;
    let situation = standing::load(tx, actor, &found)?;
    may(Act::Review, &situation.stand, &situation.standing)?;
    if seen.is_none() || seen != found.fingerprint {
        return Err(FlowError::FingerprintStale);
    }
    let others: Vec<_> = standing::list_candidates(tx, &found, &situation, Some(actor.person()))?
        .into_iter()
        .map(|(_, candidate)| candidate)
        .collect();
    let level = crate::domain::authorisation::Level::Four;
    can_be_signed(level, &others).map_err(|missing| FlowError::NobodyCanSign { level, missing })?;
    signature::insert(tx, &found, actor.person(), Seat::Reviewer, now)?;
    let status = batch::advance(tx, &mut found, Step::Review)?;
    tell::next_signers(tx, actor, (&found, &situation), now)?;
    let data =
        json!({ "revision": found.revision, "fingerprint": found.fingerprint.map(Fingerprint::to_hex) });
    let reviewed = Event::new(found.organisation, now, Step::Review.as_str(), data);
    event::append(tx, &reviewed.by(actor.person()).on_batch(found.id))?;
    Ok(status)
}
