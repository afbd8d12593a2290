//! Closing a batch by cancelling or rejecting it, shared by the two. Of one of which nothing was sent,
//! the status says it all. Of one of which something was sent, the unclaimed rest is called off: what is
//! in flight finishes, and then the batch is completed.

use crate::domain::batch::{Batch, Status, Step};
use crate::domain::event::Event;
use crate::domain::permission::Actor;
use crate::flows::FlowError;
use crate::flows::revise::{release, release_waiting};
use crate::store::{Tx, account, batch, event, slice};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Closes the batch by this step, with its reason; what was reserved for it is free again.
///
/// # Errors
/// `Stale` where the step can't be taken from where the batch stands.
pub fn close(
    tx: &mut Tx<'_>,
    actor: &Actor,
    found: &mut Batch,
    (step, reason): (Step, &str),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    if slice::has_begun(tx, found.id)? {
        return close_rest(tx, actor, found, (step, reason), now);
    }
    if found.status.is_reserved() {
        release_waiting(tx, found, now)?;
    }
    batch::close(tx, found.id, actor.person(), now, reason)?;
    batch::advance(tx, found, step)?;
    let closed = Event::new(
        found.organisation,
        now,
        step.as_str(),
        json!({ "reason": reason }),
    );
    Ok(event::append(tx, &closed.by(actor.person()).on_batch(found.id))?)
}

fn close_rest(
    tx: &mut Tx<'_>,
    actor: &Actor,
    found: &mut Batch,
    (step, reason): (Step, &str),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let account = account::load(tx, found.account)?;
    let was_reserved = found.status.is_reserved();
    let (count, total) = slice::cancel_waiting(tx, found.id)?;
    if was_reserved {
        release(tx, found, total, now)?;
    }
    batch::close(tx, found.id, actor.person(), now, reason)?;
    // Signed again and not yet paid from, it would wait for a date on which nothing goes.
    if !matches!(found.status, Status::Paying | Status::Paused) {
        batch::advance(tx, found, Step::CancelRest)?;
    }
    let data = json!({ "reason": reason, "payouts": count, "total": account.money(total).plain(),
        "rejected": step == Step::Reject });
    let closed = Event::new(found.organisation, now, Step::CancelRest.as_str(), data);
    Ok(event::append(tx, &closed.by(actor.person()).on_batch(found.id))?)
}
