//! Batches. `advance` and `reopen` are the only ways a status changes: they take the step from the one
//! table.

use super::schema::{batch, batch_block, fault_count, payout, payout_account, slice};
use super::{Conn, StoreError, Tx, corrupt};
use crate::domain::authorisation::Level;
use crate::domain::batch::{Batch, Status, Step};
use crate::domain::fingerprint::Fingerprint;
use crate::domain::ids::{
    AccountId, AccountNumber, ApiClientId, BatchId, BatchNumber, FileId, OrganisationId, PersonId,
};
use crate::domain::money::NumberStyle;
use crate::domain::permission::{Accounts, Scope};
use crate::domain::purpose::Purpose;
use crate::domain::source::Source;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

#[derive(Queryable, Selectable)]
#[diesel(table_name = batch, check_for_backend(diesel::pg::Pg))]
pub(super) struct Row {
    id: i64,
    public_id: Uuid,
    api_client_id: Option<i64>,
    organisation_id: i64,
    account_id: i64,
    number: i32,
    name: String,
    status: String,
    source: String,
    repeats: Option<i64>,
    content_type: String,
    decimal_comma: bool,
    file_id: Option<i64>,
    purpose: Option<String>,
    pay_on: Option<DateTime<Utc>>,
    control_count: Option<i64>,
    control_total: Option<i64>,
    revision: i32,
    level: Option<i16>,
    rows_total: i64,
    rows_done: i64,
    row_last: i32,
    payable_count: i64,
    payable_total: i64,
    fault_count: i64,
    largest: i64,
    fingerprint: Option<Vec<u8>>,
    message: Option<String>,
    captured_by: i64,
    captured_at: DateTime<Utc>,
    judged_approvals: i32,
    approved_at: Option<DateTime<Utc>>,
    closed_by: Option<i64>,
    closed_at: Option<DateTime<Utc>>,
    closed_reason: Option<String>,
    returned_reason: Option<String>,
    cancelled_count: i64,
    cancelled_total: i64,
    cancelled_faulty: i64,
}

impl TryFrom<Row> for Batch {
    type Error = StoreError;
    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: BatchId(row.id),
            public_id: row.public_id,
            client: row.api_client_id.map(ApiClientId),
            organisation: OrganisationId(row.organisation_id),
            account: AccountId(row.account_id),
            number: BatchNumber::try_new(row.number).ok_or_else(|| corrupt("batch number", row.number))?,
            name: row.name,
            status: Status::parse(&row.status).ok_or_else(|| corrupt("batch status", &row.status))?,
            source: Source::parse(&row.source).ok_or_else(|| corrupt("batch source", &row.source))?,
            repeats: row.repeats.map(BatchId),
            content_type: row.content_type,
            number_style: if row.decimal_comma {
                NumberStyle::Comma
            } else {
                NumberStyle::Point
            },
            file: row.file_id.map(FileId),
            purpose: row.purpose.as_deref().and_then(Purpose::parse),
            pay_on: row.pay_on,
            control_count: row.control_count,
            control_total: row.control_total,
            revision: row.revision,
            level: row.level.and_then(Level::from_eyes),
            rows_total: row.rows_total,
            rows_done: row.rows_done,
            row_last: row.row_last,
            payable_count: row.payable_count,
            payable_total: row.payable_total,
            fault_count: row.fault_count,
            largest: row.largest,
            fingerprint: row.fingerprint.as_deref().and_then(Fingerprint::from_slice),
            message: row.message,
            captured_by: PersonId(row.captured_by),
            captured_at: row.captured_at,
            judged_approvals: row.judged_approvals,
            approved_at: row.approved_at,
            closed_by: row.closed_by.map(PersonId),
            closed_at: row.closed_at,
            closed_reason: row.closed_reason,
            returned_reason: row.returned_reason,
            cancelled_count: row.cancelled_count,
            cancelled_total: row.cancelled_total,
            cancelled_faulty: row.cancelled_faulty,
        })
    }
}

/// That a batch came by API.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// The client that sent it.
    pub client: ApiClientId,
    /// Where the changes of its payouts are told.
    pub webhook_url: Option<&'a str>,
}

/// What a new batch is made of.
pub struct NewBatch<'a> {
    /// Whose.
    pub organisation: OrganisationId,
    /// Paid from.
    pub account: AccountId,
    /// Its number.
    pub number: BatchNumber,
    /// Its name.
    pub name: &'a str,
    /// How its rows come.
    pub source: Source,
    /// The batch whose payouts it pays again or copies.
    pub repeats: Option<BatchId>,
    /// Where an API client sent it: which.
    pub sent: Option<Sent<'a>>,
    /// `CSV`, `XLSX`, …
    pub content_type: &'a str,
    /// The file it comes from, where it comes from one.
    pub file: Option<FileId>,
    /// For rows without one.
    pub purpose: Option<Purpose>,
    /// For rows without a date.
    pub pay_on: Option<DateTime<Utc>>,
    /// What the uploader said about rows and total.
    pub control: (Option<i64>, Option<i64>),
    /// By whom.
    pub captured_by: PersonId,
    /// When.
    pub captured_at: DateTime<Utc>,
    /// The account's deciding signatures now.
    pub judged_approvals: i32,
}

/// Makes a queued batch.
///
/// # Errors
/// What the database says.
pub fn insert(tx: &mut Tx<'_>, new: &NewBatch<'_>) -> Result<BatchId, StoreError> {
    let id: i64 = diesel::insert_into(batch::table)
        .values((
            batch::organisation_id.eq(new.organisation.0),
            batch::account_id.eq(new.account.0),
            batch::number.eq(new.number.get()),
            batch::name.eq(new.name),
            batch::status.eq(Status::Queued.as_str()),
            batch::source.eq(new.source.as_str()),
            batch::repeats.eq(new.repeats.map(|id| id.0)),
            batch::api_client_id.eq(new.sent.map(|sent| sent.client.0)),
            batch::webhook_url.eq(new.sent.and_then(|sent| sent.webhook_url)),
            batch::content_type.eq(new.content_type),
            batch::file_id.eq(new.file.map(|id| id.0)),
            batch::purpose.eq(new.purpose.map(Purpose::code)),
            batch::pay_on.eq(new.pay_on),
            batch::control_count.eq(new.control.0),
            batch::control_total.eq(new.control.1),
            batch::captured_by.eq(new.captured_by.0),
            batch::captured_at.eq(new.captured_at),
            batch::judged_approvals.eq(new.judged_approvals),
        ))
        .returning(batch::id)
        .get_result(tx.pg())?;
    Ok(BatchId(id))
}

/// The scope's batch with this number.
///
/// # Errors
/// `NotFound` where it is not in the scope.
pub fn load(conn: &mut Conn<'_>, scope: &Scope, number: BatchNumber) -> Result<Batch, StoreError> {
    let row: Option<Row> = batch::table
        .filter(
            batch::organisation_id
                .eq(scope.organisation().0)
                .and(batch::number.eq(number.get())),
        )
        .select(Row::as_select())
        .first(conn.0)
        .optional()?;
    within(scope, row)
}

/// The same, locked until the transaction ends.
///
/// # Errors
/// `NotFound` where it is not in the scope.
pub fn lock(tx: &mut Tx<'_>, scope: &Scope, number: BatchNumber) -> Result<Batch, StoreError> {
    let row: Option<Row> = batch::table
        .filter(
            batch::organisation_id
                .eq(scope.organisation().0)
                .and(batch::number.eq(number.get())),
        )
        .select(Row::as_select())
        .for_update()
        .first(tx.pg())
        .optional()?;
    within(scope, row)
}

pub(super) fn within(scope: &Scope, row: Option<Row>) -> Result<Batch, StoreError> {
    let batch = Batch::try_from(row.ok_or(StoreError::NotFound("batch"))?)?;
    if scope.accounts().contain(batch.account) {
        Ok(batch)
    } else {
        Err(StoreError::NotFound("batch"))
    }
}

/// The batch with this key: for jobs, which act for nobody.
///
/// # Errors
/// `NotFound`.
pub fn load_by_id(conn: &mut Conn<'_>, id: BatchId) -> Result<Batch, StoreError> {
    let row: Option<Row> = batch::table
        .find(id.0)
        .select(Row::as_select())
        .first(conn.0)
        .optional()?;
    row.ok_or(StoreError::NotFound("batch"))?.try_into()
}

/// The same, locked until the transaction ends.
///
/// # Errors
/// `NotFound`.
pub fn lock_by_id(tx: &mut Tx<'_>, id: BatchId) -> Result<Batch, StoreError> {
    let row: Option<Row> = batch::table
        .find(id.0)
        .select(Row::as_select())
        .for_update()
        .first(tx.pg())
        .optional()?;
    row.ok_or(StoreError::NotFound("batch"))?.try_into()
}

/// The batches with these keys, which were found in a scope, newest first.
///
/// # Errors
/// What the database says.
pub fn list_by_ids(conn: &mut Conn<'_>, ids: &[BatchId]) -> Result<Vec<Batch>, StoreError> {
    let keys: Vec<i64> = ids.iter().map(|id| id.0).collect();
    batch::table
        .filter(batch::id.eq_any(keys))
        .order(batch::number.desc())
        .select(Row::as_select())
        .load(conn.0)?
        .into_iter()
        .map(Batch::try_from)
        .collect()
}

/// Takes a step, from where the table allows it; answers where it led and notes it in `batch`.
///
/// # Errors
/// `Stale` where the step is not allowed from where the batch stands now.
pub fn advance(tx: &mut Tx<'_>, batch: &mut Batch, step: Step) -> Result<Status, StoreError> {
    let to = step.from(batch.status).ok_or(StoreError::Stale("batch"))?;
    let sources: Vec<&str> = step.sources().map(Status::as_str).collect();
    let moved = diesel::update(batch::table.find(batch.id.0))
        .filter(
            batch::status
                .eq_any(sources)
                .and(batch::status.eq(batch.status.as_str())),
        )
        .set(batch::status.eq(to.as_str()))
        .execute(tx.pg())?;
    if moved == 0 {
        return Err(StoreError::Stale("batch"));
    }
    batch.status = to;
    Ok(to)
}

/// Takes a signed batch back to open by this step, in the revision and with the fingerprint that
/// `batch` has now. One statement: the database refuses the one without the other.
///
/// # Errors
/// `Stale` where the step is not allowed from where the batch stands now.
pub fn reopen(tx: &mut Tx<'_>, batch: &mut Batch, step: Step) -> Result<(), StoreError> {
    let to = step.from(batch.status).ok_or(StoreError::Stale("batch"))?;
    let moved = diesel::update(batch::table.find(batch.id.0))
        .filter(
            batch::status
                .eq(batch.status.as_str())
                .and(batch::revision.eq(batch.revision - 1)),
        )
        .set((
            batch::status.eq(to.as_str()),
            batch::revision.eq(batch.revision),
            batch::fingerprint.eq(batch.fingerprint.map(|print| print.0.to_vec())),
            batch::returned_reason.eq(batch.returned_reason.as_deref()),
            // Fixed anew with the next deciding signature.
            batch::goes_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(tx.pg())?;
    if moved == 0 {
        return Err(StoreError::Stale("batch"));
    }
    batch.status = to;
    Ok(())
}

/// Keeps what validation and corrections change: counts, sums, fingerprint, message.
///
/// # Errors
/// What the database says.
pub fn update_contents(tx: &mut Tx<'_>, batch: &Batch) -> Result<(), StoreError> {
    diesel::update(batch::table.find(batch.id.0))
        .set((
            batch::content_type.eq(&batch.content_type),
            batch::decimal_comma.eq(batch.number_style == NumberStyle::Comma),
            batch::rows_total.eq(batch.rows_total),
            batch::rows_done.eq(batch.rows_done),
            batch::row_last.eq(batch.row_last),
            batch::payable_count.eq(batch.payable_count),
            batch::payable_total.eq(batch.payable_total),
            batch::fault_count.eq(batch.fault_count),
            batch::largest.eq(batch.largest),
            batch::fingerprint.eq(batch.fingerprint.map(|print| print.0.to_vec())),
            batch::message.eq(batch.message.as_deref()),
            batch::revision.eq(batch.revision),
            batch::returned_reason.eq(batch.returned_reason.as_deref()),
            batch::pay_on.eq(batch.pay_on),
            batch::cancelled_count.eq(batch.cancelled_count),
            batch::cancelled_total.eq(batch.cancelled_total),
            batch::cancelled_faulty.eq(batch.cancelled_faulty),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// Fixes the level and the policy it came from, at submission.
///
/// # Errors
/// What the database says.
pub fn fix_level(tx: &mut Tx<'_>, batch: &mut Batch, level: Level, policy: i64) -> Result<(), StoreError> {
    diesel::update(batch::table.find(batch.id.0))
        .set((batch::level.eq(level.eyes()), batch::policy_id.eq(policy)))
        .execute(tx.pg())?;
    batch.level = Some(level);
    Ok(())
}

/// Notes the deciding signature: when, its number on the account, and when the first slice is due.
///
/// # Errors
/// What the database says.
pub fn note_approval(
    tx: &mut Tx<'_>,
    batch: &Batch,
    approval_number: i32,
    at: DateTime<Utc>,
    next_due_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    diesel::update(batch::table.find(batch.id.0))
        .set((
            batch::approval_number.eq(approval_number),
            batch::approved_at.eq(at),
            batch::next_due_at.eq(next_due_at),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// Sets when the next slice is due; `None` when none waits.
///
/// # Errors
/// What the database says.
pub fn set_next_due(tx: &mut Tx<'_>, id: BatchId, at: Option<DateTime<Utc>>) -> Result<(), StoreError> {
    diesel::update(batch::table.find(id.0))
        .set(batch::next_due_at.eq(at))
        .execute(tx.pg())?;
    Ok(())
}

/// Notes who closed it and why; goes with the step `Reject` or `Cancel`, before it.
///
/// # Errors
/// What the database says.
pub fn close(
    tx: &mut Tx<'_>,
    id: BatchId,
    by: PersonId,
    at: DateTime<Utc>,
    reason: &str,
) -> Result<(), StoreError> {
    diesel::update(batch::table.find(id.0))
        .set((
            batch::closed_by.eq(by.0),
            batch::closed_at.eq(at),
            batch::closed_reason.eq(reason),
            batch::next_due_at.eq(None::<DateTime<Utc>>),
        ))
        .execute(tx.pg())?;
    Ok(())
}

/// What a list of batches is narrowed by.
#[derive(Clone, Default, Debug)]
pub struct Filter {
    /// Only these statuses; empty is all.
    pub statuses: Vec<Status>,
    /// Only this account.
    pub account: Option<AccountNumber>,
    /// A batch number, or part of a name.
    pub q: Option<String>,
    /// Only older than this one: the last of the page before.
    pub before: Option<BatchNumber>,
}

/// The scope's batches, newest first, at most `limit`.
///
/// # Errors
/// What the database says.
pub fn list(
    conn: &mut Conn<'_>,
    scope: &Scope,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Batch>, StoreError> {
    let mut query = batch::table
        .filter(batch::organisation_id.eq(scope.organisation().0))
        .order(batch::number.desc())
        .limit(limit)
        .select(Row::as_select())
        .into_boxed();
    if let Accounts::Only(ids) = scope.accounts() {
        query = query.filter(batch::account_id.eq_any(ids.iter().map(|id| id.0).collect::<Vec<_>>()));
    }
    if !filter.statuses.is_empty() {
        let words: Vec<&str> = filter.statuses.iter().map(|status| status.as_str()).collect();
        query = query.filter(batch::status.eq_any(words));
    }
    if let Some(number) = filter.account {
        let account = payout_account::table
            .filter(payout_account::number.eq(number.get()))
            .select(payout_account::id);
        query = query.filter(batch::account_id.eq_any(account));
    }
    if let Some(q) = filter.q.as_deref().filter(|q| !q.is_empty()) {
        query = match BatchNumber::parse(q) {
            Some(number) => query.filter(batch::number.eq(number.get())),
            None => query.filter(batch::name.ilike(format!("%{}%", super::like_literal(q)))),
        };
    }
    if let Some(before) = filter.before {
        query = query.filter(batch::number.lt(before.get()));
    }
    query.load(conn.0)?.into_iter().map(Batch::try_from).collect()
}

/// Drops everything that validation made of the batch's file, and its counts.
///
/// # Errors
/// What the database says.
pub fn delete_contents(tx: &mut Tx<'_>, batch: &mut Batch) -> Result<(), StoreError> {
    diesel::delete(payout::table.filter(payout::batch_id.eq(batch.id.0))).execute(tx.pg())?;
    diesel::delete(slice::table.filter(slice::batch_id.eq(batch.id.0))).execute(tx.pg())?;
    diesel::delete(fault_count::table.filter(fault_count::batch_id.eq(batch.id.0))).execute(tx.pg())?;
    diesel::delete(batch_block::table.filter(batch_block::batch_id.eq(batch.id.0))).execute(tx.pg())?;
    (batch.rows_total, batch.rows_done, batch.row_last) = (0, 0, 0);
    (
        batch.payable_count,
        batch.payable_total,
        batch.fault_count,
        batch.largest,
    ) = (0, 0, 0, 0);
    batch.fingerprint = None;
    Ok(())
}
