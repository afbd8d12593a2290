//! Saving a chunk of judged rows: one transaction, a handful of statements, however many rows.

use super::judging::{Chunk, JudgedRow, RowOutcome};
use super::lock_validating;
use crate::domain::batch::Batch;
use crate::domain::fault::{Fault, reference_in_use, with_amount};
use crate::domain::fingerprint::{BlockDigest, Fingerprint, block_of};
use crate::domain::ids::{BatchId, SliceId};
use crate::domain::row::{Entered, Payable};
use crate::flows::FlowError;
use crate::flows::places::slices_for;
use crate::store::payout::{Judged, Outcome};
use crate::store::{Conn, StoreError, Tx, batch, block, payout, slice};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashMap};

/// A chunk that was compared with what the account and the batch hold already, ready to be stored.
pub struct Checked {
    rows: Vec<CheckedRow>,
    blocks: Vec<(u32, Fingerprint)>,
    figures: Figures,
    /// The batch's payable total without these rows, minor units.
    total_before: i64,
}

impl Checked {
    /// The batch's payable total with these rows, minor units: what the next chunk goes on from.
    #[must_use]
    pub const fn total(&self) -> i64 {
        self.total_before + self.figures.total
    }
}

struct CheckedRow {
    row: i32,
    sequence_number: Option<i64>,
    judged: Result<Box<Payable>, (Box<Entered>, Vec<Fault>)>,
}

/// What rows that can be paid add to their batch, amounts in minor units.
#[derive(Default)]
struct Figures {
    count: i64,
    total: i64,
    largest: i64,
}

/// Looks for a chunk's references among those that are paid, in flight or reserved on the account, and
/// for rows that add up to more than a batch may, which holds `total_before` so far. All of this is
/// done before the chunk's turn to be saved: what is approved after the batch was captured is compared
/// again when the batch is signed.
///
/// # Errors
/// What the store says.
pub fn check(
    conn: &mut Conn<'_>,
    batch: &Batch,
    total_before: i64,
    chunk: Chunk,
) -> Result<Checked, FlowError> {
    let in_use = references_in_use(conn, batch, &chunk)?;
    let mut figures = Figures::default();
    let mut blocks: BTreeMap<u32, BlockDigest> = BTreeMap::new();
    let mut checked_row = |row: JudgedRow| {
        let RowOutcome { entered, judged } = row.outcome;
        let judged = judged
            .and_then(|payable| not_in_use(payable, &in_use))
            .and_then(|payable| figures.within_total(total_before, payable));
        if let Ok(payable) = &judged {
            let n = u32::try_from(row.row).unwrap_or(0);
            blocks.entry(block_of(n)).or_default().add(n, payable);
        }
        CheckedRow {
            row: row.row,
            sequence_number: row.sequence_number,
            judged: judged.map_err(|faults| (Box::new(entered), faults)),
        }
    };
    let rows = chunk.rows.into_iter().map(&mut checked_row).collect();
    let blocks = blocks
        .into_iter()
        .map(|(n, digest)| (n, digest.finish()))
        .collect();
    Ok(Checked {
        rows,
        blocks,
        figures,
        total_before,
    })
}

/// Saves a chunk that goes on after row `after`.
///
/// # Errors
/// `Stale` where another worker has gone on with this batch, or it is no longer being validated.
pub fn save(
    tx: &mut Tx<'_>,
    id: BatchId,
    after: i32,
    checked: Checked,
    now: DateTime<Utc>,
) -> Result<Batch, FlowError> {
    let mut found = lock_validating(tx, id)?;
    if (found.row_last, found.payable_total) != (after, checked.total_before) {
        return Err(StoreError::Stale("batch").into());
    }
    count(&mut found, &checked);
    let payables = checked.rows.iter().filter_map(|row| row.judged.as_ref().ok());
    let dates: Vec<Option<DateTime<Utc>>> = payables.map(|payable| payable.pay_on).collect();
    let places = slices_for(tx, &found, &dates)?;
    let sequence = payout::take_sequence_numbers(tx, found.account, rows_of(&checked))?;
    let mut amounts: HashMap<SliceId, (i32, i64)> = HashMap::new();
    let mut places = places.into_iter();
    let mut rows = Vec::with_capacity(checked.rows.len());
    for (checked, generated) in checked.rows.into_iter().zip(sequence..) {
        let outcome = match checked.judged {
            Ok(payable) => {
                let place = places.next().ok_or(StoreError::Stale("slice"))?;
                let sums = amounts.entry(place).or_default();
                sums.0 += 1;
                sums.1 += payable.amount.minor();
                Outcome::Payable(payable, place)
            }
            Err((entered, faults)) => Outcome::Faulty(entered, faults),
        };
        rows.push(Judged {
            row: checked.row,
            sequence_number: checked.sequence_number.unwrap_or(generated),
            outcome,
        });
    }
    let changes: Vec<(SliceId, i32, i64)> = amounts
        .into_iter()
        .map(|(id, (count, total))| (id, count, total))
        .collect();
    slice::add(tx, &changes)?;
    payout::copy(tx, &found, rows, now)?;
    block::upsert(tx, id, &checked.blocks)?;
    batch::update_contents(tx, &found)?;
    Ok(found)
}

fn rows_of(checked: &Checked) -> i64 {
    i64::try_from(checked.rows.len()).unwrap_or(i64::MAX)
}

/// Which of a chunk's references are paid, in flight or reserved on the account, and in which batch.
fn references_in_use(
    conn: &mut Conn<'_>,
    batch: &Batch,
    chunk: &Chunk,
) -> Result<HashMap<String, i32>, FlowError> {
    let payables = chunk
        .rows
        .iter()
        .filter_map(|row| row.outcome.judged.as_ref().ok());
    let references: Vec<&str> = payables
        .filter_map(|payable| payable.reference.as_deref())
        .collect();
    let in_use = payout::list_references_in_use(conn, batch.account, batch.id, &references)?;
    Ok(in_use.into_iter().collect())
}

fn not_in_use(payable: Box<Payable>, in_use: &HashMap<String, i32>) -> Result<Box<Payable>, Vec<Fault>> {
    let reference = payable.reference.as_deref().unwrap_or_default();
    match in_use.get(reference) {
        Some(number) => Err(vec![reference_in_use(reference, *number)]),
        None => Ok(payable),
    }
}

impl Figures {
    /// Counts a row, unless with it the batch would add up to more than it may: a total that is cut off
    /// would be signed for less than what is paid.
    fn within_total(&mut self, before: i64, payable: Box<Payable>) -> Result<Box<Payable>, Vec<Fault>> {
        let sum = with_amount(before + self.total, payable.amount).map_err(|fault| vec![fault])?;
        self.total = sum - before;
        self.count += 1;
        self.largest = self.largest.max(payable.amount.minor());
        Ok(payable)
    }
}

fn count(batch: &mut Batch, checked: &Checked) {
    let rows = rows_of(checked);
    batch.rows_done += rows;
    // 0 is not known yet, and stays so until the file's end.
    if batch.rows_total > 0 {
        batch.rows_total = batch.rows_total.max(batch.rows_done);
    }
    batch.row_last = checked.rows.last().map_or(batch.row_last, |row| row.row);
    batch.payable_count += checked.figures.count;
    batch.payable_total = checked.total();
    batch.largest = batch.largest.max(checked.figures.largest);
    batch.fault_count += rows - checked.figures.count;
}
