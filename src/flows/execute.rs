//! Claiming what is due: slices of approved batches, and slices whose worker fell silent.
//!
//! Claim → call → apply. Claiming is one transaction: the slice is the worker's, its payouts are
//! PROCESSING_IN_PROGRESS, each has an intent with its own id, and their sum is in transit. Then the
//! rail is called with no connection held, and `settle` applies the answers. A crash anywhere leaves
//! a lease that runs out: then the rail is asked about the ids, and sent only those it never saw.

use crate::domain::batch::{Status, Step};
use crate::domain::event::Event;
use crate::domain::ids::BatchId;
use crate::domain::ledger::Movement;
use crate::flows::{FlowError, tell};
use crate::store::intent::{self, Claimed};
use crate::store::ledger::Entry;
use crate::store::slice::{self, ClaimedSlice};
use crate::store::{Tx, account, batch, event, ledger};
use chrono::{DateTime, Duration, Utc};
use serde_json::json;

/// How long a worker may be silent about a slice.
pub const LEASE: Duration = Duration::seconds(60);

/// A slice to be sent, or asked about.
pub struct Work {
    /// What the worker holds.
    pub slice: ClaimedSlice,
    /// The rail that moves its money.
    pub rail: String,
    /// Its payments.
    pub payments: Vec<Claimed>,
}

/// Claims one due slice of the batch, if there is any; the first claim turns the batch to paying.
///
/// # Errors
/// What the store says.
pub fn claim(tx: &mut Tx<'_>, id: BatchId, now: DateTime<Utc>) -> Result<Option<Work>, FlowError> {
    let Some(held) = slice::claim(tx, id, now, now + LEASE)? else {
        return Ok(None);
    };
    let payments = intent::claim(tx, &held, now)?;
    let total: i64 = payments.iter().map(|payment| payment.order.amount.minor()).sum();
    let entry = Entry {
        movement: Movement::Send,
        amount: total,
        batch: Some(id),
        slice: Some(held.id),
        payout: None,
    };
    ledger::post(tx, held.organisation, held.account, &[entry], now)?;
    Ok(Some(Work {
        slice: held,
        rail: account::load(tx, held.account)?.rail,
        payments,
    }))
}

/// Turns an approved batch whose date has come to paying.
///
/// # Errors
/// What the store says.
pub fn start(tx: &mut Tx<'_>, id: BatchId, now: DateTime<Utc>) -> Result<(), FlowError> {
    let mut found = batch::lock_by_id(tx, id)?;
    if found.status == Status::Approved {
        batch::advance(tx, &mut found, Step::Pay)?;
        let paying = Event::new(found.organisation, now, Step::Pay.as_str(), json!({}));
        event::append(tx, &paying.on_batch(id))?;
    }
    Ok(())
}

/// How long a batch waits that can't be paid for a fault of ours.
const PUT_OFF: Duration = Duration::minutes(1);

/// Lets the others go first: the batch is looked at again in a minute.
///
/// # Errors
/// What the store says.
pub fn put_off(tx: &mut Tx<'_>, id: BatchId, now: DateTime<Utc>) -> Result<(), FlowError> {
    batch::lock_by_id(tx, id)?;
    Ok(batch::set_next_due(tx, id, Some(now + PUT_OFF))?)
}

/// Notes when the batch's next slice is due; as long as one that is due waits, that is now.
///
/// # Errors
/// What the store says.
pub fn note_next_due(tx: &mut Tx<'_>, id: BatchId) -> Result<(), FlowError> {
    let found = batch::lock_by_id(tx, id)?;
    if found.status == Status::Paying {
        let next = slice::find_next_due(tx, id, None)?;
        batch::set_next_due(tx, id, next)?;
    }
    Ok(())
}

/// Takes over a slice whose worker fell silent, with the intents that were never heard of.
///
/// # Errors
/// What the store says.
pub fn take_over(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<Option<Work>, FlowError> {
    let Some(held) = slice::claim_lapsed(tx, now, now + LEASE)? else {
        return Ok(None);
    };
    let payments = intent::list_unheard(tx, held.id)?;
    if payments.is_empty() {
        // Only look-ups are open, and they have clocks of their own.
        slice::extend(tx, &held, now + Duration::days(1))?;
    }
    Ok(Some(Work {
        slice: held,
        rail: account::load(tx, held.account)?.rail,
        payments,
    }))
}

/// Completes a batch all of whose slices are done; says whether it did.
///
/// # Errors
/// What the store says.
pub fn complete(tx: &mut Tx<'_>, id: BatchId, now: DateTime<Utc>) -> Result<bool, FlowError> {
    let mut found = batch::lock_by_id(tx, id)?;
    if !matches!(found.status, Status::Paying | Status::Paused) || slice::has_unfinished(tx, id)? {
        return Ok(false);
    }
    batch::advance(tx, &mut found, Step::Complete)?;
    let progress = slice::load_progress(tx, id)?;
    let account = account::load(tx, found.account)?;
    if progress.failed > 0 {
        let amount = account.money(progress.failed_total);
        tell::failed_payouts(tx, &found, (progress.failed, amount), now)?;
    }
    let data = json!({ "paid": progress.paid, "paid_total": account.money(progress.paid_total).plain(),
        "failed": progress.failed, "failed_total": account.money(progress.failed_total).plain() });
    event::append(
        tx,
        &Event::new(found.organisation, now, Step::Complete.as_str(), data).on_batch(id),
    )?;
    Ok(true)
}
