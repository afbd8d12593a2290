//! A batch from rows that were typed or sent instead of read from a file: opened, judged and saved in
//! the caller's transaction, so that it is there, open or in error, when that ends.
//!
//! Shared by everything that has its rows at hand: one payout in a form, rows pasted or sent as JSON,
//! payouts that are paid again, copies. Rows count from 1. The invariant: whoever opens it is its
//! maker, and its rows went through the same judging as a file's.

use crate::domain::account::Account;
use crate::domain::batch::Batch;
use crate::domain::event::Event;
use crate::domain::ids::{AccountNumber, BatchId};
use crate::domain::money::NumberStyle;
use crate::domain::permission::{Actor, Permission};
use crate::domain::purpose::Purpose;
use crate::domain::row::Entered;
use crate::domain::source::Source;
use crate::domain::webhook::REQUEST_URLS_MAX;
use crate::flows::FlowError;
use crate::flows::judge::{Chunk, Judging, begin, check, finish, save};
use crate::store::batch::{NewBatch, Sent};
use crate::store::signature::Making;
use crate::store::{StoreError, Tx, account, batch, event, organisation, signature, webhook};
use chrono::{DateTime, Utc};
use serde_json::json;

/// The longest name of a batch, in characters.
pub const NAME_CHARS_MAX: usize = 140;

/// Rows that are judged while somebody waits, at most: some seconds' work.
pub const ROWS_MAX: usize = 100_000;

/// What a batch without a file is made of, beside its rows.
#[derive(Clone, Debug)]
pub struct Typed<'a> {
    /// Paid from.
    pub account: AccountNumber,
    /// Its name.
    pub name: &'a str,
    /// For rows without one.
    pub purpose: Option<Purpose>,
    /// For rows without a date; `None` is when approved.
    pub pay_on: Option<DateTime<Utc>>,
    /// How the rows came.
    pub source: Source,
    /// `JSON`, or nothing.
    pub content_type: &'a str,
    /// How amounts are written where they are text. `Point` for forms and the API.
    pub number_style: NumberStyle,
    /// The batch whose payouts it pays again or copies; who made that one makes this one too.
    pub repeats: Option<BatchId>,
    /// How many rows there should be, and what they should add up to in minor units, where it was said.
    pub control: (Option<i64>, Option<i64>),
}

/// Opens the batch; answers it as it stands then: open, or in error where no row can be paid. Its
/// payouts with ids and faults are found by `store::payout::list_of_batch`.
///
/// # Errors
/// `Invalid` without rows, with more than [`ROWS_MAX`], or without a name; `NotPermitted` without
/// batch.capture; `NotFound` where it is not given on the account.
pub fn open(
    tx: &mut Tx<'_>,
    actor: &Actor,
    typed: &Typed<'_>,
    rows: Vec<Entered>,
    now: DateTime<Utc>,
) -> Result<Batch, FlowError> {
    let rows = rows.into_iter().map(|row| (row, None)).collect();
    open_sent(tx, actor, (typed, None), rows, now)
}

/// The same for rows that an API client sent, each with the sequence number that it chose, if it did.
/// The batch is submitted too, unless that is refused.
///
/// # Errors
/// As `open`; `Refused` where a sequence number is used on the account.
pub fn open_sent(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (typed, sent): (&Typed<'_>, Option<Sent<'_>>),
    rows: Vec<(Entered, Option<i64>)>,
    now: DateTime<Utc>,
) -> Result<Batch, FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    let account = account::load_by_number(tx, &scope, typed.account)?;
    check_size(rows.len())?;
    if let Some((client, url)) = sent.and_then(|sent| Some((sent.client, sent.webhook_url?)))
        && !webhook::admit(tx, actor.organisation(), (client, url), REQUEST_URLS_MAX, now)?
    {
        let message = format!(
            "This API client's requests have named {REQUEST_URLS_MAX} addresses, which is the limit. Name one of \
             them again, or remove one under Webhooks."
        );
        return Err(FlowError::invalid("webhook_url", message));
    }
    let id = insert(tx, actor, (typed, sent), &account, now)?;
    signature::add_maker(tx, id, actor.person(), Making::Captured, now)?;
    if let Some(repeated) = typed.repeats {
        signature::inherit_makers(tx, id, repeated, now)?;
    }
    let data =
        json!({ "account": account.number.get(), "source": typed.source.as_str(), "rows": rows.len() });
    let captured = Event::new(actor.organisation(), now, "batch.captured", data);
    event::append(tx, &captured.by(actor.person()).on_batch(id))?;
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let mut begun = begin(tx, id, count, now)?.ok_or(StoreError::Stale("batch"))?;
    if begun.number_style != typed.number_style {
        begun.number_style = typed.number_style;
        batch::update_contents(tx, &begun)?;
    }
    take_in(tx, &account, &begun, rows, now)?;
    finish(tx, id, now)?;
    Ok(batch::load_by_id(tx, id)?)
}

fn check_size(count: usize) -> Result<(), FlowError> {
    if count == 0 {
        return Err(FlowError::invalid("rows", "There is no row. Give at least one."));
    }
    if count > ROWS_MAX {
        let message = format!("There are {count} rows; the limit is {ROWS_MAX} at a time. Send fewer.");
        return Err(FlowError::invalid("rows", message));
    }
    Ok(())
}

/// A batch's name: one line of at most [`NAME_CHARS_MAX`] characters.
///
/// # Errors
/// `Invalid` where it is empty or longer.
pub fn name(text: &str) -> Result<String, FlowError> {
    let name: String = text.trim().chars().filter(|c| !c.is_control()).collect();
    let count = name.chars().count();
    if count == 0 {
        return Err(FlowError::invalid("name", "Give the batch a name."));
    }
    if count > NAME_CHARS_MAX {
        let message = format!("The name has {count} characters; the limit is {NAME_CHARS_MAX}. Shorten it.");
        return Err(FlowError::invalid("name", message));
    }
    Ok(name)
}

fn insert(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (typed, sent): (&Typed<'_>, Option<Sent<'_>>),
    account: &Account,
    now: DateTime<Utc>,
) -> Result<BatchId, FlowError> {
    let name = name(typed.name)?;
    let new = NewBatch {
        organisation: actor.organisation(),
        account: account.id,
        number: organisation::take_batch_number(tx, actor.organisation())?,
        name: &name,
        source: typed.source,
        repeats: typed.repeats,
        sent,
        content_type: typed.content_type,
        file: None,
        purpose: typed.purpose,
        pay_on: typed.pay_on,
        control: typed.control,
        captured_by: actor.person(),
        captured_at: now,
        judged_approvals: account.approvals,
    };
    Ok(batch::insert(tx, &new)?)
}

fn take_in(
    tx: &mut Tx<'_>,
    account: &Account,
    begun: &Batch,
    rows: Vec<(Entered, Option<i64>)>,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let mut judging = Judging::new(account, begun, Vec::new(), begun.number_style, now);
    let mut so_far = begun.clone();
    for (number, (entered, sequence_number)) in (1..).zip(rows) {
        let full = judging.take_entered(number, entered);
        judging.number_last(sequence_number);
        if let Some(full) = full {
            so_far = save_chunk(tx, &so_far, full, now)?;
        }
    }
    save_chunk(tx, &so_far, judging.rest(), now)?;
    Ok(())
}

fn save_chunk(tx: &mut Tx<'_>, so_far: &Batch, chunk: Chunk, now: DateTime<Utc>) -> Result<Batch, FlowError> {
    let checked = check(tx, so_far, so_far.payable_total, chunk)?;
    save(tx, so_far.id, so_far.row_last, checked, now)
}
