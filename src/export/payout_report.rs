//! The payout report: one line a payout, under the headings that integrators rely on.
//!
//! Not here: which payouts are on it, and who may have it (`store`, `pages`). The invariant:
//! headings and cells stand in one order, and a line has a cell for each heading.

use super::{ExportError, RowSink, Value};
use crate::domain::destination::{BankAccount, Destination};
use crate::domain::ids::{AccountNumber, BatchNumber};
use crate::domain::money::{Currency, Money};
use crate::domain::payout;
use crate::domain::purpose::Purpose;
use chrono::DateTime;
use chrono_tz::Tz;

/// The headings, in order. They are a contract.
pub const HEADINGS: [&str; 29] = [
    "transaction_date",
    "batch_number",
    "account",
    "reference",
    "beneficiary_name",
    "destination",
    "amount",
    "currency",
    "purpose",
    "rationale",
    "status",
    "result",
    "channel",
    "rail_reference",
    "failure_reason",
    "captured_by",
    "captured_at",
    "submitted_by",
    "submitted_at",
    "edited_by",
    "reviewed_by",
    "reviewed_at",
    "approved_by",
    "approved_at",
    "released_by",
    "released_at",
    "closed_by",
    "closed_at",
    "closed_reason",
];

/// An act of a person: their e-mail address, and when.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Act {
    /// E-mail address.
    pub by: String,
    /// In the account's zone.
    pub at: DateTime<Tz>,
}

/// One payout. Moments are in the account's zone; people are e-mail addresses.
#[derive(Clone, PartialEq, Debug)]
pub struct PayoutLine {
    /// The last intent's result, else closed, else due, else captured.
    pub transaction_date: DateTime<Tz>,
    /// The batch it is in.
    pub batch_number: BatchNumber,
    /// The payout account.
    pub account: AccountNumber,
    /// The merchant's reference, else the sequence number.
    pub reference: String,
    /// As captured; a wallet may be without.
    pub beneficiary_name: Option<String>,
    /// None on a faulty row that names none.
    pub destination: Option<Destination>,
    /// None on a faulty row that names none.
    pub amount: Option<Money>,
    /// The account's.
    pub currency: Currency,
    /// What it is for.
    pub purpose: Option<Purpose>,
    /// The comment, else the batch's name.
    pub rationale: Option<String>,
    /// One of the eight.
    pub status: payout::Status,
    /// What became of the last attempt.
    pub attempt: Attempt,
    /// Upload or capture.
    pub captured: Act,
    /// The initiator's signature.
    pub submitted: Option<Act>,
    /// Whoever corrected or edited it last.
    pub edited_by: Option<String>,
    /// The reviewer's signature.
    pub reviewed: Option<Act>,
    /// The approver's signature.
    pub approved: Option<Act>,
    /// The release of a 2-eye batch.
    pub released: Option<Act>,
    /// Its cancellation, or its batch's rejection.
    pub closed: Option<Act>,
    /// Why it was closed.
    pub closed_reason: Option<String>,
}

/// The last intent of a payout; all empty where none was made.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Attempt {
    /// Its result.
    pub result: Option<payout::Result>,
    /// How the money moves.
    pub channel: Option<String>,
    /// The rail's own name for the payment.
    pub rail_reference: Option<String>,
    /// The rail's code, where it could not pay.
    pub failure_reason: Option<String>,
}

/// Begins the report.
///
/// # Errors
/// Those of the sink.
pub fn write_header(sink: &mut impl RowSink) -> Result<(), ExportError> {
    sink.header(&HEADINGS)
}

/// Writes one payout.
///
/// # Errors
/// Those of the sink.
pub fn write_line(sink: &mut impl RowSink, line: &PayoutLine) -> Result<(), ExportError> {
    let batch_number = line.batch_number.to_string();
    let account = line.account.to_string();
    let destination = line.destination.as_ref().map(destination_text);
    let attempt = &line.attempt;
    let [captured_by, captured_at] = act(Some(&line.captured));
    let [submitted_by, submitted_at] = act(line.submitted.as_ref());
    let [reviewed_by, reviewed_at] = act(line.reviewed.as_ref());
    let [approved_by, approved_at] = act(line.approved.as_ref());
    let [released_by, released_at] = act(line.released.as_ref());
    let [closed_by, closed_at] = act(line.closed.as_ref());
    let cells: [Value<'_>; HEADINGS.len()] = [
        Value::Moment(line.transaction_date),
        Value::Text(&batch_number),
        Value::Text(&account),
        Value::Text(&line.reference),
        Value::text(line.beneficiary_name.as_deref()),
        Value::text(destination.as_deref()),
        line.amount.map_or(Value::Empty, Value::Amount),
        Value::Text(line.currency.code()),
        Value::text(line.purpose.map(Purpose::code)),
        Value::text(line.rationale.as_deref()),
        Value::Text(line.status.as_str()),
        Value::text(attempt.result.map(payout::Result::as_str)),
        Value::text(attempt.channel.as_deref()),
        Value::text(attempt.rail_reference.as_deref()),
        Value::text(attempt.failure_reason.as_deref()),
        captured_by,
        captured_at,
        submitted_by,
        submitted_at,
        Value::text(line.edited_by.as_deref()),
        reviewed_by,
        reviewed_at,
        approved_by,
        approved_at,
        released_by,
        released_at,
        closed_by,
        closed_at,
        Value::text(line.closed_reason.as_deref()),
    ];
    sink.row(&cells)
}

fn act(act: Option<&Act>) -> [Value<'_>; 2] {
    match act {
        Some(act) => [Value::Text(&act.by), Value::Moment(act.at)],
        None => [Value::Empty, Value::Empty],
    }
}

/// An IBAN; `BANK:NUMBER`; a mobile number, after its provider where one was named. The number
/// stands last, so that a cell that is only a number begins with it.
fn destination_text(destination: &Destination) -> String {
    match destination {
        Destination::Bank(BankAccount::Iban(iban)) => iban.clone(),
        Destination::Bank(BankAccount::Local {
            account_number,
            bank_code,
        }) => format!("{bank_code}:{account_number}"),
        Destination::Wallet {
            mobile,
            provider: Some(provider),
        } => format!("{provider}:{mobile}"),
        Destination::Wallet {
            mobile,
            provider: None,
        } => mobile.clone(),
    }
}
