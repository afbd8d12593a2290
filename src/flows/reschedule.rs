//! Rescheduling: another date for a batch, or for some of its payouts. It is an edit: a submitted or
//! approved batch returns to open, its signatures void. What is claimed keeps its date.

use crate::domain::account::Account;
use crate::domain::authorisation::{Act, may};
use crate::domain::batch::{Batch, Step};
use crate::domain::event::Event;
use crate::domain::field::Field;
use crate::domain::ids::{BatchNumber, PayoutId};
use crate::domain::pay_on;
use crate::domain::permission::{Actor, Permission};
use crate::flows::FlowError;
use crate::flows::revise::{self, as_entered};
use crate::store::payout::Payout;
use crate::store::signature::Making;
use crate::store::{Tx, account, batch, event, payout, signature, slice, standing};
use chrono::{DateTime, Utc};
use serde_json::json;

/// What is to be paid when.
#[derive(Clone, Copy, Debug)]
pub struct Reschedule<'a> {
    /// `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM` in the account's zone; empty is when approved, or for some
    /// payouts the batch's date.
    pub pay_on: &'a str,
    /// Only these payouts; empty is the batch.
    pub payouts: &'a [PayoutId],
    /// Whether rows with dates of their own follow the batch's from now on.
    pub own_dates: bool,
}

/// Sets the date; answers the revision that the batch is in then. Where that is the date already, nothing
/// is done and signatures stand.
///
/// # Errors
/// `Invalid` for a date that can't be, a refusal where the batch can't be rescheduled now, `NotFound`
/// or `NotEditable` for a payout.
pub fn reschedule(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    wanted: Reschedule<'_>,
    now: DateTime<Utc>,
) -> Result<i32, FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    let mut found = batch::lock(tx, &scope, number)?;
    let situation = standing::load(tx, actor, &found)?;
    may(Act::Reschedule, &situation.stand, &situation.standing)?;
    let account = account::load(tx, found.account)?;
    let date = read_date(wanted.pay_on, &account, now)?;
    let chosen = if wanted.payouts.is_empty() {
        Vec::new()
    } else {
        revise::choose(tx, &found, wanted.payouts)?
    };
    if !changes(&found, &chosen, (date, wanted.own_dates)) {
        // The same form sent twice must not cost the signatures.
        return Ok(found.revision);
    }
    let voided = if found.status.is_signed() {
        revise::reopen(tx, &mut found, Step::Edit, now)?;
        situation.signatures.len()
    } else {
        0
    };
    let rows = chosen.len();
    if chosen.is_empty() {
        set_batch_date(tx, &mut found, &account, (date, wanted.own_dates), now)?;
    } else {
        set_row_dates(tx, &mut found, &account, (chosen, wanted.pay_on), now)?;
    }
    revise::settle_status(tx, actor, &mut found, &account, now)?;
    signature::add_maker(tx, found.id, actor.person(), Making::Rescheduled, now)?;
    let data = json!({ "pay_on": date, "payouts": rows, "own_dates": wanted.own_dates,
        "revision": found.revision, "voided": voided });
    let rescheduled = Event::new(found.organisation, now, "batch.rescheduled", data);
    event::append(tx, &rescheduled.by(actor.person()).on_batch(found.id))?;
    Ok(found.revision)
}

/// Whether anything would have another date than it has.
fn changes(found: &Batch, chosen: &[Payout], (date, own_dates): (Option<DateTime<Utc>>, bool)) -> bool {
    let has_date = |row: &Payout| row.content.as_ref().is_ok_and(|payable| payable.pay_on == date);
    if chosen.is_empty() {
        own_dates || found.pay_on != date
    } else {
        !chosen.iter().all(has_date)
    }
}

fn read_date(text: &str, account: &Account, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, FlowError> {
    match text.trim() {
        "" => Ok(None),
        text => pay_on::parse(text, account.zone, now)
            .map(Some)
            .map_err(|fault| FlowError::invalid("pay_on", format!("{fault}. {}", fault.remedy()))),
    }
}

fn set_batch_date(
    tx: &mut Tx<'_>,
    found: &mut Batch,
    account: &Account,
    (date, own_dates): (Option<DateTime<Utc>>, bool),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    found.pay_on = date;
    let blocks = if own_dates {
        slice::drop_own_dates(tx, found.id)?;
        payout::drop_own_dates(tx, found, now)?
    } else {
        Vec::new()
    };
    revise::settle_figures(tx, found, account, blocks)
}

fn set_row_dates(
    tx: &mut Tx<'_>,
    found: &mut Batch,
    account: &Account,
    (chosen, pay_on): (Vec<Payout>, &str),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let rows = chosen
        .into_iter()
        .map(|read| {
            let mut entered = as_entered(&read, account.zone);
            entered.set(Field::PayOn, pay_on);
            (read, entered)
        })
        .collect();
    revise::rewrite(tx, found, account, rows, now)?;
    Ok(())
}
