//! Telling people by letter what became of a batch, in the transaction of the act: who can sign it
//! next, who sent it. One letter a person; nobody is told what they did themselves.
//!
//! Called before the event is appended: the outbox comes before the log's head in the order of locks.

use crate::domain::authorisation::{Seat, waiting_seat};
use crate::domain::batch::Batch;
use crate::domain::ids::PersonId;
use crate::domain::letter::{BatchFacts, Letter};
use crate::domain::money::Money;
use crate::domain::permission::Actor;
use crate::flows::FlowError;
use crate::store::letter::{To, enqueue};
use crate::store::standing::Situation;
use crate::store::{Tx, account, person, signature, standing};
use chrono::{DateTime, Utc};

/// A batch as letters name it.
///
/// # Errors
/// What the store says.
pub fn facts(tx: &mut Tx<'_>, batch: &Batch) -> Result<BatchFacts, FlowError> {
    let account = account::load(tx, batch.account)?;
    Ok(BatchFacts {
        number: batch.number,
        name: batch.name.clone(),
        payouts: batch.payable_count,
        total: account.money(batch.payable_total).to_string(),
    })
}

/// Tells those who can sign the step that the batch waits for now. `situation` is what it was before
/// the actor signed.
///
/// # Errors
/// What the store says.
pub fn next_signers(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (batch, situation): (&Batch, &Situation),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let Some(seat) = waiting_seat(batch.status) else {
        return Ok(());
    };
    let candidates = standing::list_candidates(tx, batch, situation, Some(actor.person()))?;
    let signers: Vec<PersonId> = candidates
        .into_iter()
        .filter(|(_, candidate)| match seat {
            Seat::Initiator => false,
            Seat::Reviewer => candidate.review,
            Seat::Approver => candidate.approve,
        })
        .map(|(person, _)| person.id)
        .collect();
    let letter = Letter::Waiting {
        batch: facts(tx, batch)?,
        step: match seat {
            Seat::Initiator => "release",
            Seat::Reviewer => "review",
            Seat::Approver => "approval",
        }
        .to_owned(),
        from: name(tx, actor.person())?,
    };
    Ok(enqueue(
        tx,
        batch.organisation,
        To::People(&signers),
        &letter,
        now,
    )?)
}

/// Tells the initiator what `actor` decided: `letter` is made of the batch and the actor's name.
///
/// # Errors
/// What the store says.
pub fn initiator(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (batch, situation): (&Batch, &Situation),
    letter: impl FnOnce(BatchFacts, String) -> Letter,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let Some((initiator, _)) = situation.stand.initiator else {
        return Ok(());
    };
    if initiator == actor.person() {
        return Ok(());
    }
    let letter = letter(facts(tx, batch)?, name(tx, actor.person())?);
    Ok(enqueue(
        tx,
        batch.organisation,
        To::People(&[initiator]),
        &letter,
        now,
    )?)
}

/// Tells those who sent the batch how much of it was not paid.
///
/// # Errors
/// What the store says.
pub fn failed_payouts(
    tx: &mut Tx<'_>,
    batch: &Batch,
    (failed, amount): (i64, Money),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let letter = Letter::FailedPayouts {
        batch: facts(tx, batch)?,
        failed,
        amount: amount.to_string(),
    };
    to_senders(tx, batch, &letter, now)
}

/// Tells those who sent the batch how much of what was paid came back.
///
/// # Errors
/// What the store says.
pub fn returned_payouts(
    tx: &mut Tx<'_>,
    batch: &Batch,
    (returned, amount): (i64, Money),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let letter = Letter::ReturnedPayouts {
        batch: facts(tx, batch)?,
        returned,
        amount: amount.to_string(),
    };
    to_senders(tx, batch, &letter, now)
}

fn to_senders(tx: &mut Tx<'_>, batch: &Batch, letter: &Letter, now: DateTime<Utc>) -> Result<(), FlowError> {
    let initiator = signature::list(tx, batch)?
        .into_iter()
        .find(|signature| signature.seat == Seat::Initiator);
    let senders: Vec<PersonId> = initiator
        .map(|signature| signature.person)
        .into_iter()
        .chain([batch.captured_by])
        .collect();
    Ok(enqueue(
        tx,
        batch.organisation,
        To::People(&senders),
        letter,
        now,
    )?)
}

fn name(tx: &mut Tx<'_>, id: PersonId) -> Result<String, FlowError> {
    let found = person::list(tx, &[id])?.into_iter().next();
    Ok(found.map(|person| person.name).unwrap_or_default())
}
