//! Duplicates: looked for by a worker after rows were judged, told as warnings, answered by the maker.
//!
//! They never block. Whoever answers is a maker: the answer is what the signers rely on, so one that a
//! signer may have read already is not replaced.

use crate::domain::authorisation::{Refusal, Seat};
use crate::domain::batch::{Batch, Status};
use crate::domain::event::Event;
use crate::domain::ids::{BatchId, BatchNumber};
use crate::domain::permission::{Accounts, Actor, Permission};
use crate::flows::FlowError;
use crate::flows::error::required_reason;
use crate::store::duplicate::{Answer, Rows};
use crate::store::signature::Making;
use crate::store::{StoreError, Tx, batch, duplicate, event, signature, standing};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Rows that are answered one by one at once, at most: who may see some accounts only can't answer
/// for all in one line.
const ANSWERED_MAX: i64 = 20_000;

/// Compares rows that were corrected and remembered, and whatever in the batch was told of them or
/// looks like them now; answers rows of other batches that were told of them, which come next.
///
/// # Errors
/// What the store says.
pub fn compare_corrected(
    tx: &mut Tx<'_>,
    found: &Batch,
    rows: &[i32],
) -> Result<Vec<(BatchId, Vec<i32>)>, FlowError> {
    let mut wanted = duplicate::list_companions(tx, found, rows)?;
    wanted.extend_from_slice(rows);
    wanted.sort_unstable();
    wanted.dedup();
    duplicate::compare(tx, found, Rows::These(&wanted))?;
    Ok(duplicate::list_echoes(tx, found, rows)?)
}

/// Keeps the maker's answer for these rows, or where none is named for all that have none, of which
/// `unanswered` were shown; row 0 is the whole file. Answers how many.
///
/// # Errors
/// `Invalid` without a reason or where nothing is to be answered; `Stale` where others have no answer
/// than were shown; a refusal for who signed it.
pub fn answer(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    (rows, unanswered, reason): (&[i32], Option<i64>, &str),
    now: DateTime<Utc>,
) -> Result<i64, FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    let found = batch::lock(tx, &scope, number)?;
    let situation = standing::load(tx, actor, &found)?;
    if let Some(seat) = situation.standing.signed.filter(|seat| *seat != Seat::Initiator) {
        return Err(Refusal::Signed(seat).into());
    }
    let being_made = matches!(found.status, Status::Open | Status::Error);
    if !being_made && !found.status.is_awaiting() {
        return Err(StoreError::Stale("batch").into());
    }
    let given = Answer {
        reason: required_reason(reason)?,
        by: actor.person(),
        at: now,
        again: being_made,
    };
    let about = (&scope, &found);
    let answered = if rows.is_empty() {
        let waiting = duplicate::list_unanswered(tx, about, ANSWERED_MAX)?;
        let counts = duplicate::count(tx, &scope, &found)?;
        // Who answers all answers what they were shown, and not what was found meanwhile.
        if unanswered.is_some_and(|shown| shown != counts.found - counts.answered) {
            return Err(StoreError::Stale("possible duplicates").into());
        }
        match scope.accounts() {
            Accounts::All if !waiting.is_empty() => {
                duplicate::answer_all(tx, &found, (counts.found - counts.answered).max(1), given)?
            }
            Accounts::All | Accounts::Only(_) => hits(duplicate::answer(tx, about, &waiting, given)?),
        }
    } else {
        hits(duplicate::answer(tx, about, rows, given)?)
    };
    if answered == 0 {
        return Err(FlowError::invalid(
            "row",
            "There is nothing to answer in these rows.",
        ));
    }
    signature::add_maker(tx, found.id, actor.person(), Making::Answered, now)?;
    let data = json!({ "rows": answered, "first": rows.first(), "reason": given.reason });
    let event = Event::new(found.organisation, now, "batch.duplicates_answered", data);
    event::append(tx, &event.by(actor.person()).on_batch(found.id))?;
    Ok(answered)
}

fn hits(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
