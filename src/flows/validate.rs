//! Validation: rows of a file become payouts in chunks, restartable after any of them.
//!
//! A job streams rows through `Judging` with no connection held, and saves each full chunk in a
//! transaction of its own with `save`: payouts by COPY, slices, digests of blocks, counts. A chunk
//! ends at a block's end, so a block is digested once. The batch's `row_last` rises with every
//! chunk; a worker that was overtaken finds another number there and stops; one that starts again
//! skips the rows up to it. `finish` decides between open and error.

pub use crate::flows::judge::{Chunk, JudgedRow, Judging, RowOutcome, begin, finish, save};

use crate::domain::batch::Step;
use crate::domain::event::Event;
use crate::domain::ids::BatchId;
use crate::domain::money::NumberStyle;
use crate::flows::FlowError;
use crate::flows::judge::lock_validating;
use crate::store::{StoreError, Tx, batch, event};
use chrono::{DateTime, Utc};
use serde_json::json;

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
