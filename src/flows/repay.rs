//! Paying failed ones again: what a rail refused or gave back, and what was left out of a batch that
//! ended, goes on in a new batch that is linked to the old one and signed anew.
//!
//! The invariant: nothing is chosen whose outcome is not known, and nothing twice. The old batch is
//! locked, so two people who choose the same payout come one after the other; the table `repayment`
//! refuses what gets past that.

use crate::domain::account::Account;
use crate::domain::batch::Batch;
use crate::domain::event::Event;
use crate::domain::field::Field;
use crate::domain::ids::{BatchNumber, PayoutId};
use crate::domain::pay_on::{self, PayOnFault};
use crate::domain::permission::{Actor, Permission};
use crate::domain::repayment::may_be_paid_again;
use crate::domain::row::Entered;
use crate::domain::source::Source;
use crate::flows::FlowError;
use crate::flows::typed::{self, NAME_CHARS_MAX, ROWS_MAX, Typed};
use crate::store::payout::{self, Payout, Tab};
use crate::store::{StoreError, Tx, account, batch, event, repayment};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Payouts that are read at a time.
const CHUNK: i64 = 5_000;

/// What is to be paid again.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// These.
    pub payouts: Vec<PayoutId>,
    /// Everything that failed or came back and is not paid again yet.
    pub all_failed: bool,
    /// Everything that was left out of what was signed and does not go on elsewhere yet.
    pub all_left_out: bool,
}

/// Opens the new batch; answers its number.
///
/// # Errors
/// `NotAgain` names the first payout that can't be paid again and says why; `Invalid` where nothing,
/// or too much, is chosen.
pub fn repay(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    choice: &Choice,
    now: DateTime<Utc>,
) -> Result<BatchNumber, FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    let old = batch::lock(tx, &scope, number)?;
    let account = account::load(tx, old.account)?;
    let chosen = choose(tx, &old, choice)?;
    let rows: Vec<Entered> = chosen
        .iter()
        .map(|payout| prefilled(payout, &account, now))
        .collect();
    let name = name(&old);
    let opening = Typed {
        account: account.number,
        name: &name,
        purpose: old.purpose,
        pay_on: None,
        source: Source::Portal,
        content_type: "",
        number_style: old.number_style,
        repeats: Some(old.id),
        control: (None, None),
    };
    let opened = typed::open(tx, actor, &opening, rows, now)?;
    let links: Vec<(i32, PayoutId)> = (1..).zip(chosen.iter().map(|payout| payout.id)).collect();
    repayment::insert(tx, old.organisation, opened.id, &links)?;
    let data = json!({ "payouts": links.len(), "in_batch": opened.number.get() });
    let repaid = Event::new(old.organisation, now, "batch.paid_again", data);
    event::append(tx, &repaid.by(actor.person()).on_batch(old.id))?;
    Ok(opened.number)
}

/// The payouts in the order of their rows.
fn choose(tx: &mut Tx<'_>, old: &Batch, choice: &Choice) -> Result<Vec<Payout>, FlowError> {
    let mut chosen = named(tx, old, &choice.payouts)?;
    if choice.all_failed {
        chosen.extend(every(tx, old, Tab::Failed)?);
    }
    if choice.all_left_out {
        chosen.extend(every(tx, old, Tab::LeftOut)?);
    }
    chosen.sort_by_key(|payout| payout.row);
    chosen.dedup_by_key(|payout| payout.row);
    if chosen.is_empty() {
        let message = "Choose at least one payout that was not paid.";
        return Err(FlowError::invalid("payout", message));
    }
    if chosen.len() > ROWS_MAX {
        let message = format!("More than {ROWS_MAX} payouts can't be taken at a time. Choose fewer.");
        return Err(FlowError::invalid("payout", message));
    }
    Ok(chosen)
}

/// Those that were named: each must be there and free.
fn named(tx: &mut Tx<'_>, old: &Batch, ids: &[PayoutId]) -> Result<Vec<Payout>, FlowError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut unique = ids.to_vec();
    unique.sort_unstable();
    unique.dedup();
    let payouts = payout::list_chosen(tx, old.id, &unique)?;
    if payouts.len() < unique.len() {
        return Err(StoreError::NotFound("payout").into());
    }
    let taken = repayment::list_taken(tx, old.organisation, &unique)?;
    for payout in &payouts {
        let by = taken.get(&payout.id).map(|link| link.batch);
        may_be_paid_again(payout.status, payout.result, old.status, by).map_err(|why| {
            FlowError::NotAgain {
                reference: payout.reference(),
                why,
            }
        })?;
    }
    Ok(payouts)
}

/// All that are free.
fn every(tx: &mut Tx<'_>, old: &Batch, tab: Tab) -> Result<Vec<Payout>, FlowError> {
    let mut all = Vec::new();
    let mut after = 0;
    while all.len() <= ROWS_MAX {
        let mut payouts = payout::list_of_batch(tx, old.id, tab, after, CHUNK)?;
        let Some(last) = payouts.last() else { break };
        after = last.row;
        let ids: Vec<PayoutId> = payouts.iter().map(|payout| payout.id).collect();
        let taken = repayment::list_taken(tx, old.organisation, &ids)?;
        payouts.retain(|payout| {
            let by = taken.get(&payout.id).map(|link| link.batch);
            may_be_paid_again(payout.status, payout.result, old.status, by).is_ok()
        });
        all.extend(payouts);
    }
    Ok(all)
}

/// The row as it was, to be corrected where that is why it failed. A date that has passed is left out:
/// it is paid when it is approved.
fn prefilled(payout: &Payout, account: &Account, now: DateTime<Utc>) -> Entered {
    let mut entered = match &payout.content {
        Ok(payable) => payable.to_entered(account.zone),
        Err((entered, _)) => entered.clone(),
    };
    let date = pay_on::parse(entered.text(Field::PayOn), account.zone, now);
    if date == Err(PayOnFault::Past) {
        entered.set(Field::PayOn, "");
    }
    entered
}

/// "January salaries, again".
fn name(old: &Batch) -> String {
    const AGAIN: &str = ", again";
    let base = old.name.trim_end_matches(AGAIN);
    let kept: String = base.chars().take(NAME_CHARS_MAX - AGAIN.len()).collect();
    format!("{}{AGAIN}", kept.trim_end())
}
