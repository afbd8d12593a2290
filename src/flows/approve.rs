//! The deciding signature, or the release under 2 eyes: it reserves the batch's total.
//!
//! Deciding signatures on one account wait for each other (`take_approval_number`), so references
//! are compared with everything approved since the batch was last compared, and with nothing else.
//! Each signature has the batches that wait compared behind (`references`), so the cost grows with a
//! batch only where another was approved a moment ago. No payout is touched.

use crate::domain::account::Account;
use crate::domain::authorisation::{Act, Seat, may};
use crate::domain::batch::{Batch, Status, Step};
use crate::domain::beneficiary::cools_until;
use crate::domain::calendar::Calendar;
use crate::domain::event::Event;
use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::BatchNumber;
use crate::domain::ledger::{LedgerError, Movement};
use crate::domain::letter::Letter;
use crate::domain::permission::{Actor, Permission};
use crate::domain::second_factor::may_sign;
use crate::domain::task::Task;
use crate::flows::error::CoolingDown;
use crate::flows::{FlowError, tell};
use crate::store::ledger::{Entry, PostError};
use crate::store::standing::{self, Situation};
use crate::store::{
    StoreError, Tx, account, account_rules, batch, beneficiary, due, event, ledger, payout, queue,
    second_factor, signature, slice,
};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Signs as approver and reserves the total; answers where the batch stands then.
///
/// # Errors
/// A refusal of duty or state, a stale fingerprint, a shortfall, or references in use.
pub fn approve(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    seen: Option<Fingerprint>,
    now: DateTime<Utc>,
) -> Result<Status, FlowError> {
    let (mut found, situation) = decide(tx, actor, number, (Act::Approve, seen))?;
    signature::insert(tx, &found, actor.person(), Seat::Approver, now)?;
    reserve(tx, actor, (&mut found, &situation), Step::Approve, now)
}

/// Releases a 2-eye batch and reserves its total. Not a second signature: only the initiator whose
/// signature stands may do it.
///
/// # Errors
/// As `approve`.
pub fn release(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    seen: Option<Fingerprint>,
    now: DateTime<Utc>,
) -> Result<Status, FlowError> {
    let (mut found, situation) = decide(tx, actor, number, (Act::Release, seen))?;
    signature::release(tx, &found, actor.person(), now)?;
    reserve(tx, actor, (&mut found, &situation), Step::Release, now)
}

fn decide(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    (act, seen): (Act, Option<Fingerprint>),
) -> Result<(Batch, Situation), FlowError> {
    let view = actor.require(Permission::BatchView)?;
    let found = batch::lock(tx, &view, number)?;
    let situation = standing::load(tx, actor, &found)?;
    may(act, &situation.stand, &situation.standing)?;
    let (_, policy) = account::load_policy(tx, found.account)?;
    let is_demanded = act == Act::Approve && policy.approver_two_factor();
    let has_one = second_factor::is_on(tx, actor.person())?;
    may_sign(has_one, is_demanded, actor.has_confirmed()).map_err(|refusal| match actor.client() {
        Some(_) => refusal.of_client(),
        None => refusal,
    })?;
    if seen.is_none() || seen != found.fingerprint {
        return Err(FlowError::FingerprintStale);
    }
    Ok((found, situation))
}

fn reserve(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (found, situation): (&mut Batch, &Situation),
    step: Step,
    now: DateTime<Utc>,
) -> Result<Status, FlowError> {
    let account = account::load(tx, found.account)?;
    let rules = account_rules::load(tx, found.account)?;
    refuse_cooling(tx, found, (&account, rules.cool_down_hours), now)?;
    let approval = account::take_approval_number(tx, found.account)?;
    refuse_references_in_use(tx, found)?;
    let task = Task::CompareReferences {
        account: found.account,
    };
    queue::enqueue(tx, &task, now)?;
    // Of a batch that was paid in part before it was edited, only the rest is reserved again.
    let (count, total) = slice::load_waiting(tx, found.id)?;
    post(tx, found, (&account, total), now)?;
    due::fix(tx, found, |wanted| moved(&rules.calendar, &account, wanted, now))?;
    let due = slice::find_next_due(tx, found.id, Some(now))?.ok_or(StoreError::NotFound("slice"))?;
    batch::note_approval(tx, found, approval, now, due)?;
    let status = batch::advance(tx, found, step)?;
    let letter = |batch, by| Letter::Approved { batch, by };
    tell::initiator(tx, actor, (found, situation), letter, now)?;
    let data = json!({ "revision": found.revision, "payouts": count,
        "total": account.money(total).plain(), "first_due": due,
        "fingerprint": found.fingerprint.map(Fingerprint::to_hex) });
    let approved = Event::new(found.organisation, now, step.as_str(), data);
    event::append(tx, &approved.by(actor.person()).on_batch(found.id))?;
    Ok(status)
}

/// When what was wanted at this time goes, where the calendar moves it. A date that has passed, or
/// none, means now.
fn moved(
    calendar: &Calendar,
    account: &Account,
    wanted: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let wanted = wanted.map_or(now, |wanted| wanted.max(now));
    let goes = calendar.effective(wanted, account.zone);
    (goes != wanted).then_some(goes)
}

/// An account with a cool-down waits for the comparison, so that nothing slips through before it.
fn refuse_cooling(
    tx: &mut Tx<'_>,
    found: &Batch,
    (account, cool_down): (&Account, Option<i16>),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let Some(hours) = cool_down else { return Ok(()) };
    let check = beneficiary::find_check(tx, found)?.ok_or(CoolingDown::Comparing)?;
    let Some(until) = cools_until(check.changed_at, cool_down, now) else {
        return Ok(());
    };
    let count = check.findings.changed.count;
    Err(FlowError::CoolingDown(CoolingDown::Until {
        rows: format!("{count} {}", if count == 1 { "row" } else { "rows" }),
        hours,
        until: until.with_timezone(&account.zone),
    }))
}

fn refuse_references_in_use(tx: &mut Tx<'_>, found: &Batch) -> Result<(), FlowError> {
    let clashes = payout::list_clashes(tx, found)?;
    match clashes.first() {
        None => Ok(()),
        Some((first, batch)) => Err(FlowError::ReferencesInUse {
            count: clashes.len(),
            first: first.clone(),
            batch: *batch,
        }),
    }
}

fn post(
    tx: &mut Tx<'_>,
    found: &Batch,
    (account, total): (&Account, i64),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let entry = Entry {
        movement: Movement::Reserve,
        amount: total,
        batch: Some(found.id),
        slice: None,
        payout: None,
    };
    match ledger::post(tx, found.organisation, found.account, &[entry], now) {
        Ok(_) => Ok(()),
        Err(PostError::Ledger(LedgerError::Short { shortfall, .. })) => Err(FlowError::Shortfall {
            available: account.money(total - shortfall),
            needed: account.money(total),
            shortfall: account.money(shortfall),
        }),
        Err(other) => Err(other.into()),
    }
}
