//! What bodies look like, for the reference. Bodies are read value by value, so that every fault is
//! told at once; a test sends what the reference shows, and holds the journeys' bodies against this.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Why a call was not carried out.
#[derive(Serialize, ToSchema, Debug)]
pub struct Refusal {
    /// `invalid_request`, `authentication_error`, `api_error`, `not_found`, `conflict` or
    /// `rate_limited`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What happened, in the language asked for.
    pub message: String,
    /// Messages by the path of what is wrong, as `payouts[3].destination.iban`; null where nothing in
    /// the request is.
    #[schema(required)]
    pub errors: Option<BTreeMap<String, Vec<String>>>,
}

/// Asks for a token.
#[derive(Deserialize, ToSchema, Debug)]
pub struct TokenAsked {
    /// `client_credentials`.
    pub grant_type: String,
    /// The client, unless it names itself by HTTP Basic.
    pub client_id: Option<String>,
    /// Its secret.
    pub client_secret: Option<String>,
}

/// A token.
#[derive(Serialize, ToSchema, Debug)]
pub struct TokenGiven {
    /// A signed JWT.
    pub access_token: String,
    /// `Bearer`.
    pub token_type: String,
    /// Seconds.
    pub expires_in: i64,
}

/// A file with payouts.
#[derive(Deserialize, ToSchema, Debug)]
#[serde(rename_all = "camelCase")]
pub struct FileAdded {
    /// The payout account's number.
    #[schema(minimum = 10_000_000, maximum = 99_999_999)]
    pub merchant_account_number: i32,
    /// Whether it is paid on a date, rather than when it is approved.
    pub is_batch_scheduled: bool,
    /// That date: `YYYY-MM-DD` (08:00) or `YYYY-MM-DDTHH:MM`, in the account's zone.
    pub scheduled_date: Option<String>,
    /// `XLSX` or `CSV`.
    pub content_type: String,
    /// The file in base64.
    pub file_content: String,
    /// Its name.
    pub file_name: Option<String>,
    /// The e-mail of the client's person, if anybody is named.
    pub captured_by: Option<String>,
}

/// Payouts as JSON.
#[derive(Deserialize, ToSchema, Debug)]
pub struct JsonAdded {
    /// What they have in common. These fields may also stand beside `transactions`.
    pub header: JsonHeader,
    /// 1 to 50,000.
    #[schema(min_items = 1, max_items = 50_000)]
    pub transactions: Vec<TransactionAdded>,
}

/// What the transactions of a body have in common.
#[derive(Deserialize, ToSchema, Debug)]
#[serde(rename_all = "camelCase")]
pub struct JsonHeader {
    /// The payout account's number.
    #[schema(minimum = 10_000_000, maximum = 99_999_999)]
    pub merchant_account_number: i32,
    /// Whether they are paid on a date, rather than when they are approved.
    pub is_batch_scheduled: bool,
    /// That date: `YYYY-MM-DD` (08:00) or `YYYY-MM-DDTHH:MM`, in the account's zone.
    pub scheduled_date: Option<String>,
    /// The e-mail of the client's person, if anybody is named.
    pub captured_by: Option<String>,
}

/// A text or a number.
#[derive(Deserialize, ToSchema, Debug)]
#[serde(untagged)]
pub enum TextOrNumber {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
}

/// One payout.
#[derive(Deserialize, ToSchema, Debug)]
#[serde(rename_all = "camelCase")]
pub struct TransactionAdded {
    /// The beneficiary; may be left out for a wallet.
    pub beneficiary_name: Option<String>,
    /// The bank's code, or a wallet provider of the account's country.
    pub connector_id: TextOrNumber,
    /// Account number; of a wallet the mobile number.
    pub beneficiary_account_number: TextOrNumber,
    /// The comment.
    pub transaction_description: Option<String>,
    /// Major units.
    pub transaction_amount: TextOrNumber,
    /// The merchant's own reference.
    pub source_reference_number: Option<TextOrNumber>,
}

/// Names a batch.
#[derive(Deserialize, ToSchema, Debug)]
#[serde(rename_all = "camelCase")]
pub struct BatchNamed {
    /// The payout account's number.
    #[schema(minimum = 10_000_000, maximum = 99_999_999)]
    pub merchant_account_number: i32,
    /// The batch's number.
    #[schema(minimum = 1)]
    pub batch_number: i32,
}

/// Asks for a page of a batch's entries.
#[derive(Deserialize, ToSchema, Debug)]
#[serde(rename_all = "camelCase")]
pub struct TransactionsAsked {
    /// The payout account's number.
    #[schema(minimum = 10_000_000, maximum = 99_999_999)]
    pub merchant_account_number: i32,
    /// The batch's number.
    #[schema(minimum = 1)]
    pub batch_number: i32,
    /// Only entries with this letter: P, D, T, S, F, E, X, C or R.
    pub status: Option<String>,
    /// 1 to 1,000; 100 where left out.
    #[schema(minimum = 1, maximum = 1_000)]
    pub page_size: Option<i32>,
    /// `nextPageToken` of the page before.
    pub page_token: Option<String>,
}

/// Faulty rows as a file.
#[derive(Serialize, ToSchema, Debug)]
#[serde(rename_all = "camelCase")]
pub struct ErrorDocument {
    /// The file's name.
    pub document_name: String,
    /// `text/csv`.
    pub content_type: String,
    /// Date.
    #[schema(format = Date)]
    pub date_created: String,
    /// The file in base64: first column `Row`, last column `What to correct`.
    pub document_base64: String,
}

/// Signs a batch.
#[derive(Deserialize, ToSchema, Debug)]
#[serde(rename_all = "camelCase")]
pub struct BatchSigned {
    /// The payout account's number.
    #[schema(minimum = 10_000_000, maximum = 99_999_999)]
    pub merchant_account_number: i32,
    /// The batch's number.
    #[schema(minimum = 1)]
    pub batch_number: i32,
    /// The e-mail of the client's person, if anybody is named.
    pub actioned_by: Option<String>,
    /// The fingerprint that is signed, as `X-Batch-Fingerprint` gave it. Without it the one that
    /// `getBatch` last sent to this client counts.
    pub expected_fingerprint: Option<String>,
}

/// Releases a batch under 2 eyes.
#[derive(Deserialize, ToSchema, Debug)]
#[serde(rename_all = "camelCase")]
pub struct BatchReleased {
    /// The payout account's number.
    #[schema(minimum = 10_000_000, maximum = 99_999_999)]
    pub merchant_account_number: i32,
    /// The batch's number.
    #[schema(minimum = 1)]
    pub batch_number: i32,
    /// The e-mail of the client's person, if anybody is named.
    pub transferred_by: Option<String>,
}

/// Rejects a batch for good.
#[derive(Deserialize, ToSchema, Debug)]
#[serde(rename_all = "camelCase")]
pub struct BatchRejected {
    /// The payout account's number.
    #[schema(minimum = 10_000_000, maximum = 99_999_999)]
    pub merchant_account_number: i32,
    /// The batch's number.
    #[schema(minimum = 1)]
    pub batch_number: i32,
    /// 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    pub reason_for_rejection: String,
    /// The e-mail of the client's person, if anybody is named.
    pub rejected_by: Option<String>,
}

/// Calls a batch off.
#[derive(Deserialize, ToSchema, Debug)]
#[serde(rename_all = "camelCase")]
pub struct BatchCancelled {
    /// The payout account's number.
    #[schema(minimum = 10_000_000, maximum = 99_999_999)]
    pub merchant_account_number: i32,
    /// The batch's number.
    #[schema(minimum = 1)]
    pub batch_number: i32,
    /// Why; `Cancelled by API` where left out.
    pub reason_for_cancellation: Option<String>,
    /// The e-mail of the client's person, if anybody is named.
    pub cancelled_by: Option<String>,
}

/// Payouts in one request.
#[derive(Deserialize, ToSchema, Debug)]
pub struct BulkGiven {
    /// The payout account: its id, or its number.
    pub source_id: TextOrNumber,
    /// 1 to 1,000.
    #[schema(min_items = 1, max_items = 1_000)]
    pub payouts: Vec<PayoutGiven>,
    /// What it is called.
    pub label: Option<String>,
    /// Where changes of its payouts are told.
    pub webhook_url: Option<String>,
    /// When to pay: `YYYY-MM-DD` (08:00) or `YYYY-MM-DDTHH:MM`, in the account's zone.
    pub scheduled_date: Option<String>,
}

/// Changes of payouts of a bulk, each named by `id` or `sequence_number`.
#[derive(Deserialize, ToSchema, Debug)]
pub struct BulkEdited {
    /// One, some or all of its payouts.
    #[schema(min_items = 1, max_items = 1_000)]
    pub payouts: Vec<PayoutGiven>,
    /// Another date for the bulk; payouts with dates of their own keep them.
    pub scheduled_date: Option<String>,
    /// As it is, or left out.
    pub source_id: Option<TextOrNumber>,
    /// As it is, or left out.
    pub label: Option<String>,
    /// As it is, or left out.
    pub webhook_url: Option<String>,
}

/// One payout.
#[derive(Deserialize, ToSchema, Debug)]
pub struct PayoutGiven {
    /// The payout that is meant, in an edit.
    pub id: Option<String>,
    /// 16 digits, never used on the account before; generated where left out.
    #[schema(pattern = "^[1-9][0-9]{15}$")]
    pub sequence_number: Option<String>,
    /// In the smallest unit of the account's currency.
    #[schema(minimum = 1)]
    pub amount: i64,
    /// One of the 20 purposes, as `payroll_benefits`.
    pub purpose: String,
    /// Where it goes.
    pub destination: DestinationGiven,
    /// The rationale.
    pub comment: Option<String>,
    /// Kept and searchable.
    pub metadata: Option<BTreeMap<String, String>>,
    /// When to pay this one.
    pub scheduled_date: Option<String>,
    /// The merchant's own reference.
    pub reference: Option<String>,
}

/// A bank account by `iban`, or by `account_number` and `bank_code`; or a wallet by `mobile`.
#[derive(Deserialize, ToSchema, Debug)]
pub struct DestinationGiven {
    /// `bank` or `wallet`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Of a bank account.
    pub iban: Option<String>,
    /// Of a bank account without IBAN.
    pub account_number: Option<String>,
    /// Beside the account number.
    pub bank_code: Option<String>,
    /// The wallet's provider.
    pub provider: Option<String>,
    /// The beneficiary; required of a bank account.
    pub name: Option<String>,
    /// The wallet's number, or the beneficiary's.
    pub mobile: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The beneficiary's.
    pub city: Option<String>,
}

/// Why a bulk is cancelled.
#[derive(Deserialize, ToSchema, Debug)]
pub struct CancelReason {
    /// `Cancelled by API` where left out.
    pub reason: Option<String>,
}

/// The document itself.
#[derive(Serialize, ToSchema, Debug)]
pub struct Document {
    /// `3.1.0`.
    pub openapi: String,
}
