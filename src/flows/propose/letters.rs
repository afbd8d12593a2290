//! What administrators are told by letter about proposals: one waits for them, theirs was decided or ran
//! out. Nobody is told what they did themselves.
//!
//! Called before the event is appended: the outbox comes before the log's head in the order of locks.

use crate::domain::ids::{PersonId, ProposalId};
use crate::domain::letter::Letter;
use crate::domain::permission::Actor;
use crate::domain::proposal::{Change, Proposal, Status};
use crate::flows::FlowError;
use crate::store::letter::{To, enqueue};
use crate::store::{Tx, holder, person};
use chrono::{DateTime, Utc};

/// Tells those who could confirm it that it waits.
pub(super) fn waits(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (id, change): (ProposalId, &Change),
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let need = change.need();
    let mut others: Vec<PersonId> = holder::list(tx, actor.organisation())?
        .into_iter()
        .filter(|holder| holder.meets(need) && holder.person != actor.person())
        .map(|holder| holder.person)
        .collect();
    others.sort_unstable();
    others.dedup();
    let letter = Letter::ProposalWaits {
        id: id.0,
        kind: change.kind().to_owned(),
        from: name(tx, actor.person())?,
        until: expires_at,
    };
    Ok(enqueue(
        tx,
        actor.organisation(),
        To::People(&others),
        &letter,
        now,
    )?)
}

/// Tells who proposed it what became of it.
pub(super) fn decided(
    tx: &mut Tx<'_>,
    found: &Proposal,
    (status, reason): (Status, Option<&str>),
    by: Option<PersonId>,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    if by == Some(found.proposed_by) {
        return Ok(());
    }
    let by = match by {
        Some(id) => Some(name(tx, id)?),
        None => None,
    };
    let letter = Letter::ProposalDecided {
        id: found.id.0,
        kind: found.change.kind().to_owned(),
        is_confirmed: status == Status::Confirmed,
        by,
        reason: reason.map(str::to_owned),
    };
    let to = [found.proposed_by];
    Ok(enqueue(tx, found.organisation, To::People(&to), &letter, now)?)
}

fn name(tx: &mut Tx<'_>, id: PersonId) -> Result<String, FlowError> {
    let found = person::list(tx, &[id])?.into_iter().next();
    Ok(found.map(|person| person.name).unwrap_or_default())
}
