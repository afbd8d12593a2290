//! Batches that repeat: a person says on which days, time makes an open copy, and a person signs it
//! or not.
//!
//! A copy has the payable rows of the batch, with its dates moved along and new references: the old
//! one with the copy's day. The invariant: a day has one copy, however many workers there are (the
//! rule is locked while it is made, and the pair of rule and day is a key), and a copy is made in the
//! name of who asked for it only while they may still capture on the account.

use crate::domain::account::Account;
use crate::domain::batch::{Batch, Status};
use crate::domain::event::Event;
use crate::domain::ids::BatchNumber;
use crate::domain::money::NumberStyle;
use crate::domain::pay_on;
use crate::domain::payout::Status as PayoutStatus;
use crate::domain::permission::{Actor, Permission};
use crate::domain::repetition::{Every, begins, moved, reference};
use crate::domain::row::{Entered, Payable, REFERENCE_CHARS_MAX};
use crate::domain::source::Source;
use crate::flows::FlowError;
use crate::flows::typed::{self, NAME_CHARS_MAX, ROWS_MAX, Typed};
use crate::store::payout::{self, Tab};
use crate::store::repetition::{self, NewRepetition, Repetition};
use crate::store::{StoreError, Tx, account, batch, event, person};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde_json::json;

/// Payouts that are read at a time.
const CHUNK: i64 = 5_000;
/// How long a copy waits that can't be made for a fault of ours.
const PUT_OFF: Duration = Duration::minutes(15);

/// What somebody asks for, as typed.
pub struct Asked<'a> {
    /// `month` or `week`.
    pub every: &'a str,
    /// The month's day.
    pub day: &'a str,
    /// The week's day, by its name.
    pub weekday: &'a str,
    /// From when on; empty is from tomorrow.
    pub starts: &'a str,
    /// Until when; empty is until it is stopped.
    pub ends: &'a str,
}

/// Makes the batch repeat.
///
/// # Errors
/// `Invalid` with the field that is malformed; `Stale` where the batch repeats already, can't be
/// copied, or is too large to be.
pub fn repeat(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    asked: &Asked<'_>,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    let found = batch::lock(tx, &scope, number)?;
    if !can_repeat(&found) || repetition::find(tx, found.organisation, found.id)?.is_some() {
        return Err(StoreError::Stale("batch").into());
    }
    let account = account::load(tx, found.account)?;
    let today = now.with_timezone(&account.zone).date_naive();
    let every = read_every(asked)?;
    let starts = match read_day("starts", asked.starts)? {
        Some(day) if day < today => {
            return Err(FlowError::invalid(
                "starts",
                format!("{day} is past. Choose {today} or a later day."),
            ));
        }
        Some(day) => day,
        None => today.succ_opt().unwrap_or(today),
    };
    let ends_on = read_day("ends", asked.ends)?;
    let first = every
        .on_or_after(starts)
        .ok_or_else(|| FlowError::invalid("starts", "Choose an earlier day."))?;
    if ends_on.is_some_and(|ends| ends < first) {
        let message = format!("The first copy would be made on {first}. Choose that day or a later one.");
        return Err(FlowError::invalid("ends", message));
    }
    let new = NewRepetition {
        organisation: found.organisation,
        batch: found.id,
        every,
        ends_on,
        next: (first, begins(first, account.zone)),
        created_by: actor.person(),
        created_at: now,
    };
    repetition::insert(tx, &new)?;
    let data = json!({ "days": every.words(), "first": first, "ends": ends_on });
    let said = Event::new(found.organisation, now, "batch.repetition_begun", data);
    Ok(event::append(tx, &said.by(actor.person()).on_batch(found.id))?)
}

/// Whether a batch is such that copies can be made of it: judged, with something payable in it, not
/// called off, and small enough to be copied at one go.
#[must_use]
pub fn can_repeat(batch: &Batch) -> bool {
    let is_sound = match batch.status {
        Status::Open
        | Status::AwaitingReview
        | Status::AwaitingApproval
        | Status::AwaitingRelease
        | Status::Approved
        | Status::Paying
        | Status::Paused
        | Status::Completed => true,
        Status::Queued
        | Status::Matching
        | Status::Validating
        | Status::Failed
        | Status::Error
        | Status::Rejected
        | Status::Cancelled => false,
    };
    let limit = i64::try_from(ROWS_MAX).unwrap_or(i64::MAX);
    is_sound && batch.payable_count > 0 && batch.payable_count <= limit
}

fn read_every(asked: &Asked<'_>) -> Result<Every, FlowError> {
    match asked.every.trim() {
        "month" => asked
            .day
            .trim()
            .parse()
            .ok()
            .and_then(Every::month)
            .ok_or_else(|| FlowError::invalid("day", "Write the day of the month, from 1 to 31.")),
        "week" => Every::week(asked.weekday.trim())
            .ok_or_else(|| FlowError::invalid("weekday", "Choose a day of the week.")),
        _ => Err(FlowError::invalid("every", "Choose monthly or weekly.")),
    }
}

fn read_day(field: &'static str, text: &str) -> Result<Option<NaiveDate>, FlowError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let day = (text.len() == 10).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok());
    day.flatten()
        .map(Some)
        .ok_or_else(|| FlowError::invalid(field, "Write the day as YYYY-MM-DD."))
}

/// Makes no more copies.
///
/// # Errors
/// `Stale` where the batch does not repeat.
pub fn stop(
    tx: &mut Tx<'_>,
    actor: &Actor,
    number: BatchNumber,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    let scope = actor.require(Permission::BatchCapture)?;
    let found = batch::lock(tx, &scope, number)?;
    let rule = repetition::find(tx, found.organisation, found.id)?.ok_or(StoreError::Stale("batch"))?;
    repetition::stop(tx, rule.id, Some(actor.person()), None, now)?;
    let said = Event::new(found.organisation, now, "batch.repetition_stopped", json!({}));
    Ok(event::append(tx, &said.by(actor.person()).on_batch(found.id))?)
}

/// Makes one copy whose day has begun; answers whether there was one to make.
///
/// # Errors
/// What the store says. Why a copy could not be made is the inner answer: it is tried again later, and
/// others go first.
pub fn run_due(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Result<Result<bool, FlowError>, FlowError> {
    let Some(rule) = repetition::claim(tx, now)? else {
        return Ok(Ok(false));
    };
    let made = tx.attempt(|tx| run(tx, &rule, now));
    if made.is_err() {
        repetition::put_off(tx, rule.id, now + PUT_OFF)?;
    }
    Ok(made.map(|()| true))
}

fn run(tx: &mut Tx<'_>, rule: &Repetition, now: DateTime<Utc>) -> Result<(), FlowError> {
    let source = batch::load_by_id(tx, rule.batch)?;
    let account = account::load(tx, source.account)?;
    let actor = match may_copy(tx, rule, &source) {
        Ok(actor) => actor,
        Err(Hindrance::Reason(reason)) => return stop_itself(tx, rule, reason, now),
        Err(Hindrance::Flow(error)) => return Err(error),
    };
    let today = now.with_timezone(&account.zone).date_naive();
    let last = rule.ends_on.map_or(today, |ends| ends.min(today));
    let day = rule.every.latest(rule.next_on, last);
    let rows = copied(tx, (&source, &account), day, now)?;
    if rows.is_empty() {
        return stop_itself(tx, rule, "nothing in the batch can be paid any more", now);
    }
    let copy = open(tx, &actor, (&source, &account), (day, rows), now)?;
    repetition::insert_run(tx, rule, day, copy.id)?;
    let next = rule
        .every
        .after(day)
        .filter(|next| rule.ends_on.is_none_or(|ends| *next <= ends))
        .map(|next| (next, begins(next, account.zone)));
    repetition::set_next(tx, rule.id, next)?;
    let data = json!({ "day": day, "in_batch": copy.number.get(), "next": next.map(|(day, _)| day) });
    let said = Event::new(rule.organisation, now, "batch.copied", data);
    Ok(event::append(tx, &said.on_batch(source.id))?)
}

enum Hindrance {
    Reason(&'static str),
    Flow(FlowError),
}

impl From<StoreError> for Hindrance {
    fn from(error: StoreError) -> Self {
        Self::Flow(error.into())
    }
}

/// Who asked for it, while they may still capture on the account and the batch was not called off.
fn may_copy(tx: &mut Tx<'_>, rule: &Repetition, source: &Batch) -> Result<Actor, Hindrance> {
    if !can_repeat(source) {
        return Err(Hindrance::Reason("the batch was called off"));
    }
    let gone = Hindrance::Reason("who asked for it may not capture batches on the account any more");
    let actor = person::find_actor(tx, rule.organisation, rule.created_by)?;
    actor
        .filter(|actor| actor.may(Permission::BatchCapture, source.account))
        .ok_or(gone)
}

fn stop_itself(
    tx: &mut Tx<'_>,
    rule: &Repetition,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<(), FlowError> {
    repetition::stop(tx, rule.id, None, Some(reason), now)?;
    let data = json!({ "reason": reason });
    let said = Event::new(rule.organisation, now, "batch.repetition_stopped", data);
    Ok(event::append(tx, &said.on_batch(rule.batch))?)
}

/// The payable rows for that day.
fn copied(
    tx: &mut Tx<'_>,
    (source, account): (&Batch, &Account),
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Vec<Entered>, FlowError> {
    let mut rows = Vec::new();
    let mut after = 0;
    loop {
        let payouts = payout::list_of_batch(tx, source.id, Tab::Ready, after, CHUNK)?;
        let Some(last) = payouts.last() else { break };
        after = last.row;
        for payout in &payouts {
            if let Ok(payable) = &payout.content
                && payout.status != PayoutStatus::Cancelled
            {
                rows.push(copy_of(payable, (source, account), day, now));
            }
        }
    }
    Ok(rows)
}

fn copy_of(
    payable: &Payable,
    (source, account): (&Batch, &Account),
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Entered {
    let mut copy = payable.clone();
    copy.reference = reference(payable.reference.as_deref(), day, REFERENCE_CHARS_MAX);
    copy.pay_on = payable
        .pay_on
        .and_then(|at| ahead(at, (source, account), day, now));
    copy.to_entered(account.zone)
}

/// A date moved along; none where it would have passed, which is paid when it is approved.
fn ahead(
    at: DateTime<Utc>,
    (source, account): (&Batch, &Account),
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let zone = account.zone;
    let from = source
        .pay_on
        .unwrap_or(source.captured_at)
        .with_timezone(&zone)
        .date_naive();
    let at = moved(at, zone, from, day)?;
    pay_on::parse(&pay_on::write(at, zone), zone, now).ok()
}

fn open(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (source, account): (&Batch, &Account),
    (day, rows): (NaiveDate, Vec<Entered>),
    now: DateTime<Utc>,
) -> Result<Batch, FlowError> {
    let suffix = format!(", {}", day.format("%Y-%m-%d"));
    let kept: String = source.name.chars().take(NAME_CHARS_MAX - suffix.len()).collect();
    let opening = Typed {
        account: account.number,
        name: &format!("{}{suffix}", kept.trim_end()),
        purpose: source.purpose,
        pay_on: source
            .pay_on
            .and_then(|at| ahead(at, (source, account), day, now)),
        source: Source::Portal,
        content_type: "",
        number_style: NumberStyle::Point,
        repeats: Some(source.id),
        control: (None, None),
    };
    typed::open(tx, actor, &opening, rows, now)
}
