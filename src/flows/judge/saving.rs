//! Saving a chunk of judged rows: one transaction, a handful of statements, however many rows.

use super::judging::{Chunk, RowOutcome};
use super::lock_validating;
use crate::domain::batch::Batch;
use crate::domain::fault::{reference_in_use, with_amount, with_fault};
use crate::domain::field::Field;
use crate::domain::fingerprint::{BlockDigest, Fingerprint, block_of};
use crate::domain::ids::{BatchId, SliceId};
use crate::domain::row::Payable;
use crate::flows::FlowError;
use crate::flows::places::slices_for;
use crate::store::payout::{Judged, Outcome};
use crate::store::{Conn, StoreError, Tx, batch, block, payout, slice};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap};

/// A chunk whose references were looked for among those in use.
pub struct Checked(Chunk);

/// Looks for a chunk's references among those that are paid, in flight or reserved on the account.
/// This may be done before the chunk's turn to be saved: what is approved after the batch was captured
/// is compared again when the batch is signed.
///
/// # Errors
/// What the store says.
pub fn check(conn: &mut Conn<'_>, batch: &Batch, mut chunk: Chunk) -> Result<Checked, FlowError> {
    refuse_references_in_use(conn, batch, &mut chunk)?;
    Ok(Checked(chunk))
}

/// Saves a chunk that goes on after row `after`.
///
/// # Errors
/// `Stale` where another worker has gone on with this batch, or it is no longer being validated.
pub fn save(
    tx: &mut Tx<'_>,
    id: BatchId,
    after: i32,
    Checked(mut chunk): Checked,
    now: DateTime<Utc>,
) -> Result<Batch, FlowError> {
    let mut found = lock_validating(tx, id)?;
    if found.row_last != after {
        return Err(StoreError::Stale("batch").into());
    }
    refuse_beyond_total(found.payable_total, &mut chunk);
    let blocks = digests(&chunk);
    let dates: Vec<Option<DateTime<Utc>>> = payables(&chunk).map(|(_, payable)| payable.pay_on).collect();
    let places = slices_for(tx, &found, &dates)?;
    count(&mut found, &chunk);
    let sequence = payout::take_sequence_numbers(tx, found.account, rows_of(&chunk))?;
    let mut amounts: HashMap<SliceId, (i32, i64)> = HashMap::new();
    let mut places = places.into_iter();
    let mut rows = Vec::with_capacity(chunk.rows.len());
    for (judged, generated) in chunk.rows.into_iter().zip(sequence..) {
        let outcome = match judged.outcome.judged {
            Ok(payable) => {
                let place = places.next().ok_or(StoreError::Stale("slice"))?;
                let sums = amounts.entry(place).or_default();
                sums.0 += 1;
                sums.1 += payable.amount.minor();
                Outcome::Payable(Box::new(payable), place)
            }
            Err(faults) => Outcome::Faulty(Box::new(judged.outcome.entered), faults),
        };
        rows.push(Judged {
            row: judged.row,
            sequence_number: judged.sequence_number.unwrap_or(generated),
            outcome,
        });
    }
    let changes: Vec<(SliceId, i32, i64)> = amounts
        .into_iter()
        .map(|(id, (count, total))| (id, count, total))
        .collect();
    slice::add(tx, &changes)?;
    payout::copy(tx, &found, rows, now)?;
    block::upsert(tx, id, &blocks)?;
    batch::update_contents(tx, &found)?;
    Ok(found)
}

fn rows_of(chunk: &Chunk) -> i64 {
    i64::try_from(chunk.rows.len()).unwrap_or(i64::MAX)
}

fn payables(chunk: &Chunk) -> impl Iterator<Item = (i32, &Payable)> {
    chunk
        .rows
        .iter()
        .filter_map(|row| row.outcome.judged.as_ref().ok().map(|payable| (row.row, payable)))
}

/// Marks rows whose reference is paid, in flight or reserved on the account.
fn refuse_references_in_use(conn: &mut Conn<'_>, batch: &Batch, chunk: &mut Chunk) -> Result<(), FlowError> {
    let references: Vec<&str> = payables(chunk)
        .filter_map(|(_, payable)| payable.reference.as_deref())
        .collect();
    let in_use: HashMap<String, i32> =
        payout::list_references_in_use(conn, batch.account, batch.id, &references)?
            .into_iter()
            .collect();
    if in_use.is_empty() {
        return Ok(());
    }
    for row in &mut chunk.rows {
        let RowOutcome { entered, judged } = &mut row.outcome;
        let reference = entered.text(Field::Reference);
        if let Some(number) = in_use.get(reference) {
            let before = std::mem::replace(judged, Err(Vec::new()));
            *judged = Err(with_fault(before, reference_in_use(reference, *number)));
        }
    }
    Ok(())
}

/// Marks rows with which the batch would add up to more than it may: a total that is cut off would be
/// signed for less than what is paid.
fn refuse_beyond_total(mut total: i64, chunk: &mut Chunk) {
    for row in &mut chunk.rows {
        let judged = &mut row.outcome.judged;
        let Ok(payable) = judged else { continue };
        match with_amount(total, payable.amount) {
            Ok(sum) => total = sum,
            Err(fault) => *judged = Err(vec![fault]),
        }
    }
}

fn count(batch: &mut Batch, chunk: &Chunk) {
    batch.rows_done += rows_of(chunk);
    // 0 is not known yet, and stays so until the file's end.
    if batch.rows_total > 0 {
        batch.rows_total = batch.rows_total.max(batch.rows_done);
    }
    batch.row_last = chunk.rows.last().map_or(batch.row_last, |row| row.row);
    let mut payable = 0;
    for (_, row) in payables(chunk) {
        payable += 1;
        batch.payable_total += row.amount.minor();
        batch.largest = batch.largest.max(row.amount.minor());
    }
    batch.payable_count += payable;
    batch.fault_count += rows_of(chunk) - payable;
}

fn digests(chunk: &Chunk) -> Vec<(u32, Fingerprint)> {
    let mut blocks: BTreeMap<u32, BlockDigest> = BTreeMap::new();
    for (row, payable) in payables(chunk) {
        let row = u32::try_from(row).unwrap_or(0);
        blocks.entry(block_of(row)).or_default().add(row, payable);
    }
    blocks
        .into_iter()
        .map(|(n, digest)| (n, digest.finish()))
        .collect()
}
