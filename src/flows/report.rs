//! Reports that leave the house: that somebody downloaded one is written to the log before its first
//! byte goes out. What is in a report is read by `store::report` and written by `export`.

use crate::domain::event::Event;
use crate::domain::ids::BatchId;
use crate::domain::permission::{Actor, Permission, Scope};
use crate::flows::FlowError;
use crate::store::{Tx, event};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// Writes the download of a file of a batch to the log.
///
/// # Errors
/// `NotPermitted` without the permission to see batches.
pub fn note_file(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (batch, file): (BatchId, &str),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    actor.require(Permission::BatchView)?;
    let data = json!({ "file": file });
    let downloaded = Event::new(actor.organisation(), now, "file.downloaded", data);
    Ok(event::append(tx, &downloaded.by(actor.person()).on_batch(batch))?)
}

/// Writes the download of `what` (its name and filters) to the log; answers what it may reach.
///
/// # Errors
/// `NotPermitted` without the permission to download reports.
pub fn note_download(
    tx: &mut Tx<'_>,
    actor: &Actor,
    what: Value,
    now: DateTime<Utc>,
) -> Result<Scope, FlowError> {
    let scope = actor.require(Permission::ReportDownload)?;
    let downloaded = Event::new(actor.organisation(), now, "report.downloaded", what);
    event::append(tx, &downloaded.by(actor.person()))?;
    Ok(scope)
}
