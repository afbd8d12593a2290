//! The acts on a batch: each POST runs its flow over what the person saw and leads back to the batch.
//!
//! Who may do what is the flows' to say. The invariant: an act without a readable fingerprint signs
//! nothing; the flow answers it as stale.

use super::batch;
use super::error::PageError;
use super::reply::Reply;
use crate::domain::authorisation::Act;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::BatchNumber;
use crate::domain::permission::Actor;
use crate::flows::{FlowError, approve, cancel, recall, review, send_back, submit};
use crate::http::visit::Visit;
use crate::store::Tx;

/// POST `/batches/{number}/submission`.
pub(super) fn submit(visit: &Visit) -> Result<Reply, PageError> {
    let seen = seen(visit);
    done(visit, |tx, actor, number| {
        submit::submit(tx, actor, number, seen, visit.now)
    })
}

/// POST `/batches/{number}/recall`.
pub(super) fn recall(visit: &Visit) -> Result<Reply, PageError> {
    done(visit, |tx, actor, number| {
        recall::recall(tx, actor, number, visit.now)
    })
}

/// POST `/batches/{number}/review`.
pub(super) fn review(visit: &Visit) -> Result<Reply, PageError> {
    let seen = seen(visit);
    done(visit, |tx, actor, number| {
        review::review(tx, actor, number, seen, visit.now)
    })
}

/// POST `/batches/{number}/approval`.
pub(super) fn approve(visit: &Visit) -> Result<Reply, PageError> {
    let seen = seen(visit);
    done(visit, |tx, actor, number| {
        approve::approve(tx, actor, number, seen, visit.now)
    })
}

/// POST `/batches/{number}/release`.
pub(super) fn release(visit: &Visit) -> Result<Reply, PageError> {
    let seen = seen(visit);
    done(visit, |tx, actor, number| {
        approve::release(tx, actor, number, seen, visit.now)
    })
}

/// POST `/batches/{number}/return`.
pub(super) fn send_back(visit: &Visit) -> Result<Reply, PageError> {
    let reason = visit.sent("reason").unwrap_or_default();
    with_reason(visit, Act::Return, |tx, actor, number| {
        send_back::send_back(tx, actor, number, reason, visit.now)
    })
}

/// POST `/batches/{number}/rejection`.
pub(super) fn reject(visit: &Visit) -> Result<Reply, PageError> {
    let reason = visit.sent("reason").unwrap_or_default();
    with_reason(visit, Act::Reject, |tx, actor, number| {
        send_back::reject(tx, actor, number, reason, visit.now)
    })
}

/// POST `/batches/{number}/cancellation`.
pub(super) fn cancel(visit: &Visit) -> Result<Reply, PageError> {
    let reason = visit.sent("reason").unwrap_or_default();
    with_reason(visit, Act::Cancel, |tx, actor, number| {
        cancel::cancel(tx, actor, number, reason, visit.now)
    })
}

/// What the person saw; `None` where nothing readable was sent.
fn seen(visit: &Visit) -> Option<Fingerprint> {
    visit.sent("fingerprint").and_then(Fingerprint::parse)
}

fn done<T>(
    visit: &Visit,
    flow: impl FnOnce(&mut Tx<'_>, &Actor, BatchNumber) -> Result<T, FlowError>,
) -> Result<Reply, PageError> {
    let number = batch::number(visit)?;
    let actor = visit.actor()?;
    visit.act(|tx| flow(tx, actor, number))?;
    Ok(Reply::SeeOther(batch::address(number)))
}

/// As `done`; where the reason is refused, the batch's page comes back with it and its fault.
fn with_reason<T>(
    visit: &Visit,
    act: Act,
    flow: impl FnOnce(&mut Tx<'_>, &Actor, BatchNumber) -> Result<T, FlowError>,
) -> Result<Reply, PageError> {
    let error = match done(visit, flow) {
        Err(PageError::Flow(error @ FlowError::Invalid { field: "reason", .. })) => error,
        other => return other,
    };
    let html = batch::after_refusal(visit, act, &error.to_string())?;
    Ok(Reply::Refusal {
        error: error.into(),
        html,
    })
}
