//! Rows judged again, one or a hundred thousand: what stands in them is replaced, and slices, blocks,
//! figures, fingerprint and status follow. Shared by everything that corrects many rows at once.
//!
//! Costs a handful of statements for each thousand rows and one for each block of 500 row numbers
//! that they touch. The invariant: rows that are not named stay as they are, and the batch stands as
//! if its file had said this from the start.

use crate::domain::account::Account;
use crate::domain::batch::{Batch, Status, Step};
use crate::domain::event::Event;
use crate::domain::fault::{Fault, reference_in_use, reference_twice, with_fault};
use crate::domain::field::Field;
use crate::domain::fingerprint::{BLOCK_ROWS, BlockDigest, block_of};
use crate::domain::ids::{PersonId, SliceId};
use crate::domain::row::{Entered, Payable, RowRules, judge};
use crate::flows::FlowError;
use crate::flows::judge::slices_for;
use crate::store::payout::{Outcome, Payout};
use crate::store::{StoreError, Tx, batch, block, event, payout, rework, slice};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Rows that are judged and stored together.
const CHUNK_ROWS: usize = 1_000;

/// A row as read, and what should stand in it.
pub struct Again {
    /// As read, under the batch's lock.
    pub read: Payout,
    /// What should stand there.
    pub entered: Entered,
}

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Came {
    /// Rows that can be paid now.
    pub payable: i64,
    /// Rows that still have faults.
    pub faulty: i64,
}

/// Judges the rows again and stores what came of them. The batch must be locked and open, in error or
/// being validated.
///
/// # Errors
/// What the store says.
pub fn rejudge(
    tx: &mut Tx<'_>,
    batch: &mut Batch,
    account: &Account,
    rows: Vec<Again>,
    now: DateTime<Utc>,
) -> Result<Came, FlowError> {
    let numbers: HashSet<i32> = rows.iter().map(|row| row.read.row).collect();
    let rules = RowRules::of(account, batch, now);
    let mut shrinks = false;
    let mut came = Came::default();
    let mut blocks = BTreeSet::new();
    let mut met: HashMap<String, i32> = HashMap::new();
    let mut rest = rows.into_iter().peekable();
    while rest.peek().is_some() {
        let chunk: Vec<Again> = rest.by_ref().take(CHUNK_ROWS).collect();
        let others = Others::read(tx, (account, batch), &chunk, &numbers)?;
        let mut judged = Vec::with_capacity(chunk.len());
        for row in &chunk {
            blocks.insert(block_of(u32::try_from(row.read.row).unwrap_or(0)));
            let outcome = judge(&row.entered, &rules);
            let outcome = match others.fault(&row.entered, row.read.row, &mut met) {
                Some(fault) => Err(with_fault(outcome, fault)),
                None => outcome,
            };
            shrinks |= is_largest(&row.read, batch);
            came.payable += i64::from(outcome.is_ok());
            came.faulty += i64::from(outcome.is_err());
            judged.push(outcome);
        }
        replace(tx, batch, chunk, judged, now)?;
    }
    let numbers: Vec<i32> = numbers.into_iter().collect();
    rework::take_in(tx, batch, &numbers)?;
    settle_blocks(tx, batch, &blocks)?;
    if shrinks {
        batch.largest = payout::largest(tx, batch.id)?;
    }
    batch.fingerprint = Some(block::fingerprint(tx, batch, account.number)?);
    batch::update_contents(tx, batch)?;
    Ok(came)
}

fn is_largest(read: &Payout, batch: &Batch) -> bool {
    read.content
        .as_ref()
        .is_ok_and(|payable| payable.amount.minor() == batch.largest)
}

/// Who has the references of these rows already.
struct Others {
    in_batch: HashMap<String, i32>,
    in_use: HashMap<String, i32>,
}

impl Others {
    fn read(
        tx: &mut Tx<'_>,
        (account, batch): (&Account, &Batch),
        chunk: &[Again],
        replaced: &HashSet<i32>,
    ) -> Result<Self, StoreError> {
        let references: Vec<&str> = chunk
            .iter()
            .map(|row| row.entered.text(Field::Reference))
            .filter(|reference| !reference.is_empty() && !reference.contains('\0'))
            .collect();
        let in_batch = payout::list_rows_with_references(tx, batch, &references)?;
        let in_use = payout::list_references_in_use(tx, account.id, batch.id, &references)?;
        Ok(Self {
            in_batch: in_batch
                .into_iter()
                .filter(|(_, row)| !replaced.contains(row))
                .collect(),
            in_use: in_use.into_iter().collect(),
        })
    }

    fn fault(&self, entered: &Entered, row: i32, met: &mut HashMap<String, i32>) -> Option<Fault> {
        let reference = entered.text(Field::Reference);
        if reference.is_empty() {
            return None;
        }
        let first = *met.entry(reference.to_owned()).or_insert(row);
        let other = self
            .in_batch
            .get(reference)
            .copied()
            .or((first != row).then_some(first));
        match other {
            Some(other) => Some(reference_twice(reference, row, other)),
            None => {
                let batch = self.in_use.get(reference)?;
                Some(reference_in_use(reference, *batch))
            }
        }
    }
}

/// Stores the rows and moves counts, sums and slices with them.
fn replace(
    tx: &mut Tx<'_>,
    batch: &mut Batch,
    chunk: Vec<Again>,
    judged: Vec<Result<Payable, Vec<Fault>>>,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let mut changes: HashMap<SliceId, (i32, i64)> = HashMap::new();
    for row in &chunk {
        match &row.read.content {
            Ok(before) => {
                let slice = payout::load_slice(tx, batch, row.read.id)?;
                let change = changes.entry(slice).or_default();
                change.0 -= 1;
                change.1 -= before.amount.minor();
                batch.payable_count -= 1;
                batch.payable_total -= before.amount.minor();
            }
            Err(_) => batch.fault_count -= 1,
        }
    }
    let dates: Vec<Option<DateTime<Utc>>> = judged.iter().flatten().map(|payable| payable.pay_on).collect();
    let mut places = slices_for(tx, batch, &dates)?.into_iter();
    let mut outcomes = Vec::with_capacity(chunk.len());
    let (reads, entered): (Vec<Payout>, Vec<Entered>) =
        chunk.into_iter().map(|row| (row.read, row.entered)).unzip();
    for (entered, judged) in entered.into_iter().zip(judged) {
        outcomes.push(match judged {
            Ok(payable) => {
                let slice = places.next().ok_or(StoreError::Stale("slice"))?;
                let amount = payable.amount.minor();
                let change = changes.entry(slice).or_default();
                change.0 += 1;
                change.1 += amount;
                batch.payable_count += 1;
                batch.payable_total = batch.payable_total.saturating_add(amount);
                batch.largest = batch.largest.max(amount);
                Outcome::Payable(Box::new(payable), slice)
            }
            Err(faults) => {
                batch.fault_count += 1;
                Outcome::Faulty(Box::new(entered), faults)
            }
        });
    }
    let changes: Vec<(SliceId, i32, i64)> = changes
        .into_iter()
        .map(|(slice, (count, total))| (slice, count, total))
        .collect();
    slice::add(tx, &changes)?;
    payout::replace_rows(tx, batch, reads.iter().zip(outcomes).collect(), now)?;
    Ok(())
}

fn settle_blocks(tx: &mut Tx<'_>, batch: &Batch, blocks: &BTreeSet<u32>) -> Result<(), FlowError> {
    let size = i32::try_from(BLOCK_ROWS).unwrap_or(i32::MAX);
    for n in blocks {
        let first = i32::try_from(*n).unwrap_or(0).saturating_mul(size);
        let mut digest = BlockDigest::default();
        for payout in payout::list_block(tx, batch.id, first, size)? {
            if let Ok(payable) = &payout.content {
                digest.add(u32::try_from(payout.row).unwrap_or(0), payable);
            }
        }
        block::upsert(tx, batch.id, &[(*n, digest.finish())])?;
    }
    Ok(())
}

/// Takes the batch to open or error, where it does not stand there yet, and says so.
///
/// # Errors
/// What the store says.
pub fn settle_status(
    tx: &mut Tx<'_>,
    batch: &mut Batch,
    account: &Account,
    (by, now): (Option<PersonId>, DateTime<Utc>),
) -> Result<(), FlowError> {
    let (step, status) = if batch.payable_count == 0 {
        (Step::FindNothing, Status::Error)
    } else {
        (Step::Open, Status::Open)
    };
    if batch.status == status {
        return Ok(());
    }
    let mut steps = vec![step];
    if batch.status != Status::Validating {
        steps.insert(0, Step::Validate);
    }
    for step in steps {
        batch::advance(tx, batch, step)?;
        let data = if step == Step::Validate {
            json!({})
        } else {
            batch.figures(account)
        };
        let mut taken = Event::new(batch.organisation, now, step.as_str(), data).on_batch(batch.id);
        taken.actor = by;
        event::append(tx, &taken)?;
    }
    Ok(())
}
