//! `getBatchTransactions`: a batch's entries in row order, page by page, each with its letter.

use super::{by_name, load};
use crate::api::decimal::Decimal;
use crate::api::error::ApiError;
use crate::api::json::Node;
use crate::api::told;
use crate::api::words::{Arg, say};
use crate::domain::account::Account;
use crate::domain::batch::Batch;
use crate::domain::connector;
use crate::domain::destination::{BankAccount, Destination};
use crate::domain::field::Field;
use crate::domain::money::{Amount, NumberStyle};
use crate::domain::payout::Code;
use crate::domain::payout::sequence_text;
use crate::domain::permission::Permission;
use crate::flows::FlowError;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::language::Language;
use crate::store::intent::{self, Last};
use crate::store::payout::{self, Payout, Tab, Written};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// Entries in a page where none is asked for.
const PAGE: i64 = 100;
/// Entries in a page at most.
const PAGE_MAX: i64 = 1_000;

/// One entry of a batch.
#[derive(Serialize, ToSchema, Debug)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Transaction {
    /// Empty where a wallet needs none.
    beneficiary_name: String,
    /// The bank's code or the wallet's provider; null for an IBAN.
    #[schema(required)]
    connector_id: Option<String>,
    /// What the connector is called; its code where it is not known by name.
    #[schema(required)]
    connector_name: Option<String>,
    /// Account number, IBAN, or mobile number of a wallet.
    beneficiary_account_number: String,
    /// Major units; null where it could not be read.
    #[schema(required, value_type = Option<f64>)]
    transaction_amount: Option<Decimal>,
    /// The payout's sequence number: 16 digits.
    transaction_reference_number: String,
    /// The merchant's own reference.
    #[schema(required)]
    source_reference_number: Option<String>,
    /// The comment.
    #[schema(required)]
    transaction_description: Option<String>,
    /// ISO 4217.
    currency_code: &'static str,
    /// One letter: P, D, T, S, F, E, X, C or R.
    transaction_status_code: &'static str,
    /// The letter in words, in the language asked for.
    transaction_status_name: String,
    /// What the rail answered, or what is wrong; null while there is nothing to tell.
    #[schema(required)]
    response_code: Option<String>,
    /// The same in words; of one called off, why it was.
    #[schema(required)]
    response_message: Option<String>,
    /// When the rail's answer came.
    #[schema(required, format = Date)]
    processed_date: Option<String>,
}

/// A page of entries.
#[derive(Serialize, ToSchema, Debug)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Transactions {
    /// In the order of the file.
    transactions: Vec<Transaction>,
    /// Asks for the next page; null behind the last.
    #[schema(required)]
    next_page_token: Option<String>,
}

/// `getBatchTransactions`.
pub(in crate::api) fn list(call: &Call) -> Result<Answer, ApiError> {
    let body = call.json()?;
    let body = Node::root(&body);
    let mut faults = call.faults();
    let named = by_name(call, &body, &mut faults)?;
    let status = body.field("status");
    let letter = status.text(&mut faults, 0..=1).filter(|text| !text.is_empty());
    let code = letter.and_then(Code::parse);
    if letter.is_some() && code.is_none() {
        let letters = Code::ALL.map(Code::as_str).join(", ");
        faults.add(&status.path, "fault-one-of", &[("list", Arg::from(letters))]);
    }
    let size = body
        .field("pageSize")
        .integer(&mut faults, 1..=PAGE_MAX)
        .unwrap_or(PAGE);
    let token = body.field("pageToken");
    let text = token.text(&mut faults, 0..=20).filter(|text| !text.is_empty());
    let after = text.map_or(Some(0), |text| text.parse::<i32>().ok().filter(|row| *row >= 0));
    if after.is_none() {
        faults.add(&token.path, "fault-page-token", &[]);
    }
    let named = faults.unless_any(named)?.ok_or(ApiError::NotFound("batch"))?;
    let scope = call
        .actor()?
        .require(Permission::BatchView)
        .map_err(FlowError::from)?;
    let answer = call.read(|conn| {
        let (batch, account) = load(conn, &scope, named)?;
        let (after, one_more) = (after.unwrap_or(0), size + 1);
        let mut rows = match code {
            Some(code) => payout::list_with_code(conn, batch.id, code, after, one_more)?,
            None => payout::list_of_batch(conn, batch.id, Tab::All, after, one_more)?,
        };
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let is_more = rows.len() > size;
        rows.truncate(size);
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let lasts: HashMap<_, _> = intent::list_last(conn, &ids)?.into_iter().collect();
        let written = payout::list_written(conn, batch.organisation, &rows)?;
        let shown = rows
            .iter()
            .map(|row| {
                let reasons = (lasts.get(&row.id), written.get(&row.id));
                transaction(row, reasons, (&batch, &account), call.language)
            })
            .collect();
        let next = rows.last().filter(|_| is_more).map(|row| row.row.to_string());
        Ok::<_, ApiError>(Transactions {
            transactions: shown,
            next_page_token: next,
        })
    })?;
    Ok(Answer::ok(&answer))
}

fn transaction(
    row: &Payout,
    reasons: (Option<&Last>, Option<&Written>),
    (batch, account): (&Batch, &Account),
    language: Language,
) -> Transaction {
    let code = Code::of(row.status, row.result, batch.status);
    let told = told(row, account);
    let name = |code: &String| {
        connector::find(&account.country, code).map_or_else(|| code.clone(), |known| known.name.to_owned())
    };
    let (response_code, response_message) = response((batch, row), reasons, code, language);
    Transaction {
        beneficiary_name: told.name,
        connector_name: told.connector.as_ref().map(name),
        connector_id: told.connector,
        beneficiary_account_number: told.account,
        transaction_amount: told.amount,
        transaction_reference_number: sequence_text(row.sequence_number),
        source_reference_number: told.reference,
        transaction_description: told.comment,
        currency_code: account.currency.code(),
        transaction_status_code: code.as_str(),
        transaction_status_name: say(language, code.key(), &[]),
        response_code,
        response_message,
        processed_date: reasons
            .0
            .and_then(|last| last.result_at)
            .map(|at| at.with_timezone(&account.zone).format("%Y-%m-%d").to_string()),
    }
}

/// What an entry says of itself.
struct Told {
    name: String,
    connector: Option<String>,
    account: String,
    amount: Option<Decimal>,
    reference: Option<String>,
    comment: Option<String>,
}

fn told(row: &Payout, account: &Account) -> Told {
    match &row.content {
        Ok(payable) => {
            let (connector, number) = match &payable.destination {
                Destination::Bank(BankAccount::Iban(iban)) => (None, iban.clone()),
                Destination::Bank(BankAccount::Local {
                    account_number,
                    bank_code,
                }) => (Some(bank_code.clone()), account_number.clone()),
                Destination::Wallet { mobile, provider } => (provider.clone(), mobile.clone()),
            };
            Told {
                name: payable.beneficiary_name.clone().unwrap_or_default(),
                connector,
                account: number,
                amount: Some(Decimal(payable.amount)),
                reference: payable.reference.clone(),
                comment: payable.comment.clone(),
            }
        }
        Err((entered, _)) => {
            let text = |field| Some(entered.text(field).to_owned()).filter(|text| !text.is_empty());
            let amount = Amount::parse(entered.text(Field::Amount), account.currency, NumberStyle::Point);
            Told {
                name: text(Field::BeneficiaryName).unwrap_or_default(),
                connector: text(Field::BankCode).or_else(|| text(Field::Provider)),
                account: text(Field::Iban)
                    .or_else(|| text(Field::AccountNumber))
                    .or_else(|| text(Field::Mobile))
                    .unwrap_or_default(),
                amount: amount.ok().map(|minor| Decimal(account.money(minor))),
                reference: text(Field::Reference),
                comment: text(Field::Comment),
            }
        }
    }
}

/// Code and message: of a faulty entry its faults, of one called off the reason, else what the rail said.
fn response(
    (batch, row): (&Batch, &Payout),
    reasons: (Option<&Last>, Option<&Written>),
    code: Code,
    language: Language,
) -> (Option<String>, Option<String>) {
    let (reason, message) = told::explained(language, batch, row, reasons);
    if row.content.is_err() && code == Code::Invalid {
        return (Some(row.status.as_str().to_owned()), message);
    }
    let said = match code {
        Code::Paid => Some("S100".to_owned()),
        Code::Failed | Code::Returned => {
            reason.or_else(|| row.result.map(|result| result.as_str().to_owned()))
        }
        Code::Pending | Code::Due | Code::InProgress | Code::Invalid | Code::Rejected | Code::Cancelled => {
            None
        }
    };
    (said, message)
}
