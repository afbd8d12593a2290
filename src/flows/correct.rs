//! Correcting a row: what was entered is judged again, alone, and the batch's figures follow.
//!
//! Costs one block of 500 rows, whatever the batch's size. Whoever corrects is a maker from then on.

use crate::domain::account::Account;
use crate::domain::authorisation::{Act, may};
use crate::domain::batch::{Batch, Status, Step};
use crate::domain::event::Event;
use crate::domain::fault::{Fault, reference_in_use, reference_twice, with_fault};
use crate::domain::field::Field;
use crate::domain::fingerprint::{BLOCK_ROWS, BlockDigest, block_of};
use crate::domain::ids::{BatchNumber, SliceId};
use crate::domain::permission::{Actor, Permission};
use crate::domain::row::{Entered, Payable, RowRules, judge};
use crate::flows::FlowError;
use crate::store::payout::{Outcome, Payout};
use crate::store::signature::Making;
use crate::store::{StoreError, Tx, account, batch, block, event, payout, signature, slice, standing};
use chrono::{DateTime, Utc};
use serde_json::json;

/// A correction of one row.
pub struct Correction<'a> {
    /// Which batch.
    pub batch: BatchNumber,
    /// The spreadsheet's row number.
    pub row: i32,
    /// The version that the person saw, where the form says so.
    pub version: Option<i32>,
    /// Changes what was entered into what should stand there.
    pub change: &'a dyn Fn(&mut Entered),
}

/// Judges the row again and keeps what came of it; answers the faults that are left.
///
/// # Errors
/// `RowStale` where somebody was faster; a refusal where the batch can't be corrected now.
pub fn correct(
    tx: &mut Tx<'_>,
    actor: &Actor,
    correction: &Correction<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<Fault>, FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    let mut found = batch::lock(tx, &scope, correction.batch)?;
    let situation = standing::load(tx, actor, &found)?;
    may(Act::Correct, &situation.stand, &situation.standing)?;
    let account = account::load(tx, found.account)?;
    let read = payout::load_row(tx, found.id, correction.row)?;
    if correction.version.is_some_and(|version| version != read.version) {
        return Err(FlowError::RowStale);
    }
    let mut entered = as_entered(&read, account.zone);
    (correction.change)(&mut entered);
    let judged = judge_again(tx, (&account, &found), &entered, &read, now)?;
    let faults = judged.as_ref().err().cloned().unwrap_or_default();
    replace(tx, &mut found, &read, (entered, judged), now)?;
    settle_figures(tx, &mut found, &account, correction.row)?;
    let steps = settle_status(tx, &mut found)?;
    signature::add_maker(tx, found.id, actor.person(), Making::Corrected, now)?;
    let data = json!({ "row": correction.row, "faults": faults.len() });
    let corrected = Event::new(found.organisation, now, "batch.row_corrected", data);
    event::append(
        tx,
        &corrected.by(actor.person()).on_batch(found.id).on_payout(read.id),
    )?;
    for step in steps {
        let data = if step == Step::Validate {
            json!({})
        } else {
            found.figures(&account)
        };
        let taken = Event::new(found.organisation, now, step.as_str(), data);
        event::append(tx, &taken.by(actor.person()).on_batch(found.id))?;
    }
    Ok(faults)
}

/// What stands in a row, as text by field: what was entered, or for a payable row its values.
#[must_use]
pub fn as_entered(read: &Payout, zone: chrono_tz::Tz) -> Entered {
    match &read.content {
        Err((entered, _)) => entered.clone(),
        Ok(payable) => payable.to_entered(zone),
    }
}

fn judge_again(
    tx: &mut Tx<'_>,
    (account, batch): (&Account, &Batch),
    entered: &Entered,
    read: &Payout,
    now: DateTime<Utc>,
) -> Result<Result<Payable, Vec<Fault>>, FlowError> {
    let judged = judge(entered, &RowRules::of(account, batch, now));
    let reference = entered.text(Field::Reference);
    if reference.is_empty() {
        return Ok(judged);
    }
    let fault = match payout::find_row_with_reference(tx, batch, reference, read.row)? {
        Some(other) => Some(reference_twice(reference, read.row, other)),
        None => payout::list_references_in_use(tx, account.id, batch.id, &[reference])?
            .first()
            .map(|(_, number)| reference_in_use(reference, *number)),
    };
    Ok(match fault {
        Some(fault) => Err(with_fault(judged, fault)),
        None => judged,
    })
}

/// Stores the row and moves counts, sums and slices with it.
fn replace(
    tx: &mut Tx<'_>,
    batch: &mut Batch,
    read: &Payout,
    (entered, judged): (Entered, Result<Payable, Vec<Fault>>),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    if let Ok(before) = &read.content {
        let slice = payout::load_slice(tx, batch, read.id)?;
        slice::add(tx, &[(slice, -1, -before.amount.minor())])?;
        batch.payable_count -= 1;
        batch.payable_total -= before.amount.minor();
    } else {
        batch.fault_count -= 1;
    }
    let before = read.content.as_ref().map_or(0, |payable| payable.amount.minor());
    let after = judged.as_ref().map_or(0, |payable| payable.amount.minor());
    let outcome = match judged {
        Ok(payable) => {
            let slice = place(tx, batch, payable.pay_on)?;
            let amount = payable.amount.minor();
            slice::add(tx, &[(slice, 1, amount)])?;
            batch.payable_count += 1;
            batch.payable_total = batch.payable_total.saturating_add(amount);
            Outcome::Payable(Box::new(payable), slice)
        }
        Err(faults) => {
            batch.fault_count += 1;
            Outcome::Faulty(Box::new(entered), faults)
        }
    };
    payout::replace_row(tx, batch, read, outcome, now).map_err(|error| {
        if matches!(error, StoreError::Stale(_)) {
            FlowError::RowStale
        } else {
            FlowError::Store(error)
        }
    })?;
    // All rows are looked at only where the largest one has become smaller.
    batch.largest = if before == batch.largest && after < before {
        payout::largest(tx, batch.id)?
    } else {
        batch.largest.max(after)
    };
    Ok(())
}

fn place(tx: &mut Tx<'_>, batch: &Batch, date: Option<DateTime<Utc>>) -> Result<SliceId, FlowError> {
    let (open, last) = slice::list_open(tx, batch.id, &[date])?;
    if let Some(slice) = open.iter().find(|slice| slice.due_at == date) {
        return Ok(slice.id);
    }
    slice::insert(tx, batch, last + 1, &[date])?
        .first()
        .copied()
        .ok_or(StoreError::NotFound("slice").into())
}

/// The block's digest, the fingerprint, and the batch's figures.
fn settle_figures(tx: &mut Tx<'_>, batch: &mut Batch, account: &Account, row: i32) -> Result<(), FlowError> {
    let n = block_of(u32::try_from(row).unwrap_or(0));
    let size = i32::try_from(BLOCK_ROWS).unwrap_or(i32::MAX);
    let first = i32::try_from(n).unwrap_or(0).saturating_mul(size);
    let mut digest = BlockDigest::default();
    for payout in payout::list_block(tx, batch.id, first, size)? {
        if let Ok(payable) = &payout.content {
            digest.add(u32::try_from(payout.row).unwrap_or(0), payable);
        }
    }
    block::upsert(tx, batch.id, &[(n, digest.finish())])?;
    batch.fingerprint = Some(block::fingerprint(tx, batch, account.number)?);
    Ok(batch::update_contents(tx, batch)?)
}

/// Takes the batch from open to error or back where the correction demands it; answers the steps.
fn settle_status(tx: &mut Tx<'_>, batch: &mut Batch) -> Result<Vec<Step>, FlowError> {
    let nothing = batch.payable_count == 0;
    if (batch.status == Status::Error) == nothing {
        return Ok(Vec::new());
    }
    let found = if nothing { Step::FindNothing } else { Step::Open };
    let steps = vec![Step::Validate, found];
    for step in &steps {
        batch::advance(tx, batch, *step)?;
    }
    Ok(steps)
}
