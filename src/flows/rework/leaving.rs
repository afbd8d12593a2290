//! Rows left out of a batch with a reason: faulty ones that nobody means to correct, and others that
//! should not be paid after all.
//!
//! Checked again, a row is taken in again. The invariant: what was left out still counts towards the
//! total that was announced with the file, and no longer stands in the way of another row's reference.

use super::{PAGE_ROWS, begin};
use crate::domain::account::Account;
use crate::domain::batch::Batch;
use crate::domain::event::Event;
use crate::domain::field::Field;
use crate::domain::ids::{BatchNumber, PayoutId};
use crate::domain::money::{Amount, NumberStyle};
use crate::domain::permission::Actor;
use crate::flows::FlowError;
use crate::flows::error::required_reason;
use crate::flows::revise::{self, CHOSEN_MAX, judge_namesakes, withdraw};
use crate::store::payout::{Faulty, Payout};
use crate::store::signature::Making;
use crate::store::{Tx, event, payout, rework as store, signature};
use chrono::{DateTime, Utc};
use serde_json::json;

/// Which rows are left out, and why.
#[derive(Clone, Copy, Debug)]
pub struct LeavingOut<'a> {
    /// By row number.
    pub rows: &'a [i32],
    /// By payout.
    pub payouts: &'a [PayoutId],
    /// Where none is named: all with a fault in this column, or all with any.
    pub field: Option<Field>,
    /// Why.
    pub reason: &'a str,
}

/// Leaves rows out; answers how many.
///
/// # Errors
/// `Invalid` without a reason, or where no row can be left out; a refusal where the batch can't be
/// corrected now.
pub fn leave_out(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    leaving: &LeavingOut<'_>,
    now: DateTime<Utc>,
) -> Result<usize, FlowError> {
    let (mut found, account) = begin(tx, actor, number)?;
    let reason = required_reason(leaving.reason)?;
    let named = load_named(tx, &found, leaving)?;
    let rows: Vec<i32> = named.iter().map(|row| row.row).collect();
    let amounts = load_amounts(tx, (&found, &account), &named, leaving.field)?;
    let freed: Vec<String> = named.iter().filter_map(reference).collect();
    let (payable, _): (Vec<Payout>, Vec<Payout>) = named
        .into_iter()
        .filter(|row| row.status.is_editable())
        .partition(|row| row.content.is_ok());
    if !payable.is_empty() {
        withdraw(tx, (&mut found, &account), payable, now)?;
    }
    let chosen = !leaving.rows.is_empty() || !leaving.payouts.is_empty();
    let which = (chosen.then_some(&rows[..]), leaving.field);
    let left = store::leave_out(tx, &found, which, (reason, actor.person(), now))?;
    if left == 0 {
        let message = "None of these rows is in the batch and not left out yet.";
        return Err(FlowError::invalid("row", message));
    }
    store::note_amounts(tx, &found, &amounts)?;
    judge_namesakes(tx, (&mut found, &account), &freed, now)?;
    signature::add_maker(tx, found.id, actor.person(), Making::LeftOut, now)?;
    let data = json!({ "rows": left, "first": rows.first(), "field": leaving.field, "reason": reason });
    let event = Event::new(found.organisation, now, "batch.rows_left_out", data);
    event::append(tx, &event.by(actor.person()).on_batch(found.id))?;
    revise::settle_status(tx, actor, &mut found, &account, now)?;
    Ok(left)
}

/// The rows that were named, in order; none where none was.
fn load_named(tx: &mut Tx<'_>, found: &Batch, leaving: &LeavingOut<'_>) -> Result<Vec<Payout>, FlowError> {
    if leaving.rows.len().max(leaving.payouts.len()) > CHOSEN_MAX {
        let message =
            format!("You chose more than {CHOSEN_MAX} rows, which is the limit at once. Choose fewer.");
        return Err(FlowError::invalid("row", message));
    }
    if leaving.payouts.is_empty() {
        return Ok(payout::list_rows(tx, found.id, leaving.rows)?);
    }
    revise::choose(tx, found, leaving.payouts)
}

/// What the rows would have come to, where a total was announced and their amounts can be read.
fn load_amounts(
    tx: &mut Tx<'_>,
    (found, account): (&Batch, &Account),
    named: &[Payout],
    field: Option<Field>,
) -> Result<Vec<(i32, i64)>, FlowError> {
    if found.control_total.is_none() {
        return Ok(Vec::new());
    }
    let amount = |row: &Payout| Some((row.row, amount_of(row, (found, account))?));
    if !named.is_empty() {
        return Ok(named.iter().filter_map(amount).collect());
    }
    let faulty = Faulty {
        field,
        ..Faulty::default()
    };
    let (mut amounts, mut after) = (Vec::new(), 0);
    loop {
        let page = payout::list_faulty(tx, found.id, &faulty, after, PAGE_ROWS)?;
        let Some(last) = page.last() else {
            return Ok(amounts);
        };
        after = last.row;
        amounts.extend(page.iter().filter_map(amount));
    }
}

fn amount_of(row: &Payout, (found, account): (&Batch, &Account)) -> Option<i64> {
    let entered = match &row.content {
        Ok(payable) => return Some(payable.amount.minor()),
        Err((entered, _)) => entered,
    };
    let style = if entered.amount_is_number() {
        NumberStyle::Point
    } else {
        found.number_style
    };
    let minor = Amount::parse(entered.text(Field::Amount), account.currency, style).ok()?;
    (minor > 0).then_some(minor)
}

fn reference(row: &Payout) -> Option<String> {
    match &row.content {
        Ok(payable) => payable.reference.clone(),
        Err((entered, _)) => Some(entered.text(Field::Reference).to_owned()).filter(|text| !text.is_empty()),
    }
}
