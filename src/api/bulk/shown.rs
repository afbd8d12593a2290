//! Payouts and bulks as Moyasar's and MoneyHash's clients read them. Fields and their order are a
//! contract; amounts are in the smallest unit.

use crate::api::told;
use crate::domain::account::Account;
use crate::domain::batch::Batch;
use crate::domain::destination::{BankAccount, Destination};
use crate::domain::field::Field;
use crate::domain::money::{Amount, NumberStyle};
use crate::domain::pay_on;
use crate::domain::payout::Result as Outcome;
use crate::domain::payout::sequence_text;
use crate::domain::purpose::Purpose;
use crate::domain::row::{Entered, Payable};
use crate::http::language::Language;
use crate::store::intent::Last;
use crate::store::payout::{Payout, Written};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// A payout.
#[derive(Serialize, ToSchema, Debug)]
pub(in crate::api) struct PayoutShown {
    /// Its id.
    id: Uuid,
    /// The payout account's id.
    source_id: Uuid,
    /// 16 digits, chosen by the merchant or generated.
    sequence_number: String,
    /// How it went; null until that is known.
    #[schema(required)]
    channel: Option<String>,
    /// `queued`, `initiated`, `paid`, `failed`, `canceled` or `returned`.
    status: &'static str,
    /// `VALIDATION_PENDING`, `VALIDATION_IN_PROGRESS`, `SCHEDULED`, `VALIDATION_FAILED`, `CANCELLED`,
    /// `PROCESSING_IN_PROGRESS`, `PROCESSED` or `INTENT_CREATION_FAILED`.
    lifecycle_status: &'static str,
    /// In the smallest unit of the currency; null where it can't be paid as it was sent.
    #[schema(required)]
    amount: Option<i64>,
    /// ISO 4217.
    currency: &'static str,
    /// One of the 20 purposes.
    #[schema(required)]
    purpose: Option<&'static str>,
    /// The rationale.
    #[schema(required)]
    comment: Option<String>,
    /// Where it goes.
    destination: DestinationShown,
    /// What explains the status, in words: what is wrong, what the rail said, or why it was called off.
    #[schema(required)]
    message: Option<String>,
    /// Why it failed; empty where it did not.
    failure_reason: String,
    /// When it is due, in the account's zone; null for as soon as it is approved.
    #[schema(required)]
    scheduled_date: Option<String>,
    /// When it was taken in.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it last changed.
    #[schema(format = DateTime)]
    updated_at: String,
    /// As it was sent.
    metadata: BTreeMap<String, String>,
}

/// Where a payout goes: a bank account by IBAN or by number and bank code, or a wallet.
#[derive(Serialize, ToSchema, Debug)]
pub(in crate::api) struct DestinationShown {
    /// `bank` or `wallet`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Of a bank account.
    #[serde(skip_serializing_if = "Option::is_none")]
    iban: Option<String>,
    /// Of a bank account without IBAN.
    #[serde(skip_serializing_if = "Option::is_none")]
    account_number: Option<String>,
    /// Beside the account number.
    #[serde(skip_serializing_if = "Option::is_none")]
    bank_code: Option<String>,
    /// Of a wallet.
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<String>,
    /// The beneficiary's.
    #[schema(required)]
    name: Option<String>,
    /// The wallet's, or the beneficiary's.
    #[schema(required)]
    mobile: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[schema(required)]
    country: Option<String>,
    /// The beneficiary's.
    #[schema(required)]
    city: Option<String>,
}

/// A bulk of payouts.
#[derive(Serialize, ToSchema, Debug)]
pub(in crate::api) struct BulkShown {
    /// Its id.
    id: Uuid,
    /// What it is called.
    label: String,
    /// The batch's number in the portal and in OneKhusa's calls.
    batch_number: i32,
    /// Where the batch stands, as `awaiting_approval`.
    status: &'static str,
    /// When it was taken in.
    #[schema(format = DateTime)]
    created_at: String,
    /// In the order in which they were sent.
    payouts: Vec<PayoutShown>,
}

/// A bulk in a list: how many payouts it has stands for the payouts.
#[derive(Serialize, ToSchema, Debug)]
pub(in crate::api) struct BulkListed {
    /// Its id.
    id: Uuid,
    /// What it is called.
    label: String,
    /// The batch's number in the portal and in OneKhusa's calls.
    batch_number: i32,
    /// Where the batch stands, as `awaiting_approval`.
    status: &'static str,
    /// When it was taken in.
    #[schema(format = DateTime)]
    created_at: String,
    /// How many payouts it has.
    payouts_count: i64,
}

pub(super) fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A bulk with its payouts.
pub(super) fn bulk(batch: &Batch, payouts: Vec<PayoutShown>) -> BulkShown {
    BulkShown {
        id: batch.public_id,
        label: batch.name.clone(),
        batch_number: batch.number.get(),
        status: batch.status.as_str(),
        created_at: stamp(batch.captured_at),
        payouts,
    }
}

/// A bulk in a list.
pub(super) fn listed(batch: &Batch) -> BulkListed {
    BulkListed {
        id: batch.public_id,
        label: batch.name.clone(),
        batch_number: batch.number.get(),
        status: batch.status.as_str(),
        created_at: stamp(batch.captured_at),
        payouts_count: batch.rows_done,
    }
}

/// A payout of `batch`.
pub(super) fn payout(
    row: &Payout,
    (last, written): (Option<&Last>, Option<&Written>),
    (batch, account): (&Batch, &Account),
    language: Language,
) -> PayoutShown {
    let content = match &row.content {
        Ok(payable) => of_payable(payable),
        Err((entered, _)) => of_entered(entered, account),
    };
    let (failure_reason, message) = told::explained(language, batch, row, (last, written));
    // What was called off with its batch changed then.
    let called_off = batch
        .closed_at
        .filter(|_| row.status == crate::domain::payout::Status::Cancelled);
    let updated_at = called_off.map_or(row.updated_at, |at| row.updated_at.max(at));
    PayoutShown {
        id: row.id.0,
        source_id: account.public_id,
        sequence_number: sequence_text(row.sequence_number),
        channel: last.and_then(|last| last.channel.clone()),
        status: Outcome::shown(row.status, row.result).as_str(),
        lifecycle_status: row.status.as_str(),
        amount: content.amount,
        currency: account.currency.code(),
        purpose: content.purpose.map(Purpose::code),
        comment: content.comment,
        destination: content.destination,
        message,
        failure_reason: failure_reason.unwrap_or_default(),
        scheduled_date: content
            .pay_on
            .or_else(|| batch.pay_on.map(|at| pay_on::write(at, account.zone))),
        created_at: stamp(batch.captured_at),
        updated_at: stamp(updated_at),
        metadata: content.metadata,
    }
    .dated(row, account)
}

impl PayoutShown {
    /// With the payout's own date, where it has one.
    fn dated(mut self, row: &Payout, account: &Account) -> Self {
        if let Ok(Payable { pay_on: Some(at), .. }) = &row.content {
            self.scheduled_date = Some(pay_on::write(*at, account.zone));
        }
        self
    }
}

/// What a payout holds, whether it can be paid or not.
struct Content {
    amount: Option<i64>,
    purpose: Option<Purpose>,
    comment: Option<String>,
    destination: DestinationShown,
    pay_on: Option<String>,
    metadata: BTreeMap<String, String>,
}

fn of_payable(payable: &Payable) -> Content {
    let mut destination = DestinationShown {
        kind: "bank",
        iban: None,
        account_number: None,
        bank_code: None,
        provider: None,
        name: payable.beneficiary_name.clone(),
        mobile: payable.contact.mobile.clone(),
        country: payable.contact.country.clone(),
        city: payable.contact.city.clone(),
    };
    match &payable.destination {
        Destination::Bank(BankAccount::Iban(iban)) => destination.iban = Some(iban.clone()),
        Destination::Bank(BankAccount::Local {
            account_number,
            bank_code,
        }) => {
            destination.account_number = Some(account_number.clone());
            destination.bank_code = Some(bank_code.clone());
        }
        Destination::Wallet { mobile, provider } => {
            destination.kind = "wallet";
            destination.mobile = Some(mobile.clone());
            destination.provider.clone_from(provider);
        }
    }
    Content {
        amount: Some(payable.amount.minor()),
        purpose: payable.purpose,
        comment: payable.comment.clone(),
        destination,
        pay_on: None,
        metadata: payable.metadata.clone(),
    }
}

fn of_entered(entered: &Entered, account: &Account) -> Content {
    let text = |field| Some(entered.text(field).to_owned()).filter(|text| !text.is_empty());
    let is_bank = [Field::Iban, Field::AccountNumber, Field::BankCode]
        .iter()
        .any(|field| !entered.text(*field).is_empty());
    Content {
        amount: Amount::parse(entered.text(Field::Amount), account.currency, NumberStyle::Point).ok(),
        purpose: Purpose::parse(entered.text(Field::Purpose)),
        comment: text(Field::Comment),
        destination: DestinationShown {
            kind: if is_bank { "bank" } else { "wallet" },
            iban: text(Field::Iban),
            account_number: text(Field::AccountNumber),
            bank_code: text(Field::BankCode),
            provider: text(Field::Provider),
            name: text(Field::BeneficiaryName),
            mobile: text(Field::Mobile),
            country: text(Field::Country),
            city: text(Field::City),
        },
        pay_on: text(Field::PayOn),
        metadata: entered.metadata().clone(),
    }
}
