//! The acts on a batch: each POST runs its flow over what the person saw and leads back to the batch.
//!
//! Who may do what is the flows' to say. The invariant: an act without a readable fingerprint signs
//! nothing; the flow answers it as stale.

use super::error::PageError;
use super::reply::Reply;
use super::{batch, chosen};
use crate::domain::authorisation::Act;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::BatchNumber;
use crate::domain::permission::Actor;
use crate::domain::second_factor::CodeRefusal;
use crate::flows::recall::Asked;
use crate::flows::reschedule::{self, Reschedule};
use crate::flows::second_factor::{Attempt, take_code};
use crate::flows::submit::{Seen, submit as submit_seen};
use crate::flows::{FlowError, approve, cancel, pause, recall, review, send_back};
use crate::http::visit::Visit;

/// POST `/batches/{number}/submission`.
pub(super) fn submit(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, number) = (visit.actor()?, batch::number(visit)?);
    let seen = Seen {
        rows: seen(visit),
        beside: visit.sent("beside").and_then(Fingerprint::parse),
    };
    visit.act(|tx| submit_seen(tx, actor, number, seen, visit.now))?;
    Ok(back(number))
}

/// POST `/batches/{number}/recall`. Taking back signs nothing, so a fingerprint is compared where one
/// was sent, and not demanded.
pub(super) fn recall(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, number) = (visit.actor()?, batch::number(visit)?);
    let asked = match visit.sent("fingerprint").map(str::trim) {
        None | Some("") => Asked::AsItStands,
        Some(_) => Asked::AsSeen(seen(visit)),
    };
    visit.act(|tx| recall::recall(tx, actor, number, asked, visit.now))?;
    Ok(back(number))
}

/// POST `/batches/{number}/review`.
pub(super) fn review(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, number) = (visit.actor()?, batch::number(visit)?);
    visit.act(|tx| review::review(tx, actor, number, seen(visit), visit.now))?;
    Ok(back(number))
}

/// POST `/batches/{number}/approval`.
pub(super) fn approve(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, number) = (confirmed(visit)?, batch::number(visit)?);
    visit.act(|tx| approve::approve(tx, &actor, number, seen(visit), visit.now))?;
    Ok(back(number))
}

/// POST `/batches/{number}/release`.
pub(super) fn release(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, number) = (confirmed(visit)?, batch::number(visit)?);
    visit.act(|tx| approve::release(tx, &actor, number, seen(visit), visit.now))?;
    Ok(back(number))
}

/// POST `/batches/{number}/return`.
pub(super) fn send_back(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, number) = (visit.actor()?, batch::number(visit)?);
    let done = visit.act(|tx| send_back::send_back(tx, actor, number, reason(visit), visit.now));
    reasoned(visit, number, Act::Return, done)
}

/// POST `/batches/{number}/rejection`.
pub(super) fn reject(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, number) = (visit.actor()?, batch::number(visit)?);
    let done = visit.act(|tx| send_back::reject(tx, actor, number, reason(visit), visit.now));
    reasoned(visit, number, Act::Reject, done)
}

/// POST `/batches/{number}/pause`.
pub(super) fn pause(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, number) = (visit.actor()?, batch::number(visit)?);
    whole(visit)?;
    visit.act(|tx| pause::pause(tx, actor, number, visit.now))?;
    Ok(back(number))
}

/// POST `/batches/{number}/resume`.
pub(super) fn resume(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, number) = (visit.actor()?, batch::number(visit)?);
    whole(visit)?;
    visit.act(|tx| pause::resume(tx, actor, number, visit.now))?;
    Ok(back(number))
}

/// Refuses a choice of payouts, which would otherwise be taken for all of them.
fn whole(visit: &Visit) -> Result<(), PageError> {
    if chosen::payouts(visit)?.is_empty() {
        return Ok(());
    }
    let message = "A batch is paused and resumed as a whole, and nothing was done. Leave out the field \
                   payout, or reschedule or cancel the chosen payouts instead.";
    Err(FlowError::invalid("payout", message).into())
}

/// POST `/batches/{number}/cancellation`.
pub(super) fn cancel(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, number) = (visit.actor()?, batch::number(visit)?);
    let some = chosen::payouts(visit)?;
    let done = visit.act(|tx| {
        if some.is_empty() {
            cancel::cancel(tx, actor, number, reason(visit), visit.now)
        } else {
            cancel::cancel_some(tx, actor, (number, &some), reason(visit), visit.now)
        }
    });
    reasoned(visit, number, Act::Cancel, done)
}

/// POST `/batches/{number}/schedule`.
pub(super) fn schedule(visit: &Visit) -> Result<Reply, PageError> {
    let (actor, number) = (visit.actor()?, batch::number(visit)?);
    let some = chosen::payouts(visit)?;
    let wanted = Reschedule {
        pay_on: visit.sent("pay_on").unwrap_or_default(),
        payouts: &some,
        own_dates: visit.sent("own_dates").is_some_and(|sent| !sent.is_empty()),
    };
    let done = visit.act(|tx| reschedule::reschedule(tx, actor, number, wanted, visit.now));
    reasoned(visit, number, Act::Reschedule, done.map(|_| ()))
}

/// Who acts, having confirmed with a code where they sent one. The code is used up in a transaction of
/// its own: a wrong one counts whatever becomes of the act.
pub(super) fn confirmed(visit: &Visit) -> Result<Actor, PageError> {
    let actor = visit.actor()?.clone();
    let Some(code) = visit.sent("code") else {
        return Ok(actor);
    };
    match visit.act(|tx| take_code(tx, &visit.portal.sealing, actor.person(), code, visit.now))? {
        Attempt::Right => Ok(actor.having_confirmed()),
        // Who has no second factor is not asked for a code, and needs none.
        Attempt::Refused(CodeRefusal::NotSetUp) => Ok(actor),
        Attempt::Refused(refusal) => Err(FlowError::from(refusal).into()),
    }
}

/// What the person saw; `None` where nothing readable was sent.
fn seen(visit: &Visit) -> Option<Fingerprint> {
    visit.sent("fingerprint").and_then(Fingerprint::parse)
}

fn reason(visit: &Visit) -> &str {
    visit.sent("reason").unwrap_or_default()
}

fn back(number: BatchNumber) -> Reply {
    Reply::SeeOther(batch::address(number))
}

/// Back to the batch; where a field was refused, its page with what was typed and why.
fn reasoned(
    visit: &Visit,
    number: BatchNumber,
    act: Act,
    done: Result<(), FlowError>,
) -> Result<Reply, PageError> {
    match done {
        Ok(()) => Ok(back(number)),
        Err(
            error @ FlowError::Invalid {
                field: "reason" | "pay_on",
                ..
            },
        ) => {
            let html = batch::after_refusal(visit, act, &error.to_string())?;
            Ok(Reply::Refusal {
                error: error.into(),
                html,
            })
        }
        Err(other) => Err(other.into()),
    }
}
