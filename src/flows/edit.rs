//! Editing: what stands in rows is changed and judged again, and the batch's figures follow. On an open
//! batch this is a correction; a submitted or approved one returns to open in its next revision first,
//! its signatures void and its reservation released. What is claimed can't be edited.
//!
//! What changes nothing does nothing: a batch that is signed stays so.
//!
//! Costs one block of 500 rows for each block touched, whatever the batch's size. Whoever edits is a
//! maker from then on.

use crate::domain::authorisation::{Act, may};
use crate::domain::batch::{Batch, Step};
use crate::domain::event::Event;
use crate::domain::fault::Fault;
use crate::domain::field::Field;
use crate::domain::ids::{BatchNumber, PayoutId};
use crate::domain::permission::{Actor, Permission};
use crate::domain::row::{Entered, RowRules, judge};
use crate::flows::FlowError;
use crate::flows::revise::{self, Judged, as_entered};
use crate::store::payout::Payout;
use crate::store::signature::Making;
use crate::store::standing::Situation;
use crate::store::{Tx, account, batch, event, payout, signature, standing};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::{Map, Value, json};

/// Rows whose changes are told one by one in the log; of more, how many.
const TOLD_MAX: usize = 100;

/// A correction of one row.
pub struct Correction<'a> {
    /// Which batch.
    pub batch: BatchNumber,
    /// The spreadsheet's row number.
    pub row: i32,
    /// The version that the person saw, where the form says so.
    pub version: Option<i32>,
    /// Changes what was entered into what should stand there.
    pub change: &'a dyn Fn(&mut Entered),
}

/// Judges the row again and keeps what came of it; answers the faults that are left.
///
/// # Errors
/// `RowStale` where somebody was faster, `NotEditable` where it is claimed, a refusal where the batch
/// can't be edited now.
pub fn correct(
    tx: &mut Tx<'_>,
    actor: &Actor,
    correction: &Correction<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<Fault>, FlowError> {
    let (mut found, situation) = decide(tx, actor, correction.batch)?;
    let read = payout::load_row(tx, found.id, correction.row)?;
    if correction.version.is_some_and(|version| version != read.version) {
        return Err(FlowError::RowStale);
    }
    if !read.status.is_editable() {
        return Err(FlowError::NotEditable {
            row: read.row,
            status: read.status,
        });
    }
    let change = |_: &Payout, entered: &mut Entered| (correction.change)(entered);
    let judged = apply(tx, actor, (&mut found, &situation), (vec![read], &change), now)?;
    Ok(judged.into_iter().flat_map(|judged| judged.faults).collect())
}

/// What should become of a payout: changes what stands in it.
pub type Change<'a> = dyn Fn(&Payout, &mut Entered) + 'a;

/// Edits some payouts of a batch, all of them or none; answers what came of each.
///
/// # Errors
/// `NotFound` where one is not in the batch, `NotEditable` where one is claimed or final, a refusal
/// where the batch can't be edited now.
pub fn edit(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (number, payouts): (BatchNumber, &[PayoutId]),
    change: &Change<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<Judged>, FlowError> {
    let (mut found, situation) = decide(tx, actor, number)?;
    let chosen = revise::choose(tx, &found, payouts)?;
    apply(tx, actor, (&mut found, &situation), (chosen, change), now)
}

fn decide(tx: &mut Tx<'_>, actor: &Actor, number: BatchNumber) -> Result<(Batch, Situation), FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    let found = batch::lock(tx, &scope, number)?;
    let situation = standing::load(tx, actor, &found)?;
    may(Act::Edit, &situation.stand, &situation.standing)?;
    Ok((found, situation))
}

fn apply(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (found, situation): (&mut Batch, &Situation),
    (chosen, change): (Vec<Payout>, &Change<'_>),
    now: DateTime<Utc>,
) -> Result<Vec<Judged>, FlowError> {
    let account = account::load(tx, found.account)?;
    let rows = changed(chosen, change, account.zone);
    if found.status.is_signed() {
        let rules = RowRules::of(&account, found, now);
        if rows.iter().all(|row| is_as_it_was(row, &rules)) {
            return Ok(rows.into_iter().map(as_judged).collect());
        }
    }
    let making = if found.status.is_signed() {
        revise::reopen(tx, found, Step::Edit, now)?;
        let data =
            json!({ "revision": found.revision, "voided": situation.signatures.len(), "rows": rows.len() });
        let edited = Event::new(found.organisation, now, Step::Edit.as_str(), data);
        event::append(tx, &edited.by(actor.person()).on_batch(found.id))?;
        Making::Edited
    } else {
        Making::Corrected
    };
    let lines = rows
        .iter()
        .map(|row| (row.read.id, changes(&row.before, &row.entered)))
        .collect();
    let rows = rows.into_iter().map(|row| (row.read, row.entered)).collect();
    let judged = revise::rewrite(tx, found, &account, rows, now)?;
    signature::add_maker(tx, found.id, actor.person(), making, now)?;
    say(tx, actor, found, (&judged, lines), now)?;
    revise::settle_status(tx, actor, found, &account, now)?;
    Ok(judged)
}

/// A row with what stood in it and what should stand there.
struct Changed {
    read: Payout,
    before: Entered,
    entered: Entered,
}

fn changed(chosen: Vec<Payout>, change: &Change<'_>, zone: Tz) -> Vec<Changed> {
    let enter = |read: Payout| {
        let before = as_entered(&read, zone);
        let mut entered = before.clone();
        change(&read, &mut entered);
        Changed {
            read,
            before,
            entered,
        }
    };
    chosen.into_iter().map(enter).collect()
}

/// Whether the row is worth as much as before: nothing in it changed, or only how it is written. One
/// that was left out comes in again by being saved.
fn is_as_it_was(row: &Changed, rules: &RowRules) -> bool {
    match &row.read.content {
        Ok(payable) => row.before == row.entered || judge(&row.entered, rules).as_ref() == Ok(payable),
        Err((_, faults)) => row.before == row.entered && !faults.iter().any(Fault::is_left_out),
    }
}

fn as_judged(row: Changed) -> Judged {
    Judged {
        row: row.read.row,
        faults: row
            .read
            .content
            .err()
            .map(|(_, faults)| faults)
            .unwrap_or_default(),
    }
}

/// Each field that changed, with what stood there and what stands there now.
fn changes(before: &Entered, after: &Entered) -> Value {
    let changed = Field::ALL
        .iter()
        .filter(|field| before.text(**field) != after.text(**field));
    Value::Object(
        changed
            .map(|field| {
                let (before, after) = (before.text(*field), after.text(*field));
                (field.code().to_owned(), json!([before, after]))
            })
            .collect::<Map<String, Value>>(),
    )
}

fn say(
    tx: &mut Tx<'_>,
    actor: &Actor,
    found: &Batch,
    (judged, lines): (&[Judged], Vec<(PayoutId, Value)>),
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let line = |kind, data| {
        Event::new(found.organisation, now, kind, data)
            .by(actor.person())
            .on_batch(found.id)
    };
    if judged.len() > TOLD_MAX {
        let faulty = judged.iter().filter(|judged| !judged.faults.is_empty()).count();
        let data = json!({ "rows": judged.len(), "faulty": faulty });
        return Ok(event::append(tx, &line("batch.rows_corrected", data))?);
    }
    for (judged, (payout, changes)) in judged.iter().zip(lines) {
        let data = json!({ "row": judged.row, "faults": judged.faults.len(), "changes": changes });
        event::append(tx, &line("batch.row_corrected", data).on_payout(payout))?;
    }
    Ok(())
}
