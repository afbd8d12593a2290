//! What every change of a batch after its capture has in common, shared by the steps that make one:
//! the batch goes back to open in its next revision, rows are judged again and move between slices,
//! and figures, blocks and fingerprint follow.
//!
//! The invariant: what is claimed is never touched, and money is reserved for exactly what waits.

use crate::domain::account::Account;
use crate::domain::batch::{Batch, Status, Step};
use crate::domain::event::Event;
use crate::domain::fault::{Fault, left_out, reference_in_use, reference_twice, with_amount, with_fault};
use crate::domain::field::Field;
use crate::domain::fingerprint::{BLOCK_ROWS, BlockDigest, block_of};
use crate::domain::ids::{PayoutId, SliceId};
use crate::domain::ledger::Movement;
use crate::domain::permission::Actor;
use crate::domain::row::{Entered, Payable, RowRules, judge};
use crate::domain::task::Task;
use crate::flows::FlowError;
use crate::flows::places::slices_for;
use crate::store::ledger::Entry;
use crate::store::payout::{Outcome, Payout};
use crate::store::{StoreError, Tx, account, batch, block, event, ledger, payout, queue, rework, slice};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Payouts that one act can choose: more than a page has, few enough for one transaction.
pub const CHOSEN_MAX: usize = 5_000;

/// What stands in a row, as text by field: what was entered, or for a payable row its values.
#[must_use]
pub fn as_entered(read: &Payout, zone: chrono_tz::Tz) -> Entered {
    match &read.content {
        Err((entered, _)) => entered.clone(),
        Ok(payable) => payable.to_entered(zone),
    }
}

/// Takes a signed batch back to open in its next revision: signatures are void, what is reserved for
/// it is free again, and what was cancelled meanwhile is no longer part of it.
///
/// # Errors
/// `Stale` where the step can't be taken from where the batch stands.
pub fn reopen(tx: &mut Tx<'_>, found: &mut Batch, step: Step, now: DateTime<Utc>) -> Result<(), FlowError> {
    let account = account::load(tx, found.account)?;
    if found.status.is_reserved() {
        release_waiting(tx, found, now)?;
        batch::set_next_due(tx, found.id, None)?;
    }
    found.revision += 1;
    found.fingerprint = Some(block::fingerprint(tx, found, account.number)?);
    batch::reopen(tx, found, step)?;
    if found.cancelled_count > 0 {
        let blocks = payout::list_cancelled_blocks(tx, found)?;
        let gone = (found.cancelled_count, found.cancelled_total);
        (found.cancelled_count, found.cancelled_total) = (0, 0);
        shrink(tx, found, gone)?;
        settle_figures(tx, found, &account, blocks)?;
    }
    Ok(())
}

/// Takes cancelled payouts out of an open batch's figures; `settle_figures` goes with it.
///
/// # Errors
/// What the store says.
pub fn shrink(tx: &mut Tx<'_>, found: &mut Batch, (count, total): (i64, i64)) -> Result<(), FlowError> {
    found.payable_count -= count;
    found.payable_total -= total;
    found.largest = payout::largest(tx, found.id)?;
    Ok(())
}

/// Frees what is reserved for payouts that are not claimed.
///
/// # Errors
/// What the ledger says.
pub fn release_waiting(tx: &mut Tx<'_>, found: &Batch, now: DateTime<Utc>) -> Result<(), FlowError> {
    let (_, total) = slice::load_waiting(tx, found.id)?;
    release(tx, found, total, now)
}

/// Frees this much of what is reserved for the batch; nothing for nothing.
///
/// # Errors
/// What the ledger says.
pub fn release(tx: &mut Tx<'_>, found: &Batch, amount: i64, now: DateTime<Utc>) -> Result<(), FlowError> {
    if amount == 0 {
        return Ok(());
    }
    let entry = Entry {
        movement: Movement::Release,
        amount,
        batch: Some(found.id),
        slice: None,
        payout: None,
    };
    ledger::post(tx, found.organisation, found.account, &[entry], now)?;
    Ok(())
}

/// The payouts of the batch that were chosen, all of which can still be changed.
///
/// # Errors
/// `NotFound` where one is not in this batch, `NotEditable` where one is claimed or final, `Invalid`
/// where too many were chosen or none.
pub fn choose(tx: &mut Tx<'_>, found: &Batch, ids: &[PayoutId]) -> Result<Vec<Payout>, FlowError> {
    let wanted: BTreeSet<PayoutId> = ids.iter().copied().collect();
    if wanted.is_empty() {
        return Err(FlowError::invalid("payout", "Choose at least one payout."));
    }
    if wanted.len() > CHOSEN_MAX {
        let message = format!(
            "You chose {} payouts; the limit is {CHOSEN_MAX} at once. Choose fewer, or the whole batch.",
            wanted.len()
        );
        return Err(FlowError::invalid("payout", message));
    }
    let wanted: Vec<PayoutId> = wanted.into_iter().collect();
    let chosen = payout::list_chosen(tx, found.id, &wanted)?;
    if chosen.len() < wanted.len() {
        return Err(StoreError::NotFound("payout").into());
    }
    match chosen.iter().find(|payout| !payout.status.is_editable()) {
        Some(payout) => Err(FlowError::NotEditable {
            row: payout.row,
            status: payout.status,
        }),
        None => Ok(chosen),
    }
}

/// Namesakes that one change judges again, at most.
const NAMESAKES_MAX: usize = 5_000;

/// What came of a row that was judged again.
pub struct Judged {
    /// The row.
    pub row: i32,
    /// What is wrong with it now.
    pub faults: Vec<Fault>,
}

/// Judges rows again with what should stand in them, stores them, and moves counts, sums, slices,
/// blocks and fingerprint with them. The batch is open or in error.
///
/// # Errors
/// `RowStale` where somebody was faster.
pub fn rewrite(
    tx: &mut Tx<'_>,
    found: &mut Batch,
    account: &Account,
    rows: Vec<(Payout, Entered)>,
    now: DateTime<Utc>,
) -> Result<Vec<Judged>, FlowError> {
    let freed: Vec<String> = rows.iter().filter_map(freed_reference).collect();
    let judged = judge_again(tx, (account, found), &rows, now)?;
    let told = keep(tx, (found, account), rows, judged, now)?;
    judge_namesakes(tx, (found, account), &freed, now)?;
    Ok(told)
}

/// The reference that stood in a row and does not any more.
fn freed_reference((read, entered): &(Payout, Entered)) -> Option<String> {
    let before = match &read.content {
        Ok(payable) => payable.reference.clone()?,
        Err((before, _)) => before.text(Field::Reference).to_owned(),
    };
    (!before.is_empty() && before != entered.text(Field::Reference)).then_some(before)
}

/// Rows that have a fault and one of these references, which another row has no more, are judged again:
/// the first of them may have it. Of very many the first some thousand, so that one change stays one.
///
/// # Errors
/// As `rewrite`.
pub fn judge_namesakes(
    tx: &mut Tx<'_>,
    (found, account): (&mut Batch, &Account),
    references: &[String],
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    if references.is_empty() {
        return Ok(());
    }
    let references: Vec<&str> = references.iter().map(String::as_str).collect();
    let rows: Vec<i32> = payout::list_rows_with_references(tx, found, &references)?
        .into_iter()
        .map(|(_, row)| row)
        .take(NAMESAKES_MAX)
        .collect();
    let again: Vec<(Payout, Entered)> = payout::list_rows(tx, found.id, &rows)?
        .into_iter()
        .filter(|row| row.status.is_editable())
        .filter_map(|row| {
            let entered = row.content.as_ref().err()?.0.clone();
            Some((row, entered))
        })
        .collect();
    if again.is_empty() {
        return Ok(());
    }
    let judged = judge_again(tx, (account, found), &again, now)?;
    keep(tx, (found, account), again, judged, now).map(|_| ())
}

/// Takes rows that can be paid out of what will be: they stay as they are and say so.
///
/// # Errors
/// As `rewrite`.
pub fn withdraw(
    tx: &mut Tx<'_>,
    (found, account): (&mut Batch, &Account),
    rows: Vec<Payout>,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let rows: Vec<(Payout, Entered)> = rows
        .into_iter()
        .map(|read| {
            let entered = as_entered(&read, account.zone);
            (read, entered)
        })
        .collect();
    let judged = rows
        .iter()
        .map(|(_, entered)| Err(vec![left_out(entered.text(Field::Amount))]))
        .collect();
    keep(tx, (found, account), rows, judged, now).map(|_| ())
}

/// Stores what came of rows, and moves everything that follows from it.
fn keep(
    tx: &mut Tx<'_>,
    (found, account): (&mut Batch, &Account),
    rows: Vec<(Payout, Entered)>,
    mut judged: Vec<JudgedRow>,
    now: DateTime<Utc>,
) -> Result<Vec<Judged>, FlowError> {
    let before: Vec<&Payout> = rows.iter().map(|(read, _)| read).collect();
    leave(tx, found, &before)?;
    let places = enter(tx, found, &judged)?;
    let told = rows
        .iter()
        .zip(&judged)
        .map(|((read, _), judged)| Judged {
            row: read.row,
            faults: judged.as_ref().err().cloned().unwrap_or_default(),
        })
        .collect();
    let mut places = places.into_iter();
    let mut outcomes = Vec::with_capacity(rows.len());
    for ((read, entered), judged) in rows.iter().zip(judged.drain(..)) {
        let outcome = match judged {
            Ok(payable) => Outcome::Payable(
                Box::new(payable),
                places.next().ok_or(StoreError::NotFound("slice"))?,
            ),
            Err(faults) => Outcome::Faulty(Box::new(entered.clone()), faults),
        };
        outcomes.push((read, outcome));
    }
    let numbers: Vec<i32> = rows.iter().map(|(read, _)| read.row).collect();
    // What somebody corrects is no longer left out.
    rework::take_in(tx, found, &numbers)?;
    payout::rewrite(tx, found, outcomes, now).map_err(|error| {
        if matches!(error, StoreError::Stale(_)) {
            FlowError::RowStale
        } else {
            FlowError::Store(error)
        }
    })?;
    let task = Task::FindDuplicates {
        batch: found.id,
        rows: numbers,
    };
    queue::enqueue(tx, &task, now)?;
    settle_largest(tx, found, &before)?;
    let blocks = rows.iter().map(|(read, _)| block_number(read.row)).collect();
    settle_figures(tx, found, account, blocks)?;
    Ok(told)
}

type JudgedRow = Result<Payable, Vec<Fault>>;

/// Each row by the rules, and by what only many show: references used twice or already in use.
fn judge_again(
    tx: &mut Tx<'_>,
    (account, batch): (&Account, &Batch),
    rows: &[(Payout, Entered)],
    now: DateTime<Utc>,
) -> Result<Vec<JudgedRow>, FlowError> {
    let rules = RowRules::of(account, batch, now);
    let references: Vec<&str> = rows
        .iter()
        .map(|(_, entered)| entered.text(Field::Reference))
        .filter(|reference| !reference.is_empty())
        .collect();
    let rewritten: BTreeSet<i32> = rows.iter().map(|(read, _)| read.row).collect();
    let mut first: HashMap<String, i32> = HashMap::new();
    for (reference, row) in payout::list_rows_with_references(tx, batch, &references)? {
        if !rewritten.contains(&row) {
            first.entry(reference).or_insert(row);
        }
    }
    let in_use: HashMap<String, i32> = payout::list_references_in_use(tx, account.id, batch.id, &references)?
        .into_iter()
        .collect();
    let leaving: i64 = rows.iter().map(|(read, _)| amount_of(read)).sum();
    let mut total = batch.payable_total - leaving;
    let mut within_total = |judged: JudgedRow| {
        let payable = judged?;
        total = with_amount(total, payable.amount).map_err(|fault| vec![fault])?;
        Ok(payable)
    };
    Ok(rows
        .iter()
        .map(|(read, entered)| {
            let judged = judge(entered, &rules);
            let reference = entered.text(Field::Reference);
            if reference.is_empty() {
                return within_total(judged);
            }
            let earlier = *first.entry(reference.to_owned()).or_insert(read.row);
            if earlier != read.row {
                return Err(with_fault(judged, reference_twice(reference, read.row, earlier)));
            }
            match in_use.get(reference) {
                Some(number) => Err(with_fault(judged, reference_in_use(reference, *number))),
                None => within_total(judged),
            }
        })
        .collect())
}

/// Takes rows out of their slices and of the counts.
fn leave(tx: &mut Tx<'_>, found: &mut Batch, rows: &[&Payout]) -> Result<(), FlowError> {
    let (payable, faulty): (Vec<&&Payout>, Vec<&&Payout>) = rows.iter().partition(|row| row.content.is_ok());
    found.fault_count -= i64::try_from(faulty.len()).unwrap_or(0);
    let ids: Vec<PayoutId> = payable.iter().map(|row| row.id).collect();
    let slices = payout::list_slices(tx, found, &ids)?;
    let mut sums: BTreeMap<SliceId, (i32, i64)> = BTreeMap::new();
    for (row, slice) in payable.iter().zip(slices) {
        let amount = amount_of(row);
        let sum = sums.entry(slice).or_default();
        *sum = (sum.0 - 1, sum.1 - amount);
        found.payable_count -= 1;
        found.payable_total -= amount;
    }
    add(tx, sums)
}

fn amount_of(row: &Payout) -> i64 {
    row.content.as_ref().map_or(0, |payable| payable.amount.minor())
}

/// Puts judged rows into slices of their dates and into the counts; answers the payable ones' slices.
fn enter(tx: &mut Tx<'_>, found: &mut Batch, judged: &[JudgedRow]) -> Result<Vec<SliceId>, FlowError> {
    let payable: Vec<&Payable> = judged.iter().filter_map(|judged| judged.as_ref().ok()).collect();
    found.fault_count += i64::try_from(judged.len() - payable.len()).unwrap_or(0);
    let dates: Vec<Option<DateTime<Utc>>> = payable.iter().map(|payable| payable.pay_on).collect();
    let places = slices_for(tx, found, &dates)?;
    let mut sums: BTreeMap<SliceId, (i32, i64)> = BTreeMap::new();
    for (payable, slice) in payable.iter().zip(&places) {
        let amount = payable.amount.minor();
        let sum = sums.entry(*slice).or_default();
        *sum = (sum.0 + 1, sum.1 + amount);
        found.payable_count += 1;
        found.payable_total += amount;
        found.largest = found.largest.max(amount);
    }
    add(tx, sums)?;
    Ok(places)
}

fn add(tx: &mut Tx<'_>, sums: BTreeMap<SliceId, (i32, i64)>) -> Result<(), FlowError> {
    let changes: Vec<(SliceId, i32, i64)> = sums
        .into_iter()
        .map(|(slice, (count, total))| (slice, count, total))
        .collect();
    Ok(slice::add(tx, &changes)?)
}

/// All rows are looked at only where the largest one was among those that changed.
fn settle_largest(tx: &mut Tx<'_>, found: &mut Batch, before: &[&Payout]) -> Result<(), FlowError> {
    if before.iter().any(|row| amount_of(row) == found.largest) {
        found.largest = payout::largest(tx, found.id)?;
    }
    Ok(())
}

/// The block of 500 that a row is in.
#[must_use]
pub fn block_number(row: i32) -> i32 {
    i32::try_from(block_of(u32::try_from(row).unwrap_or(0))).unwrap_or(0)
}

/// Digests these blocks anew, and keeps the batch's figures with the fingerprint that follows.
///
/// # Errors
/// What the store says.
pub fn settle_figures(
    tx: &mut Tx<'_>,
    found: &mut Batch,
    account: &Account,
    blocks: Vec<i32>,
) -> Result<(), FlowError> {
    let size = i32::try_from(BLOCK_ROWS).unwrap_or(i32::MAX);
    let blocks: BTreeSet<i32> = blocks.into_iter().collect();
    let mut digests = Vec::with_capacity(blocks.len());
    for n in blocks {
        let mut digest = BlockDigest::default();
        for payout in payout::list_block(tx, found.id, n.saturating_mul(size), size)? {
            if let Ok(payable) = &payout.content {
                digest.add(u32::try_from(payout.row).unwrap_or(0), payable);
            }
        }
        digests.push((u32::try_from(n).unwrap_or(0), digest.finish()));
    }
    if !digests.is_empty() {
        block::upsert(tx, found.id, &digests)?;
    }
    found.fingerprint = Some(block::fingerprint(tx, found, account.number)?);
    Ok(batch::update_contents(tx, found)?)
}

/// Takes an open batch to error or back where what is payable in it demands that, and says so.
///
/// # Errors
/// What the store says.
pub fn settle_status(
    tx: &mut Tx<'_>,
    actor: &Actor,
    found: &mut Batch,
    account: &Account,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let nothing = found.payable_count == 0;
    if (found.status == Status::Error) == nothing {
        return Ok(());
    }
    let ends = if nothing { Step::FindNothing } else { Step::Open };
    for (step, data) in [(Step::Validate, json!({})), (ends, found.figures(account))] {
        batch::advance(tx, found, step)?;
        let taken = Event::new(found.organisation, now, step.as_str(), data);
        event::append(tx, &taken.by(actor.person()).on_batch(found.id))?;
    }
    Ok(())
}
