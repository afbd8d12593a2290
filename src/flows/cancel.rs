//! Cancel: what is not claimed yet is called off, all of it or some; what was reserved for it is free
//! again. A batch of which nothing was sent is cancelled by its own row: its payouts are CANCELLED
//! because it is. One of which something was sent has its unclaimed slices cancelled, and ends completed.
//!
//! Cancelling some is not an edit: it only shrinks what was signed, so signatures stand.

use crate::domain::authorisation::{Act, may};
use crate::domain::batch::{Batch, Step};
use crate::domain::event::Event;
use crate::domain::ids::{BatchNumber, PayoutId};
use crate::domain::permission::{Actor, Permission};
use crate::flows::FlowError;
use crate::flows::close;
use crate::flows::error::required_reason;
use crate::flows::revise;
use crate::store::payout::{Closing, Payout};
use crate::store::slice::Cancelled;
use crate::store::{Tx, account, batch, event, payout, slice, standing};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::BTreeMap;

/// Calls the batch off, with a reason.
///
/// # Errors
/// A refusal of duty or state, or a missing reason.
pub fn cancel(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let mut found = decide(tx, actor, number)?;
    let reason = required_reason(reason)?;
    close::close(tx, actor, &mut found, (Step::Cancel, reason), now)
}

/// Calls some payouts of the batch off, with a reason; all of them or none. Where nothing is left to
/// be paid, the batch is called off with them.
///
/// # Errors
/// A refusal of duty or state, a missing reason, `NotFound` where one is not in the batch,
/// `NotEditable` where one is claimed or final.
pub fn cancel_some(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (number, payouts): (BatchNumber, &[PayoutId]),
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let mut found = decide(tx, actor, number)?;
    let reason = required_reason(reason)?;
    let chosen = revise::choose(tx, &found, payouts)?;
    let (count, total) = call_off(tx, &mut found, &chosen, (actor, reason, now))?;
    if found.status.is_signed() {
        found.cancelled_count += count;
        found.cancelled_total += total;
        batch::update_contents(tx, &found)?;
    } else {
        let account = account::load(tx, found.account)?;
        revise::shrink(tx, &mut found, (count, total))?;
        let blocks = chosen
            .iter()
            .map(|payout| revise::block_number(payout.row))
            .collect();
        revise::settle_figures(tx, &mut found, &account, blocks)?;
    }
    if found.status.is_reserved() {
        revise::release(tx, &found, total, now)?;
        let due = slice::find_next_due(tx, found.id, None)?;
        batch::set_next_due(tx, found.id, due)?;
    }
    say(tx, actor, &found, (&chosen, total, reason), now)?;
    if !slice::has_waiting(tx, found.id)? && count > 0 {
        close::close(tx, actor, &mut found, (Step::Cancel, reason), now)?;
    }
    Ok(())
}

fn decide(tx: &mut Tx<'_>, actor: &Actor, number: BatchNumber) -> Result<Batch, FlowError> {
    let view = actor.require(Permission::BatchView)?;
    let found = batch::lock(tx, &view, number)?;
    let situation = standing::load(tx, actor, &found)?;
    may(Act::Cancel, &situation.stand, &situation.standing)?;
    Ok(found)
}

/// Payouts and their slices; answers how many of them could have been paid, and their total.
fn call_off(
    tx: &mut Tx<'_>,
    found: &mut Batch,
    chosen: &[Payout],
    (actor, reason, now): (&Actor, &str, DateTime<Utc>),
) -> Result<(i64, i64), FlowError> {
    let payable: Vec<(PayoutId, i64)> = chosen
        .iter()
        .filter_map(|payout| Some((payout.id, payout.content.as_ref().ok()?.amount.minor())))
        .collect();
    let ids: Vec<PayoutId> = payable.iter().map(|(id, _)| *id).collect();
    let mut sums = BTreeMap::new();
    for (slice, (_, amount)) in payout::list_slices(tx, found, &ids)?.into_iter().zip(&payable) {
        let sum = sums.entry(slice).or_insert(Cancelled {
            slice,
            count: 0,
            total: 0,
        });
        sum.count += 1;
        sum.total += amount;
    }
    slice::cancel_some(tx, &sums.into_values().collect::<Vec<_>>())?;
    let faulty = i64::try_from(chosen.len() - payable.len()).unwrap_or(0);
    found.fault_count -= faulty;
    found.cancelled_faulty += faulty;
    let all: Vec<PayoutId> = chosen.iter().map(|payout| payout.id).collect();
    let closing = Closing {
        by: actor.person(),
        at: now,
        reason,
    };
    payout::cancel(tx, found, &all, closing)?;
    let count = i64::try_from(payable.len()).unwrap_or(0);
    Ok((count, payable.iter().map(|(_, amount)| amount).sum()))
}

fn say(
    tx: &mut Tx<'_>,
    actor: &Actor,
    found: &Batch,
    (chosen, total, reason): (&[Payout], i64, &str),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let account = account::load(tx, found.account)?;
    let data = json!({ "reason": reason, "payouts": chosen.len(), "total": account.money(total).plain() });
    let cancelled = Event::new(found.organisation, now, "batch.payouts_cancelled", data);
    Ok(event::append(
        tx,
        &cancelled.by(actor.person()).on_batch(found.id),
    )?)
}
