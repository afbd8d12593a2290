//! Payments that were paid and came back: the money is available again, the payout can be paid again,
//! and those who sent it are told.
//!
//! The invariant: whatever a rail says how often, a payout's money comes back once, and only what
//! was paid.

use crate::domain::event::Event;
use crate::domain::ids::SliceId;
use crate::domain::ledger::Movement;
use crate::domain::payout::Result as IntentResult;
use crate::domain::rail::{Answer, Outcome, Returned};
use crate::flows::FlowError;
use crate::flows::settle::{self, Place};
use crate::flows::tell;
use crate::store::ledger::Entry;
use crate::store::rail_news::{self, Whereabouts};
use crate::store::{Tx, account, batch, event, ledger, slice};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Applies what a rail told of one slice's payments.
///
/// # Errors
/// What the store says.
pub fn apply(
    tx: &mut Tx<'_>,
    id: SliceId,
    told: &[(Whereabouts, Returned)],
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let place = Place::from(&slice::load(tx, id)?);
    // What came back was paid, even where nobody has heard that yet.
    let unheard: Vec<_> = told
        .iter()
        .filter(|(at, _)| matches!(at.result, IntentResult::Queued | IntentResult::Initiated))
        .map(|(at, _)| (at.intent, paid()))
        .collect();
    settle::apply(tx, place, &unheard, now)?;

    slice::lock(tx, place.slice)?;
    let returned: Vec<&Returned> = told.iter().map(|(_, one)| one).collect();
    let changed = rail_news::note(tx, place.slice, &returned, now)?;
    if changed.is_empty() {
        return Ok(());
    }
    let entries: Vec<Entry> = changed
        .iter()
        .map(|changed| Entry {
            movement: Movement::Return,
            amount: changed.amount,
            batch: Some(place.batch),
            slice: Some(place.slice),
            payout: Some(changed.payout),
        })
        .collect();
    ledger::post(tx, place.organisation, place.account, &entries, now)?;

    let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    let total = changed
        .iter()
        .fold(0_i64, |sum, changed| sum.saturating_add(changed.amount));
    let account = account::load(tx, place.account)?;
    let amount = account.money(total);
    let last = ledger::load_entry_last(tx, place.account)?;
    let batch = batch::load_by_id(tx, place.batch)?;
    // Letters before the log's line, as everywhere.
    tell::returned_payouts(tx, &batch, (count, amount), now)?;
    let data = json!({ "entries": [last + 1 - count, last], "payouts": count, "total": amount.plain(),
        "slice": place.slice.0 });
    let came_back = Event::new(place.organisation, now, "batch.payouts_came_back", data);
    Ok(event::append(tx, &came_back.on_batch(place.batch))?)
}

fn paid() -> Answer {
    Answer::Taken(Outcome {
        result: IntentResult::Paid,
        channel: None,
        message: "Paid".to_owned(),
        failure_reason: None,
        rail_reference: None,
    })
}
