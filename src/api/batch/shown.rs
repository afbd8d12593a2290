//! A batch as OneKhusa's calls show it. The fields, their names and their order are a contract.
//!
//! Pure functions from what was read. The invariant: what has not happened is null, and dates are
//! those of the account's zone.

use crate::api::decimal::Decimal;
use crate::api::told;
use crate::api::words::say;
use crate::domain::account::Account;
use crate::domain::authorisation::{Level, Seat};
use crate::domain::batch::{Batch, Status};
use crate::http::language::Language;
use crate::store::batch_facts::{Facts, Signed};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A batch, as `getBatch` answers it.
#[derive(Serialize, ToSchema, Debug)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct BatchShown {
    /// The payout account's number.
    #[schema(minimum = 10_000_000, maximum = 99_999_999)]
    merchant_account_number: i32,
    /// The batch's number.
    #[schema(minimum = 10_000_000, maximum = 99_999_999)]
    batch_number: i32,
    /// `XLSX`, `CSV`, `JSON`, or another format's extension in capitals; null where no file came or it was
    /// not looked at yet.
    content_type: Option<String>,
    /// `File Upload`, `JSON Integration` or `Portal`.
    data_source: &'static str,
    /// E-mail of who captured it.
    captured_by: String,
    /// Date.
    #[schema(format = Date)]
    date_captured: String,
    /// E-mail of who reviewed the current revision.
    #[schema(required)]
    reviewed_by: Option<String>,
    /// Date.
    #[schema(required, format = Date)]
    date_reviewed: Option<String>,
    /// E-mail of who approved the current revision.
    #[schema(required)]
    approved_by: Option<String>,
    /// Date.
    #[schema(required, format = Date)]
    date_approved: Option<String>,
    /// One letter: Q, F, E, P, A, C, X or N.
    batch_status_code: &'static str,
    /// The status in words, in the language asked for.
    batch_status_description: String,
    /// When its first payouts were sent.
    #[schema(required, format = Date)]
    process_date: Option<String>,
    /// Whether it has a date of its own.
    is_batch_scheduled: bool,
    /// That date.
    #[schema(required, format = Date)]
    scheduled_date: Option<String>,
    /// The signatures that it needs, fixed when it is submitted.
    #[schema(required)]
    authorisation_level: Option<&'static str>,
    /// Why it was rejected.
    #[schema(required)]
    rejection_reason: Option<String>,
    /// The name under which `downloadBatchErrors` gives its faulty rows.
    #[schema(required)]
    error_file_name: Option<String>,
    /// Why it could not be read, or was not submitted.
    #[schema(required)]
    error_message: Option<String>,
    /// E-mail of who last reviewed, approved, released, rejected or cancelled it.
    #[schema(required)]
    actioned_by: Option<String>,
    /// Date.
    #[schema(required, format = Date)]
    date_actioned: Option<String>,
    /// Rows that were read.
    number_of_entries: i64,
    /// Rows with faults.
    number_of_failed_entries: i64,
    /// Rows that can be paid.
    number_of_successful_entries: i64,
    /// What those add up to, in major units.
    #[schema(value_type = f64)]
    total_amount_of_successful_entries: Decimal,
    /// ISO 4217.
    currency_code: &'static str,
}

/// A batch after an act on it.
#[derive(Serialize, ToSchema, Debug)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct BatchActed {
    /// The payout account's number.
    merchant_account_number: i32,
    /// The batch's number.
    batch_number: i32,
    /// ISO 4217.
    currency_code: &'static str,
    /// One letter: Q, F, E, P, A, C, X or N.
    batch_status_code: &'static str,
    /// The status in words, in the language asked for.
    batch_status_description: String,
    /// `XLSX`, `CSV`, `JSON`, or another format's extension in capitals; null where no file came or it was
    /// not looked at yet.
    content_type: Option<String>,
    /// `File Upload`, `JSON Integration` or `Portal`.
    data_source: &'static str,
    /// Rows that can be paid.
    number_of_successful_entries: i64,
    /// What those add up to, in major units.
    #[schema(value_type = f64)]
    total_amount_of_successful_entries: Decimal,
}

fn date(account: &Account, at: DateTime<Utc>) -> String {
    at.with_timezone(&account.zone).format("%Y-%m-%d").to_string()
}

fn signed(facts: &Facts, seat: Seat) -> Option<&Signed> {
    facts.signatures.iter().find(|signature| signature.seat == seat)
}

/// Who acted last on it after it was submitted, and when.
fn actioned(facts: &Facts) -> Option<(&str, DateTime<Utc>)> {
    let closed = facts.closed_by.as_deref().zip(facts.batch.closed_at);
    let signed = facts.signatures.iter().filter_map(|signature| {
        let at = match signature.seat {
            Seat::Initiator => signature.released_at,
            Seat::Reviewer | Seat::Approver => Some(signature.at),
        };
        at.map(|at| (signature.by.as_str(), at))
    });
    signed.chain(closed).max_by_key(|(_, at)| *at)
}

fn description(status: Status, language: Language) -> String {
    say(language, &format!("batch-{}", status.as_str()), &[])
}

fn content_type(batch: &Batch) -> Option<String> {
    Some(batch.content_type.clone()).filter(|kind| !kind.is_empty())
}

/// The batch as `getBatch` answers it.
pub(super) fn shown(facts: &Facts, language: Language) -> BatchShown {
    let (batch, account) = (&facts.batch, &facts.account);
    let date = |at| date(account, at);
    let (reviewer, approver) = (signed(facts, Seat::Reviewer), signed(facts, Seat::Approver));
    let actioned = actioned(facts);
    BatchShown {
        merchant_account_number: account.number.get(),
        batch_number: batch.number.get(),
        content_type: content_type(batch),
        data_source: batch.source.label(),
        captured_by: facts.captured_by.clone(),
        date_captured: date(batch.captured_at),
        reviewed_by: reviewer.map(|signature| signature.by.clone()),
        date_reviewed: reviewer.map(|signature| date(signature.at)),
        approved_by: approver.map(|signature| signature.by.clone()),
        date_approved: approver.map(|signature| date(signature.at)),
        batch_status_code: batch.status.code(),
        batch_status_description: description(batch.status, language),
        process_date: facts.processed_at.map(date),
        is_batch_scheduled: batch.pay_on.is_some(),
        scheduled_date: batch.pay_on.map(date),
        authorisation_level: level(batch),
        rejection_reason: batch
            .closed_reason
            .clone()
            .filter(|_| batch.status == Status::Rejected),
        error_file_name: (batch.fault_count > 0).then(|| error_file_name(batch)),
        error_message: batch.message.as_deref().map(|text| told::message(language, text)),
        actioned_by: actioned.map(|(by, _)| by.to_owned()),
        date_actioned: actioned.map(|(_, at)| date(at)),
        number_of_entries: batch.rows_done,
        number_of_failed_entries: batch.fault_count,
        number_of_successful_entries: batch.payable_count,
        total_amount_of_successful_entries: Decimal(account.money(batch.payable_total)),
        currency_code: account.currency.code(),
    }
}

/// The level, once the batch is submitted; one that was sent back has none until it is again.
fn level(batch: &Batch) -> Option<&'static str> {
    let is_submitted = match batch.status {
        Status::Queued
        | Status::Matching
        | Status::Validating
        | Status::Failed
        | Status::Error
        | Status::Open => false,
        Status::AwaitingReview
        | Status::AwaitingApproval
        | Status::AwaitingRelease
        | Status::Approved
        | Status::Paying
        | Status::Paused
        | Status::Completed
        | Status::Rejected
        | Status::Cancelled => true,
    };
    batch.level.filter(|_| is_submitted).map(Level::name)
}

/// What the file of a batch's faulty rows is called.
pub(super) fn error_file_name(batch: &Batch) -> String {
    format!("batch-{}-errors.csv", batch.number)
}

/// The batch after an act on it.
pub(super) fn acted(batch: &Batch, account: &Account, language: Language) -> BatchActed {
    BatchActed {
        merchant_account_number: account.number.get(),
        batch_number: batch.number.get(),
        currency_code: account.currency.code(),
        batch_status_code: batch.status.code(),
        batch_status_description: description(batch.status, language),
        content_type: content_type(batch),
        data_source: batch.source.label(),
        number_of_successful_entries: batch.payable_count,
        total_amount_of_successful_entries: Decimal(account.money(batch.payable_total)),
    }
}
