//! A payout as read: one row type for every query that shows payouts.

use super::super::{StoreError, corrupt};
use crate::domain::destination::{BankAccount, Contact, Destination};
use crate::domain::fault::Fault;
use crate::domain::ids::{AccountId, BatchId, BatchNumber, PayoutId};
use crate::domain::money::{Currency, Money};
use crate::domain::payout::sequence_text;
use crate::domain::payout::{Result as IntentResult, Status};
use crate::domain::purpose::Purpose;
use crate::domain::row::{Entered, Payable};
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What every such query selects, over the aliases p (payout), b (batch), s (slice, left-joined) and a
/// (account); the status goes before it. When it goes is `due::OF_PAYOUT`.
pub(super) const COLUMNS: &str = "p.id, p.batch_id, b.number AS batch_number, b.name AS batch_name, p.account_id, \
     a.currency, p.\"row\" AS row_number, p.result, p.sequence_number, p.reference, p.beneficiary_name, p.iban, p.account_number, \
     p.bank_code, p.mobile, p.provider, p.country, p.city, p.email, p.amount, p.purpose, p.comment, p.pay_on, \
     coalesce(s.goes_at, p.pay_on, b.goes_at, b.pay_on, b.approved_at) AS due_at, p.metadata, p.entered, p.faults, p.version, p.updated_at";

#[derive(QueryableByName)]
pub(super) struct Row {
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    batch_id: i64,
    #[diesel(sql_type = Integer)]
    batch_number: i32,
    #[diesel(sql_type = Text)]
    batch_name: String,
    #[diesel(sql_type = BigInt)]
    account_id: i64,
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = Integer)]
    row_number: i32,
    #[diesel(sql_type = Nullable<Text>)]
    result: Option<String>,
    #[diesel(sql_type = BigInt)]
    sequence_number: i64,
    #[diesel(sql_type = Nullable<Text>)]
    reference: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    beneficiary_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    iban: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    account_number: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    bank_code: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    mobile: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    provider: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    country: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    city: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    email: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    amount: Option<i64>,
    #[diesel(sql_type = Nullable<Text>)]
    purpose: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    comment: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pay_on: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    due_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    metadata: Option<Value>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    entered: Option<Value>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    faults: Option<Value>,
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Timestamptz)]
    updated_at: DateTime<Utc>,
}

/// A payout as stored, with the status shown.
#[derive(Clone, Debug)]
pub struct Payout {
    /// Its id.
    pub id: PayoutId,
    /// Its batch's key.
    pub batch: BatchId,
    /// Its batch's number.
    pub batch_number: BatchNumber,
    /// Its batch's name.
    pub batch_name: String,
    /// Paid from.
    pub account: AccountId,
    /// The spreadsheet's row number.
    pub row: i32,
    /// As shown: its own, or what its batch implies.
    pub status: Status,
    /// Its last intent's result.
    pub result: Option<IntentResult>,
    /// 16 digits.
    pub sequence_number: i64,
    /// What is in it.
    pub content: Result<Payable, (Entered, Vec<Fault>)>,
    /// When it is or was due, once that is known.
    pub due_at: Option<DateTime<Utc>>,
    /// Rises with every change: edits name the one they saw.
    pub version: i32,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

impl Payout {
    /// Whether it was ever tried on a rail: one that still waits was not.
    #[must_use]
    pub const fn may_have_intent(&self) -> bool {
        self.result.is_some()
            || match self.status {
                Status::ProcessingInProgress | Status::Processed | Status::IntentCreationFailed => true,
                Status::ValidationPending
                | Status::ValidationInProgress
                | Status::Scheduled
                | Status::ValidationFailed
                | Status::Cancelled => false,
            }
    }

    /// The merchant's reference; the sequence number where absent.
    #[must_use]
    pub fn reference(&self) -> String {
        match &self.content {
            Ok(Payable {
                reference: Some(reference),
                ..
            }) => reference.clone(),
            Ok(Payable { reference: None, .. }) | Err(_) => sequence_text(self.sequence_number),
        }
    }
}

impl TryFrom<Row> for Payout {
    type Error = StoreError;
    fn try_from(mut row: Row) -> Result<Self, StoreError> {
        let content = match (row.faults.take(), row.entered.take()) {
            (Some(faults), Some(entered)) => Err((
                serde_json::from_value(entered).map_err(|error| corrupt("entered row", error))?,
                serde_json::from_value(faults).map_err(|error| corrupt("faults", error))?,
            )),
            (Some(_), None) | (None, _) => Ok(payable(&mut row)?),
        };
        Ok(Self {
            id: PayoutId(row.id),
            batch: BatchId(row.batch_id),
            batch_number: BatchNumber::try_new(row.batch_number)
                .ok_or_else(|| corrupt("batch number", row.batch_number))?,
            batch_name: row.batch_name,
            account: AccountId(row.account_id),
            row: row.row_number,
            status: Status::parse(&row.status).ok_or_else(|| corrupt("payout status", &row.status))?,
            result: row.result.as_deref().and_then(IntentResult::parse),
            sequence_number: row.sequence_number,
            content,
            due_at: row.due_at,
            version: row.version,
            updated_at: row.updated_at,
        })
    }
}

fn payable(row: &mut Row) -> Result<Payable, StoreError> {
    let currency = Currency::parse(&row.currency).ok_or_else(|| corrupt("currency", &row.currency))?;
    let destination = match (row.iban.take(), row.account_number.take(), row.bank_code.take()) {
        (Some(iban), _, _) => Destination::Bank(BankAccount::Iban(iban)),
        (None, Some(account_number), Some(bank_code)) => Destination::Bank(BankAccount::Local {
            account_number,
            bank_code,
        }),
        (None, _, _) => Destination::Wallet {
            mobile: row
                .mobile
                .take()
                .ok_or_else(|| corrupt("destination of payout", row.id))?,
            provider: row.provider.take(),
        },
    };
    let metadata: BTreeMap<String, String> = match row.metadata.take() {
        Some(value) => serde_json::from_value(value).map_err(|error| corrupt("metadata", error))?,
        None => BTreeMap::new(),
    };
    Ok(Payable {
        reference: row.reference.take(),
        beneficiary_name: row.beneficiary_name.take(),
        destination,
        contact: Contact {
            mobile: row.mobile.take(),
            country: row.country.take(),
            city: row.city.take(),
            email: row.email.take(),
        },
        amount: Money::new(
            row.amount.ok_or_else(|| corrupt("amount of payout", row.id))?,
            currency,
        ),
        purpose: row.purpose.as_deref().and_then(Purpose::parse),
        comment: row.comment.take(),
        pay_on: row.pay_on,
        metadata,
    })
}
