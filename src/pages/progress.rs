//! How far long work on a batch is: JSON for scripts, or server-sent events where they are asked for.
//!
//! The invariant: the numbers come from the batch's row and its slices' sums, never from counting
//! payouts, so asking costs the same at any size.

use super::batch;
use super::error::PageError;
use super::reply::Reply;
use super::view::pace::words;
use crate::domain::batch::{Batch, Status};
use crate::domain::permission::Permission;
use crate::flows::FlowError;
use crate::http::visit::Visit;
use crate::store::slice::{self, Progress};
use crate::store::{Conn, StoreError, batch as batches, reading};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// GET `/batches/{number}/progress`.
pub(super) fn show(visit: &Visit) -> Result<Reply, PageError> {
    let scope = visit
        .actor()?
        .require(Permission::BatchView)
        .map_err(FlowError::from)?;
    let number = batch::number(visit)?;
    let portal = visit.portal.clone();
    let read = move || {
        portal.db.read(|conn| {
            let found = batches::load(conn, &scope, number)?;
            let paying = of_paying(conn, &found)?;
            let pace = pace(conn, &found, (portal.now)())?;
            Ok::<_, StoreError>((found.status, told(&found, &paying, &pace)))
        })
    };
    let (begun, first) = read()?;
    if !visit.accept.contains("text/event-stream") {
        return Ok(Reply::Json(first));
    }
    let place = visit.portal.events.take(visit.actor()?.person().0)?;
    let (mut first, mut over) = (Some(first), false);
    Ok(Reply::Events(Box::new(move || {
        let _held_while_it_is_listened_to = &place;
        if over {
            return None;
        }
        if let Some(first) = first.take() {
            return Some(first);
        }
        let (status, event) = read().ok()?;
        // The event that says it has left is the last one: the page is another now.
        over = status != begun;
        Some(event)
    })))
}

/// What was paid and failed so far; nothing is asked before it can have begun.
pub(super) fn of_paying(conn: &mut Conn<'_>, found: &Batch) -> Result<Progress, StoreError> {
    match found.status {
        Status::Paying | Status::Paused | Status::Completed => slice::load_progress(conn, found.id),
        Status::Queued
        | Status::Matching
        | Status::Validating
        | Status::Failed
        | Status::Error
        | Status::Open
        | Status::AwaitingReview
        | Status::AwaitingApproval
        | Status::AwaitingRelease
        | Status::Approved
        | Status::Rejected
        | Status::Cancelled => Ok(Progress::default()),
    }
}

/// How fast the file is read and how long it will take, in words; empty where it is not read, or there
/// is nothing to go by yet.
pub(super) fn pace(conn: &mut Conn<'_>, found: &Batch, now: DateTime<Utc>) -> Result<String, StoreError> {
    if found.status != Status::Validating {
        return Ok(String::new());
    }
    Ok(reading::find(conn, found)?.map_or_else(String::new, |begun| {
        let left = (found.rows_total > 0).then(|| found.rows_total - found.rows_done);
        let rows = found.rows_done - begun.rows_before;
        // All is read: what is left is not rows.
        if left == Some(0) {
            return String::new();
        }
        words(rows, (now - begun.begun_at).num_milliseconds(), left)
    }))
}

fn told(found: &Batch, paying: &Progress, pace: &str) -> Value {
    json!({
        "status": found.status.as_str(),
        "code": found.status.code(),
        "rows_done": found.rows_done,
        "rows_total": found.rows_total,
        "faults": found.fault_count,
        "paid": paying.paid,
        "failed": paying.failed,
        "message": found.message,
        "pace": pace,
    })
}
