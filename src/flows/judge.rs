//! Judging and saving rows, whatever way they came: a worker streams a file's through here chunk by
//! chunk, and what is typed or sent goes through in the transaction that opens its batch.
//!
//! The invariant: rows are saved only into a batch that is being validated, each chunk after the one
//! before it, and the fingerprint stands when the last one is in.

mod judging;
mod saving;

pub use judging::{Chunk, JudgedRow, Judging, RowOutcome};
pub use saving::{Checked, check, save};

use crate::domain::account::Account;
use crate::domain::batch::{Batch, Status, Step};
use crate::domain::event::Event;
use crate::domain::ids::BatchId;
use crate::domain::task::Task;
use crate::flows::{FlowError, submission};
use crate::store::{StoreError, Tx, account, batch, block, event, queue};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Begins or resumes validation: answers the batch, or `None` where there is nothing to do any more.
///
/// # Errors
/// What the store says.
pub fn begin(
    tx: &mut Tx<'_>,
    id: BatchId,
    rows_estimate: i64,
    now: DateTime<Utc>,
) -> Result<Option<Batch>, FlowError> {
    let mut found = batch::lock_by_id(tx, id)?;
    if found.status == Status::Queued {
        batch::advance(tx, &mut found, Step::Validate)?;
        found.rows_total = rows_estimate;
        batch::update_contents(tx, &found)?;
        let begun = Event::new(found.organisation, now, Step::Validate.as_str(), json!({}));
        event::append(tx, &begun.on_batch(id))?;
    }
    Ok((found.status == Status::Validating).then_some(found))
}

/// Ends validation: open with something payable, else error. The fingerprint stands from now on. What
/// an API client sent is submitted in the same step, unless that is refused.
///
/// # Errors
/// `Stale` where the batch is no longer being validated.
pub fn finish(tx: &mut Tx<'_>, id: BatchId, now: DateTime<Utc>) -> Result<Status, FlowError> {
    let (mut found, account, step) = conclude(tx, id, now)?;
    match submission::submit_sent(tx, &mut found, &account, now)? {
        Some(status) => Ok(status),
        None => open(tx, &mut found, step, now),
    }
}

/// The same for corrections that people made in the portal: a person submits what a person corrected,
/// whoever sent the batch.
///
/// # Errors
/// As `finish`.
pub fn finish_corrected(tx: &mut Tx<'_>, id: BatchId, now: DateTime<Utc>) -> Result<Status, FlowError> {
    let (mut found, _, step) = conclude(tx, id, now)?;
    open(tx, &mut found, step, now)
}

/// Keeps the figures and says where validation ends.
fn conclude(tx: &mut Tx<'_>, id: BatchId, now: DateTime<Utc>) -> Result<(Batch, Account, Step), FlowError> {
    let mut found = lock_validating(tx, id)?;
    let account = account::load(tx, found.account)?;
    found.rows_total = found.rows_done;
    found.fingerprint = Some(block::fingerprint(tx, &found, account.number)?);
    batch::update_contents(tx, &found)?;
    let step = if found.payable_count > 0 {
        Step::Open
    } else {
        Step::FindNothing
    };
    let data = found.figures(&account);
    let ended = Event::new(found.organisation, now, step.as_str(), data).on_batch(id);
    event::append(tx, &ended)?;
    let task = Task::FindDuplicates {
        batch: id,
        rows: Vec::new(),
    };
    queue::enqueue(tx, &task, now)?;
    if account.approvals > found.judged_approvals {
        let task = Task::CompareReferences { account: account.id };
        queue::enqueue(tx, &task, now)?;
    }
    Ok((found, account, step))
}

fn open(tx: &mut Tx<'_>, found: &mut Batch, step: Step, now: DateTime<Utc>) -> Result<Status, FlowError> {
    let status = batch::advance(tx, found, step)?;
    if status == Status::Open {
        queue::enqueue(tx, &Task::CompareBeneficiaries { batch: found.id }, now)?;
    }
    Ok(status)
}

/// The batch, locked while its rows are judged.
///
/// # Errors
/// `Stale` where it is no longer being validated.
pub fn lock_validating(tx: &mut Tx<'_>, id: BatchId) -> Result<Batch, FlowError> {
    let found = batch::lock_by_id(tx, id)?;
    if found.status == Status::Validating {
        Ok(found)
    } else {
        Err(StoreError::Stale("batch").into())
    }
}
