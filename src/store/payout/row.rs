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
use diesel::deserialize::FromSqlRow;
use diesel::pg::Pg;
use diesel::row::NamedRow;
use diesel::sql_types::{BigInt, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel::{Queryable, QueryableByName};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// What every such query selects, over the aliases p (payout), b (batch), s (slice, left-joined) and a
/// (account); the status goes before it. When it goes is `due::OF_PAYOUT`.
pub(super) const COLUMNS: &str = "p.id, p.batch_id, b.number AS batch_number, b.name AS batch_name, p.account_id, \
     a.currency, p.\"row\" AS row_number, p.result, p.sequence_number, p.reference, p.beneficiary_name, p.iban, p.account_number, \
     p.bank_code, p.mobile, p.provider, p.country, p.city, p.email, p.amount, p.purpose, p.comment, p.pay_on, \
     coalesce(s.goes_at, p.pay_on, b.goes_at, b.pay_on, b.approved_at) AS due_at, p.metadata, p.entered, p.faults, p.version, p.updated_at";

/// The types of the status and of `COLUMNS`.
type Types = (
    Text,
    SqlUuid,
    BigInt,
    Integer,
    Text,
    BigInt,
    Text,
    Integer,
    Nullable<Text>,
    BigInt,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<BigInt>,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Timestamptz>,
    Nullable<Timestamptz>,
    Nullable<Jsonb>,
    Nullable<Jsonb>,
    Nullable<Jsonb>,
    Integer,
    Timestamptz,
);

#[derive(Queryable)]
pub(super) struct Row {
    status: String,
    id: Uuid,
    batch_id: i64,
    batch_number: i32,
    batch_name: String,
    account_id: i64,
    currency: String,
    row_number: i32,
    result: Option<String>,
    sequence_number: i64,
    reference: Option<String>,
    beneficiary_name: Option<String>,
    iban: Option<String>,
    account_number: Option<String>,
    bank_code: Option<String>,
    mobile: Option<String>,
    provider: Option<String>,
    country: Option<String>,
    city: Option<String>,
    email: Option<String>,
    amount: Option<i64>,
    purpose: Option<String>,
    comment: Option<String>,
    pay_on: Option<DateTime<Utc>>,
    due_at: Option<DateTime<Utc>>,
    metadata: Option<Value>,
    entered: Option<Value>,
    faults: Option<Value>,
    version: i32,
    updated_at: DateTime<Utc>,
}

/// Its columns are read by their places, which are the same in every question: finding each by its name
/// in each row costs as much as reading it.
impl QueryableByName<Pg> for Row {
    fn build<'a>(row: &impl NamedRow<'a, Pg>) -> diesel::deserialize::Result<Self> {
        <Self as FromSqlRow<Types, Pg>>::build_from_row(row)
    }
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
