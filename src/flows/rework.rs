//! Many rows corrected at once: by a corrected error file, by one column for every row that has the
//! same fault, or left out with a reason (`leaving`).
//!
//! What is small is done while the person waits; what is large takes the batch to validating and is
//! done by a worker, all of it or nothing. Whoever orders it is a maker. The invariant: corrections
//! touch faulty rows only, and a file that names any other row changes nothing.

mod file;
mod leaving;

pub use file::{Corrections, read_file};
pub use leaving::{LeavingOut, leave_out};

use crate::domain::account::Account;
use crate::domain::authorisation::{Act, Refusal, may};
use crate::domain::batch::{Batch, Status, Step};
use crate::domain::event::Event;
use crate::domain::field::Field;
use crate::domain::ids::{BatchId, BatchNumber, PersonId};
use crate::domain::permission::{Actor, Permission};
use crate::domain::row::Entered;
use crate::domain::task::Task;
use crate::flows::FlowError;
use crate::flows::judge::finish_corrected;
use crate::flows::revise::{self, rewrite};
use crate::store::file::NewFile;
use crate::store::payout::{Faulty, Payout};
use crate::store::rework::{self as store, Rework};
use crate::store::signature::Making;
use crate::store::{
    StoreError, Tx, account, batch, event, file as files, payout, queue, signature, standing,
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use std::io::Read;

/// Rows that are corrected while the person waits, at most.
pub const ROWS_AT_ONCE_MAX: usize = 2_000;
/// Rows that are read at once.
const PAGE_ROWS: i64 = 2_000;
/// Rows that are stored at once.
const ROWS_A_STATEMENT: usize = 5_000;

/// What came of rows that were corrected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Came {
    /// Rows that can be paid now.
    pub payable: i64,
    /// Rows that still have faults.
    pub faulty: i64,
}

/// A row as read under the batch's lock, and what should stand in it.
type Again = (Payout, Entered);

/// Judges rows again, some thousand in a statement.
fn rejudge(
    tx: &mut Tx<'_>,
    found: &mut Batch,
    account: &Account,
    rows: Vec<Again>,
    now: DateTime<Utc>,
) -> Result<Came, FlowError> {
    let mut came = Came::default();
    let mut rest = rows.into_iter().peekable();
    while rest.peek().is_some() {
        let some: Vec<Again> = rest.by_ref().take(ROWS_A_STATEMENT).collect();
        for judged in rewrite(tx, found, account, some, now)? {
            came.payable += i64::from(judged.faults.is_empty());
            came.faulty += i64::from(!judged.faults.is_empty());
        }
    }
    Ok(came)
}

/// What was ordered, and whether it is done or waits for a worker.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Done {
    /// It is done.
    Now(Came),
    /// A worker does it.
    Later,
}

/// One column for every row that has a fault there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ColumnCorrection<'a> {
    /// Which column.
    pub field: Field,
    /// What should stand there.
    pub value: &'a str,
    /// Only rows in which this was entered.
    pub was: Option<&'a str>,
}

fn begin(tx: &mut Tx<'_>, actor: &Actor, number: BatchNumber) -> Result<(Batch, Account), FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    let found = batch::lock(tx, &scope, number)?;
    let situation = standing::load(tx, actor, &found)?;
    may(Act::Edit, &situation.stand, &situation.standing)?;
    if !matches!(found.status, Status::Open | Status::Error) {
        return Err(Refusal::Status {
            status: found.status,
            act: Act::Edit,
        }
        .into());
    }
    let account = account::load(tx, found.account)?;
    Ok((found, account))
}

/// Sets one column in every faulty row that has a fault there.
///
/// # Errors
/// `Invalid` where no row has such a fault; a refusal where the batch can't be corrected now.
pub fn correct_column(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    correction: &ColumnCorrection<'_>,
    now: DateTime<Utc>,
) -> Result<Done, FlowError> {
    let (mut found, account) = begin(tx, actor, number)?;
    signature::add_maker(tx, found.id, actor.person(), Making::Corrected, now)?;
    let limit = i64::try_from(ROWS_AT_ONCE_MAX).unwrap_or(i64::MAX);
    let rows = payout::list_faulty(tx, found.id, &faulty(correction), 0, limit + 1)?;
    if rows.is_empty() {
        let message = format!("No row has this fault in {} any more.", correction.field.label());
        return Err(FlowError::invalid("field", message));
    }
    if rows.len() > ROWS_AT_ONCE_MAX {
        let what = Rework::Column {
            field: correction.field,
            value: correction.value.to_owned(),
            was: correction.was.map(str::to_owned),
        };
        return order(tx, &mut found, &what, (actor.person(), now));
    }
    let rows = rows
        .into_iter()
        .map(|read| with_column(read, correction))
        .collect();
    let came = rejudge(tx, &mut found, &account, rows, now)?;
    say(
        tx,
        &found,
        (Some(actor.person()), now),
        came,
        json!({ "field": correction.field }),
    )?;
    revise::settle_status(tx, actor, &mut found, &account, now)?;
    Ok(Done::Now(came))
}

fn faulty<'a>(correction: &ColumnCorrection<'a>) -> Faulty<'a> {
    Faulty {
        field: Some(correction.field),
        was: correction.was,
        left_out: false,
    }
}

fn with_column(read: Payout, correction: &ColumnCorrection<'_>) -> Again {
    let mut entered = match &read.content {
        Err((entered, _)) => entered.clone(),
        Ok(_) => Entered::new(),
    };
    entered.set(correction.field, correction.value);
    if correction.field == Field::Amount {
        // A form has a decimal point, whatever the file has.
        entered.set_amount_is_number();
    }
    (read, entered)
}

/// Takes a corrected error file: rows that were read from it already, or the file itself for a worker.
///
/// # Errors
/// `Invalid` with every row that is unknown, twice or not faulty.
pub fn correct_by_file(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    (corrections, sent, bytes): (Corrections, &NewFile<'_>, &mut dyn Read),
    now: DateTime<Utc>,
) -> Result<Done, FlowError> {
    let (mut found, account) = begin(tx, actor, number)?;
    signature::add_maker(tx, found.id, actor.person(), Making::Corrected, now)?;
    let file = files::store(tx, found.organisation, sent, bytes)?.0;
    if corrections.rows.len() > ROWS_AT_ONCE_MAX {
        return order(tx, &mut found, &Rework::File { file }, (actor.person(), now));
    }
    let came = file::apply(tx, &mut found, &account, corrections, now)?;
    let data = json!({ "file": sent.name });
    say(tx, &found, (Some(actor.person()), now), came, data)?;
    revise::settle_status(tx, actor, &mut found, &account, now)?;
    Ok(Done::Now(came))
}

/// Leaves it to a worker; the batch is validating until it is done.
fn order(
    tx: &mut Tx<'_>,
    batch: &mut Batch,
    what: &Rework,
    (by, now): (PersonId, DateTime<Utc>),
) -> Result<Done, FlowError> {
    let id = store::insert(tx, batch, what, (by, now))?;
    batch::advance(tx, batch, Step::Validate)?;
    let task = Task::Rework {
        batch: batch.id,
        rework: id,
    };
    queue::enqueue(tx, &task, now)?;
    let begun = Event::new(batch.organisation, now, Step::Validate.as_str(), json!({}));
    event::append(tx, &begun.by(by).on_batch(batch.id))?;
    Ok(Done::Later)
}

/// Does what was ordered; what can't be taken over is told on the batch's page.
///
/// # Errors
/// What the store says; `Stale` where the batch is no longer being validated.
pub fn carry_out(
    tx: &mut Tx<'_>,
    (id, ordered): (BatchId, i64),
    read: Option<Result<Corrections, FlowError>>,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let mut found = batch::lock_by_id(tx, id)?;
    if found.status != Status::Validating {
        return Err(StoreError::Stale("batch").into());
    }
    let Some(what) = store::find_undone(tx, ordered)? else {
        return Ok(());
    };
    let account = account::load(tx, found.account)?;
    let outcome = match (&what.what, read) {
        (Rework::Column { field, value, was }, _) => {
            let correction = ColumnCorrection {
                field: *field,
                value,
                was: was.as_deref(),
            };
            apply_column(tx, &mut found, &account, &correction, now)
                .map(|came| (came, json!({ "field": field })))
        }
        (Rework::File { .. }, Some(Ok(corrections))) => {
            file::apply(tx, &mut found, &account, corrections, now).map(|came| (came, json!({})))
        }
        (Rework::File { .. }, Some(Err(error))) => Err(error),
        (Rework::File { .. }, None) => Err(StoreError::NotFound("file").into()),
    };
    let message = match outcome {
        Ok((came, data)) => {
            say(tx, &found, (Some(what.by), now), came, data)?;
            None
        }
        Err(FlowError::Invalid { message, .. }) => Some(message),
        Err(error) => return Err(error),
    };
    store::finish(tx, ordered, message.as_deref(), now)?;
    finish_corrected(tx, id, now).map(|_| ())
}

/// Gives a rework up that failed again and again: the batch stands as before.
///
/// # Errors
/// What the store says.
pub fn give_up(tx: &mut Tx<'_>, (id, ordered): (BatchId, i64), now: DateTime<Utc>) -> Result<(), FlowError> {
    let found = batch::lock_by_id(tx, id)?;
    if found.status != Status::Validating {
        return Ok(());
    }
    let told =
        "The corrections could not be worked through, and the fault is on our side. Nothing was changed.";
    store::finish(tx, ordered, Some(told), now)?;
    finish_corrected(tx, id, now).map(|_| ())
}

fn apply_column(
    tx: &mut Tx<'_>,
    batch: &mut Batch,
    account: &Account,
    correction: &ColumnCorrection<'_>,
    now: DateTime<Utc>,
) -> Result<Came, FlowError> {
    let mut rows = Vec::new();
    let mut after = 0;
    loop {
        let page = payout::list_faulty(tx, batch.id, &faulty(correction), after, PAGE_ROWS)?;
        let Some(last) = page.last() else { break };
        after = last.row;
        rows.extend(page.into_iter().map(|read| with_column(read, correction)));
    }
    rejudge(tx, batch, account, rows, now)
}

fn say(
    tx: &mut Tx<'_>,
    batch: &Batch,
    (by, now): (Option<PersonId>, DateTime<Utc>),
    came: Came,
    mut data: Value,
) -> Result<(), FlowError> {
    if let Some(data) = data.as_object_mut() {
        data.insert("rows".to_owned(), json!(came.payable + came.faulty));
        data.insert("faulty".to_owned(), json!(came.faulty));
    }
    let mut event = Event::new(batch.organisation, now, "batch.rows_corrected", data).on_batch(batch.id);
    event.actor = by;
    event::append(tx, &event)?;
    Ok(())
}
