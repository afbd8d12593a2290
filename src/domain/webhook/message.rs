//! What a message says: thin facts (ids, references, amounts, statuses, reasons) in one envelope.
//! Amounts are whole numbers of the currency's smallest unit.
//!
//! Invariant: a message is written once; every attempt sends the same bytes.

use super::EventType;
use crate::domain::batch::Status as BatchStatus;
use crate::domain::payout::sequence_text;
use crate::domain::payout::{Result as IntentResult, Status};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

/// A message's id as receivers see it.
#[must_use]
pub fn id_text(id: Uuid) -> String {
    format!("msg_{}", id.simple())
}

/// The body: `{id, type, created_at, organisation_id, data}`.
#[must_use]
pub fn body(id: Uuid, event: EventType, at: DateTime<Utc>, organisation: &str, data: &Value) -> String {
    json!({
        "id": id_text(id),
        "type": event.as_str(),
        "created_at": at.to_rfc3339_opts(SecondsFormat::Millis, true),
        "organisation_id": organisation,
        "data": data,
    })
    .to_string()
}

/// A batch, as messages tell of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BatchFacts {
    /// Its number.
    pub number: i32,
    /// Its payout account's number.
    pub account: i32,
    /// Its name.
    pub name: String,
    /// Where it stands now.
    pub status: BatchStatus,
    /// ISO 4217.
    pub currency: String,
    /// Rows read.
    pub entries: i64,
    /// Rows that can be paid.
    pub payable: i64,
    /// What they add up to, in minor units.
    pub payable_total: i64,
    /// Rows with faults.
    pub faulty: i64,
}

/// What is told of a batch. `status` is where it stands with the event; `noted` is what the log keeps
/// of it, of which reasons are told.
#[must_use]
pub fn batch(facts: &BatchFacts, status: Option<BatchStatus>, noted: &Value) -> Value {
    let status = status.unwrap_or(facts.status);
    let reason = ["reason", "message"]
        .into_iter()
        .find_map(|name| noted.get(name))
        .filter(|reason| reason.is_string());
    json!({
        "batch_number": facts.number,
        "merchant_account_number": facts.account,
        "name": facts.name,
        "status": status.as_str(),
        "status_code": status.code(),
        "status_description": status.description(),
        "currency": facts.currency,
        "entries": facts.entries,
        "successful_entries": facts.payable,
        "failed_entries": facts.faulty,
        "total_amount": facts.payable_total,
        "reason": reason,
    })
}

/// A payout, as messages tell of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PayoutFacts {
    /// Its id.
    pub id: Uuid,
    /// Its 16 digits.
    pub sequence_number: i64,
    /// The merchant's own; the sequence number where absent.
    pub reference: Option<String>,
    /// Minor units; a faulty one may have none.
    pub amount: Option<i64>,
    /// One of the eight.
    pub status: Status,
    /// What became of the attempt to pay it.
    pub result: Option<IntentResult>,
    /// How.
    pub channel: Option<String>,
    /// The rail's sentence.
    pub message: Option<String>,
    /// The rail's code.
    pub failure_reason: Option<String>,
    /// The rail's own number.
    pub rail_reference: Option<String>,
    /// What the merchant keeps with it.
    pub metadata: Option<Value>,
    /// What is wrong with it: field, message and remedy.
    pub faults: Option<Value>,
}

/// The word that Moyasar's clients know: the intent's, and before there is one, what the payout's
/// status means.
#[must_use]
pub const fn moyasar_status(status: Status, result: Option<IntentResult>) -> &'static str {
    match (status, result) {
        (Status::Cancelled, _) => "canceled",
        (Status::ValidationFailed | Status::IntentCreationFailed, _) => "failed",
        (_, Some(result)) => result.as_str(),
        (Status::ProcessingInProgress | Status::Processed, None) => "initiated",
        (Status::ValidationPending | Status::ValidationInProgress | Status::Scheduled, None) => "queued",
    }
}

/// What is told of a payout.
#[must_use]
pub fn payout(facts: &PayoutFacts, currency: &str) -> Value {
    let sequence_number = sequence_text(facts.sequence_number);
    json!({
        "id": facts.id,
        "reference": facts.reference.as_ref().unwrap_or(&sequence_number),
        "sequence_number": sequence_number,
        "amount": facts.amount,
        "currency": currency,
        "status": moyasar_status(facts.status, facts.result),
        "lifecycle_status": facts.status.as_str(),
        "channel": facts.channel,
        "message": facts.message,
        "failure_reason": facts.failure_reason.as_deref().unwrap_or_default(),
        "rail_reference": facts.rail_reference,
        "metadata": facts.metadata,
        "faults": facts.faults,
    })
}

/// Puts a batch's number and the message's place in it before other facts.
#[must_use]
pub fn placed(mut data: Value, batch: i32, sequence: i32) -> Value {
    if let Some(fields) = data.as_object_mut() {
        fields.insert("batch_number".to_owned(), json!(batch));
        fields.insert("sequence".to_owned(), json!(sequence));
    }
    data
}
