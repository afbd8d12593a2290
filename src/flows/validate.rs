//! Validation: rows of a file become payouts in chunks, restartable after any of them.
//!
//! A job streams rows through `Judging` with no connection held, has each full chunk's references
//! looked for by `check` while the chunk before it is saved, and saves it in a transaction of its own
//! with `save`: payouts by COPY, slices, digests of blocks, counts. A chunk
//! ends at a block's end, so a block is digested once. The batch's `row_last` rises with every
//! chunk; a worker that was overtaken finds another number there and stops; one that starts again
//! skips the rows up to it. `finish` decides between open and error.

pub use crate::flows::judge::{Checked, Chunk, JudgedRow, Judging, RowOutcome, begin, check, finish, save};

use crate::domain::batch::{Batch, Step};
use crate::domain::columns::{Asked, Decided};
use crate::domain::event::Event;
use crate::domain::ids::BatchId;
use crate::domain::money::NumberStyle;
use crate::flows::FlowError;
use crate::flows::judge::lock_validating;
use crate::store::{StoreError, Tx, batch, columns, event, reading};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Has a person say what the columns mean: nothing is read before.
///
/// # Errors
/// `Stale` where the batch is no longer queued.
pub fn ask_columns(
    tx: &mut Tx<'_>,
    id: BatchId,
    asked: &Asked,
    rows_estimate: i64,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let mut found = batch::lock_by_id(tx, id)?;
    batch::advance(tx, &mut found, Step::AskColumns)?;
    found.rows_total = rows_estimate;
    batch::update_contents(tx, &found)?;
    columns::insert_asked(tx, &found, asked)?;
    let data = json!({ "columns": asked.headings() });
    let event = Event::new(found.organisation, now, Step::AskColumns.as_str(), data);
    Ok(event::append(tx, &event.on_batch(id)).map(|_| ())?)
}

/// Notes the remembered match that the file is read by.
///
/// # Errors
/// What the store says.
pub fn note_match(tx: &mut Tx<'_>, id: BatchId, remembered: i64) -> Result<(), FlowError> {
    Ok(columns::note(tx, id, remembered)?)
}

/// Notes what the file turned out to be, and how it writes amounts.
///
/// # Errors
/// `Stale` where the batch is no longer being validated.
pub fn note_format(
    tx: &mut Tx<'_>,
    id: BatchId,
    content_type: &str,
    number_style: NumberStyle,
) -> Result<(), FlowError> {
    let mut found = lock_validating(tx, id)?;
    found.content_type = content_type.to_owned();
    found.number_style = number_style;
    Ok(batch::update_contents(tx, &found)?)
}

/// Notes that a worker begins to read the file, or goes on with it: rate and time left count from here.
///
/// # Errors
/// What the store says.
pub fn note_reading(tx: &mut Tx<'_>, batch: &Batch, now: DateTime<Utc>) -> Result<(), FlowError> {
    Ok(reading::upsert(tx, batch, now)?)
}

/// Notes what the columns are read as: the error file has the same.
///
/// # Errors
/// What the store says.
pub fn note_columns(tx: &mut Tx<'_>, batch: &Batch, read_as: &Decided) -> Result<(), FlowError> {
    Ok(columns::set_read_as(tx, batch, read_as)?)
}

/// Ends validation because the file can't be read. Nothing of it is kept.
///
/// # Errors
/// `Stale` where the batch is no longer being read.
pub fn fail(tx: &mut Tx<'_>, id: BatchId, message: &str, now: DateTime<Utc>) -> Result<(), FlowError> {
    let mut found = batch::lock_by_id(tx, id)?;
    if !found.status.is_being_read() {
        return Err(StoreError::Stale("batch").into());
    }
    batch::delete_contents(tx, &mut found)?;
    found.message = Some(message.to_owned());
    batch::update_contents(tx, &found)?;
    batch::advance(tx, &mut found, Step::Fail)?;
    let failed = Event::new(
        found.organisation,
        now,
        Step::Fail.as_str(),
        json!({ "message": message }),
    );
    event::append(tx, &failed.on_batch(id))?;
    Ok(())
}
